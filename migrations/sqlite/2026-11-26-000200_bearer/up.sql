-- Wrong names and passwords at the token services. The name is folded, the kind as in the other tables (2 an
-- administrator, 3 a customer). All names that nobody has share one row per kind, whose name is empty, so that
-- strangers cannot fill the table.
create table oauth_token_request_log (
    log_id integer primary key autoincrement not null,
    user_name text not null,
    user_type smallint not null check (user_type in (2, 3)),
    failures_count bigint not null,
    lock_expires_at timestamp not null,
    unique (user_name, user_type)
);
create index oauth_token_request_log_expires on oauth_token_request_log (lock_expires_at, log_id);

-- Tokens of administrators and customers: nothing but the digest is kept, since they sign nothing.
create table bearer_token (
    token_id integer primary key autoincrement not null,
    user_type smallint not null check (user_type in (2, 3)),
    admin_id bigint references admin_user (user_id) on delete cascade,
    customer_id bigint references customer (customer_id) on delete cascade,
    digest varchar(64) not null unique,
    created_at timestamp not null,
    check ((user_type = 2) = (admin_id is not null)),
    check ((user_type = 3) = (customer_id is not null))
);
create index bearer_token_admin on bearer_token (admin_id, token_id);
create index bearer_token_customer on bearer_token (customer_id, token_id);
create index bearer_token_created on bearer_token (user_type, created_at, token_id);

-- Whether the integration's token is accepted without a signature.
alter table integration add column bearer_mode varchar(16) not null default 'follow'
    check (bearer_mode in ('follow', 'signed', 'allowed'));

-- Not only of consumers is it noted that something changed: `admin:5` and `customer:7` are about their tokens.
alter table revision_change rename column consumer_key to subject;
