//! What nobody knows: remembered for a moment, so that strangers who ask for anything do not load the database. It does
//! not know what kind of thing was asked for.

use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

/// How many are remembered, and for how long.
const CAPACITY: usize = 10_000;
const FOR: Duration = Duration::from_secs(1);

/// Keys or digests that were looked up in vain, and when.
pub(super) struct Unknown(Cache<String, Instant>);

impl Default for Unknown {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Unknown {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|since| since.elapsed() < FOR)
    }

    pub(super) fn insert(&self, name: &str) {
        self.0.insert(name.to_owned(), Instant::now());
    }

    pub(super) fn remove(&self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn clear(&self) {
        self.0.clear();
    }
}
