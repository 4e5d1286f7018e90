-- For the list of customers: what a name or an address begins with, and who is inactive. Texts are compared byte by byte
-- there, which the order of a language is no help for.
create index customer_firstname on customer (firstname_folded text_pattern_ops, customer_id);
create index customer_active on customer (is_active, customer_id);
create index customer_email_begins on customer (email_folded text_pattern_ops);
create index customer_lastname_begins on customer (lastname_folded text_pattern_ops);
