//! Signing in and out: is it the person, is a second factor needed, and what follows. Each step is judged in one write
//! transaction, in which it is recorded too. The password is verified before, outside of any, because that takes long.

use chrono::{DateTime, Utc};

use super::admin_user::{self, AdminUser, AdminUserId};
use super::audit::{self, Act, Changes, Thing};
use super::candidate::{Candidate, Verified};
use super::event::{self, Kind, Subject};
use super::lockout::{self, Verdict};
use super::otp::{self, Demand};
use super::session::{self, End, Opening, SessionId};
use super::{Actor, Error, Invalid, Source, setting};
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

/// What comes of name and password.
#[derive(Debug)]
pub enum Admitted {
    /// Not in; nobody learns why.
    Refused,
    /// Right, and not enough.
    Half(Half, Demand),
    /// In.
    In(Box<AdminUser>, Entered),
}

/// Somebody whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// Who it is.
    pub user: AdminUserId,
    /// Digest of the hash that it was right for: with another password it counts no longer.
    pub password: String,
}

/// What comes of a code after the password.
#[derive(Debug)]
pub enum Coded {
    /// Wrong; another one may be given.
    Wrong,
    /// No code helps now: the account is locked or closed, or its password is another one.
    Refused,
    /// No code is asked for: the person has no second factor, or none that was confirmed. Nothing was counted.
    Unasked,
    /// In.
    In(Box<AdminUser>, Entered),
}

/// What comes of the first code of a second factor that is set up after the password.
#[derive(Debug)]
pub enum Enrolled {
    /// Wrong; another one may be given.
    Wrong(Invalid),
    /// As [`Coded::Refused`].
    Refused,
    /// In, with the recovery codes, which are shown this once.
    In(Box<AdminUser>, Vec<Secret>, Entered),
}

/// By how much somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factors {
    /// The password alone.
    One,
    /// The password and a code.
    Two,
}

/// What is told after signing in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The sign-in before.
    pub previous: Option<DateTime<Utc>>,
    /// Wrong passwords and codes given for this account since then.
    pub failures: i64,
    /// Sessions that ended because one is the most.
    pub ended: usize,
}

/// Looks the name up.
///
/// # Errors
/// Those of the database.
pub fn candidate(work: &mut Work<'_>, username: &str) -> Result<Candidate<AdminUserId>, Error> {
    let found = store::admin_user::by_username(work, askable(username))?;
    Ok(Candidate::of(found.map(|(user, hash)| (user.id, hash))))
}

/// A text that can be looked up: nobody is called what PostgreSQL cannot hold.
pub(super) fn askable(name: &str) -> &str {
    if name.contains('\0') { "" } else { name }
}

/// Whether it is the person: the password was right, the account is neither locked nor inactive nor past its end, and
/// the second factor was given, where there is one; `otp` is empty when no code was given yet. What is wrong is counted.
/// Nothing, when the hash is another one than was verified: to be asked again with that.
///
/// # Errors
/// Those of the database.
pub fn admit(
    work: &mut Work<'_>,
    id: Option<AdminUserId>,
    verified: &Verified,
    otp: &Secret,
    opening: &Opening,
) -> Result<Option<Admitted>, Error> {
    let by = Actor::stranger(&opening.source);
    // No person has the number 0: a name that nobody has costs the same queries.
    let id = id.unwrap_or(AdminUserId(0));
    let demand = otp::demand(work, id)?;
    let verdict = match demand {
        _ if verified.hash.is_none() => Some(lockout::unknown(work)?),
        Demand::Code => lockout::judge_first(work, &by, id, verified)?,
        Demand::Nothing | Demand::Enrolment => lockout::judge(work, &by, id, verified)?,
    };
    let Some(verdict) = verdict else { return Ok(None) };
    let named = store::admin_user::by_id(work, id)?;
    let now = work.now;
    let user = match named {
        Some(user) if verdict == Verdict::Right && user.is_admitted(now) => user,
        named => {
            refused(work, named.as_ref(), &opening.source);
            return Ok(Some(Admitted::Refused));
        }
    };
    if let Some(upgraded) = &verified.upgraded {
        store::admin_user::upgrade_hash(work, id, upgraded)?;
    }
    finish(work, user, demand, otp, opening).map(Some)
}

