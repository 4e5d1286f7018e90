alter table admin_user add column firstname_folded text not null default '';
alter table admin_user add column lastname_folded text not null default '';
alter table admin_user add column expires_at timestamp;
alter table admin_user add column interface_locale varchar(16) not null default 'en';
alter table admin_user add column version bigint not null default 1;
alter table admin_user add column password_changed_at timestamp;
alter table admin_user add column failures_num bigint not null default 0;
alter table admin_user add column first_failure_at timestamp;
alter table admin_user add column lock_expires_at timestamp;
-- What the person is told at the next sign-in; a lock that has run out does not clear it.
alter table admin_user add column failures_since_login bigint not null default 0;
update admin_user
set firstname_folded = lower(firstname), lastname_folded = lower(lastname), password_changed_at = updated_at;
create index admin_user_firstname on admin_user (firstname_folded, user_id);
create index admin_user_lastname on admin_user (lastname_folded, user_id);
create index admin_user_logged_in on admin_user (logged_in_at, user_id);

create table admin_passwords (
    password_id integer primary key autoincrement not null,
    user_id bigint not null references admin_user (user_id) on delete cascade,
    password_hash varchar(255) not null,
    created_at timestamp not null
);
create index admin_passwords_user on admin_passwords (user_id, password_id);
insert into admin_passwords (user_id, password_hash, created_at)
select user_id, password_hash, updated_at from admin_user;

-- Sign-ins with names that nobody has. One row, so that strangers cannot fill the table, and one write, so that
-- such a sign-in takes as long as any other.
create table admin_unknown_login (
    id bigint primary key not null check (id = 1),
    failures_num bigint not null,
    failed_at timestamp
);
insert into admin_unknown_login (id, failures_num) values (1, 0);

-- Magento's numbers: 0 signed out or expired, 1 signed in, 2 signed in elsewhere, 3 ended by the person, 10 locked;
-- ours: 11 password changed, 12 account deactivated, 13 ended by an administrator.
alter table admin_user_session add column status smallint not null default 1
    check (status in (0, 1, 2, 3, 10, 11, 12, 13));
alter table admin_user_session add column ended_at timestamp;
-- Longest text of an address: an IPv6 address that holds an IPv4 address.
alter table admin_user_session add column address varchar(45);
alter table admin_user_session add column user_agent varchar(255);
-- The key before the last rise of privilege: it opens nothing.
alter table admin_user_session add column previous_digest varchar(64);
create unique index admin_user_session_previous on admin_user_session (previous_digest);

alter table authorization_role add column role_name_folded text not null default '';
alter table authorization_role add column version bigint not null default 1;
update authorization_role set role_name_folded = lower(role_name);
drop index authorization_role_group_name;
create unique index authorization_role_group_name on authorization_role (role_name_folded) where role_type = 'G';
