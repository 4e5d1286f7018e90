//! Settings that an administrator may change while the server runs. They live in the database under Magento's paths.
//!
//! (What is read once at the start is configuration: see `crate::config`.)

use std::time::Duration;

use chrono::TimeDelta;

use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Error, Field, Missing, Reason, bearer};
use crate::store::{self, Work};

/// A setting: where it is kept, what it is by default, what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Path under which it is kept.
    pub path: &'static str,
    /// Value as long as nobody changed it.
    pub default: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Value that is used instead of zero; zero is meant when it is `None`.
    instead_of_zero: Option<i64>,
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of zero or more.
    Number,
    /// 0 or 1.
    Flag,
    /// Hours: a number of zero or more, perhaps with a fraction. Zero and nothing mean for ever.
    Hours,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Whether one person may be signed in more than once at a time.
pub const ADMIN_ACCOUNT_SHARING: Setting = flag_of("admin/security/admin_account_sharing", "1");
/// Wrong passwords after which an account is locked; 0 locks none.
pub const LOCKOUT_FAILURES: Setting = number_of("admin/security/lockout_failures", "6", None);
/// Minutes in which wrong passwords add up, and for which an account is locked; 0 locks none.
pub const LOCKOUT_THRESHOLD: Setting = number_of("admin/security/lockout_threshold", "30", None);
/// Whether a password past its lifetime must be changed before anything else.
pub const PASSWORD_IS_FORCED: Setting = flag_of("admin/security/password_is_forced", "1");
/// Days after which a password is to be changed; 0 is never.
pub const PASSWORD_LIFETIME: Setting = number_of("admin/security/password_lifetime", "0", None);
/// What a new password must be: long, or as Magento asks.
pub const PASSWORD_RULE: Setting = Setting {
    path: "admin/security/password_rule",
    default: "length",
    kind: Kind::OneOf(&["length", "magento"]),
    instead_of_zero: None,
};

/// Longest time between two requests of a session, in seconds.
pub const SESSION_LIFETIME: Setting = number_of("admin/security/session_lifetime", "900", Some(900));
/// Wrong sign-ins that one client's address may send within ten minutes; 0 is any number.
pub const LOGIN_ATTEMPTS: Setting = number_of("latchkey/login/attempts_per_address", "60", None);
/// By what requests for password links are held back: 0 nothing, 1 address and e-mail, 2 address, 3 e-mail.
pub const PASSWORD_RESET_PROTECTION: Setting =
    number_of("admin/security/password_reset_protection_type", "1", None);
/// How long a link to choose a new password by is valid, in hours.
pub const PASSWORD_LINK_LIFETIME: Setting =
    number_of("admin/security/password_reset_link_expiration_period", "2", Some(2));
/// Requests for password links within an hour at the most; 0 for any number.
pub const PASSWORD_RESET_MOST: Setting =
    number_of("admin/security/max_number_password_reset_requests", "5", None);
/// Minutes between two requests for password links at the least; 0 for none.
pub const PASSWORD_RESET_APART: Setting =
    number_of("admin/security/min_time_between_password_reset_requests", "10", None);
/// Whether everybody needs a second factor.
pub const OTP_REQUIRED: Setting = flag_of("latchkey/otp/required", "0");
/// How long the token of an administrator lives, in hours; 0 or nothing is for ever.
pub const ADMIN_TOKEN_LIFETIME: Setting = hours_of("oauth/access_token_lifetime/admin", "4");
/// How long the token of a customer lives, in hours; 0 or nothing is for ever.
pub const CUSTOMER_TOKEN_LIFETIME: Setting = hours_of("oauth/access_token_lifetime/customer", "1");
/// Wrong passwords after which the token services refuse a name; 0 refuses none.
pub const TOKEN_FAILURES: Setting = number_of("oauth/authentication_lock/max_failures_count", "6", None);
/// How long they refuse it, in seconds; 0 refuses none.
pub const TOKEN_LOCK_TIMEOUT: Setting = number_of("oauth/authentication_lock/timeout", "1800", None);
/// Wrong passwords that one client's address may send to the token services within ten minutes; 0 is any number.
pub const TOKEN_ATTEMPTS: Setting = number_of("latchkey/token/attempts_per_address", "60", None);
/// Whether the tokens of integrations that follow this setting are accepted without a signature.
pub const INTEGRATION_AS_BEARER: Setting = flag_of("oauth/consumer/enable_integration_as_bearer", "0");
/// Age at which used nonces and abandoned exchanges are removed, in minutes.
pub const CLEANUP_PERIOD: Setting = number_of("oauth/cleanup/expiration_period", "120", Some(120));
/// How long credentials that were handed over may open an exchange, in seconds.
pub const EXCHANGE_PERIOD: Setting = number_of("oauth/consumer/expiration_period", "300", Some(300));
/// Redirects that a callback may follow.
pub const POST_MAXREDIRECTS: Setting = number_of("oauth/consumer/post_maxredirects", "0", None);
/// Time-out of a callback, in seconds.
pub const POST_TIMEOUT: Setting = number_of("oauth/consumer/post_timeout", "5", Some(5));
/// How long the old token lives after an exchange, in seconds.
pub const TOKEN_GRACE: Setting = number_of("latchkey/token/grace", "600", None);
/// How long the old token lives after a new one was shown, in seconds.
pub const TOKEN_GRACE_SIMPLE: Setting = number_of("latchkey/token/grace_simple", "86400", None);
/// Whether secrets can be shown again after the dialog.
pub const TOKEN_REVEAL: Setting = flag_of("latchkey/token/reveal", "1");

