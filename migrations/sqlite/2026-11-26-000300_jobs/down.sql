drop index activation_attempt_created;
drop index oauth_token_attempt;
drop index oauth_token_pending;
alter table audit_chain drop column anchor_hash;
alter table audit_chain drop column anchor_id;
drop table job_run;
