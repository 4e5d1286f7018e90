drop table password_reset_request_event;
drop table password_reset_link;
