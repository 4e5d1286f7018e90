-- Customers of the store, as far as their tokens need them.
create table customer (
    customer_id integer primary key autoincrement not null,
    email varchar(254) not null,
    email_folded text not null unique,
    firstname varchar(255) not null,
    firstname_folded text not null,
    lastname varchar(255) not null,
    lastname_folded text not null,
    password_hash varchar(255) not null,
    website varchar(32) not null,
    is_active boolean not null,
    confirmed boolean not null,
    logged_in_at timestamp,
    created_at timestamp not null,
    updated_at timestamp not null
);
create index customer_lastname on customer (lastname_folded, customer_id);
create index customer_created on customer (created_at, customer_id);
create index customer_logged_in on customer (logged_in_at, customer_id);
