delete from event_delivery where observer = 'webhook'
    and recipient in (select webhook_id from webhook where deleted_at is not null);
delete from webhook where deleted_at is not null;
alter table webhook drop column deleted_at;
drop index event_delivery_given_up;
drop index event_delivery_next;
drop index event_delivery_due;
create index event_delivery_due on event_delivery (observer, recipient, due_at) where state = 'pending';
alter table event_delivery drop column waits;
