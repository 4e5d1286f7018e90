//! Every setting, by group, in the order in which the settings page has them.
//!
//! A new one is a constant here, listed in its group, with its words in `src/text/en.ftl`: the message `setting-` with
//! its path, `-` in place of `/`, and beside it `.hint`, and `.is-…` for each word that a choice takes.

use super::Setting;
use super::kind::{Kind, MAX_NUMBER};

/// Settings that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What it is called in addresses and texts.
    pub key: &'static str,
    /// Its settings.
    pub settings: &'static [Setting],
}

/// How long the token of a customer lives, in hours.
pub const CUSTOMER_TOKEN_LIFETIME: Setting = hours_of("oauth/access_token_lifetime/customer", "1");
/// How long the token of an administrator lives, in hours.
pub const ADMIN_TOKEN_LIFETIME: Setting = hours_of("oauth/access_token_lifetime/admin", "4");
/// Age at which used nonces and abandoned exchanges are removed, in minutes. A week at the most: the nonces of an
/// integration that is deleted are looked for second by second.
pub const CLEANUP_PERIOD: Setting =
    Setting { instead_of_zero: Some(120), ..bounded("oauth/cleanup/expiration_period", "120", 0, 10_080) };
/// How long credentials that were handed over may open an exchange, in seconds.
pub const EXCHANGE_PERIOD: Setting = number_but_zero_of("oauth/consumer/expiration_period", "300", 300);
/// Redirects that a callback may follow.
pub const POST_MAXREDIRECTS: Setting = number_of("oauth/consumer/post_maxredirects", "0");
/// Time-out of a callback, in seconds.
pub const POST_TIMEOUT: Setting = number_but_zero_of("oauth/consumer/post_timeout", "5", 5);
/// Whether the access token of an integration opens the Web API without a signature.
pub const INTEGRATION_AS_BEARER: Setting = flag_of("oauth/consumer/enable_integration_as_bearer", "0");
/// Wrong passwords after which no token is given for a name; 0 is any number.
pub const TOKEN_FAILURES: Setting = number_of("oauth/authentication_lock/max_failures_count", "6");
/// How long no token is given then, in seconds; 0 locks nothing.
pub const TOKEN_LOCK_TIMEOUT: Setting = number_of("oauth/authentication_lock/timeout", "1800");

/// Wrong passwords that one client's address may send to the token services within ten minutes; 0 is any number.
pub const TOKEN_ATTEMPTS: Setting = number_of("latchkey/token/attempts_per_address", "60");
/// How long the old token lives after an exchange, in seconds.
pub const TOKEN_GRACE: Setting = number_of("latchkey/token/grace", "600");
/// How long the old token lives after a new one was shown, in seconds.
pub const TOKEN_GRACE_SIMPLE: Setting = number_of("latchkey/token/grace_simple", "86400");
/// Whether secrets can be shown again after the dialog.
pub const TOKEN_REVEAL: Setting = flag_of("latchkey/token/reveal", "1");
/// What becomes of an integration whose declaration asks for more than before.
pub const DECLARED_ON_CHANGE: Setting =
    one_of("latchkey/declared/on_change", "approve", &["approve", "recreate", "update"]);

/// Whether one person may be signed in more than once at a time.
pub const ADMIN_ACCOUNT_SHARING: Setting = flag_of("admin/security/admin_account_sharing", "1");
/// Longest time between two requests of a session, in seconds. Less than a minute would sign out whoever sets it.
pub const SESSION_LIFETIME: Setting = bounded("admin/security/session_lifetime", "900", 60, 31_536_000);
/// Wrong passwords after which an account is locked; 0 locks none.
pub const LOCKOUT_FAILURES: Setting = number_of("admin/security/lockout_failures", "6");
/// Minutes in which wrong passwords add up, and for which an account is locked; 0 locks none.
pub const LOCKOUT_THRESHOLD: Setting = number_of("admin/security/lockout_threshold", "30");
/// Wrong sign-ins that one client's address may send within ten minutes; 0 is any number.
pub const LOGIN_ATTEMPTS: Setting = number_of("latchkey/login/attempts_per_address", "60");
/// Whether everybody needs a second factor.
pub const OTP_REQUIRED: Setting = flag_of("latchkey/otp/required", "0");
/// What a new password must be: long, or as Magento asks.
pub const PASSWORD_RULE: Setting = one_of("admin/security/password_rule", "length", &["length", "magento"]);
/// Days after which a password is to be changed; 0 is never.
pub const PASSWORD_LIFETIME: Setting = number_of("admin/security/password_lifetime", "0");
/// Whether a password past its lifetime must be changed before anything else.
pub const PASSWORD_IS_FORCED: Setting = one_of("admin/security/password_is_forced", "1", &["0", "1"]);
/// By what requests for password links are held back: 0 nothing, 1 address and e-mail, 2 address, 3 e-mail.
pub const PASSWORD_RESET_PROTECTION: Setting =
    one_of("admin/security/password_reset_protection_type", "1", &["1", "2", "3", "0"]);
/// How long a link to choose a new password by is valid, in hours.
pub const PASSWORD_LINK_LIFETIME: Setting =
    bounded("admin/security/password_reset_link_expiration_period", "2", 1, MAX_NUMBER);
/// Requests for password links within an hour at the most; 0 for any number.
pub const PASSWORD_RESET_MOST: Setting = number_of("admin/security/max_number_password_reset_requests", "5");
/// Minutes between two requests for password links at the least; 0 for none.
pub const PASSWORD_RESET_APART: Setting =
    number_of("admin/security/min_time_between_password_reset_requests", "10");

