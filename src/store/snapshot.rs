//! The snapshot: the credentials that API calls are decided from, in memory and current.
//!
//! Every transaction that alters one of them raises the revision (see [`super::revision`]). A write on this node is
//! followed by a look at what changed before it returns; for the writes of others a thread looks four times a
//! second. What changed is dropped here, and loaded again when somebody asks for it. It does not know what follows
//! from an entry.
//!
//! Why nothing stale stays: an entry comes with the revision that was read before its rows in the same transaction.
//! It is kept only while no later revision has been applied, under the lock under which revisions are applied;
//! otherwise it is loaded again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;
use tokio::sync::{Mutex as Lane, Semaphore};

use super::conn::{Conn, Intent};
use super::revision::Subject;
use super::{Error, PATIENCE, Store, Unready, Work, consumer, grant, integration, revision, setting, token};
use crate::domain::decision::Known;
use crate::domain::setting::INTEGRATION_AS_BEARER;
use crate::domain::token::Slot;
use crate::metrics::Size;

mod bearer;
mod follower;
mod pulse;
#[cfg(test)]
mod tests;
mod unknown;

use bearer::Bearers;
pub(crate) use bearer::{Borne, borne};
pub(crate) use follower::Follower;
use pulse::Pulse;
pub(crate) use pulse::{Moment, check_fresh, is_unchanged, moment, nonces_since};
use unknown::Unknown;

/// Consumers kept; the others are loaded when they call.
const CAPACITY: usize = 100_000;
/// Loads at the same time; those of one key always wait for each other.
const LANES: usize = 4;
/// Calls that may wait for a load.
const ROOM: usize = 1_024;
/// How old the last confirmation may be.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// After that time every node that decides calls has heard of a change.
pub(crate) const HEARD_WITHIN: Duration = FRESH_FOR;

/// What is known of consumers, by their key, and of bearer tokens.
pub(super) struct Snapshot {
    progress: Mutex<Progress>,
    pulse: Pulse,
    known: Cache<String, Arc<Known>>,
    unknown: Unknown,
    bearers: Bearers,
    lanes: [Lane<()>; LANES],
    hasher: RandomState,
    room: Semaphore,
}

#[derive(Default)]
struct Progress {
    /// The revision up to which changes were dropped; `None` while nobody follows them.
    applied: Option<i64>,
}

/// What was read about changes.
struct Changes {
    current: i64,
    nonces_since: i64,
    /// About whom, or `None` when it could be anybody.
    subjects: Option<Vec<Subject>>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            progress: Mutex::default(),
            pulse: Pulse::default(),
            known: Cache::new(CAPACITY),
            unknown: Unknown::default(),
            bearers: Bearers::default(),
            lanes: Default::default(),
            hasher: RandomState::new(),
            room: Semaphore::new(ROOM),
        }
    }
}

/// The consumer with that key, from memory or loaded; `None` when there is none.
pub(crate) async fn known(store: &Store, key: &str) -> Result<Option<Arc<Known>>, Unready> {
    let snapshot = &store.snapshot;
    snapshot.pulse.check_fresh()?;
    match snapshot.find(key) {
        Some(answer) => Ok(answer),
        None => in_time(look_up(store, key)).await,
    }
}

async fn look_up(store: &Store, key: &str) -> Result<Option<Arc<Known>>, Unready> {
    let snapshot = &store.snapshot;
    let _room = snapshot.room.try_acquire().map_err(|_| Unready::Overloaded)?;
    let _lane = snapshot.lane(key).lock().await;
    snapshot.pulse.check_fresh()?;
    // Whoever was first in this lane may have loaded it.
    if let Some(answer) = snapshot.find(key) {
        return Ok(answer);
    }
    store.metrics().missed();
    let wanted = key.to_owned();
    let (revision, loaded) = store.read(move |work| load(work, &wanted)).await.map_err(|error| {
        log::error!("consumer not loaded: {error}");
        Unready::Failed
    })?;
    // It was loaded after the call came, so it is right for this one, also when the next one has to load it again.
    snapshot.keep(key, revision, loaded.as_ref());
    Ok(loaded)
}

/// Waits for what must be loaded, but no longer than a call waits.
async fn in_time<T>(load: impl Future<Output = Result<T, Unready>>) -> Result<T, Unready> {
    tokio::time::timeout(PATIENCE, load).await.unwrap_or_else(|_| {
        log::error!("credentials were not loaded within {} seconds", PATIENCE.as_secs());
        Err(Unready::Failed)
    })
}