/// What comes of it once name and password are right.
fn finish(
    work: &mut Work<'_>,
    user: AdminUser,
    demand: Demand,
    otp: &Secret,
    opening: &Opening,
) -> Result<Admitted, Error> {
    let factors = match demand {
        Demand::Nothing => Factors::One,
        // Begun here, so that the page that shows it changes nothing.
        Demand::Enrolment => {
            otp::begin(work, user.id)?;
            return Ok(Admitted::Half(half(work, user.id)?, demand));
        }
        Demand::Code if otp.is_empty() => return Ok(Admitted::Half(half(work, user.id)?, demand)),
        Demand::Code => match judge_code(work, &user, &opening.source, otp)? {
            Verdict::Right => Factors::Two,
            Verdict::Wrong => return Ok(Admitted::Half(half(work, user.id)?, demand)),
            Verdict::Locked => return Ok(Admitted::Refused),
        },
    };
    let entered = enter(work, &user, opening, factors)?;
    Ok(Admitted::In(Box::new(user), entered))
}

/// Takes a code from whoever gave the right password before.
///
/// # Errors
/// Those of the database.
pub fn second(work: &mut Work<'_>, half: &Half, code: &Secret, opening: &Opening) -> Result<Coded, Error> {
    let Some(user) = returning(work, half, &opening.source)? else { return Ok(Coded::Refused) };
    if otp::demand(work, user.id)? != Demand::Code {
        return Ok(Coded::Unasked);
    }
    match judge_code(work, &user, &opening.source, code)? {
        Verdict::Wrong => Ok(Coded::Wrong),
        Verdict::Locked => Ok(Coded::Refused),
        Verdict::Right => {
            let entered = enter(work, &user, opening, Factors::Two)?;
            Ok(Coded::In(Box::new(user), entered))
        }
    }
}

/// Takes the first code of a second factor from whoever gave the right password before, and has to set one up.
///
/// # Errors
/// A conflict when there is nothing to confirm any more, and those of the database.
pub fn enrol(work: &mut Work<'_>, half: &Half, code: &Secret, opening: &Opening) -> Result<Enrolled, Error> {
    let source = &opening.source;
    let Some(user) = returning(work, half, source)? else { return Ok(Enrolled::Refused) };
    if lockout::is_locked(work, &user)? {
        refused(work, Some(&user), source);
        return Ok(Enrolled::Refused);
    }
    let codes = match otp::confirm(work, &user, source, code) {
        Err(Error::Invalid(invalid)) => {
            otp::failed(work, &user, source);
            return Ok(Enrolled::Wrong(invalid));
        }
        confirmed => confirmed?,
    };
    let entered = enter(work, &user, opening, Factors::Two)?;
    Ok(Enrolled::In(Box::new(user), codes, entered))
}

/// The person whose password was right before, as long as it is the password and the account may be used.
///
/// # Errors
/// Those of the database.
pub fn passed(work: &mut Work<'_>, before: &Half) -> Result<Option<AdminUser>, Error> {
    let is_unchanged = half(work, before.user)? == *before;
    let user = admin_user::admitted(work, before.user)?;
    Ok(user.filter(|_| is_unchanged))
}

/// What is left to be given by whoever gave the right password before; nothing, when one has to begin again.
///
/// # Errors
/// Those of the database.
pub fn stage(work: &mut Work<'_>, before: &Half) -> Result<Option<Demand>, Error> {
    let Some(user) = passed(work, before)? else { return Ok(None) };
    Ok(match otp::demand(work, user.id)? {
        // There is nothing to be given, or nothing to be scanned, since somebody else changed it: the password begins it.
        Demand::Nothing => None,
        Demand::Enrolment if !otp::is_begun(work, user.id)? => None,
        demand => Some(demand),
    })
}

/// The same as [`passed`] at the stage that follows. Whoever changes the account at this moment has done so, or waits until this
/// transaction ends and then ends the session too.
fn returning(work: &mut Work<'_>, half: &Half, source: &Source) -> Result<Option<AdminUser>, Error> {
    store::admin_user::hold(work, half.user)?;
    let user = passed(work, half)?;
    if user.is_none() {
        let named = store::admin_user::by_id(work, half.user)?;
        refused(work, named.as_ref(), source);
    }
    Ok(user)
}

