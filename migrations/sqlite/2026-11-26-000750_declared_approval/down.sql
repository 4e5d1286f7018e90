alter table declared_integration drop column approved_attempt_id;
