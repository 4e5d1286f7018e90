-- One run of a job. The unique keys let one node of many run it: at that time, and at any time.
create table job_run (
    run_id integer primary key autoincrement not null,
    job varchar(64) not null,
    scheduled_at timestamp not null,
    cause varchar(16) not null check (cause in ('schedule', 'person', 'command')),
    state varchar(16) not null check (state in ('running', 'done', 'failed', 'lost')),
    started_at timestamp not null,
    finished_at timestamp,
    -- Whoever runs it puts this off; past it, nobody runs it any more.
    lease_until timestamp not null,
    -- What it dealt with: rows that were removed, events that were delivered.
    count bigint not null,
    message text,
    check ((state = 'running') = (finished_at is null)),
    unique (job, scheduled_at)
);
create unique index job_run_running on job_run (job) where state = 'running';
create index job_run_started on job_run (started_at);

-- Up to here entries of the trail were removed because of their age; the chain begins after it.
alter table audit_chain add column anchor_id bigint not null default 0;
alter table audit_chain add column anchor_hash varchar(64) not null default '';

-- What the jobs look for.
create index oauth_token_pending on oauth_token (created_at) where slot = 'pending';
create index oauth_token_attempt on oauth_token (attempt_id);
create index activation_attempt_created on activation_attempt (created_at);
