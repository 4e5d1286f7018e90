//! Wrong passwords at the token services are counted by name and kind of account, and too many of them lock the name
//! there for a while. The end of a lock is judged by the time: no job has to run for it.
//!
//! A row is held from the moment it is read until the transaction ends, so that of many tries at once no more are
//! answered than the setting allows. While a name is locked nothing is counted, so that nobody can keep it locked.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{self, Act, Changes, Thing};
use super::bearer::Kind;
use super::{Actor, Error, Source, setting};
use crate::store::{self, Work};

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Wrong passwords, none of them longer than the time-out after the one before.
    pub failures: i64,
    /// When they are forgotten, and a lock ends: the time-out after the last one.
    pub lock_expires_at: DateTime<Utc>,
}

/// When a name is locked, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many wrong passwords.
    pub failures: i64,
    /// For this time.
    pub timeout: TimeDelta,
}

/// A name that is tried.
#[derive(Debug, Clone)]
pub struct Name {
    kind: Kind,
    folded: String,
}

impl Name {
    /// The name of an account. Those that no account has share one row, so that strangers cannot fill the table.
    pub fn of(kind: Kind, name: Option<&str>) -> Self {
        Self { kind, folded: name.map(store::fold).unwrap_or_default() }
    }
}

impl Tally {
    fn is_locked(self, limits: Limits, now: DateTime<Utc>) -> bool {
        self.failures >= limits.failures && now < self.lock_expires_at
    }

    fn one_more(self, limits: Limits, now: DateTime<Utc>) -> Self {
        let before = if now < self.lock_expires_at { self.failures } else { 0 };
        Self { failures: before + 1, lock_expires_at: now + limits.timeout }
    }
}

impl Limits {
    /// Those that are set; `None` when either is 0, which switches locking off.
    fn read(work: &mut Work<'_>) -> Result<Option<Self>, Error> {
        let failures = setting::number(work, setting::TOKEN_FAILURES)?;
        let seconds = setting::number(work, setting::TOKEN_LOCK_TIMEOUT)?;
        let limits = Self { failures, timeout: TimeDelta::seconds(seconds) };
        Ok((failures > 0 && seconds > 0).then_some(limits))
    }
}

/// Whether a name is locked at this moment.
///
/// # Errors
/// Those of the database.
pub fn is_locked(work: &mut Work<'_>, name: &Name) -> Result<bool, Error> {
    let limits = Limits::read(work)?;
    let tally = store::token_request_log::hold(work, name.kind, &name.folded)?;
    let now = work.now;
    Ok(limits.zip(tally).is_some_and(|(limits, tally)| tally.is_locked(limits, now)))
}

/// Until when each of these names is locked at this moment, in their order, with one query for all of them. Holds
/// nothing: for whoever only wants to know.
///
/// # Errors
/// Those of the database.
pub fn locked_until(
    work: &mut Work<'_>,
    kind: Kind,
    names: &[&str],
) -> Result<Vec<Option<DateTime<Utc>>>, Error> {
    let Some(limits) = Limits::read(work)? else { return Ok(vec![None; names.len()]) };
    let folded: Vec<String> = names.iter().map(|name| store::fold(name)).collect();
    let tallies = store::token_request_log::of_names(work, kind, &folded)?;
    let now = work.now;
    let locked = |name: &String| tallies.get(name).filter(|tally| tally.is_locked(limits, now));
    Ok(folded.iter().map(|name| locked(name).map(|tally| tally.lock_expires_at)).collect())
}

/// Counts a wrong password or code, unless the name is locked. That this locks `whose` name is recorded.
///
/// # Errors
/// Those of the database.
pub fn failed(work: &mut Work<'_>, name: &Name, whose: Option<Thing>, source: &Source) -> Result<(), Error> {
    if count(work, name)?
        && let Some(thing) = whose
    {
        audit::record(work, &Actor::stranger(source), Act::TokenLocked, thing, Changes::none());
    }
    Ok(())
}

/// Counts, and says whether that has locked the name.
fn count(work: &mut Work<'_>, name: &Name) -> Result<bool, Error> {
    let Some(limits) = Limits::read(work)? else { return Ok(false) };
    let now = work.now;
    let first = Tally { failures: 1, lock_expires_at: now + limits.timeout };
    let (kind, folded) = (name.kind, name.folded.as_str());
    let before = match store::token_request_log::hold(work, kind, folded)? {
        Some(before) => Some(before),
        None => match store::token_request_log::insert(work, kind, folded, first) {
            // Two that come at once both find no row; the unique key decides between them.
            Err(store::Error::Duplicate) => store::token_request_log::hold(work, kind, folded)?,
            other => {
                other?;
                return Ok(limits.failures == 1);
            }
        },
    };
    match before {
        Some(before) if before.is_locked(limits, now) => Ok(false),
        before => {
            let after = before.map_or(first, |before| before.one_more(limits, now));
            store::token_request_log::update(work, kind, folded, after)?;
            Ok(after.is_locked(limits, now))
        }
    }
}

