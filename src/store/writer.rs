//! Writing on SQLite, where one transaction writes at a time. Units of work that wait for their turn share a
//! transaction, each in a savepoint of its own, and one fsync; PostgreSQL does the like by itself.
//!
//! Whoever ends a unit while others wait leaves the transaction open for them, and the last one commits. Nobody is
//! answered before that.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::conn::{Conn, Database, Intent};
use super::work::{Ended, Left, Unit};
use super::{Error, Store};

/// Units in one transaction at the most, so that the first of them does not wait for long.
const MOST: usize = 64;

/// Where units of work queue for their turn to write.
#[derive(Default)]
pub(super) struct Writer {
    desk: Mutex<Desk>,
    waiting: AtomicUsize,
}

/// Who holds it writes.
#[derive(Default)]
pub(super) struct Desk {
    conn: Option<Conn>,
    open: Option<Open>,
}

/// A transaction that is open for more units.
struct Open {
    conn: Conn,
    end: Arc<End>,
    units: usize,
    /// What all of them together leave to be done.
    left: Left,
    /// Why it cannot be committed any more.
    lost: Option<Arc<Error>>,
}

/// How the transaction ended, for all of its units.
#[derive(Default)]
struct End {
    outcome: Mutex<Option<Result<(), Arc<Error>>>>,
    known: Condvar,
}

impl Store {
    /// Runs a unit of work in the transaction of those who write now.
    pub(super) fn write_together(&self, unit: Unit<'_>) -> Result<(), Error> {
        let mut desk = self.writer.queue();
        let open = desk.begin(self)?;
        let end = Arc::clone(&open.end);
        let done = open.run(|conn| self.unit(conn, unit));
        if !self.writer.is_awaited() || open.is_full() {
            desk.end(self);
        }
        drop(desk);
        let outcome = end.wait();
        match done.unwrap_or_else(|panic| resume_unwind(panic))? {
            Ended::Well(_) => outcome.map_err(Error::Commit),
            Ended::Badly => Ok(()),
        }
    }

    /// Waits until nobody of this process writes, and keeps the others waiting while it is held. Only SQLite needs
    /// that: it would make those others sleep.
    pub(super) fn turn(&self, conn: &Conn) -> Option<MutexGuard<'_, Desk>> {
        matches!(conn.0, Database::Sqlite(_)).then(|| {
            let mut desk = self.writer.desk();
            desk.end(self);
            desk
        })
    }
}

impl Writer {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn, and lets the one before know that somebody does.
    fn queue(&self) -> MutexGuard<'_, Desk> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let desk = self.desk();
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        desk
    }

    fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }
}

impl Desk {
    /// The transaction that is open; one that begins now, when there was none.
    fn begin(&mut self, store: &Store) -> Result<&mut Open, Error> {
        match &mut self.open {
            Some(open) => Ok(open),
            none => {
                let mut conn = match self.conn.take() {
                    Some(conn) => conn,
                    None => store.own_connection()?,
                };
                conn.begin(Intent::Write)?;
                Ok(none.insert(Open {
                    conn,
                    end: Arc::default(),
                    units: 0,
                    left: Left::default(),
                    lost: None,
                }))
            }
        }
    }

    /// Commits, if anything is open, and tells every unit. A change that decisions depend on counts here before that.
    fn end(&mut self, store: &Store) {
        let Some(Open { mut conn, end, left, lost, .. }) = self.open.take() else { return };
        let outcome = match lost {
            // The connection is closed with what it did not commit.
            Some(cause) => Err(cause),
            None => conn.commit().map_err(Arc::new),
        };
        if outcome.is_ok() {
            store.committed(&mut conn, left);
            self.conn = Some(conn);
        }
        end.tell(outcome);
    }
}

impl Open {
    /// Runs one unit in a savepoint, and keeps or undoes what it did. A panic is handed back: the other units must
    /// not wait for ever.
    fn run(
        &mut self,
        unit: impl FnOnce(&mut Conn) -> Result<Ended, Error>,
    ) -> std::thread::Result<Result<Ended, Error>> {
        if let Err(cause) = self.conn.begin(Intent::Nested) {
            let cause = self.lost.insert(Arc::new(cause));
            return Ok(Err(Error::Commit(Arc::clone(cause))));
        }
        let done = catch_unwind(AssertUnwindSafe(|| unit(&mut self.conn)));
        let settled = match &done {
            Ok(Ok(Ended::Well(left))) => {
                self.left.raised |= left.raised;
                self.left.happened |= left.happened;
                self.conn.commit()
            }
            Ok(Ok(Ended::Badly) | Err(_)) => self.conn.roll_back(),
            // Perhaps within a savepoint of its own.
            Err(_) => Err(Error::Cancelled),
        };
        self.units += 1;
        self.lost = settled.err().map(Arc::new);
        done
    }

    /// Whether the transaction has to end now.
    fn is_full(&self) -> bool {
        self.units >= MOST || self.lost.is_some()
    }
}

impl End {
    fn tell(&self, outcome: Result<(), Arc<Error>>) {
        let mut known = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(outcome);
        self.known.notify_all();
    }

    fn wait(&self) -> Result<(), Arc<Error>> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.known.wait_while(outcome, |outcome| outcome.is_none());
        known.unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(Ok(()))
    }
}

#[cfg(test)]
mod tests;
