//! A consumer: the OAuth identity of an integration, made with it and gone with it.

use std::iter;

use chrono::{DateTime, TimeDelta, Utc};

use super::Error;
use super::integration::IntegrationId;
use crate::entropy::credential;
use crate::secret::Secret;
use crate::store::{self, Work};

/// Identifies a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConsumerId(pub i64);

/// Key and secret with which an integration signs.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// Identifies it here.
    pub id: ConsumerId,
    /// Whose it is.
    pub integration: IntegrationId,
    /// Identifies it to the world: 32 characters, no secret.
    pub key: String,
    /// Signs.
    pub secret: Secret,
    /// The secret before that one, while it still signs.
    pub previous: Option<Previous>,
}

/// A consumer secret that was replaced.
#[derive(Debug, Clone)]
pub struct Previous {
    /// It signs as well,
    pub secret: Secret,
    /// until then.
    pub ends_at: DateTime<Utc>,
}

impl Consumer {
    /// The secrets that sign at that moment, the newest first.
    pub fn secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Secret> {
        let previous = self.previous.as_ref().filter(move |previous| now < previous.ends_at);
        iter::once(&self.secret).chain(previous.map(|previous| &previous.secret))
    }
}

/// Makes the consumer of a new integration, with a fresh key and secret.
///
/// # Errors
/// Those of the database.
pub fn create(work: &mut Work<'_>, integration: IntegrationId) -> Result<Consumer, Error> {
    let key = credential(work.entropy);
    let secret = credential(work.entropy);
    Ok(store::consumer::insert(work, integration, key.expose(), secret)?)
}

/// Gives the consumer a new secret; the one before signs until `grace` has passed.
///
/// # Errors
/// Those of the database.
pub fn renew_secret(work: &mut Work<'_>, consumer: &Consumer, grace: TimeDelta) -> Result<(), Error> {
    let secret = credential(work.entropy);
    let ends_at = work.now + grace;
    Ok(store::consumer::replace_secret(work, consumer, &secret, ends_at)?)
}

/// Ends the secret before this one now.
///
/// # Errors
/// Those of the database.
pub fn end_previous(work: &mut Work<'_>, consumer: ConsumerId) -> Result<(), Error> {
    Ok(store::consumer::forget_previous(work, consumer)?)
}

/// The consumer of an integration.
///
/// # Errors
/// Those of the database.
pub fn of(work: &mut Work<'_>, integration: IntegrationId) -> Result<Option<Consumer>, Error> {
    Ok(store::consumer::of(work, integration)?)
}

/// The consumer with that key.
///
/// # Errors
/// Those of the database.
pub fn by_key(work: &mut Work<'_>, key: &str) -> Result<Option<Consumer>, Error> {
    Ok(store::consumer::by_key(work, key)?)
}
