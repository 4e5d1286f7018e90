//! How long a nonce is remembered. (That it counts once is the table's key: see `crate::store::nonce`.)

use chrono::{DateTime, TimeDelta, Utc};

use super::consumer::ConsumerId;
use super::{Error, setting};
use crate::oauth1::window::TOLERANCE;
use crate::store::nonce::Nonce;
use crate::store::{self, Work};

/// Seconds for which nonces are kept at the least: twice the whole window in which a timestamp is accepted.
pub const NONCE_LIFETIME_MIN: i64 = 4 * TOLERANCE;

/// The timestamp before which nonces may be forgotten now, by the setting `oauth/cleanup/expiration_period`.
///
/// # Errors
/// Those of the database.
pub(crate) fn forgettable_before(work: &mut Work<'_>) -> Result<i64, Error> {
    let minutes = setting::number(work, setting::CLEANUP_PERIOD)?;
    Ok(horizon(work.now, minutes))
}

/// Up to where nonces are forgotten, by whoever forgets them time and again.
#[derive(Debug, Clone, Default)]
pub struct Forgotten(Option<Nonce>);

/// Forgets the oldest nonces past their time, from where it was left; says how many.
///
/// # Errors
/// Those of the database.
pub fn forget_old(work: &mut Work<'_>, from: Forgotten) -> Result<(usize, Forgotten), Error> {
    let before = forgettable_before(work)?;
    let (count, reached) = store::nonce::delete_oldest(work, from.0, before, store::BATCH)?;
    Ok((count, Forgotten(reached)))
}

/// Forgets the nonces of a consumer that is about to go.
///
/// # Errors
/// Those of the database.
pub fn forget(work: &mut Work<'_>, consumer: ConsumerId) -> Result<(), Error> {
    let kept = forgettable_before(work)?..=work.now.timestamp() + TOLERANCE;
    Ok(store::nonce::forget(work, consumer, kept)?)
}

fn horizon(now: DateTime<Utc>, minutes: i64) -> i64 {
    let lifetime = (minutes * 60).max(NONCE_LIFETIME_MIN);
    (now - TimeDelta::seconds(lifetime)).timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_forgets_a_nonce_that_could_still_be_replayed() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(1);
        assert_eq!(horizon(now, 120), now.timestamp() - 7200);
        assert_eq!(horizon(now, 0), now.timestamp() - 2400);
    }
}
