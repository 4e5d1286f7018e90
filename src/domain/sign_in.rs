//! Signing in and out: is it the person, is a second factor needed, and what follows. Each step is judged in one write
//! transaction, in which it is recorded too. The password is verified before, outside of any, because that takes long.

use chrono::{DateTime, Utc};

use super::admin_user::{self, AdminUser, AdminUserId};
use super::audit::{self, Act, Changes, Thing};
use super::candidate::{Candidate, Verified};
use super::event::{self, Kind, Subject};
use super::lockout::{self, Verdict};
use super::otp::{self, Demand};
use super::session::{self, End};
use super::{Actor, Error, Source, setting};
use crate::secret::Secret;
use crate::store::{self, Work};

/// What comes of name and password.
#[derive(Debug)]
pub enum Admitted {
    /// Not in; nobody learns why.
    Refused,
    /// Right, and not enough.
    Half(AdminUser, Demand),
    /// In.
    In(AdminUser, Entered),
}

/// What comes of a code after the password.
#[derive(Debug)]
pub enum Coded {
    /// Wrong; another one may be given.
    Wrong,
    /// No code helps now: the account is locked or closed, or its password is another one.
    Refused,
    /// In.
    In(Box<AdminUser>, Entered),
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
    source: &Source,
) -> Result<Option<Admitted>, Error> {
    let by = Actor::stranger(source);
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
            let thing = named.as_ref().map_or_else(Thing::unknown_user, Thing::user);
            audit::record(work, &by, Act::SignInFailed, thing, Changes::none());
            return Ok(Some(Admitted::Refused));
        }
    };
    if let Some(upgraded) = &verified.upgraded {
        store::admin_user::upgrade_hash(work, id, upgraded)?;
    }
    finish(work, user, demand, otp, source).map(Some)
}

/// What comes of it once name and password are right.
fn finish(
    work: &mut Work<'_>,
    user: AdminUser,
    demand: Demand,
    otp: &Secret,
    source: &Source,
) -> Result<Admitted, Error> {
    match demand {
        Demand::Nothing => {}
        // Begun here, so that the page that shows it changes nothing.
        Demand::Enrolment => {
            otp::begin(work, user.id)?;
            return Ok(Admitted::Half(user, demand));
        }
        Demand::Code if otp.is_empty() => return Ok(Admitted::Half(user, demand)),
        Demand::Code => match judge_code(work, &Actor::stranger(source), &user, source, otp)? {
            Verdict::Right => {}
            Verdict::Wrong => return Ok(Admitted::Half(user, demand)),
            Verdict::Locked => return Ok(Admitted::Refused),
        },
    }
    let entered = enter(work, &user, source)?;
    Ok(Admitted::In(user, entered))
}

/// Takes a code from whoever gave the right password at that moment.
///
/// # Errors
/// Those of the database.
pub fn second(
    work: &mut Work<'_>,
    id: AdminUserId,
    passed_at: DateTime<Utc>,
    code: &Secret,
    source: &Source,
) -> Result<Coded, Error> {
    let Some(user) = passed(work, id, passed_at)? else { return Ok(Coded::Refused) };
    match judge_code(work, &Actor::stranger(source), &user, source, code)? {
        Verdict::Wrong => Ok(Coded::Wrong),
        Verdict::Locked => Ok(Coded::Refused),
        Verdict::Right => {
            let entered = enter(work, &user, source)?;
            Ok(Coded::In(Box::new(user), entered))
        }
    }
}

/// The person whose password was right at that moment, as long as it is the password and the account may be used.
///
/// # Errors
/// Those of the database.
pub fn passed(
    work: &mut Work<'_>,
    id: AdminUserId,
    passed_at: DateTime<Utc>,
) -> Result<Option<AdminUser>, Error> {
    let user = admin_user::admitted(work, id)?;
    Ok(user.filter(|user| user.password_changed_at.is_none_or(|at| at <= passed_at)))
}

fn judge_code(
    work: &mut Work<'_>,
    by: &Actor,
    user: &AdminUser,
    source: &Source,
    code: &Secret,
) -> Result<Verdict, Error> {
    let verdict = lockout::judge_code(work, by, user.id, |work| otp::check(work, user, source, code))?;
    if verdict != Verdict::Right {
        otp::failed(work, user, source);
    }
    Ok(verdict)
}

/// Notes the sign-in of an admitted person, and ends their other sessions where one is the most.
///
/// # Errors
/// Those of the database.
pub fn enter(work: &mut Work<'_>, user: &AdminUser, source: &Source) -> Result<Entered, Error> {
    let at = work.now;
    let failures = store::admin_user::failures_since_login(work, user.id)?;
    store::admin_user::set_logged_in(work, user.id, at)?;
    let is_shared = setting::flag(work, setting::ADMIN_ACCOUNT_SHARING)?;
    let ended = match is_shared {
        true => 0,
        false => session::end_all(work, user.id, None, End::SignedInElsewhere)?,
    };
    let changes = match ended {
        0 => Changes::none(),
        ended => Changes::none().note(session::COUNT, &ended.to_string()),
    };
    audit::record(work, &Actor::person(user, source), Act::SignIn, Thing::user(user), changes);
    event::record(work, Kind::AdminLogin, Subject::admin(user));
    Ok(Entered { at, previous: user.logged_in_at, failures, ended })
}

/// Notes a sign-out.
pub fn leave(work: &mut Work<'_>, by: &Actor, user: &AdminUser) {
    audit::record(work, by, Act::SignOut, Thing::user(user), Changes::none());
}

/// Judges the password that somebody signed in was asked for again. A wrong one counts towards the lockout. Nothing, when
/// the hash is another one than was verified.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    work: &mut Work<'_>,
    by: &Actor,
    user: &AdminUser,
    verified: &Verified,
) -> Result<Option<Verdict>, Error> {
    let verdict = lockout::judge(work, by, user.id, verified)?;
    if matches!(verdict, Some(Verdict::Wrong | Verdict::Locked)) {
        audit::record(work, by, Act::ConfirmationFailed, Thing::user(user), Changes::none());
    }
    Ok(verdict)
}
