//! Records the nonces of API calls: one thread with a connection of its own commits what has gathered as one batch,
//! so that many calls share one fsync. (A job forgets those past their time.)

use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::super::conn::Conn;
use super::super::{Error, Store, Unready};
use super::Nonce;

/// Calls that may wait for the next batch.
pub(super) const QUEUE: usize = 8_192;
/// Nonces in one batch at the most.
pub(super) const BATCH: usize = 1_000;
/// How long a call waits for its answer.
const PATIENCE: Duration = Duration::from_secs(5);

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
        let conn = Some(store.durable_connection()?);
        let (queue, waiting) = mpsc::sync_channel(QUEUE);
        let mut clerk = Clerk { store: store.clone(), conn };
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
}

impl Clerk {
    fn serve(&mut self, queue: &Receiver<Waiting>) {
        // The first call should not wait for the statement to be prepared.
        if let Err(error) = self.commit(&[]) {
            log::warn!("the database is not ready to record nonces: {error}");
        }
        while let Ok(first) = queue.recv() {
            self.record(std::iter::once(first).chain(queue.try_iter().take(BATCH - 1)).collect());
        }
    }

    fn record(&mut self, batch: Vec<Waiting>) {
        let nonces: Vec<&Nonce> = batch.iter().map(|waiting| &waiting.nonce).collect();
        match self.commit(&nonces) {
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

    fn commit(&mut self, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
        self.with_conn(|store, conn| {
            let _turn = store.turn(conn);
            super::record_on(conn, nonces)
        })
    }

    /// Works on our connection, which is given up after a failure: its state is not known.
    fn with_conn<T>(
        &mut self,
        operation: impl FnOnce(&Store, &mut Conn) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.store.durable_connection()?,
        };
        let outcome = operation(&self.store, &mut conn)?;
        self.conn = Some(conn);
        Ok(outcome)
    }
}
