//! A token and its states. A consumer has at most one in each place: pending, live, retiring.
//!
//! verifier → request → access; an access token is live, then retiring while its successor proves itself.

use chrono::{DateTime, TimeDelta, Utc};

use super::attempt::{self, AttemptId, StepKind};
use super::consumer::ConsumerId;
use super::{Error, nonce, setting};
use crate::entropy::{Entropy, credential};
use crate::secret::Secret;
use crate::store::{self, Work};

/// How long a retiring token outlives the first valid call of its successor.
pub const OVERLAP: TimeDelta = TimeDelta::seconds(60);

/// Identifies a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenId(pub i64);

/// How far a token has come in the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Handed over with the credentials; opens the exchange.
    Verifier,
    /// Asked for by the partner; becomes an access token.
    Request,
    /// Signs calls.
    Access,
}

/// The place a token takes beside the others of its consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// In an exchange that has not ended.
    Pending,
    /// The one that signs calls.
    Live,
    /// The one before, still valid for a while.
    Retiring,
}

/// A token with its secret.
#[derive(Debug, Clone)]
pub struct Token {
    /// Identifies it here.
    pub id: TokenId,
    /// Whose it is.
    pub consumer: ConsumerId,
    /// Its state.
    pub kind: Kind,
    /// Its place.
    pub slot: Slot,
    /// The attempt that it belongs to, if it came by an exchange.
    pub attempt: Option<AttemptId>,
    /// What proves, in an exchange, that the partner got the credentials.
    pub verifier: Option<Secret>,
    /// Identifies it to the world.
    pub value: Secret,
    /// Signs, together with the consumer's secret.
    pub secret: Secret,
    /// First valid call with it.
    pub first_used_at: Option<DateTime<Utc>>,
    /// When a retiring token ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Value and secret of a token that is about to be stored.
#[derive(Debug)]
pub struct Fresh {
    /// Identifies it to the world.
    pub value: Secret,
    /// Signs.
    pub secret: Secret,
}

impl Fresh {
    fn draw(entropy: &dyn Entropy) -> Self {
        Self { value: credential(entropy), secret: credential(entropy) }
    }
}

/// What makes a token the opening of an exchange.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) attempt: AttemptId,
    pub(crate) verifier: Secret,
}

/// Issues a live access token. The one that was live retires (until `grace` has passed, or [`OVERLAP`] after the new
/// one's first valid call), or ends at once when `grace` is zero. One that was retiring already ends.
///
/// # Errors
/// Those of the database.
pub fn issue_access(work: &mut Work<'_>, consumer: ConsumerId, grace: TimeDelta) -> Result<Token, Error> {
    store::token::delete(work, consumer, &[Slot::Pending, Slot::Retiring])?;
    if grace > TimeDelta::zero() {
        let ends_at = work.now + grace;
        store::token::retire_live(work, consumer, ends_at)?;
    } else {
        store::token::delete(work, consumer, &[Slot::Live])?;
    }
    Ok(store::token::insert(work, consumer, &Fresh::draw(work.entropy), None)?)
}

/// Makes a live token of value and secret that a partner of another system has, for a consumer that has none.
///
/// # Errors
/// Those of the database.
pub(super) fn bring_in(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    value: Secret,
    secret: Secret,
) -> Result<Token, Error> {
    Ok(store::token::insert(work, consumer, &Fresh { value, secret }, None)?)
}

/// Opens an exchange: a verifier, in the place of whatever was pending.
///
/// # Errors
/// Those of the database.
pub fn issue_verifier(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    attempt: AttemptId,
) -> Result<Secret, Error> {
    store::token::delete(work, consumer, &[Slot::Pending])?;
    let verifier = credential(work.entropy);
    let opening = Opening { attempt, verifier: verifier.clone() };
    store::token::insert(work, consumer, &Fresh::draw(work.entropy), Some(&opening))?;
    Ok(verifier)
}

/// Turns a verifier into a request token; `None` when somebody else did so a moment ago.
///
/// # Errors
/// Those of the database.
pub fn to_request(work: &mut Work<'_>, verifier: &Token) -> Result<Option<Fresh>, Error> {
    let fresh = Fresh::draw(work.entropy);
    let turned = store::token::to_request(work, verifier, &fresh)?;
    Ok(turned.then_some(fresh))
}

/// Turns a request token into the live access token; the one that was live retires. `None` when somebody else turned
/// it a moment ago.
///
/// # Errors
/// Those of the database.
pub fn to_access(work: &mut Work<'_>, request: &Token, grace: TimeDelta) -> Result<Option<Fresh>, Error> {
    if !store::token::claim_request(work, request)? {
        return Ok(None);
    }
    store::token::delete(work, request.consumer, &[Slot::Retiring])?;
    let ends_at = work.now + grace;
    store::token::retire_live(work, request.consumer, ends_at)?;
    let fresh = Fresh::draw(work.entropy);
    store::token::to_access(work, request, &fresh)?;
    Ok(Some(fresh))
}

/// Ends a retiring token now; says whether there was one.
///
/// # Errors
/// Those of the database.
pub fn end_retiring(work: &mut Work<'_>, consumer: ConsumerId) -> Result<bool, Error> {
    Ok(store::token::delete(work, consumer, &[Slot::Retiring])? > 0)
}

/// Ends everything a consumer has; says whether any of it signed calls.
///
/// # Errors
/// Those of the database.
pub fn end_all(work: &mut Work<'_>, consumer: ConsumerId) -> Result<bool, Error> {
    store::token::delete(work, consumer, &[Slot::Pending])?;
    Ok(store::token::delete(work, consumer, &[Slot::Live, Slot::Retiring])? > 0)
}

/// Removes the oldest exchanges that partners did not complete in time; says how many. An exchange that may still be
/// completed stays, whatever the setting `oauth/cleanup/expiration_period` says.
///
/// # Errors
/// Those of the database.
pub fn remove_abandoned(work: &mut Work<'_>) -> Result<usize, Error> {
    let period = TimeDelta::seconds(setting::number(work, setting::EXCHANGE_PERIOD)?);
    let forgettable = DateTime::from_timestamp(nonce::forgettable_before(work)?, 0).unwrap_or_default();
    let moment = forgettable.min(work.now - period);
    Ok(store::token::delete_pending_before(work, moment, store::BATCH)?)
}

/// Notes the first valid call with a live token, from which its predecessor's end is counted. Only the first counts.
///
/// # Errors
/// Those of the database.
pub fn first_used(work: &mut Work<'_>, consumer: ConsumerId, token: TokenId) -> Result<(), Error> {
    let at = work.now;
    if let Some(integration) = store::integration::by_consumer(work, consumer)? {
        store::integration::hold(work, integration.id)?;
    }
    if store::token::set_first_used(work, token, at)? {
        store::token::end_retiring_by(work, consumer, at + OVERLAP)?;
        let attempt = store::token::attempt_of(work, token)?;
        attempt::note(work, attempt, StepKind::FirstCall)?;
        let key = store::consumer::key_of(work, consumer)?;
        store::revision::raise(work, key.as_deref())?;
    }
    Ok(())
}

/// How long the predecessor lives when a token is replaced by showing a new one.
///
/// # Errors
/// Those of the database.
pub fn grace_when_shown(work: &mut Work<'_>) -> Result<TimeDelta, Error> {
    Ok(TimeDelta::seconds(setting::number(work, setting::TOKEN_GRACE_SIMPLE)?))
}