/// Whose password is right now.
fn half(work: &mut Work<'_>, user: AdminUserId) -> Result<Half, Error> {
    let hash = store::admin_user::password_hash(work, user)?.unwrap_or_default();
    Ok(Half { user, password: digest(&Secret::new(hash)) })
}

fn judge_code(
    work: &mut Work<'_>,
    user: &AdminUser,
    source: &Source,
    code: &Secret,
) -> Result<Verdict, Error> {
    let mut was_looked_at = false;
    let verdict = lockout::judge_code(work, &Actor::stranger(source), user.id, |work| {
        was_looked_at = true;
        otp::check(work, user, source, code)
    })?;
    match verdict {
        Verdict::Right => {}
        Verdict::Wrong | Verdict::Locked if was_looked_at => otp::failed(work, user, source),
        Verdict::Wrong | Verdict::Locked => refused(work, Some(user), source),
    }
    Ok(verdict)
}

/// Notes that somebody did not come in.
fn refused(work: &mut Work<'_>, named: Option<&AdminUser>, source: &Source) {
    let thing = named.map_or_else(Thing::unknown_user, Thing::user);
    audit::record(work, &Actor::stranger(source), Act::SignInFailed, thing, Changes::none());
}

/// Notes that so many tries came from an address that no more are looked at for a while. Noted once, not at each try: a
/// stranger fills no trail.
pub fn limited(work: &mut Work<'_>, source: &Source) {
    let changes = Changes::none().note("cause", "address_limited");
    audit::record(work, &Actor::stranger(source), Act::SignInFailed, Thing::installation(), changes);
}

/// Begins the session of an admitted person whose account this transaction holds since before that was found, and ends
/// their other ones where one is the most.
///
/// # Errors
/// Those of the database.
pub fn enter(
    work: &mut Work<'_>,
    user: &AdminUser,
    opening: &Opening,
    factors: Factors,
) -> Result<Entered, Error> {
    let at = work.now;
    let failures = store::admin_user::failures_since_login(work, user.id)?;
    store::admin_user::set_logged_in(work, user.id, at)?;
    let is_shared = setting::flag(work, setting::ADMIN_ACCOUNT_SHARING)?;
    let ended = match is_shared {
        true => 0,
        false => session::end_all(work, user.id, None, End::SignedInElsewhere)?,
    };
    session::begin(work, user.id, opening)?;
    let changes = Changes::none().note("second_factor", if factors == Factors::Two { "1" } else { "0" });
    let changes = match ended {
        0 => changes,
        ended => changes.note(session::COUNT, &ended.to_string()),
    };
    audit::record(work, &Actor::person(user, &opening.source), Act::SignIn, Thing::user(user), changes);
    event::record(work, Kind::AdminLogin, Subject::admin(user));
    Ok(Entered { at, previous: user.logged_in_at, failures, ended })
}

/// Signs out: ends the session, if it has not ended yet.
///
/// # Errors
/// Those of the database.
pub fn leave(
    work: &mut Work<'_>,
    by: &Actor,
    user: &AdminUser,
    session: Option<SessionId>,
) -> Result<(), Error> {
    session::close(work, user.id, session, End::SignedOut)?;
    audit::record(work, by, Act::SignOut, Thing::user(user), Changes::none());
    Ok(())
}

/// Judges the password that somebody signed in was asked for again. A wrong one counts towards the lockout, which ends
/// this session. Nothing, when the hash is another one than was verified.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    work: &mut Work<'_>,
    by: &Actor,
    user: &AdminUser,
    session: Option<SessionId>,
    verified: &Verified,
) -> Result<Option<Verdict>, Error> {
    let verdict = lockout::judge(work, by, user.id, verified)?;
    if verdict == Some(Verdict::Locked) {
        session::close(work, user.id, session, End::Locked)?;
    }
    if matches!(verdict, Some(Verdict::Wrong | Verdict::Locked)) {
        audit::record(work, by, Act::ConfirmationFailed, Thing::user(user), Changes::none());
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests;
