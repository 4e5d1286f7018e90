//! Records the nonces of API calls: one thread with a connection of its own commits what has gathered as one batch,
//! so that many calls share one fsync. (A job forgets those past their time.)

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::super::conn::Conn;
use super::super::{Error, PATIENCE, Store, Unready};
use super::Nonce;

/// Calls that may wait for the next batch; fewer in tests, which fill the queue and wait for all of them.
pub(super) const QUEUE: usize = if cfg!(test) { 2_048 } else { 8_192 };
/// Nonces in one batch at the most.
pub(super) const BATCH: usize = if cfg!(test) { 100 } else { 1_000 };
/// For how long nonces are sifted after one came twice, so that somebody who sends old ones does not let each batch be
/// tried in vain first.
const CAUTION: Duration = Duration::from_secs(5);

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
    /// Starts the thread.
    ///
    /// # Errors
    /// When the database cannot be opened, or may lose what it acknowledged.
    pub(crate) fn start(store: &Store) -> Result<Self, Error> {
        Self::with(store, store.durable_connection()?)
    }

    /// [`Self::start`] with that connection.
    pub(super) fn with(store: &Store, conn: Conn) -> Result<Self, Error> {
        let (queue, waiting) = mpsc::sync_channel(QUEUE);
        let mut clerk = Clerk { store: store.clone(), conn: Some(conn), cautious_until: None };
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
struct Clerk {
    store: Store,
    conn: Option<Conn>,
    cautious_until: Option<Instant>,
}

impl Clerk {
    fn serve(&mut self, queue: &Receiver<Waiting>) {
        // The first call should not wait for the statement to be prepared.
        self.record_surviving(Vec::new());
        while let Ok(first) = queue.recv() {
            let batch = std::iter::once(first).chain(queue.try_iter().take(BATCH - 1));
            // Whoever has gone away was not answered, and may come again with the same nonce.
            let batch: Vec<_> = batch.filter(|waiting| !waiting.answer.is_closed()).collect();
            if !batch.is_empty() {
                self.record_surviving(batch);
            }
        }
    }

    /// The thread outlives a panic; those who waited learn that they are not answered.
    fn record_surviving(&mut self, batch: Vec<Waiting>) {
        if catch_unwind(AssertUnwindSafe(|| self.record(batch))).is_err() {
            log::error!("recording nonces panicked, so their calls are answered 503");
        }
    }

    fn record(&mut self, batch: Vec<Waiting>) {
        let nonces: Vec<&Nonce> = batch.iter().map(|waiting| &waiting.nonce).collect();
        match self.record_all(&nonces) {
            Ok(new) if new.is_empty() => {}
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

    /// With one statement; with a second one when a nonce came twice after a time in which none did.
    fn record_all(&mut self, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
        let is_cautious = self.cautious_until.is_some_and(|until| Instant::now() < until);
        let added = if is_cautious { None } else { self.with_conn(|conn| super::add(conn, nonces))? };
        if let Some(new) = added {
            return Ok(new);
        }
        let new = self.with_conn(|conn| super::sift(conn, nonces))?;
        if new.contains(&false) {
            self.cautious_until = Some(Instant::now() + CAUTION);
        }
        Ok(new)
    }

    /// Works on our connection in our turn. It is given up after a failure: its state is not known.
    fn with_conn<T>(&mut self, operation: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.store.durable_connection()?,
        };
        let turn = self.store.turn(&conn);
        let outcome = operation(&mut conn)?;
        drop(turn);
        self.conn = Some(conn);
        Ok(outcome)
    }
}
