//! Signing in, in two steps of one transaction: is it the person, and what follows when it is. The password is verified
//! before, outside of any transaction, because that takes long.

use chrono::{DateTime, Utc};

use super::admin_user::{AdminUser, AdminUserId};
use super::lockout::{self, Verdict, Verified};
use super::session::{self, End};
use super::{Error, setting};
use crate::store::{self, Work};

/// Who a user name could be, with the hash to be verified; of nobody both are missing.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    id: Option<AdminUserId>,
    /// The hash of the password, which [`crate::domain::password::verify`] takes, also when there is none.
    pub hash: Option<String>,
}

/// What is told after signing in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The sign-in before.
    pub previous: Option<DateTime<Utc>>,
    /// Wrong passwords given for this account since then.
    pub failures: i64,
    /// Sessions that ended because one is the most.
    pub ended: usize,
}

/// Looks the name up.
///
/// # Errors
/// Those of the database.
pub fn candidate(work: &mut Work<'_>, username: &str) -> Result<Candidate, Error> {
    let found = store::admin_user::by_username(work, username)?;
    Ok(found
        .map_or_else(Candidate::default, |(user, hash)| Candidate { id: Some(user.id), hash: Some(hash) }))
}

/// Whether it is the person: the password was right, the account is neither locked nor inactive nor past its end. Wrong
/// ones are counted. `upgraded` is a newer hash of the right password, which takes the place of an outdated one.
///
/// # Errors
/// Those of the database.
pub fn admit(
    work: &mut Work<'_>,
    candidate: &Candidate,
    is_right: bool,
    upgraded: Option<&str>,
) -> Result<Option<AdminUser>, Error> {
    let (Some(id), Some(hash)) = (candidate.id, candidate.hash.clone()) else {
        lockout::unknown(work)?;
        return Ok(None);
    };
    if lockout::judge(work, id, &Verified { hash, is_right })? != Verdict::Right {
        return Ok(None);
    }
    if let Some(upgraded) = upgraded {
        store::admin_user::upgrade_hash(work, id, upgraded)?;
    }
    let now = work.now;
    Ok(store::admin_user::by_id(work, id)?.filter(|user| user.is_admitted(now)))
}

/// Notes the sign-in of an admitted person, and ends their other sessions where one is the most.
///
/// # Errors
/// Those of the database.
pub fn enter(work: &mut Work<'_>, user: &AdminUser) -> Result<Entered, Error> {
    let at = work.now;
    let failures = store::admin_user::failures_since_login(work, user.id)?;
    store::admin_user::set_logged_in(work, user.id, at)?;
    let is_shared = setting::flag(work, setting::ADMIN_ACCOUNT_SHARING)?;
    let ended = match is_shared {
        true => 0,
        false => session::end_all(work, user.id, None, End::SignedInElsewhere)?,
    };
    Ok(Entered { at, previous: user.logged_in_at, failures, ended })
}
