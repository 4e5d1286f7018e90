-- One link for each person; another one takes its place.
create table password_reset_link (
    user_id bigint primary key not null references admin_user (user_id) on delete cascade,
    digest varchar(64) not null unique,
    expires_at timestamp not null,
    created_at timestamp not null
);

-- Who asked for a link, known or not: for throttling.
create table password_reset_request_event (
    id integer primary key autoincrement not null,
    email_folded text not null,
    address varchar(45),
    created_at timestamp not null
);
create index password_reset_request_event_email on password_reset_request_event (email_folded, created_at);
create index password_reset_request_event_address on password_reset_request_event (address, created_at);
create index password_reset_request_event_created on password_reset_request_event (created_at);