/// Days for which entries of the audit trail are kept; 0 is for ever.
pub const AUDIT_DAYS: Setting = number_of("latchkey/retention/audit_days", "0");
/// Days for which attempts to hand over credentials are kept; 0 is for ever.
pub const ATTEMPT_DAYS: Setting = number_of("latchkey/retention/attempt_days", "90");
/// Days for which events and their deliveries are kept; 0 is for ever.
pub const EVENT_DAYS: Setting = number_of("latchkey/retention/event_days", "30");
/// Days for which runs of jobs are kept; 0 is for ever.
pub const JOB_RUN_DAYS: Setting = number_of("latchkey/retention/job_run_days", "7");

/// Every group: first those of Magento's section "OAuth", then ours.
pub const GROUPS: &[Group] = &[
    Group { key: "access_token_lifetime", settings: &[CUSTOMER_TOKEN_LIFETIME, ADMIN_TOKEN_LIFETIME] },
    Group { key: "cleanup", settings: &[CLEANUP_PERIOD] },
    Group {
        key: "consumer",
        settings: &[EXCHANGE_PERIOD, POST_MAXREDIRECTS, POST_TIMEOUT, INTEGRATION_AS_BEARER],
    },
    Group { key: "authentication_lock", settings: &[TOKEN_FAILURES, TOKEN_LOCK_TIMEOUT] },
    Group { key: "token_service", settings: &[TOKEN_ATTEMPTS] },
    Group { key: "token", settings: &[TOKEN_GRACE, TOKEN_GRACE_SIMPLE, TOKEN_REVEAL] },
    Group { key: "declared", settings: &[DECLARED_ON_CHANGE] },
    Group {
        key: "sign_in",
        settings: &[
            ADMIN_ACCOUNT_SHARING,
            SESSION_LIFETIME,
            LOCKOUT_FAILURES,
            LOCKOUT_THRESHOLD,
            LOGIN_ATTEMPTS,
            OTP_REQUIRED,
        ],
    },
    Group { key: "password", settings: &[PASSWORD_RULE, PASSWORD_LIFETIME, PASSWORD_IS_FORCED] },
    Group {
        key: "password_link",
        settings: &[
            PASSWORD_RESET_PROTECTION,
            PASSWORD_LINK_LIFETIME,
            PASSWORD_RESET_MOST,
            PASSWORD_RESET_APART,
        ],
    },
    Group { key: "retention", settings: &[AUDIT_DAYS, ATTEMPT_DAYS, EVENT_DAYS, JOB_RUN_DAYS] },
    Group {
        key: "schedule",
        settings: &[
            schedule_of(
                "crontab/default/jobs/abandoned_exchanges_cleanup/schedule/cron_expr",
                "*/10 * * * *",
            ),
            schedule_of("crontab/default/jobs/activation_attempts_cleanup/schedule/cron_expr", "20 2 * * *"),
            schedule_of("crontab/default/jobs/audit_cleanup/schedule/cron_expr", "40 2 * * *"),
            schedule_of("crontab/default/jobs/delivered_events_cleanup/schedule/cron_expr", "15 * * * *"),
            schedule_of("crontab/default/jobs/ended_sessions_cleanup/schedule/cron_expr", "5 * * * *"),
            schedule_of("crontab/default/jobs/event_delivery/schedule/cron_expr", "* * * * *"),
            schedule_of(
                "crontab/default/jobs/expired_accounts_deactivation/schedule/cron_expr",
                "35 * * * *",
            ),
            schedule_of("crontab/default/jobs/expired_nonces_cleanup/schedule/cron_expr", "* * * * *"),
            schedule_of("crontab/default/jobs/expired_tokens_cleanup/schedule/cron_expr", "0 * * * *"),
            schedule_of("crontab/default/jobs/job_history_cleanup/schedule/cron_expr", "25 * * * *"),
            schedule_of(
                "crontab/default/jobs/outdated_authentication_failures_cleanup/schedule/cron_expr",
                "* * * * *",
            ),
        ],
    },
];

/// When a job runs.
const fn schedule_of(path: &'static str, default: &'static str) -> Setting {
    Setting { path, default, kind: Kind::Schedule, instead_of_zero: None }
}

/// A whole number of zero or more.
const fn number_of(path: &'static str, default: &'static str) -> Setting {
    bounded(path, default, 0, MAX_NUMBER)
}

/// The same where zero makes no sense and means this instead.
const fn number_but_zero_of(path: &'static str, default: &'static str, instead_of_zero: i64) -> Setting {
    Setting { instead_of_zero: Some(instead_of_zero), ..number_of(path, default) }
}

const fn bounded(path: &'static str, default: &'static str, min: i64, max: i64) -> Setting {
    Setting { path, default, kind: Kind::Number { min, max }, instead_of_zero: None }
}

const fn hours_of(path: &'static str, default: &'static str) -> Setting {
    Setting { path, default, kind: Kind::Hours, instead_of_zero: None }
}

const fn flag_of(path: &'static str, default: &'static str) -> Setting {
    Setting { path, default, kind: Kind::Flag, instead_of_zero: None }
}

const fn one_of(path: &'static str, default: &'static str, words: &'static [&'static str]) -> Setting {
    Setting { path, default, kind: Kind::OneOf(words), instead_of_zero: None }
}
