-- What happened, noted in the transaction that did it. No foreign key: an event outlives what it tells of.
create table event (
    event_id integer primary key autoincrement not null,
    -- By which receivers tell whether they have heard of it; no number, so that a restored database repeats none.
    message_id varchar(32) not null unique,
    kind varchar(32) not null,
    subject_kind varchar(16) not null check (subject_kind in ('integration', 'admin', 'customer')),
    subject_id bigint not null,
    data text not null,
    created_at timestamp not null,
    -- When its deliveries were made; it waits until then.
    dispatched_at timestamp
);
create index event_waiting on event (event_id) where dispatched_at is null;

create table webhook (
    webhook_id integer primary key autoincrement not null,
    name varchar(255) not null,
    url varchar(255) not null,
    -- Words for what it wants to hear of, with commas between them; nothing for all there is.
    kinds text not null,
    is_enabled boolean not null,
    secret text not null,
    previous_secret text,
    previous_secret_ends_at timestamp,
    version bigint not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    check ((previous_secret is null) = (previous_secret_ends_at is null))
);

-- One for each event and recipient. What the order of a subject is judged by stands here, too.
create table event_delivery (
    delivery_id integer primary key autoincrement not null,
    event_id bigint not null references event (event_id) on delete cascade,
    observer varchar(64) not null,
    -- The id of a webhook; 0 for an observer that is one recipient.
    recipient bigint not null,
    subject_kind varchar(16) not null,
    subject_id bigint not null,
    state varchar(16) not null check (state in ('pending', 'delivered', 'failed')),
    tries bigint not null,
    due_at timestamp not null,
    -- Whoever delivers it has it until then.
    claimed_until timestamp,
    status bigint,
    milliseconds bigint,
    cause varchar(32),
    detail text,
    created_at timestamp not null,
    updated_at timestamp not null,
    unique (event_id, observer, recipient)
);
create index event_delivery_due on event_delivery (observer, recipient, due_at) where state = 'pending';
create index event_delivery_order on event_delivery (observer, recipient, subject_kind, subject_id, event_id)
    where state = 'pending';
create index event_delivery_listed on event_delivery (observer, recipient, event_id);
create index event_delivery_failed on event_delivery (observer, recipient, event_id) where state = 'failed';
