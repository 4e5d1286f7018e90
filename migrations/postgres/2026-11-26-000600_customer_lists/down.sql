drop index customer_lastname_begins;
drop index customer_email_begins;
drop index customer_active;
drop index customer_firstname;
