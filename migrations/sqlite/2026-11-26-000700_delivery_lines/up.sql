-- One pending delivery of each subject is next in its line, and the others wait for it: what can be tried is found by an
-- index, however long the line is.
alter table event_delivery add column waits boolean not null default false;
update event_delivery set waits = true where state = 'pending' and exists (
    select 1 from event_delivery as earlier where earlier.state = 'pending'
        and earlier.observer = event_delivery.observer and earlier.recipient = event_delivery.recipient
        and earlier.subject_kind = event_delivery.subject_kind and earlier.subject_id = event_delivery.subject_id
        and earlier.event_id < event_delivery.event_id);
drop index event_delivery_due;
create index event_delivery_due on event_delivery (observer, recipient, due_at, event_id)
    where state = 'pending' and not waits;
create unique index event_delivery_next on event_delivery (observer, recipient, subject_kind, subject_id)
    where state = 'pending' and not waits;

-- For the message about what was given up lately.
create index event_delivery_given_up on event_delivery (observer, recipient, updated_at)
    where state = 'failed' and cause <> 'switched_off';

-- A webhook that was deleted is gone for everybody, and its row goes once its deliveries have, batch by batch.
alter table webhook add column deleted_at timestamp;