/// Forgets wrong passwords: the right one was given, or somebody unlocked the account.
///
/// # Errors
/// Those of the database.
pub fn forget(work: &mut Work<'_>, name: &Name) -> Result<(), Error> {
    Ok(store::token_request_log::delete(work, name.kind, &name.folded)?)
}

/// Deletes what has ended, oldest first, `limit` rows at the most; says how many. Nothing depends on it but the size
/// of the table.
///
/// # Errors
/// Those of the database.
pub fn delete_outdated(work: &mut Work<'_>, limit: i64) -> Result<usize, Error> {
    let now = work.now;
    Ok(store::token_request_log::delete_outdated(work, now, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::TestStore;

    const LIMITS: Limits = Limits { failures: 6, timeout: TimeDelta::seconds(1800) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn after(seconds: &[i64]) -> Tally {
        let none = Tally { failures: 0, lock_expires_at: at(0) };
        seconds.iter().fold(none, |tally, second| tally.one_more(LIMITS, at(*second)))
    }

    #[test]
    fn the_sixth_failure_locks_until_the_time_out_has_passed() {
        assert!(!after(&[1, 2, 3, 4, 5]).is_locked(LIMITS, at(6)));
        let six = after(&[1, 2, 3, 4, 5, 6]);
        assert!(six.is_locked(LIMITS, at(6)) && six.is_locked(LIMITS, at(1805)));
        assert!(!six.is_locked(LIMITS, at(1806)), "the end itself is no part of it");
    }

    #[test]
    fn failures_are_forgotten_a_time_out_after_the_last_one() {
        assert_eq!(after(&[1, 2, 3, 4, 1000, 2799]).failures, 6);
        assert_eq!(after(&[1, 2, 3, 4, 1000, 2800]).failures, 1);
    }

    fn tries(test: &TestStore, name: &Name, count: usize) -> Vec<bool> {
        (0..count).map(|_| test.store.write_now(|work| super::count(work, name)).unwrap()).collect()
    }

    fn locked(test: &TestStore, name: &Name) -> bool {
        test.store.write_now(|work| is_locked(work, name)).unwrap()
    }

    #[test]
    fn names_are_counted_by_kind_and_without_regard_to_case() {
        let test = TestStore::new();
        let name = Name::of(Kind::Customer, Some("Jo@Example.com"));
        assert_eq!(tries(&test, &name, 7), [false, false, false, false, false, true, false]);
        assert!(locked(&test, &Name::of(Kind::Customer, Some(" jo@example.COM"))));
        assert!(!locked(&test, &Name::of(Kind::Admin, Some("jo@example.com"))));
        test.clock.advance(TimeDelta::seconds(1800));
        assert!(!locked(&test, &name), "no job has run");
        assert_eq!(tries(&test, &name, 1), [false]);
    }

    #[test]
    fn whoever_only_wants_to_know_is_told_the_same_of_many_names() {
        let test = TestStore::new();
        tries(&test, &Name::of(Kind::Admin, Some("Jo")), 6);
        tries(&test, &Name::of(Kind::Admin, Some("kim")), 5);
        tries(&test, &Name::of(Kind::Customer, Some("ada")), 6);
        let asked =
            |names: &[&str]| test.store.read_now(|work| locked_until(work, Kind::Admin, names)).unwrap();
        let end = test.store.clock().now() + TimeDelta::seconds(1800);
        assert_eq!(asked(&["kim", "JO", "ada", "jo"]), [None, Some(end), None, Some(end)]);
        test.clock.advance(TimeDelta::seconds(1800));
        assert_eq!(asked(&["jo"]), [None], "no job has run");
    }

    #[test]
    fn zero_switches_locking_off() {
        for (path, value) in [(setting::TOKEN_FAILURES, "0"), (setting::TOKEN_LOCK_TIMEOUT, "0")] {
            let test = TestStore::new();
            let name = Name::of(Kind::Admin, Some("jo"));
            tries(&test, &name, 6);
            assert!(locked(&test, &name));
            test.store.write_now(|work| setting::set(work, &Actor::command(), path, value)).unwrap();
            assert!(!locked(&test, &name) && !tries(&test, &name, 20).contains(&true));
        }
    }

    #[test]
    fn what_has_ended_is_deleted_in_batches_the_oldest_first() {
        let test = TestStore::new();
        for name in ["a", "b", "c"] {
            tries(&test, &Name::of(Kind::Admin, Some(name)), 6);
            test.clock.advance(TimeDelta::seconds(1000));
        }
        let deleted = || test.store.write_now(|work| delete_outdated(work, 1)).unwrap();
        assert_eq!((deleted(), deleted(), deleted()), (1, 1, 0));
        assert!(locked(&test, &Name::of(Kind::Admin, Some("c"))));
        test.clock.advance(TimeDelta::seconds(1800));
        assert_eq!((deleted(), deleted()), (1, 0));
    }
}