/// Every setting, by path.
pub const ALL: [Setting; 26] = [
    ADMIN_ACCOUNT_SHARING,
    LOCKOUT_FAILURES,
    LOCKOUT_THRESHOLD,
    PASSWORD_RESET_MOST,
    PASSWORD_RESET_APART,
    PASSWORD_IS_FORCED,
    PASSWORD_LIFETIME,
    PASSWORD_LINK_LIFETIME,
    PASSWORD_RESET_PROTECTION,
    PASSWORD_RULE,
    SESSION_LIFETIME,
    LOGIN_ATTEMPTS,
    OTP_REQUIRED,
    TOKEN_ATTEMPTS,
    TOKEN_GRACE,
    TOKEN_GRACE_SIMPLE,
    TOKEN_REVEAL,
    ADMIN_TOKEN_LIFETIME,
    CUSTOMER_TOKEN_LIFETIME,
    TOKEN_FAILURES,
    TOKEN_LOCK_TIMEOUT,
    CLEANUP_PERIOD,
    INTEGRATION_AS_BEARER,
    EXCHANGE_PERIOD,
    POST_MAXREDIRECTS,
    POST_TIMEOUT,
];

/// A setting with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Which one.
    pub setting: Setting,
    /// What it is now.
    pub value: String,
    /// Whether somebody set it.
    pub is_set: bool,
}

const fn number_of(path: &'static str, default: &'static str, instead_of_zero: Option<i64>) -> Setting {
    Setting { path, default, kind: Kind::Number, instead_of_zero }
}

const fn flag_of(path: &'static str, default: &'static str) -> Setting {
    Setting { path, default, kind: Kind::Flag, instead_of_zero: None }
}

const fn hours_of(path: &'static str, default: &'static str) -> Setting {
    Setting { path, default, kind: Kind::Hours, instead_of_zero: None }
}

/// How long tokens of that kind live.
pub fn token_lifetime(kind: bearer::Kind) -> Setting {
    match kind {
        bearer::Kind::Admin => ADMIN_TOKEN_LIFETIME,
        bearer::Kind::Customer => CUSTOMER_TOKEN_LIFETIME,
    }
}

impl Setting {
    /// What was stored as a time, or the default; `None` when it is for ever.
    pub fn as_hours(self, stored: Option<&str>) -> Option<TimeDelta> {
        as_hours(stored.unwrap_or(self.default))
    }
}

/// The setting of that path.
///
/// # Errors
/// [`Missing::Setting`].
pub fn by_path(path: &str) -> Result<Setting, Error> {
    let found = ALL.into_iter().find(|setting| setting.path == path);
    found.ok_or_else(|| Missing::Setting(path.to_owned()).into())
}

/// Every setting with its value, by path.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Current>, Error> {
    let stored = store::setting::all(work)?;
    let current = |setting: Setting| match stored.get(setting.path) {
        Some(value) => Current { setting, value: value.clone(), is_set: true },
        None => Current { setting, value: setting.default.to_owned(), is_set: false },
    };
    Ok(ALL.into_iter().map(current).collect())
}

/// The value as text.
///
/// # Errors
/// Those of the database.
pub fn text(work: &mut Work<'_>, setting: Setting) -> Result<String, Error> {
    Ok(store::setting::find(work, setting.path)?.unwrap_or_else(|| setting.default.to_owned()))
}

/// The value as a number.
///
/// # Errors
/// Those of the database.
pub fn number(work: &mut Work<'_>, setting: Setting) -> Result<i64, Error> {
    Ok(as_number(setting, &text(work, setting)?))
}

/// Whether the flag is set.
///
/// # Errors
/// Those of the database.
pub fn flag(work: &mut Work<'_>, setting: Setting) -> Result<bool, Error> {
    Ok(text(work, setting)? == "1")
}

/// The value as a time; `None` when it is for ever.
///
/// # Errors
/// Those of the database.
pub fn hours(work: &mut Work<'_>, setting: Setting) -> Result<Option<TimeDelta>, Error> {
    Ok(as_hours(&text(work, setting)?))
}

