//! Bearer tokens of administrators and customers: issued, judged, revoked.
//!
//! They sign nothing, so nothing but their digest is kept. Whoever has one is believed, which is why it ends by itself,
//! and at once when the account is closed or its password changed.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::admin_user::AdminUserId;
use super::customer::{self, CustomerId};
use super::permission::Grants;
use super::{Error, event, setting};
use crate::entropy::credential;
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

/// Tokens that one account has at the most: the oldest one goes when another one is issued.
const MOST: i64 = 500;

/// What kind of account a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An administrator's.
    Admin,
    /// A customer's.
    Customer,
}

/// The account that a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// An administrator's.
    Admin(AdminUserId),
    /// A customer's.
    Customer(CustomerId),
}

/// All that decisions about calls with the tokens of an account depend on.
#[derive(Debug, Clone)]
pub struct Person {
    /// Whose account it is.
    pub holder: Holder,
    /// Whether it may be used.
    pub is_active: bool,
    /// Until when; for ever, without it.
    pub ends_at: Option<DateTime<Utc>>,
    /// What it holds; nothing, for a customer.
    pub grants: Grants,
    /// How long a token lives; for ever, without it.
    pub lifetime: Option<TimeDelta>,
    /// Its tokens, by digest, with the time of their issue.
    pub tokens: HashMap<String, DateTime<Utc>>,
}

/// Why a bearer token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The header is not the word `Bearer` and one token (RFC 6750 section 2.1).
    #[error("the header does not hold one bearer token")]
    Malformed,
    /// Nobody has that token, or not any more.
    #[error("nobody has that bearer token")]
    Unknown,
    /// Its time is over.
    #[error("the bearer token has expired")]
    Expired,
    /// The account may not be used.
    #[error("the account of the bearer token is closed")]
    Closed,
    /// It belongs to an integration whose tokens sign calls.
    #[error("the integration may not use its token without a signature")]
    SignedOnly,
    /// It belongs to an integration that is suspended.
    #[error("the integration is suspended")]
    Suspended,
    /// It belongs to an integration that is neither Active nor Reset.
    #[error("the integration's access was revoked")]
    Revoked,
}

impl Holder {
    /// Of what kind the account is.
    pub fn kind(self) -> Kind {
        match self {
            Self::Admin(_) => Kind::Admin,
            Self::Customer(_) => Kind::Customer,
        }
    }
}

impl Person {
    /// Whether a call with that token, given by its digest, is the account's at that moment.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, digest: &str, now: DateTime<Utc>) -> Result<(), Fault> {
        let issued_at = self.tokens.get(digest).ok_or(Fault::Unknown)?;
        if !self.is_active || self.ends_at.is_some_and(|end| end <= now) {
            return Err(Fault::Closed);
        }
        let is_over = self.lifetime.is_some_and(|lifetime| now.signed_duration_since(*issued_at) >= lifetime);
        if is_over { Err(Fault::Expired) } else { Ok(()) }
    }
}

impl Fault {
    /// The cause in one word, from a list that is fixed: the codes of OAuth 1.0, of which partners know most.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::Unknown | Self::Closed | Self::SignedOnly => "token_rejected",
            Self::Expired => "token_expired",
            Self::Suspended => "consumer_key_refused",
            Self::Revoked => "token_revoked",
        }
    }
}

/// The token in a header of the scheme `Bearer` (RFC 6750 section 2.1): the word, blanks, and one token.
///
/// # Errors
/// When there is anything else.
pub fn token_in(header: &str) -> Result<Secret, Fault> {
    let (scheme, token) = header.trim_ascii().split_once([' ', '\t']).ok_or(Fault::Malformed)?;
    let token = token.trim_ascii();
    let is_token = !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    if scheme.eq_ignore_ascii_case("Bearer") && is_token {
        Ok(Secret::new(token))
    } else {
        Err(Fault::Malformed)
    }
}

/// Whether an account has room for another token; seen to before the account is held.
#[derive(Debug)]
pub(super) struct Room {
    is_wanted: bool,
}

