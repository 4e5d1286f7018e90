//! The gate before password hashing: so many hashes at once, a short queue, then "busy".
//!
//! A hash takes 19 MiB and a core for tens of milliseconds; without a gate, sign-ins could take the whole machine. Hashes
//! have threads of their own, one for each place, because each thread keeps the memory of its hashes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

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

/// A hash to be computed, also when nobody waits for it any more.
type Job = Box<dyn FnOnce() + Send>;

/// Hashes and verifies passwords, off the threads that serve requests. Cheap to clone.
#[derive(Clone)]
pub struct Hashing {
    admitted: Arc<Semaphore>,
    jobs: Sender<Job>,
    entropy: Arc<dyn Entropy>,
}

impl Hashing {
    /// A gate with so many places.
    pub fn new(places: usize, entropy: Arc<dyn Entropy>) -> Self {
        let places = places.max(1);
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..places {
            let waiting = Arc::clone(&waiting);
            let started = thread::Builder::new().name("hashing".to_owned()).spawn(move || work_off(&waiting));
            if let Err(error) = started {
                log::error!("a thread that hashes passwords did not start: {error}");
            }
        }
        Self { admitted: Arc::new(Semaphore::new(places * (1 + WAITING_PER_PLACE))), jobs, entropy }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn hash(&self, password: Secret) -> Result<String, Error> {
        let entropy = Arc::clone(&self.entropy);
        self.run(move || password::hash(&password, &*entropy).ok()).await?.ok_or(Error::Failed)
    }

    /// Whether the password is the hashed one. Without a hash it is not, and the time passes that comparing it with that
    /// of `like` would take, or with one of today.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn verify(
        &self,
        password: Secret,
        hash: Option<String>,
        like: Option<String>,
    ) -> Result<bool, Error> {
        let verify = move || match hash {
            Some(hash) => password::verify(&password, &hash),
            None => {
                password::verify_in_vain(&password, like.as_deref());
                false
            }
        };
        self.run(verify).await
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
        like: Option<String>,
    ) -> Result<Verified, Error> {
        let is_right = self.verify(password.clone(), hash.clone(), like).await?;
        let is_outdated = is_right && hash.as_deref().is_some_and(|hash| !password::is_current(hash));
        let upgraded = if is_outdated { Some(self.hash(password).await?) } else { None };
        Ok(Verified { hash, is_right, upgraded })
    }

    /// Whether the password is one of the hashed ones, one after the other in one place.
    ///
    /// # Errors
    /// [`Error::Busy`], or [`Error::Failed`].
    pub async fn verify_any(&self, password: Secret, hashes: Vec<String>) -> Result<bool, Error> {
        self.run(move || hashes.iter().any(|hash| password::verify(&password, hash))).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Error::Busy)?;
        let (tell, told) = oneshot::channel();
        let job = move || {
            let answer = work();
            drop(admitted);
            // Whoever asked may have gone.
            let _ = tell.send(answer);
        };
        self.jobs.send(Box::new(job)).map_err(|_| Error::Failed)?;
        told.await.map_err(|_| Error::Failed)
    }
}

/// Computes one hash after the other, as long as anybody could ask for one.
fn work_off(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic fails that hash alone.
        let _ = catch_unwind(AssertUnwindSafe(job));
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
            assert_eq!(
                gate.verify(Secret::new("correct horse battery"), Some(hash.clone()), None).await,
                Ok(true)
            );
            assert_eq!(gate.verify(Secret::new("wrong"), Some(hash.clone()), None).await, Ok(false));
            assert_eq!(gate.verify(Secret::new("wrong"), None, None).await, Ok(false));
            let in_vain = gate.verify(Secret::new("correct horse battery"), None, Some(hash)).await;
            assert_eq!(in_vain, Ok(false), "a stranger never has the password of somebody else");
        });
    }

    #[test]
    fn who_finds_the_queue_full_is_sent_away_at_once() {
        let gate = Hashing::new(1, Arc::new(SeededEntropy::new(1)));
        block_on(async {
            let all = u32::try_from(1 + WAITING_PER_PLACE).unwrap();
            let others = Arc::clone(&gate.admitted).try_acquire_many_owned(all).unwrap();
            assert_eq!(gate.verify(Secret::new("x"), None, None).await, Err(Error::Busy));
            drop(others);
            assert_eq!(gate.verify(Secret::new("x"), None, None).await, Ok(false));
        });
    }
}
