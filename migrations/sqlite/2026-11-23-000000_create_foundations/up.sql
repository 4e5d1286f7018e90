create table integration (
    integration_id integer primary key autoincrement not null,
    name varchar(255) not null,
    name_folded text not null unique,
    email varchar(255) not null,
    endpoint varchar(255),
    identity_link_url varchar(255),
    status smallint not null check (status between 0 and 3),
    suspended_from smallint check (suspended_from between 0 and 2),
    setup_type smallint not null check (setup_type between 0 and 1),
    version bigint not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    check ((status = 3) = (suspended_from is not null))
);
create index integration_status on integration (status, integration_id);
create index integration_created on integration (created_at, integration_id);

create table authorization_role (
    role_id integer primary key autoincrement not null,
    role_type varchar(1) not null check (role_type in ('G', 'U')),
    role_name varchar(255) not null,
    integration_id bigint unique references integration (integration_id) on delete cascade,
    created_at timestamp not null,
    updated_at timestamp not null,
    check ((role_type = 'U') = (integration_id is not null))
);
create unique index authorization_role_group_name on authorization_role (role_name) where role_type = 'G';

create table authorization_rule (
    rule_id integer primary key autoincrement not null,
    role_id bigint not null references authorization_role (role_id) on delete cascade,
    resource_id varchar(255) not null,
    unique (role_id, resource_id)
);

create table oauth_consumer (
    entity_id integer primary key autoincrement not null,
    integration_id bigint not null unique references integration (integration_id) on delete cascade,
    key varchar(32) not null unique,
    secret text not null,
    previous_secret text,
    previous_secret_ends_at timestamp,
    created_at timestamp not null,
    updated_at timestamp not null
);

create table activation_attempt (
    attempt_id integer primary key autoincrement not null,
    integration_id bigint not null references integration (integration_id) on delete cascade,
    number bigint not null,
    endpoint varchar(255) not null,
    state varchar(16) not null check (state in ('sending', 'delivered', 'failed', 'requested', 'completed')),
    created_at timestamp not null,
    updated_at timestamp not null,
    unique (integration_id, number)
);

create table activation_step (
    step_id integer primary key autoincrement not null,
    attempt_id bigint not null references activation_attempt (attempt_id) on delete cascade,
    kind varchar(16) not null,
    milliseconds bigint,
    cause varchar(32),
    detail text,
    created_at timestamp not null
);
create index activation_step_attempt on activation_step (attempt_id, step_id);

create table oauth_token (
    entity_id integer primary key autoincrement not null,
    consumer_id bigint not null references oauth_consumer (entity_id) on delete cascade,
    type varchar(16) not null check (type in ('verifier', 'request', 'access')),
    slot varchar(16) not null check (slot in ('pending', 'live', 'retiring')),
    attempt_id bigint references activation_attempt (attempt_id) on delete set null,
    digest varchar(64) not null unique,
    spent_digest varchar(64) unique,
    token text not null,
    secret text not null,
    verifier text,
    first_used_at timestamp,
    ends_at timestamp,
    created_at timestamp not null,
    updated_at timestamp not null,
    unique (consumer_id, slot),
    check ((slot = 'pending') = (type <> 'access')),
    check ((slot = 'pending') = (verifier is not null)),
    check ((slot = 'retiring') = (ends_at is not null))
);

-- The key begins with the timestamp, and nothing else is indexed: with millions of rows an insert then still
-- touches only the newest pages. No foreign key for the same reason.
create table oauth_nonce (
    timestamp bigint not null,
    consumer_id bigint not null,
    nonce varchar(128) not null,
    primary key (timestamp, consumer_id, nonce)
) without rowid;

create table admin_user (
    user_id integer primary key autoincrement not null,
    username varchar(40) not null,
    username_folded text not null unique,
    firstname varchar(32) not null,
    lastname varchar(32) not null,
    email varchar(254) not null,
    email_folded text not null unique,
    password_hash varchar(255) not null,
    is_active boolean not null,
    role_id bigint not null references authorization_role (role_id),
    logged_in_at timestamp,
    created_at timestamp not null,
    updated_at timestamp not null
);
create index admin_user_role on admin_user (role_id);

create table admin_user_session (
    session_id integer primary key autoincrement not null,
    digest varchar(64) not null unique,
    user_id bigint not null references admin_user (user_id) on delete cascade,
    state text not null,
    created_at timestamp not null,
    updated_at timestamp not null
);
create index admin_user_session_user on admin_user_session (user_id);
create index admin_user_session_updated on admin_user_session (updated_at);

create table setup_link (
    digest varchar(64) primary key not null,
    expires_at timestamp not null
);

create table setting (
    path varchar(255) primary key not null,
    value text not null,
    updated_at timestamp not null
);

create table sealing_key (
    key_id varchar(32) primary key not null,
    fingerprint varchar(64) not null,
    created_at timestamp not null
);

-- One number that rises with every change that decisions depend on, and what changed at each number.
create table revision (
    id bigint primary key not null check (id = 1),
    value bigint not null
);
insert into revision (id, value) values (1, 0);

create table revision_change (
    revision bigint primary key not null,
    consumer_key varchar(32)
);
