-- One second factor for each person: nothing is asked for until its first code has confirmed it.
create table admin_user_otp (
    user_id bigint primary key not null references admin_user (user_id) on delete cascade,
    secret text not null,
    -- The time step of the last code that was accepted: neither it nor an earlier one counts again.
    last_step bigint not null,
    confirmed_at timestamp,
    created_at timestamp not null
);

-- What is left of the recovery codes. A row goes when its code is used.
create table admin_user_recovery_code (
    code_id integer primary key autoincrement not null,
    user_id bigint not null references admin_user (user_id) on delete cascade,
    digest varchar(64) not null,
    created_at timestamp not null,
    unique (user_id, digest)
);
