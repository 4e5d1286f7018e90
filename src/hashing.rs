//! The gate before password hashing: so many hashes at once, a short queue, then "busy".
//!
//! A hash takes 19 MiB and a core for tens of milliseconds; without a gate, sign-ins could take the whole machine.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::candidate::Verified;
use crate::domain::password;
use crate::entropy::Entropy;
use crate::secret::Secret;

/// Seconds after which it is worth asking again.
pub const RETRY_AFTER: u32 = 1;

/// How many may wait for each hash that runs.
const WAITING_PER_PLACE: usize = 8;

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many are waiting: ask again after [`RETRY_AFTER`].
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash could not be computed.
    #[error("the password could not be hashed")]
    Failed,
}

/// Hashes and verifies passwords, off the threads that serve requests. Cheap to clone.
#[derive(Clone)]
pub struct Hashing {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    entropy: Arc<dyn Entropy>,
}

/// Held until the hash is computed, also when nobody waits for it any more.
struct Permit {
    _admitted: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

impl Hashing {
    /// A gate with so many places.
    pub fn new(places: usize, entropy: Arc<dyn Entropy>) -> Self {
        let places = places.max(1);
        Self {
            admitted: Arc::new(Semaphore::new(places * (1 + WAITING_PER_PLACE))),
            running: Arc::new(Semaphore::new(places)),
            entropy,
        }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn hash(&self, password: Secret) -> Result<String, Error> {
        let entropy = Arc::clone(&self.entropy);
        self.run(move || password::hash(&password, &*entropy).ok()).await?.ok_or(Error::Failed)
    }

    /// Whether the password is the hashed one; without a hash the same time passes and it is not.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, Error> {
        self.run(move || password::verify(&password, hash.as_deref())).await
    }

    /// As [`Hashing::verify`], to be judged; with a newer hash of the right password, when the one there is has become
    /// outdated.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn verify_and_upgrade(
        &self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<Verified, Error> {
        let is_right = self.verify(password.clone(), hash.clone()).await?;
        let is_outdated = is_right && hash.as_deref().is_some_and(|hash| !password::is_current(hash));
        let upgraded = if is_outdated { Some(self.hash(password).await?) } else { None };
        Ok(Verified { hash, is_right, upgraded })
    }

    /// Whether the password is one of the hashed ones, one after the other in one place.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn verify_any(&self, password: Secret, hashes: Vec<String>) -> Result<bool, Error> {
        self.run(move || hashes.iter().any(|hash| password::verify(&password, Some(hash)))).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let permit = self.enter().await?;
        let running = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(permit);
            answer
        });
        running.await.map_err(|_| Error::Failed)
    }

    async fn enter(&self) -> Result<Permit, Error> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Error::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Error::Failed)?;
        Ok(Permit { _admitted: admitted, _running: running })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn what_is_hashed_verifies() {
        let gate = Hashing::new(1, Arc::new(SeededEntropy::new(1)));
        block_on(async {
            let hash = gate.hash(Secret::new("correct horse battery")).await.unwrap();
            assert_eq!(gate.verify(Secret::new("correct horse battery"), Some(hash.clone())).await, Ok(true));
            assert_eq!(gate.verify(Secret::new("wrong"), Some(hash)).await, Ok(false));
            assert_eq!(gate.verify(Secret::new("wrong"), None).await, Ok(false));
        });
    }

    #[test]
    fn who_finds_the_queue_full_is_sent_away_at_once() {
        let gate = Hashing::new(1, Arc::new(SeededEntropy::new(1)));
        block_on(async {
            let inside = gate.enter().await.unwrap();
            let queue: Vec<_> = (0..WAITING_PER_PLACE)
                .map(|_| Arc::clone(&gate.admitted).try_acquire_owned().unwrap())
                .collect();
            assert_eq!(gate.verify(Secret::new("x"), None).await, Err(Error::Busy));
            drop((inside, queue));
            assert_eq!(gate.verify(Secret::new("x"), None).await, Ok(false));
        });
    }
}
