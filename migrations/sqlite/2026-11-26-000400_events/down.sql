drop table event_delivery;
drop table webhook;
drop table event;
