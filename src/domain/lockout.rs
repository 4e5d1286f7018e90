//! Lockout: wrong passwords and wrong codes are counted, and too many of them close an account for a while.
//!
//! Each attempt is judged in a write transaction of its own, after the password was verified: of many that come at
//! once only so many are told anything. While an account is locked nothing is counted, so that nobody can keep it
//! locked for ever.

use chrono::{DateTime, TimeDelta, Utc};

use super::admin_user::{AdminUser, AdminUserId};
use super::audit::{self, Act, Changes, Thing};
use super::bearer::Kind;
use super::candidate::Verified;
use super::token_throttle::{self, Name};
use super::{Actor, Error, setting};
use crate::store::{self, Work};

/// What is known about wrong passwords of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many there were within the threshold.
    pub count: i64,
    /// The first of them.
    pub first_at: Option<DateTime<Utc>>,
    /// Until when the account is locked; may have passed.
    pub locked_until: Option<DateTime<Utc>>,
}

/// When an account is locked, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many wrong passwords.
    pub failures: i64,
    /// Within this time; and so long is the lock.
    pub threshold: TimeDelta,
}

/// What an attempt comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right,
    /// It is wrong.
    Wrong,
    /// The account is locked, or is from now on: the right password does not help.
    Locked,
}

impl Failures {
    /// Whether the account is locked at this moment.
    pub fn is_locked(self, now: DateTime<Utc>) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// What an attempt comes to, and what is known after it. Without limits nothing is counted and nobody locked.
    fn judge(self, is_right: bool, limits: Option<Limits>, now: DateTime<Utc>) -> (Self, Verdict) {
        let Some(limits) = limits else {
            return (Self::default(), if is_right { Verdict::Right } else { Verdict::Wrong });
        };
        if self.is_locked(now) {
            return (self, Verdict::Locked);
        }
        if is_right {
            return (Self::default(), Verdict::Right);
        }
        let first = self.first_at.filter(|first| now < *first + limits.threshold);
        let count = first.map_or(1, |_| self.count + 1);
        let is_locked = count >= limits.failures;
        let locked_until = is_locked.then(|| now + limits.threshold);
        let verdict = if is_locked { Verdict::Locked } else { Verdict::Wrong };
        (Self { count, first_at: Some(first.unwrap_or(now)), locked_until }, verdict)
    }
}

/// When accounts are locked; `None` when they are not.
///
/// # Errors
/// Those of the database.
pub fn limits(work: &mut Work<'_>) -> Result<Option<Limits>, Error> {
    let failures = setting::number(work, setting::LOCKOUT_FAILURES)?;
    let minutes = setting::number(work, setting::LOCKOUT_THRESHOLD)?;
    let limits = Limits { failures, threshold: TimeDelta::minutes(minutes) };
    Ok((failures > 0 && minutes > 0).then_some(limits))
}

/// Judges an attempt and writes down what it comes to; nothing, and nothing is counted, when the hash is another one
/// than was verified: the password is to be verified anew.
///
/// # Errors
/// Those of the database.
pub fn judge(
    work: &mut Work<'_>,
    by: &Actor,
    id: AdminUserId,
    verified: &Verified,
) -> Result<Option<Verdict>, Error> {
    judge_password(work, by, id, verified, Clears::Yes)
}

/// Whether an account is locked now. One that was locked before the limits were taken away is not.
///
/// # Errors
/// Those of the database.
pub fn is_locked(work: &mut Work<'_>, user: &AdminUser) -> Result<bool, Error> {
    Ok(limits(work)?.is_some() && user.locked_until.is_some_and(|until| work.now < until))
}

/// The same for the first of two factors: a right password clears nothing, or whoever knows it could try out codes
/// for ever by giving it again in between.
///
/// # Errors
/// Those of the database.
pub fn judge_first(
    work: &mut Work<'_>,
    by: &Actor,
    id: AdminUserId,
    verified: &Verified,
) -> Result<Option<Verdict>, Error> {
    judge_password(work, by, id, verified, Clears::No)
}

/// The same for a code as second factor: wrong ones count as wrong passwords do. `check` is not asked while the
/// account is locked, so that no code is used up in vain.
///
/// # Errors
/// Those of the database.
pub fn judge_code(
    work: &mut Work<'_>,
    by: &Actor,
    id: AdminUserId,
    check: impl FnOnce(&mut Work<'_>) -> Result<bool, Error>,
) -> Result<Verdict, Error> {
    let Some(held) = Held::of(work, id)? else { return unknown(work) };
    let is_right = !held.was_locked && check(work)?;
    held.judge(work, by, Clears::Yes, is_right)
}

fn judge_password(
    work: &mut Work<'_>,
    by: &Actor,
    id: AdminUserId,
    verified: &Verified,
    clears: Clears,
) -> Result<Option<Verdict>, Error> {
    let Some(held) = Held::of(work, id)? else { return unknown(work).map(Some) };
    if !held.was_locked && verified.hash.as_ref() != Some(&held.hash) {
        return Ok(None);
    }
    held.judge(work, by, clears, verified.is_right).map(Some)
}

/// Whether what is right clears the count of what was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clears {
    Yes,
    No,
}

