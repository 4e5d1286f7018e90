-- For the list of customers: what a name or an address begins with, and who is inactive.
create index customer_firstname on customer (firstname_folded, customer_id);
create index customer_active on customer (is_active, customer_id);
