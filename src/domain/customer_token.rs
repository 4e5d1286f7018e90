//! Tokens of customers: given for e-mail address and password. As with administrators ([`super::admin_token`]), each
//! request is judged in one write transaction, and the password verified before.

use super::audit::{self, Act, Changes, Thing};
use super::bearer::{self, Holder, Kind};
use super::customer::{self, Customer, CustomerId};
use super::token_throttle::{self, Name};
use super::{Actor, Error, Source, admin_token, event, sign_in};
use crate::secret::Secret;
use crate::store::{self, Work};

#[cfg(test)]
mod tests;

/// Who an e-mail address could be, with the hash to be verified; of nobody both are missing.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    id: Option<CustomerId>,
    /// The hash of the password, which [`crate::domain::password::verify`] takes, also when there is none.
    pub hash: Option<String>,
}

/// What was given beside the address.
#[derive(Debug, Clone)]
pub struct Given {
    /// Whether the password fits the candidate's hash.
    pub is_right: bool,
    /// A newer hash of the right password, which takes the place of an outdated one.
    pub upgraded: Option<String>,
}

/// What comes of a request for a token.
#[derive(Debug)]
pub enum Answer {
    /// The token.
    Token(Secret),
    /// None; nobody learns why.
    Refused,
    /// The password is right, and the e-mail address not confirmed.
    NotConfirmed,
    /// The hash is another one than was verified, newer or of another password: to be asked again with that.
    Again,
}

impl Answer {
    /// Whether it may have been a guess, and so counts for the address that it came from.
    pub fn is_guess(&self) -> bool {
        matches!(self, Self::Refused)
    }
}

/// Looks the address up.
///
/// # Errors
/// Those of the database.
pub fn candidate(work: &mut Work<'_>, email: &str) -> Result<Candidate, Error> {
    let found = store::customer::by_email(work, sign_in::askable(email))?;
    let candidate = found.map(|(customer, hash)| Candidate { id: Some(customer.id), hash: Some(hash) });
    Ok(candidate.unwrap_or_default())
}

/// Gives a token, or says why not.
///
/// # Errors
/// Those of the database.
pub fn create(
    work: &mut Work<'_>,
    candidate: &Candidate,
    given: &Given,
    source: &Source,
) -> Result<Answer, Error> {
    // No customer has the number 0: an address that nobody has costs the same queries.
    let id = candidate.id.unwrap_or(CustomerId(0));
    bearer::make_room(work, Holder::Customer(id))?;
    store::customer::hold(work, id)?;
    let known = store::customer::by_id(work, id)?;
    let hash = store::customer::password_hash(work, id)?;
    let name = known
        .as_ref()
        .map_or_else(|| Name::nobodys(Kind::Customer), |customer| Name::of(Kind::Customer, &customer.email));
    if token_throttle::is_locked(work, &name)? {
        return Ok(Answer::Refused);
    }
    if hash != candidate.hash {
        return Ok(Answer::Again);
    }
    let customer = match known {
        Some(customer) if given.is_right && customer.is_active => customer,
        known => {
            count(work, &name, known.as_ref(), source)?;
            return Ok(Answer::Refused);
        }
    };
    if !customer.confirmed {
        count(work, &name, Some(&customer), source)?;
        return Ok(Answer::NotConfirmed);
    }
    if let Some(upgraded) = &given.upgraded {
        store::customer::upgrade_hash(work, id, upgraded)?;
    }
    let now = work.now;
    store::customer::set_logged_in(work, id, now)?;
    event::record(work, event::Kind::CustomerLogin, customer::subject(&customer));
    token_throttle::forget(work, &name)?;
    Ok(Answer::Token(bearer::issue(work, Holder::Customer(id))?))
}

/// Counts what was wrong.
fn count(work: &mut Work<'_>, name: &Name, known: Option<&Customer>, source: &Source) -> Result<(), Error> {
    if token_throttle::failed(work, name)?
        && let Some(customer) = known
    {
        let by = Actor::stranger(source);
        audit::record(work, &by, Act::TokenLocked, Thing::customer(customer), Changes::none());
    }
    Ok(())
}

/// Revokes every token of a customer; says how many there were. There may be none.
///
/// # Errors
/// [`super::Missing::CustomerId`].
pub fn revoke(work: &mut Work<'_>, by: &Actor, id: CustomerId) -> Result<(Customer, usize), Error> {
    let customer = customer::find(work, id)?;
    let revoked = bearer::revoke(work, Holder::Customer(id))?;
    let changes = Changes::none().note(admin_token::COUNT, &revoked.to_string());
    audit::record(work, by, Act::TokensRevoked, Thing::customer(&customer), changes);
    Ok((customer, revoked))
}

/// A customer revokes all of their own tokens: what signing out is to others, and as little a matter of the trail as
/// the tokens that customers get.
///
/// # Errors
/// Those of the database.
pub fn revoke_own(work: &mut Work<'_>, id: CustomerId) -> Result<usize, Error> {
    bearer::revoke(work, Holder::Customer(id))
}