/// Applies what changed since the last time, and confirms that nothing else did.
fn catch_up(store: &Store, conn: &mut Conn) -> Result<(), Error> {
    let asked_at = Instant::now();
    let applied = store.snapshot.progress().applied;
    let changes = store.run_on(conn, Intent::Read, |work| {
        let (current, nonces_since) = revision::with_nonces_since(work)?;
        let subjects = match applied {
            Some(applied) if applied <= current => revision::since(work, applied)?,
            // Not followed before, or the database was restored from a backup.
            _ => None,
        };
        Ok::<_, Error>(Changes { current, nonces_since, subjects })
    })?;
    store.snapshot.apply(applied, &changes, asked_at);
    Ok(())
}

/// Lets a change made here count here at once. When that fails the thread that follows changes makes up for it.
pub(super) fn catch_up_after_write(store: &Store, conn: &mut Conn) {
    if store.snapshot.progress().applied.is_none() {
        return;
    }
    if let Err(error) = catch_up(store, conn) {
        log::warn!("a change counts only at the next look for changes: {error}");
    }
}

impl Snapshot {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much is kept, and how long ago it was confirmed that it is current.
    pub(super) fn state(&self) -> (Size, Option<Duration>) {
        let consumers = self.known.len();
        let (people, bearer_tokens) = self.bearers.size();
        (Size { consumers, people, bearer_tokens }, self.pulse.age())
    }

    /// The answer from memory, when there is one.
    fn find(&self, key: &str) -> Option<Option<Arc<Known>>> {
        if let Some(known) = self.known.get(key) {
            return Some(Some(known));
        }
        self.unknown.contains(key).then_some(None)
    }

    fn lane(&self, key: &str) -> &Lane<()> {
        let hash = self.hasher.hash_one(key);
        &self.lanes[(hash % LANES as u64) as usize]
    }

    /// Keeps what was loaded at that revision, unless a later one was applied since.
    fn keep(&self, key: &str, revision: i64, loaded: Option<&Arc<Known>>) -> bool {
        let progress = self.progress();
        if progress.applied.is_none_or(|applied| applied > revision) {
            return false;
        }
        match loaded {
            Some(known) => self.known.insert(key.to_owned(), Arc::clone(known)),
            None => self.unknown.insert(key),
        }
        true
    }

    fn apply(&self, from: Option<i64>, changes: &Changes, asked_at: Instant) {
        let mut progress = self.progress();
        match &changes.subjects {
            Some(subjects) => subjects.iter().for_each(|subject| self.drop_one(subject)),
            None => {
                self.known.clear();
                self.unknown.clear();
                self.bearers.drop_all();
            }
        }
        if changes.subjects.as_ref().is_none_or(|subjects| !subjects.is_empty()) {
            self.pulse.dropped();
        }
        let restored = from.is_some_and(|from| changes.current < from);
        progress.applied =
            if restored { Some(changes.current) } else { progress.applied.max(Some(changes.current)) };
        self.pulse.confirm(changes.nonces_since, asked_at);
    }

    fn drop_one(&self, subject: &Subject) {
        match subject {
            Subject::Consumer(key) => {
                self.known.remove(&**key);
                self.unknown.remove(key);
            }
            Subject::Holder(holder) => self.bearers.drop_one(*holder),
        }
    }
}

fn load(work: &mut Work<'_>, key: &str) -> Result<(i64, Option<Arc<Known>>), Error> {
    let revision = revision::current(work)?;
    Ok((revision, read(work, key)?.map(Arc::new)))
}

/// All that decisions about the calls of the consumer with that key depend on, from the database.
pub(crate) fn read(work: &mut Work<'_>, key: &str) -> Result<Option<Known>, Error> {
    let Some(consumer) = consumer::by_key(work, key)? else { return Ok(None) };
    let id = consumer.integration;
    let Some(integration) = integration::find(work, id)? else { return Ok(None) };
    let grants = grant::of_integrations(work, &[id])?.remove(&id).unwrap_or_default();
    let mut tokens = token::of(work, consumer.id)?;
    let mut take = |slot: Slot| {
        tokens.iter().position(|token| token.slot == slot).map(|position| tokens.swap_remove(position))
    };
    let (live, retiring) = (take(Slot::Live), take(Slot::Retiring));
    let for_all = setting::find(work, INTEGRATION_AS_BEARER.path)?;
    let for_all = for_all.as_deref().unwrap_or(INTEGRATION_AS_BEARER.default) == "1";
    let accepts_bearer = integration.bearer_mode.accepts(for_all);
    let (name, status) = (integration.name.into(), integration.status);
    Ok(Some(Known { consumer, name, status, grants, live, retiring, accepts_bearer }))
}
