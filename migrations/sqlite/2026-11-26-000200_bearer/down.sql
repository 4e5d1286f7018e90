update revision_change set subject = null where subject like '%:%';
alter table revision_change rename column subject to consumer_key;
alter table integration drop column bearer_mode;
drop table bearer_token;
drop table oauth_token_request_log;
