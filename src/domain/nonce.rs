//! How long a nonce is remembered. (That it counts once is the table's key: see `crate::store::nonce`.)
//!
//! What is old enough is told by a clock, and clocks can be wrong. So first it is written down since when nonces are
//! remembered, and calls with earlier timestamps are refused whatever any clock says; then the earlier ones are forgotten.

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

/// Announces that the nonces past their time will be forgotten; answers since when they are remembered from now on.
///
/// This goes no further than there are nonces, so that a clock which is ahead by days lets calls be refused for minutes.
/// They may be forgotten `crate::store::HEARD_WITHIN` later: whoever decides calls then has heard of it.
///
/// # Errors
/// Those of the database.
pub fn announce(work: &mut Work<'_>) -> Result<i64, Error> {
    let since = store::revision::nonces_since(work)?;
    let before = forgettable_before(work)?;
    let Some(newest) = store::nonce::newest(work, since..before)? else { return Ok(since) };
    store::revision::set_nonces_since(work, newest + 1)?;
    Ok(newest + 1)
}

/// Forgets the oldest nonces of timestamps before the one that was announced, from where it was left; says how many.
///
/// # Errors
/// Those of the database.
pub fn forget_old(work: &mut Work<'_>, announced: i64, from: Forgotten) -> Result<(usize, Forgotten), Error> {
    let (count, reached) = store::nonce::delete_oldest(work, from.0, announced, store::BATCH)?;
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
    use crate::store::testing::TestStore;

    const ACME: ConsumerId = ConsumerId(7);

    fn record(work: &mut Work<'_>, timestamp: i64) -> Result<bool, Error> {
        Ok(store::nonce::record(work, &[&Nonce::new(ACME, timestamp, "a")])? == [true])
    }

    #[test]
    fn no_setting_forgets_a_nonce_that_could_still_be_replayed() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(1);
        assert_eq!(horizon(now, 120), now.timestamp() - 7200);
        assert_eq!(horizon(now, 0), now.timestamp() - 2400);
    }

    #[test]
    fn only_what_was_announced_is_forgotten() {
        let test = TestStore::new();
        let now = test.store.clock().now().timestamp();
        let ended = now - 7_201;
        test.store
            .write_now(|work| {
                assert_eq!(announce(work)?, 0, "there is nothing to forget");
                for timestamp in [ended - 100, ended, ended + 1, now] {
                    assert!(record(work, timestamp)?);
                }
                assert_eq!(announce(work)?, ended + 1);
                // What came in since is not announced.
                assert!(record(work, ended - 1)?);
                let (count, _) = forget_old(work, ended + 1, Forgotten::default())?;
                assert_eq!(count, 3);
                assert!(!record(work, ended + 1)?);
                assert_eq!(announce(work)?, ended + 1);
                Ok::<_, Error>(())
            })
            .unwrap();
    }

    #[test]
    fn a_clock_that_is_set_back_announces_nothing_less() {
        let test = TestStore::new();
        let now = test.store.clock().now().timestamp();
        let at = |hours: i64| {
            test.clock.advance(TimeDelta::hours(hours));
            test.store.write_now(announce).unwrap()
        };
        test.store.write_now(|work| record(work, now)).unwrap();
        assert_eq!(at(48), now + 1, "no further than there are nonces");
        assert_eq!(at(-48), now + 1);
        assert_eq!(at(1), now + 1);
    }
}
