//! Tokens of customers: given for e-mail address and password. As with administrators ([`super::admin_token`]), each
//! request is judged in one write transaction, and the password verified before.

use super::audit::{self, Act, Changes, Thing};
use super::bearer::{self, Holder, Kind, Room};
use super::candidate::{Candidate, Verified, lots};
use super::customer::{self, Customer, CustomerId};
use super::token_throttle::{self, Name};
use super::{Actor, Error, Source, admin_token, event, sign_in};
use crate::secret::Secret;
use crate::store::{self, Work};

#[cfg(test)]
mod tests;

/// What comes of a request for a token.
#[derive(Debug)]
pub enum Answer {
    /// The token.
    Token(Secret),
    /// None; nobody learns why.
    Refused,
    /// The password is right, and the e-mail address not confirmed.
    NotConfirmed,
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
pub fn candidate(work: &mut Work<'_>, email: &str) -> Result<Candidate<CustomerId>, Error> {
    let email = sign_in::askable(email);
    let found = store::customer::by_email(work, email)?;
    let like = stand_in(work, email)?;
    Ok(Candidate::of(found.map(|(customer, hash)| (customer.id, hash))).or_like(like))
}

/// The hash of the customer who stands in for that address, should nobody have it. Hashes that were imported cost more
/// than those of today, and are as frequent among strangers as among customers: `docs/decisions` has the reasons. Looked
/// up of everybody, so that it tells nothing either.
fn stand_in(work: &mut Work<'_>, email: &str) -> Result<Option<String>, Error> {
    let drawn = ["first", "second"].map(|half| {
        let purpose = format!("stand-in for {}, {half} half", store::fold(email));
        work.derive(&purpose)
    });
    // So many that somebody is among them, although numbers are missing where accounts are gone.
    let lots = lots(drawn.as_flattened(), store::customer::last_id(work)?);
    let mut hashes = store::customer::password_hashes(work, &lots)?;
    Ok(lots.iter().find_map(|id| hashes.remove(&CustomerId(*id))))
}

/// Gives a token, or says why not; nothing, when the hash is another one than was verified: to be asked again with that.
///
/// # Errors
/// Those of the database.
pub fn create(
    work: &mut Work<'_>,
    id: Option<CustomerId>,
    verified: &Verified,
    source: &Source,
) -> Result<Option<Answer>, Error> {
    // No customer has the number 0: an address that nobody has costs the same queries.
    let id = id.unwrap_or(CustomerId(0));
    let room = Room::ahead(work, Holder::Customer(id))?;
    store::customer::hold(work, id)?;
    let known = store::customer::by_id(work, id)?;
    let hash = store::customer::password_hash(work, id)?;
    let name = Name::of(Kind::Customer, known.as_ref().map(|customer| customer.email.as_str()));
    if token_throttle::is_locked(work, &name)? {
        return Ok(Some(Answer::Refused));
    }
    if hash != verified.hash {
        return Ok(None);
    }
    let customer = match known {
        Some(customer) if verified.is_right && customer.is_active && customer.confirmed => customer,
        known => {
            token_throttle::failed(work, &name, known.as_ref().map(Thing::customer), source)?;
            // Whoever lacks no more than the confirmation is told so.
            let lacks_it = known.is_some_and(|customer| verified.is_right && customer.is_active);
            return Ok(Some(if lacks_it { Answer::NotConfirmed } else { Answer::Refused }));
        }
    };
    if let Some(upgraded) = &verified.upgraded {
        store::customer::upgrade_hash(work, id, upgraded)?;
    }
    let now = work.now;
    store::customer::set_logged_in(work, id, now)?;
    event::record(work, event::Kind::CustomerLogin, customer::subject(&customer));
    token_throttle::forget(work, &name)?;
    Ok(Some(Answer::Token(bearer::issue(work, Holder::Customer(id), room)?)))
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
