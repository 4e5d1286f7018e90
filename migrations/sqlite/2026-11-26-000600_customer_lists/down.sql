drop index customer_active;
drop index customer_firstname;
