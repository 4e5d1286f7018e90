//! What every call asks of the snapshot, without a lock: is it current, was anything dropped from it since, and since
//! when are nonces remembered.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::FRESH_FOR;
use crate::store::{Store, Unready};

/// Written under the lock under which changes are applied.
pub(super) struct Pulse {
    began: Instant,
    /// The moment of which it is known that all changes up to it were applied, in nanoseconds; 0 when there is none.
    confirmed: AtomicU64,
    /// How often entries were dropped.
    drops: AtomicU64,
    nonces_since: AtomicI64,
}

/// When a call came, as the snapshot counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(u64);

/// The moment now.
pub(crate) fn moment(store: &Store) -> Moment {
    Moment(store.snapshot.pulse.drops.load(Ordering::SeqCst))
}

/// Whether everything that was found since that moment would be found again.
///
/// # Errors
/// When that cannot be said at this moment.
pub(crate) fn is_unchanged(store: &Store, since: Moment) -> Result<bool, Unready> {
    store.snapshot.pulse.check_fresh()?;
    Ok(moment(store) == since)
}

/// The earliest timestamp of which no nonce was forgotten, as current as the snapshot is.
pub(crate) fn nonces_since(store: &Store) -> i64 {
    store.snapshot.pulse.nonces_since.load(Ordering::SeqCst)
}

/// Whether calls can be decided at this moment.
///
/// # Errors
/// When they cannot.
pub(crate) fn check_fresh(store: &Store) -> Result<(), Unready> {
    store.snapshot.pulse.check_fresh()
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            confirmed: AtomicU64::new(0),
            drops: AtomicU64::new(0),
            nonces_since: AtomicI64::new(0),
        }
    }
}

impl Pulse {
    /// How long ago it was confirmed that nothing else changed.
    pub(super) fn age(&self) -> Option<Duration> {
        let confirmed = self.confirmed.load(Ordering::SeqCst);
        (confirmed > 0).then(|| self.began.elapsed().saturating_sub(Duration::from_nanos(confirmed)))
    }

    pub(super) fn check_fresh(&self) -> Result<(), Unready> {
        match self.age() {
            Some(age) if age <= FRESH_FOR => Ok(()),
            _ => Err(Unready::Stale),
        }
    }

    /// Entries are gone. Said afterwards: whoever still found one of them must notice.
    pub(super) fn dropped(&self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
    }

    /// All changes up to that moment were applied. Said last, so that whoever sees it sees them too.
    pub(super) fn confirm(&self, nonces_since: i64, asked_at: Instant) {
        self.nonces_since.fetch_max(nonces_since, Ordering::SeqCst);
        let confirmed = asked_at.saturating_duration_since(self.began).as_nanos();
        self.confirmed.fetch_max(u64::try_from(confirmed).unwrap_or(u64::MAX).max(1), Ordering::SeqCst);
    }
}
