//! Settings: what administrators change while the server runs, kept in the database under Magento's paths.
//!
//! A change raises the revision, so that every node drops what it decided calls by (`crate::store::snapshot`), and
//! leaves an entry in the audit trail.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Conflict, Error, Field, Invalid, Missing, bearer};
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

mod kind;
mod table;

pub use kind::{Kind, MAX_LENGTH};
pub use table::*;

/// The field of the audit trail that holds the value.
const VALUE: &str = "value";

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

/// What a setting is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Its default, whatever that may become.
    Default,
    /// This value.
    Value(String),
}

impl Setting {
    /// What was stored as a time, or the default, for a setting in hours; `None` is for ever.
    pub fn as_hours(self, stored: Option<&str>) -> Option<TimeDelta> {
        kind::lifetime(stored.unwrap_or(self.default))
    }
}

/// The values of all settings at one moment, read at once: for whoever asks for several of them.
#[derive(Debug)]
pub struct Values(HashMap<String, String>);

impl Values {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(work: &mut Work<'_>) -> Result<Self, Error> {
        Ok(Self(store::setting::all(work)?))
    }

    /// The value as a number.
    pub fn number(&self, setting: Setting) -> i64 {
        as_number(setting, self.text(setting))
    }

    /// Whether the flag is set.
    pub fn flag(&self, setting: Setting) -> bool {
        self.text(setting) == "1"
    }

    fn text(&self, setting: Setting) -> &str {
        self.0.get(setting.path).map_or(setting.default, String::as_str)
    }
}

/// How long tokens of that kind live.
pub fn token_lifetime(kind: bearer::Kind) -> Setting {
    match kind {
        bearer::Kind::Admin => ADMIN_TOKEN_LIFETIME,
        bearer::Kind::Customer => CUSTOMER_TOKEN_LIFETIME,
    }
}

/// Every setting, by group.
pub fn all() -> impl Iterator<Item = Setting> {
    GROUPS.iter().flat_map(|group| group.settings).copied()
}

/// The setting of that path.
///
/// # Errors
/// [`Missing::Setting`].
pub fn by_path(path: &str) -> Result<Setting, Error> {
    let found = all().find(|setting| setting.path == path);
    found.ok_or_else(|| Missing::Setting(path.to_owned()).into())
}

/// Every setting with its value, by group.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Current>, Error> {
    let stored = store::setting::all(work)?;
    let current = |setting: Setting| match stored.get(setting.path) {
        Some(value) => Current { setting, value: value.clone(), is_set: true },
        None => Current { setting, value: setting.default.to_owned(), is_set: false },
    };
    Ok(all().map(current).collect())
}

/// What tells these values from others: a form that was drawn from one version does not overwrite another.
pub fn version(settings: &[Current]) -> String {
    let line = |current: &Current| format!("{} {} {}", current.setting.path, current.is_set, current.value);
    digest(&Secret::new(settings.iter().map(line).collect::<Vec<_>>().join("\n")))
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

/// The value as a time, for a setting in hours; `None` is for ever.
///
/// # Errors
/// Those of the database.
pub fn hours(work: &mut Work<'_>, setting: Setting) -> Result<Option<TimeDelta>, Error> {
    Ok(setting.as_hours(Some(&text(work, setting)?)))
}

/// The moment so many days ago as the setting says; nothing when it says 0, or more than time has.
///
/// # Errors
/// Those of the database.
pub fn days_ago(work: &mut Work<'_>, setting: Setting) -> Result<Option<DateTime<Utc>>, Error> {
    let days = number(work, setting)?;
    Ok((days > 0).then(|| work.now.checked_sub_signed(TimeDelta::days(days))).flatten())
}

/// Whether the flag is set.
///
/// # Errors
/// Those of the database.
pub fn flag(work: &mut Work<'_>, setting: Setting) -> Result<bool, Error> {
    Ok(text(work, setting)? == "1")
}

/// Changes a setting.
///
/// # Errors
/// `Invalid` when the value is none of its kind.
pub fn set(work: &mut Work<'_>, by: &Actor, setting: Setting, value: &str) -> Result<(), Error> {
    save(work, by, None, &[(setting, Wanted::Value(value.to_owned()))])
}

/// Goes back to the default.
///
/// # Errors
/// Those of the database.
pub fn unset(work: &mut Work<'_>, by: &Actor, setting: Setting) -> Result<(), Error> {
    save(work, by, None, &[(setting, Wanted::Default)])
}

/// Changes several settings, all of them or none; those that are as wanted already are left alone. `seen` is the
/// [`version`] that whoever asks has seen.
///
/// # Errors
/// `Invalid` when a value is none of its kind; [`Conflict::ChangedMeanwhile`] when there is another version by now.
pub fn save(
    work: &mut Work<'_>,
    by: &Actor,
    seen: Option<&str>,
    wanted: &[(Setting, Wanted)],
) -> Result<(), Error> {
    // Raised first, which has others who save wait until this one is done.
    store::revision::raise(work, None)?;
    let current = list(work)?;
    if seen.is_some_and(|seen| seen != version(&current)) {
        return Err(Conflict::ChangedMeanwhile.into());
    }
    check(wanted)?;
    for (setting, wanted) in wanted {
        if let Some(before) = current.iter().find(|current| current.setting == *setting) {
            apply(work, by, before, wanted)?;
        }
    }
    Ok(())
}

/// Whether every value is one of its kind.
///
/// # Errors
/// Every setting with its reason.
pub fn check(wanted: &[(Setting, Wanted)]) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    for (setting, wanted) in wanted {
        if let Wanted::Value(value) = wanted
            && let Err(reason) = setting.kind.check(value.trim())
        {
            invalid.add(Field::Setting(setting.path), reason);
        }
    }
    invalid.check()
}

fn apply(work: &mut Work<'_>, by: &Actor, before: &Current, wanted: &Wanted) -> Result<(), Error> {
    let setting = before.setting;
    let (act, after) = match wanted {
        Wanted::Default if before.is_set => {
            store::setting::remove(work, setting.path)?;
            (Act::SettingReset, setting.default)
        }
        Wanted::Value(value) if !(before.is_set && before.value == value.trim()) => {
            store::setting::put(work, setting.path, value.trim())?;
            (Act::SettingChanged, value.trim())
        }
        Wanted::Default | Wanted::Value(_) => return Ok(()),
    };
    let changes = Changes::none().field(VALUE, &before.value, after);
    audit::record(work, by, act, Thing::setting(setting), changes);
    Ok(())
}

fn as_number(setting: Setting, text: &str) -> i64 {
    let fallback = setting.default.parse().unwrap_or_default();
    let number: i64 = text.parse().unwrap_or(fallback);
    match setting.kind {
        _ if number == 0 && setting.instead_of_zero.is_some() => setting.instead_of_zero.unwrap_or(0),
        Kind::Number { min, max } if !(min..=max).contains(&number) => fallback,
        _ => number,
    }
}

#[cfg(test)]
mod tests;
