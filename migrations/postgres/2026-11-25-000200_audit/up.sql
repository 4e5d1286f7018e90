-- Who did what to which thing: written once, never changed. No foreign key: an entry outlives what it tells of.
-- The numbers have no gaps, and each hash is that over the hash before it and the entry's own content.
create table audit_entry (
    entry_id bigint primary key not null,
    created_at timestamp not null,
    act varchar(32) not null,
    who_kind varchar(16) not null check (who_kind in ('admin', 'partner', 'command', 'system', 'stranger')),
    who_id bigint,
    who_name varchar(255) not null,
    who_folded text collate "C" not null,
    address varchar(45),
    browser varchar(255) not null,
    thing_kind varchar(16) not null,
    thing_id bigint,
    thing_name varchar(255) not null,
    thing_folded text collate "C" not null,
    changes text not null,
    hash varchar(64) not null
);
create index audit_entry_created on audit_entry (created_at, entry_id);
create index audit_entry_act on audit_entry (act, entry_id);
create index audit_entry_who on audit_entry (who_folded, entry_id);
create index audit_entry_thing on audit_entry (thing_kind, thing_id, entry_id);
create index audit_entry_thing_name on audit_entry (thing_folded, entry_id);

-- The end of the chain. Its row is locked from the first number that a transaction takes until it commits.
create table audit_chain (
    id bigint primary key check (id = 1),
    last_id bigint not null,
    hash varchar(64) not null
);
insert into audit_chain (id, last_id, hash) values (1, 0, '');
