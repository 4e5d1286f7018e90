//! The thread that looks for changes made by other processes, on a connection of its own: a busy pool must not make
//! the snapshot stale.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::super::conn::Conn;
use super::super::{Error, Store};
use super::{FRESH_FOR, catch_up};

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(250);
// Some looks may fail or come late before nothing can be decided.
const _: () = assert!(4 * PERIOD.as_millis() <= FRESH_FOR.as_millis());

/// Follows changes until it is dropped.
pub(crate) struct Follower {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Looks once, so that calls can be decided when this returns, and goes on in a thread.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub(crate) fn start(store: &Store) -> Result<Self, Error> {
        Self::with(store, store.own_connection()?)
    }

    /// [`Self::start`] with that connection.
    pub(super) fn with(store: &Store, mut conn: Conn) -> Result<Self, Error> {
        catch_up(store, &mut conn)?;
        let (stop, stopped) = mpsc::channel();
        let store = store.clone();
        let thread = thread::Builder::new()
            .name("snapshot".to_owned())
            .spawn(move || follow(&store, conn, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the thread that follows changes panicked");
        }
    }
}

fn follow(store: &Store, conn: Conn, stopped: &mpsc::Receiver<()>) {
    let mut conn = Some(conn);
    let mut is_well = true;
    while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
        // The thread outlives a panic: without it nothing could be decided any more.
        let looked = catch_unwind(AssertUnwindSafe(|| look(store, &mut conn)));
        let failure = match looked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("it panicked".to_owned()),
        };
        match failure {
            None if is_well => {}
            None => log::info!("changes are followed again"),
            Some(cause) => {
                conn = None;
                if is_well {
                    log::error!("changes cannot be followed, so signed calls are answered 503: {cause}");
                }
                is_well = false;
                continue;
            }
        }
        is_well = true;
    }
}

fn look(store: &Store, conn: &mut Option<Conn>) -> Result<(), Error> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(store.own_connection()?),
    };
    catch_up(store, conn)
}