impl Room {
    /// Looks whether an account has as many tokens as it may have. Then the oldest one would end, and whatever ends a
    /// token raises the revision first, before it holds the account.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn ahead(work: &mut Work<'_>, holder: Holder) -> Result<Self, Error> {
        let is_wanted = store::bearer_token::count(work, holder)? >= MOST;
        if is_wanted {
            store::revision::raise_for(work, holder)?;
        }
        Ok(Self { is_wanted })
    }
}

/// Issues a token. Those that the account has already stay valid, but for the oldest one of as many as it may have.
///
/// # Errors
/// Those of the database.
pub(super) fn issue(work: &mut Work<'_>, holder: Holder, room: Room) -> Result<Secret, Error> {
    if room.is_wanted && store::bearer_token::delete_surplus(work, holder, MOST - 1)? > 0 {
        tell(work, event::Kind::TokenRevoked, holder)?;
    }
    let token = credential(work.entropy);
    store::bearer_token::insert(work, holder, &digest(&token))?;
    tell(work, event::Kind::TokenIssued, holder)?;
    Ok(token)
}

/// Deletes every token of an account, from now on and on every node; says how many there were.
///
/// # Errors
/// Those of the database.
pub fn revoke(work: &mut Work<'_>, holder: Holder) -> Result<usize, Error> {
    store::revision::raise_for(work, holder)?;
    // Whoever is about to issue one has the account, and has come first or sees it as it is after us.
    match holder {
        Holder::Admin(id) => store::admin_user::hold(work, id)?,
        Holder::Customer(id) => store::customer::hold(work, id)?,
    }
    let revoked = store::bearer_token::delete_of(work, holder)?;
    if revoked > 0 {
        tell(work, event::Kind::TokenRevoked, holder)?;
    }
    Ok(revoked)
}

/// Records an event about an account that is there.
fn tell(work: &mut Work<'_>, kind: event::Kind, holder: Holder) -> Result<(), Error> {
    let subject = match holder {
        Holder::Admin(id) => store::admin_user::by_id(work, id)?.as_ref().map(event::Subject::admin),
        Holder::Customer(id) => store::customer::by_id(work, id)?.as_ref().map(customer::subject),
    };
    if let Some(subject) = subject {
        event::record(work, kind, subject);
    }
    Ok(())
}

/// How many tokens of an account hold at this moment.
///
/// # Errors
/// Those of the database.
pub fn count(work: &mut Work<'_>, holder: Holder) -> Result<i64, Error> {
    let moment = issued_after(work, holder.kind())?;
    Ok(store::bearer_token::count_since(work, holder, moment)?)
}

/// After which moment tokens of that kind were issued that hold at this one; `None` when they all hold.
///
/// # Errors
/// Those of the database.
pub fn issued_after(work: &mut Work<'_>, kind: Kind) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(lifetime(work, kind)?.and_then(|lifetime| work.now.checked_sub_signed(lifetime)))
}

/// How long a token of that kind lives; for ever, when it is `None`.
///
/// # Errors
/// Those of the database.
pub fn lifetime(work: &mut Work<'_>, kind: Kind) -> Result<Option<TimeDelta>, Error> {
    setting::hours(work, setting::token_lifetime(kind))
}

/// Deletes expired tokens, the oldest of each kind first, `limit` rows at the most; says how many. Nothing depends on
/// it but the size of the table.
///
/// # Errors
/// Those of the database.
pub fn delete_expired(work: &mut Work<'_>, limit: i64) -> Result<usize, Error> {
    let mut deleted = 0;
    for kind in [Kind::Admin, Kind::Customer] {
        let left = limit - i64::try_from(deleted).unwrap_or(limit);
        let lifetime = lifetime(work, kind)?;
        if let Some(moment) = lifetime.and_then(|lifetime| work.now.checked_sub_signed(lifetime)) {
            deleted += store::bearer_token::delete_issued_until(work, kind, moment, left)?;
        }
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests;