/// Changes a setting.
///
/// # Errors
/// `Invalid` when the value is none of its kind.
pub fn set(work: &mut Work<'_>, by: &Actor, setting: Setting, value: &str) -> Result<(), Error> {
    let value = value.trim();
    check(setting.kind, value).map_err(|reason| Error::invalid(Field::Value, reason))?;
    let before = text(work, setting)?;
    store::setting::put(work, setting.path, value)?;
    let changes = Changes::none().field(Field::Value.name(), &before, value);
    audit::record(work, by, Act::SettingChanged, Thing::setting(setting), changes);
    Ok(store::revision::raise(work, None)?)
}

/// Goes back to the default.
///
/// # Errors
/// Those of the database.
pub fn unset(work: &mut Work<'_>, by: &Actor, setting: Setting) -> Result<(), Error> {
    let before = text(work, setting)?;
    store::setting::remove(work, setting.path)?;
    let changes = Changes::none().field(Field::Value.name(), &before, setting.default);
    audit::record(work, by, Act::SettingReset, Thing::setting(setting), changes);
    Ok(store::revision::raise(work, None)?)
}

fn check(kind: Kind, value: &str) -> Result<(), Reason> {
    match kind {
        Kind::Number if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            // Nine digits are more than thirty years of seconds, and fit every sum of times.
            if value.is_empty() {
                Err(Reason::Required)
            } else if value.len() > 9 {
                Err(Reason::TooLong(9))
            } else {
                Ok(())
            }
        }
        Kind::Number => Err(Reason::NotANumber),
        Kind::Hours if value.len() > 12 => Err(Reason::TooLong(12)),
        Kind::Hours if value.is_empty() || is_decimal(value) => Ok(()),
        Kind::Hours => Err(Reason::NotHours),
        Kind::Flag if matches!(value, "0" | "1") => Ok(()),
        Kind::Flag => Err(Reason::NotAFlag),
        Kind::OneOf(words) if words.contains(&value) => Ok(()),
        Kind::OneOf(words) => Err(Reason::NotOneOf(words)),
    }
}

/// Digits, and perhaps a point with digits behind it.
fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What is no number is for ever, as nothing is.
fn as_hours(text: &str) -> Option<TimeDelta> {
    let hours = text.trim().parse::<f64>().ok().filter(|hours| *hours > 0.0)?;
    // One that is too long to be told is for ever too.
    let lifetime = Duration::try_from_secs_f64(hours * 3600.0).ok()?;
    TimeDelta::from_std(lifetime.max(Duration::from_millis(1))).ok()
}

fn as_number(setting: Setting, text: &str) -> i64 {
    let fallback = setting.default.parse().unwrap_or_default();
    let number = text.parse().unwrap_or(fallback);
    if number == 0 { setting.instead_of_zero.unwrap_or(0) } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for setting in ALL {
            assert_eq!(check(setting.kind, setting.default), Ok(()), "{}", setting.path);
        }
    }

    #[test]
    fn zero_means_the_default_where_zero_makes_no_sense() {
        assert_eq!(as_number(EXCHANGE_PERIOD, "0"), 300);
        assert_eq!(as_number(POST_MAXREDIRECTS, "0"), 0);
        assert_eq!(as_number(TOKEN_GRACE, "30"), 30);
    }

    #[test]
    fn hours_may_have_fractions_and_none_are_for_ever() {
        for (text, seconds) in
            [("4", Some(14_400.0)), ("0.5", Some(1_800.0)), ("0.001", Some(3.6)), ("0", None), ("", None)]
        {
            assert_eq!(check(Kind::Hours, text), Ok(()), "{text}");
            let expected =
                seconds.map(|seconds| TimeDelta::from_std(Duration::from_secs_f64(seconds)).unwrap());
            assert_eq!(as_hours(text), expected, "{text}");
        }
        assert!(as_hours("0.000000001").is_some_and(|lifetime| lifetime > TimeDelta::zero()));
        for text in ["-1", "1,5", "1e3", ".5", "1.", "never", "inf"] {
            assert_eq!(check(Kind::Hours, text), Err(Reason::NotHours), "{text}");
        }
    }

    #[test]
    fn values_of_another_kind_are_refused() {
        assert_eq!(check(Kind::Number, "-1"), Err(Reason::NotANumber));
        assert_eq!(check(Kind::Number, ""), Err(Reason::Required));
        assert_eq!(check(Kind::Number, "9999999999"), Err(Reason::TooLong(9)));
        assert_eq!(check(Kind::Flag, "yes"), Err(Reason::NotAFlag));
        let rule = check(PASSWORD_RULE.kind, "none");
        assert_eq!(rule, Err(Reason::NotOneOf(&["length", "magento"])));
    }
}
