//! Tokens of administrators: given for name and password, and a code of the second factor where there is one.
//!
//! Each request is judged in one write transaction. The password is verified before, outside of any. What is wrong
//! counts here ([`token_throttle`]) and not towards the lockout of the sign-in page, whose locks hold here too.

use super::admin_user::{self, AdminUser, AdminUserId};
use super::audit::{self, Act, Changes, Thing};
use super::bearer::{self, Holder, Kind, Room};
use super::candidate::Verified;
use super::otp::{self, Demand};
use super::token_throttle::{self, Name};
use super::{Actor, Error, Source, Stronger, lockout, role};
use crate::secret::Secret;
use crate::store::{self, Work};

#[cfg(test)]
mod tests;

/// The field under which the trail tells how many tokens were revoked.
pub(crate) const COUNT: &str = "tokens";

/// What comes of a request for a token.
#[derive(Debug)]
pub enum Answer {
    /// The token.
    Token(Secret),
    /// None; nobody learns why.
    Refused,
    /// The account's role holds nothing.
    HoldsNothing,
    /// The account has a second factor: the other service wants its code.
    NeedsCode,
    /// Everybody needs a second factor, and the account has none yet.
    NeedsEnrolment,
    /// The code was asked for by a service that the account has not set up.
    NotEnrolled,
    /// The code is wrong, or was used already.
    WrongCode,
}

impl Answer {
    /// Whether it may have been a guess, and so counts for the address that it came from.
    pub fn is_guess(&self) -> bool {
        matches!(self, Self::Refused | Self::WrongCode)
    }
}

/// Gives a token, or says why not; nothing, when the hash is another one than was verified: to be asked again with that.
/// `code` is given where the service for accounts with a second factor was asked.
///
/// # Errors
/// Those of the database.
pub fn create(
    work: &mut Work<'_>,
    id: Option<AdminUserId>,
    verified: &Verified,
    code: Option<&Secret>,
    source: &Source,
) -> Result<Option<Answer>, Error> {
    // No person has the number 0: a name that nobody has costs the same queries.
    let id = id.unwrap_or(AdminUserId(0));
    let room = Room::ahead(work, Holder::Admin(id))?;
    store::admin_user::hold(work, id)?;
    let known = store::admin_user::by_id(work, id)?;
    let failures = store::admin_user::failures(work, id)?;
    let name = Name::of(Kind::Admin, known.as_ref().map(|user| user.username.as_str()));
    let is_locked_here = token_throttle::is_locked(work, &name)?;
    let is_locked_out = lockout::limits(work)?.is_some()
        && failures.as_ref().is_some_and(|(failures, _)| failures.is_locked(work.now));
    let refuse = |work: &mut Work<'_>, known: Option<&AdminUser>| {
        let thing = known.map_or_else(Thing::unknown_user, Thing::user);
        audit::record(work, &Actor::stranger(source), Act::TokenRefused, thing, Changes::none());
        Ok(Some(Answer::Refused))
    };
    if is_locked_here || is_locked_out {
        return refuse(work, known.as_ref());
    }
    if failures.map(|(_, hash)| hash) != verified.hash {
        return Ok(None);
    }
    let user = match known {
        Some(user) if verified.is_right => user,
        known => {
            token_throttle::failed(work, &name, known.as_ref().map(Thing::user), source)?;
            return refuse(work, known.as_ref());
        }
    };
    if !user.is_admitted(work.now) {
        return refuse(work, Some(&user));
    }
    if let Some(upgraded) = &verified.upgraded {
        store::admin_user::upgrade_hash(work, id, upgraded)?;
    }
    admitted(work, &user, &name, code, room, source).map(Some)
}

/// What comes of it once name and password are right. A right password alone forgets no wrong code: whoever knows it
/// could try out codes for ever by giving it again in between.
fn admitted(
    work: &mut Work<'_>,
    user: &AdminUser,
    name: &Name,
    code: Option<&Secret>,
    room: Room,
    source: &Source,
) -> Result<Answer, Error> {
    let without = |work: &mut Work<'_>, answer| {
        let by = Actor::stranger(source);
        audit::record(work, &by, Act::TokenRefused, Thing::user(user), Changes::none());
        Ok(answer)
    };
    if role::grants(work, user.role)?.is_nothing() {
        return without(work, Answer::HoldsNothing);
    }
    match (otp::demand(work, user.id)?, code) {
        (Demand::Nothing, None) => {}
        (Demand::Code, None) => return without(work, Answer::NeedsCode),
        (Demand::Enrolment, None) => return without(work, Answer::NeedsEnrolment),
        (Demand::Nothing | Demand::Enrolment, Some(_)) => return without(work, Answer::NotEnrolled),
        (Demand::Code, Some(code)) => {
            if !otp::check(work, user, source, code)? {
                otp::failed(work, user, source);
                token_throttle::failed(work, name, Some(Thing::user(user)), source)?;
                return Ok(Answer::WrongCode);
            }
        }
    }
    token_throttle::forget(work, name)?;
    let token = bearer::issue(work, Holder::Admin(user.id), room)?;
    audit::record(work, &Actor::person(user, source), Act::TokenIssued, Thing::user(user), Changes::none());
    Ok(Answer::Token(token))
}

/// Revokes every token of an administrator; says how many there were. There may be none.
///
/// # Errors
/// [`super::Missing::AdminUserId`]; `Denied` when `by` does not hold everything that the person holds.
pub fn revoke(work: &mut Work<'_>, by: &Actor, id: AdminUserId) -> Result<(AdminUser, usize), Error> {
    let user = admin_user::find(work, id)?;
    if by.admin() != Some(id) {
        let held = role::grants(work, user.role)?;
        admin_user::check_holds(work, by, Stronger::User, &held)?;
    }
    let revoked = bearer::revoke(work, Holder::Admin(id))?;
    let changes = Changes::none().note(COUNT, &revoked.to_string());
    audit::record(work, by, Act::TokensRevoked, Thing::user(&user), changes);
    Ok((user, revoked))
}