/// An account that nobody else judges until this transaction ends.
struct Held {
    id: AdminUserId,
    limits: Option<Limits>,
    before: Failures,
    was_locked: bool,
    hash: String,
}

impl Held {
    fn of(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<Self>, Error> {
        let limits = limits(work)?;
        store::admin_user::hold(work, id)?;
        let now = work.now;
        let held = |(before, hash): (Failures, String)| {
            let was_locked = limits.is_some() && before.is_locked(now);
            Self { id, limits, before, was_locked, hash }
        };
        Ok(store::admin_user::failures(work, id)?.map(held))
    }

    fn judge(
        self,
        work: &mut Work<'_>,
        by: &Actor,
        clears: Clears,
        is_right: bool,
    ) -> Result<Verdict, Error> {
        let Self { id, limits, before, was_locked, .. } = self;
        let (after, verdict) = before.judge(is_right, limits, work.now);
        let after = if verdict == Verdict::Right && clears == Clears::No { before } else { after };
        store::admin_user::set_failures(work, id, after, verdict != Verdict::Right)?;
        if verdict == Verdict::Locked
            && !was_locked
            && let Some(user) = store::admin_user::by_id(work, id)?
        {
            audit::record(work, by, Act::AccountLocked, Thing::user(&user), Changes::none());
        }
        Ok(verdict)
    }
}

/// The same work for a name that nobody has, so that the time tells nothing.
///
/// # Errors
/// Those of the database.
pub fn unknown(work: &mut Work<'_>) -> Result<Verdict, Error> {
    limits(work)?;
    store::admin_unknown_login::count(work)?;
    Ok(Verdict::Wrong)
}

/// Opens a locked account, for signing in and for tokens; says whether it was locked for either.
///
/// # Errors
/// Those of the database.
pub fn unlock(work: &mut Work<'_>, by: &Actor, user: &AdminUser) -> Result<bool, Error> {
    let now = work.now;
    store::admin_user::hold(work, user.id)?;
    let found = store::admin_user::failures(work, user.id)?;
    let name = Name::of(Kind::Admin, Some(&user.username));
    let has_no_tokens = token_throttle::is_locked(work, &name)?;
    token_throttle::forget(work, &name)?;
    let was_locked = has_no_tokens || found.is_some_and(|(before, _)| before.is_locked(now));
    store::admin_user::set_failures(work, user.id, Failures::default(), false)?;
    if was_locked {
        audit::record(work, by, Act::AccountUnlocked, Thing::user(user), Changes::none());
    }
    Ok(was_locked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Option<Limits> = Some(Limits { failures: 6, threshold: TimeDelta::minutes(30) });

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    /// Wrong passwords at these minutes.
    fn after(minutes: &[i64]) -> (Failures, Verdict) {
        let start = (Failures::default(), Verdict::Right);
        minutes.iter().fold(start, |(failures, _), minute| failures.judge(false, LIMITS, at(*minute)))
    }

    #[test]
    fn the_sixth_wrong_password_within_the_threshold_locks_for_as_long() {
        assert_eq!(after(&[0, 1, 2, 3, 4]).1, Verdict::Wrong);
        let (failures, verdict) = after(&[0, 1, 2, 3, 4, 5]);
        assert_eq!((verdict, failures.count), (Verdict::Locked, 6));
        assert_eq!(failures.judge(true, LIMITS, at(34)).1, Verdict::Locked, "the right one does not help");
        assert_eq!(failures.judge(true, LIMITS, at(35)), (Failures::default(), Verdict::Right));
    }

    #[test]
    fn wrong_passwords_do_not_add_up_for_ever() {
        assert_eq!(after(&[0, 1, 2, 3, 4, 30]).0.count, 1);
        assert_eq!(after(&[0, 1, 2, 3, 4, 29]).1, Verdict::Locked);
    }

    #[test]
    fn a_lock_is_neither_counted_up_nor_made_longer() {
        let (locked, _) = after(&[0, 1, 2, 3, 4, 5]);
        assert_eq!(after(&[0, 1, 2, 3, 4, 5, 6, 7, 34]).0, locked);
        assert_eq!(
            after(&[0, 1, 2, 3, 4, 5, 35]),
            (Failures { count: 1, first_at: Some(at(35)), locked_until: None }, Verdict::Wrong)
        );
    }

    #[test]
    fn the_right_password_clears_the_count() {
        let (five, _) = after(&[0, 1, 2, 3, 4]);
        assert_eq!(five.judge(true, LIMITS, at(5)), (Failures::default(), Verdict::Right));
    }

    #[test]
    fn without_limits_nobody_is_locked() {
        let (locked, _) = after(&[0, 1, 2, 3, 4, 5]);
        assert_eq!(locked.judge(false, None, at(6)).1, Verdict::Wrong);
        assert_eq!(locked.judge(true, None, at(6)).1, Verdict::Right);
    }
}
