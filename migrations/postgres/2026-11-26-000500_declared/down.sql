drop index authorization_rule_resource;
drop table declaration_state;
drop table declared_integration;
