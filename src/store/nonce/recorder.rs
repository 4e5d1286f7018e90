//! Records the nonces of API calls: one thread with a connection of its own commits what has gathered as one batch,
//! so that many calls share one fsync. Between batches it forgets nonces past their time.

use std::ops::Range;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::super::conn::{Conn, Intent};
use super::super::{Error, Store, Unready, Work};
use super::Nonce;

/// Calls that may wait for the next batch.
pub(super) const QUEUE: usize = 8_192;
/// Nonces in one batch at the most.
pub(super) const BATCH: usize = 1_000;
/// How long a call waits for its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Time between two sweeps.
const SWEEP_PERIOD: Duration = Duration::from_secs(60);
/// Nonces deleted at once.
const SWEEP_BATCH: i64 = 2_000;
/// A sweep rests that many times as long as its last step took, so that calls keep nine tenths of the time.
const REST: u32 = 9;

/// Works out the timestamp before which nonces may be forgotten.
type Horizon<E> = fn(&mut Work<'_>) -> Result<i64, E>;

/// Records nonces until it is dropped; what was handed in before is still recorded.
pub(crate) struct Recorder {
    queue: Option<SyncSender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

struct Waiting {
    nonce: Nonce,
    answer: oneshot::Sender<Result<bool, Unready>>,
}

impl Recorder {
    /// Starts the thread. `horizon` says before which timestamp nonces may be forgotten.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub(crate) fn start<E>(store: &Store, horizon: Horizon<E>) -> Result<Self, Error>
    where
        E: From<Error> + std::fmt::Display + 'static,
    {
        let conn = Some(store.own_connection()?);
        let (queue, waiting) = mpsc::sync_channel(QUEUE);
        let mut clerk = Clerk { store: store.clone(), conn, sweep: Sweep::due_now(), horizon };
        let thread = thread::Builder::new().name("nonces".to_owned()).spawn(move || clerk.serve(&waiting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Records a nonce durably; says whether it was new. On [`Unready`] it may have been recorded or not, so the
    /// call must not pass.
    pub(crate) async fn record(&self, nonce: Nonce) -> Result<bool, Unready> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(Unready::Failed)?;
        queue.try_send(Waiting { nonce, answer }).map_err(|refused| match refused {
            TrySendError::Full(_) => Unready::Overloaded,
            TrySendError::Disconnected(_) => Unready::Failed,
        })?;
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(Unready::Failed),
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the thread that records nonces panicked");
        }
    }
}

/// What the thread works with.
struct Clerk<E> {
    store: Store,
    conn: Option<Conn>,
    sweep: Sweep,
    horizon: Horizon<E>,
}

/// How far forgetting has come.
struct Sweep {
    /// When its next step is due, or the next sweep.
    next: Instant,
    /// What is still to be deleted in this sweep.
    left: Option<Range<i64>>,
    /// Everything before is gone.
    low: Option<i64>,
}

impl Sweep {
    fn due_now() -> Self {
        Self { next: Instant::now(), left: None, low: None }
    }
}

impl<E: From<Error> + std::fmt::Display> Clerk<E> {
    fn serve(&mut self, queue: &Receiver<Waiting>) {
        while let Ok(first) = self.next(queue) {
            if let Some(first) = first {
                let batch: Vec<Waiting> =
                    std::iter::once(first).chain(queue.try_iter().take(BATCH - 1)).collect();
                self.record(batch);
            }
            if let Err(error) = self.forget_some() {
                log::warn!("nonces past their time are not deleted for now: {error}");
                self.sweep = Sweep { next: Instant::now() + SWEEP_PERIOD, left: None, low: None };
            }
        }
    }

    /// The next call, or none when it is time to forget some nonces; an error when there will be no more.
    fn next(&self, queue: &Receiver<Waiting>) -> Result<Option<Waiting>, ()> {
        match queue.recv_timeout(self.sweep.next.saturating_duration_since(Instant::now())) {
            Ok(waiting) => Ok(Some(waiting)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }

    fn record(&mut self, batch: Vec<Waiting>) {
        let nonces: Vec<&Nonce> = batch.iter().map(|waiting| &waiting.nonce).collect();
        let outcome = self.with_conn(|store, conn| {
            let _turn = store.turn(conn);
            super::record_on(conn, &nonces)
        });
        match outcome {
            Ok(new) => {
                self.store.metrics().recorded(new.len());
                // A caller that has gone away needs no answer.
                batch.into_iter().zip(new).for_each(|(waiting, new)| {
                    let _ = waiting.answer.send(Ok(new));
                });
            }
            Err(error) => {
                log::error!("nonces not recorded, so their calls are answered 503: {error}");
                batch.into_iter().for_each(|waiting| {
                    let _ = waiting.answer.send(Err(Unready::Failed));
                });
            }
        }
    }

    /// One step of a sweep, when one is due.
    fn forget_some(&mut self) -> Result<(), E> {
        let began = Instant::now();
        if began < self.sweep.next {
            return Ok(());
        }
        let Some(time) = self.sweep.left.take() else {
            self.sweep.left = self.outdated()?;
            self.sweep.next = if self.sweep.left.is_some() { began } else { began + SWEEP_PERIOD };
            return Ok(());
        };
        let left = self.with_conn(|store, conn| {
            store.run_on(conn, Intent::Write, |work| super::delete_oldest(work, time, SWEEP_BATCH))
        })?;
        self.sweep.low = Some(left.start);
        self.sweep.next =
            Instant::now() + if left.is_empty() { SWEEP_PERIOD } else { began.elapsed() * REST };
        self.sweep.left = Some(left).filter(|left| !left.is_empty());
        Ok(())
    }

    /// The time whose nonces may be forgotten now, when there is any.
    fn outdated(&mut self) -> Result<Option<Range<i64>>, E> {
        let (horizon, low) = (self.horizon, self.sweep.low);
        let (low, end) = self.with_conn(|store, conn| {
            store.run_on(conn, Intent::Read, |work| {
                let low = match low {
                    Some(low) => Some(low),
                    None => super::oldest(work)?,
                };
                Ok::<_, E>((low, horizon(work)?))
            })
        })?;
        Ok(low.map(|low| low..end).filter(|time| !time.is_empty()))
    }

    /// Works on our connection, which is given up after a failure: its state is not known.
    fn with_conn<T, F: From<Error>>(
        &mut self,
        operation: impl FnOnce(&Store, &mut Conn) -> Result<T, F>,
    ) -> Result<T, F> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.store.own_connection()?,
        };
        let outcome = operation(&self.store, &mut conn)?;
        self.conn = Some(conn);
        Ok(outcome)
    }
}
