//! The unit of work: one connection in one transaction, one `now`, one source of randomness.
//!
//! Operations take [`Work`] first and never open transactions, so they compose. The closure is synchronous: there is
//! nothing in it to await, hence no network call inside a transaction.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::Connection as _;
use diesel::r2d2::Pool;
use tokio::sync::Notify;

use super::conn::{Conn, Connecting, Health, Intent, Manager};
use super::snapshot::{self, Snapshot};
use super::writer::Writer;
use super::{Error, audit, event, sealing_key};
use crate::clock::Clock;
use crate::domain::acl::Tree;
use crate::domain::audit::Entry;
use crate::domain::event::Recorded;
use crate::entropy::Entropy;
use crate::metrics::{Metrics, State};
use crate::seal::{KeyRing, Place};
use crate::secret::Secret;

/// What a store is made of.
pub struct StoreOptions {
    /// The database.
    pub database: Connecting,
    /// Connections kept open at the most.
    pub pool: u32,
    /// Keys that seal and open secrets.
    pub keys: KeyRing,
    /// The permission tree, against which stored resource ids are read.
    pub tree: &'static Tree,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The database: hands out units of work. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
    pub(super) database: Arc<Connecting>,
    keys: Arc<KeyRing>,
    tree: &'static Tree,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(super) snapshot: Arc<Snapshot>,
    metrics: Arc<Metrics>,
    /// Whose turn it is to write on SQLite.
    pub(super) writer: Arc<Writer>,
    /// Wakes whoever delivers events when some were committed here.
    happened: Arc<Notify>,
}

/// A unit of work. Dropped without commit, it leaves nothing behind.
pub struct Work<'a> {
    pub(super) conn: &'a mut Conn,
    keys: &'a KeyRing,
    /// The permission tree.
    pub tree: &'static Tree,
    /// The one `now` of this unit.
    pub now: DateTime<Utc>,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// What was recorded so far for the audit trail; written when the unit ends well.
    pub(crate) entries: Vec<Entry>,
    /// What happened so far that is to be told; written when the unit ends well.
    pub(crate) events: Vec<Recorded>,
    /// Whether there is something to deliver although nothing happened.
    pub(crate) wakes: bool,
    /// Whether the revision was raised: decisions on API calls may differ from now on.
    pub(super) raised: bool,
}

impl Store {
    /// Opens the pool. Connects once, so that a wrong address is told here and not on the first page.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn open(options: StoreOptions) -> Result<Self, Error> {
        let StoreOptions { database, pool, keys, tree, clock, entropy } = options;
        let first = database.connect()?;
        let url = database.url();
        let size = if url.is_memory() { 1 } else { pool.max(1) };
        let pool = Pool::builder()
            .max_size(size)
            // None in reserve: a command could end while one is being made, and libpq does not survive that.
            .min_idle(Some(0))
            .connection_timeout(Duration::from_secs(5))
            // A server may have gone away; a file does not.
            .test_on_check_out(!url.is_file())
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(Manager::new(url.clone(), first))
            .map_err(|cause| Error::Pool(cause.to_string()))?;
        let (database, snapshot) = (Arc::new(database), Arc::default());
        let (keys, metrics) = (Arc::new(keys), Arc::default());
        let (writer, happened) = (Arc::default(), Arc::default());
        Ok(Self { pool, database, keys, tree, clock, entropy, snapshot, metrics, writer, happened })
    }

    /// Runs the migrations that have not run, and says which.
    ///
    /// # Errors
    /// When one fails; PostgreSQL and SQLite then roll it back.
    pub fn migrate(&self) -> Result<Vec<String>, Error> {
        self.connection()?.migrate()
    }

    /// Migrates an empty database; refuses one that is older than this program.
    ///
    /// # Errors
    /// [`Error::Outdated`] with the remedy.
    pub fn migrate_if_empty(&self) -> Result<(), Error> {
        let mut conn = self.connection()?;
        if conn.is_current() {
            return Ok(());
        }
        if conn.is_empty()? {
            conn.migrate()?;
        } else if conn.pending_migrations()? > 0 {
            return Err(Error::Outdated);
        }
        Ok(())
    }

    /// Refuses a server that may lose what it acknowledged.
    ///
    /// # Errors
    /// [`Error::NotDurable`] with the remedy.
    pub fn check_durable(&self) -> Result<(), Error> {
        self.connection()?.check_durable()
    }

    /// What `doctor` and the readiness check ask.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn health(&self) -> Result<Health, Error> {
        let now = self.clock.now();
        self.connection()?.health(now)
    }

    /// Compares the keys with the fingerprints stored here; stores them the first time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn check_keys(&self) -> Result<sealing_key::Verdict, Error> {
        self.write_now(sealing_key::check)
    }

    /// The keys.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The clock that units of work read.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Ends when events were committed by this process since the last time that somebody waited here.
    pub async fn happened(&self) {
        self.happened.notified().await;
    }

    /// What is counted of this server.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What is counted, and what can be seen at this moment, in the text format of OpenMetrics.
    pub fn figures(&self) -> String {
        let pool = self.pool.state();
        let (snapshot, snapshot_age) = self.snapshot.state();
        let (idle, in_use) = (pool.idle_connections, pool.connections - pool.idle_connections);
        self.metrics.write(&State { snapshot, snapshot_age, in_use, idle })
    }

    /// A connection of its own, outside the pool, for a thread that keeps it.
    pub(super) fn own_connection(&self) -> Result<Conn, Error> {
        self.database.connect()
    }

    /// The same, refused where what is acknowledged may be lost: for what must never be.
    pub(super) fn durable_connection(&self) -> Result<Conn, Error> {
        let mut conn = self.own_connection()?;
        conn.check_durable()?;
        Ok(conn)
    }

    /// Reads, on a blocking thread.
    ///
    /// # Errors
    /// Those of `operation`, and the database's.
    pub async fn read<T, E>(
        &self,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.on_blocking_thread(Intent::Read, operation).await
    }

    /// Writes, on a blocking thread: takes the write lock first, commits on `Ok`, rolls back on `Err`.
    /// What must leave a trace is therefore `Ok`.
    ///
    /// # Errors
    /// Those of `operation`, and the database's.
    pub async fn write<T, E>(
        &self,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.on_blocking_thread(Intent::Write, operation).await
    }

    /// [`Store::read`] on this thread: commands and threads of their own.
    ///
    /// # Errors
    /// Those of `operation`, and the database's.
    pub fn read_now<T, E: From<Error>>(
        &self,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(Intent::Read, operation)
    }

    /// [`Store::write`] on this thread.
    ///
    /// # Errors
    /// Those of `operation`, and the database's.
    pub fn write_now<T, E: From<Error>>(
        &self,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(Intent::Write, operation)
    }

    async fn on_blocking_thread<T, E>(
        &self,
        intent: Intent,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (store, outcome) = (self.clone(), Arc::new(Mutex::new(None)));
        let told = Arc::clone(&outcome);
        blocking(Box::new(move || {
            let outcome = store.run(intent, operation);
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        }))
        .await?;
        let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome.unwrap_or_else(|| Err(Error::Cancelled.into()))
    }

    fn run<T, E: From<Error>>(
        &self,
        intent: Intent,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        as_unit(operation, |unit| self.run_unit(intent, unit))
    }

    fn run_unit(&self, intent: Intent, unit: Unit<'_>) -> Result<(), Error> {
        // In memory there is one connection, and nothing to wait for.
        if intent == Intent::Write && self.database.url().is_file() {
            return self.write_together(unit);
        }
        self.run_unit_on(&mut *self.connection()?, intent, unit)
    }

    /// Runs a unit of work on that connection. A change that decisions depend on counts here before this returns.
    pub(super) fn run_on<T, E: From<Error>>(
        &self,
        conn: &mut Conn,
        intent: Intent,
        operation: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        as_unit(operation, |unit| self.run_unit_on(conn, intent, unit))
    }

    fn run_unit_on(&self, conn: &mut Conn, intent: Intent, unit: Unit<'_>) -> Result<(), Error> {
        let turn = (intent == Intent::Write).then(|| self.turn(conn));
        conn.begin(intent)?;
        match self.unit(conn, unit) {
            Ok(Ended::Well(left)) => {
                conn.commit()?;
                drop(turn);
                self.committed(conn, left);
                Ok(())
            }
            Ok(Ended::Badly) => conn.roll_back(),
            Err(error) => {
                conn.roll_back()?;
                Err(error)
            }
        }
    }

    /// The unit itself, in a transaction that the caller ends.
    pub(super) fn unit(&self, conn: &mut Conn, unit: Unit<'_>) -> Result<Ended, Error> {
        let mut work = Work {
            conn,
            keys: &self.keys,
            tree: self.tree,
            now: self.clock.now(),
            entropy: &*self.entropy,
            entries: Vec::new(),
            events: Vec::new(),
            wakes: false,
            raised: false,
        };
        if !unit(&mut work) {
            return Ok(Ended::Badly);
        }
        let happened = event::append(&mut work)?;
        audit::append(&mut work)?;
        Ok(Ended::Well(Left { raised: work.raised, happened }))
    }

    /// What follows a commit, before anybody is told of it.
    pub(super) fn committed(&self, conn: &mut Conn, left: Left) {
        if left.happened {
            self.happened.notify_one();
        }
        if left.raised {
            snapshot::catch_up_after_write(self, conn);
        }
    }

    /// What another store of the same database would be made of.
    #[cfg(test)]
    pub(super) fn options(&self) -> StoreOptions {
        StoreOptions {
            database: Connecting::begin(self.database.url(), 0),
            pool: 2,
            keys: (*self.keys).clone(),
            tree: self.tree,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        }
    }

    fn connection(&self) -> Result<diesel::r2d2::PooledConnection<Manager>, Error> {
        self.metrics.waiting(|| self.pool.get()).map_err(|cause| Error::Pool(cause.to_string()))
    }
}

/// An operation whose outcome stays with the caller, told is only whether it was `Ok`. All that surrounds operations
/// is written for this one type, so that it is compiled once and not for each of them.
pub(super) type Unit<'u> = &'u mut dyn FnMut(&mut Work<'_>) -> bool;

/// How a unit of work ended.
pub(super) enum Ended {
    Well(Left),
    Badly,
}

/// What a unit of work leaves to be done once it is committed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Left {
    /// Decisions on API calls may differ from now on.
    pub(super) raised: bool,
    /// Events were recorded, which somebody delivers.
    pub(super) happened: bool,
}

fn as_unit<T, E: From<Error>>(
    operation: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    run: impl FnOnce(Unit<'_>) -> Result<(), Error>,
) -> Result<T, E> {
    let (mut operation, mut outcome) = (Some(operation), None);
    let ran = run(&mut |work| {
        outcome = operation.take().map(|operation| operation(work));
        matches!(outcome, Some(Ok(_)))
    });
    match outcome {
        Some(Err(error)) => Err(error),
        Some(Ok(value)) => ran.map(|()| value).map_err(E::from),
        None => Err(ran.err().unwrap_or(Error::Cancelled).into()),
    }
}

async fn blocking(job: Box<dyn FnOnce() + Send>) -> Result<(), Error> {
    match tokio::task::spawn_blocking(job).await {
        Ok(()) => Ok(()),
        Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
        Err(_) => Err(Error::Cancelled),
    }
}

impl Work<'_> {
    pub(super) fn seal(&self, secret: &Secret, place: Place<'_>) -> Result<String, Error> {
        Ok(self.keys.seal(secret, place, self.entropy)?)
    }

    pub(super) fn open(&self, sealed: &str, place: Place<'_>) -> Result<Secret, Error> {
        Ok(self.keys.open(sealed, place)?)
    }

    /// 64 bytes that follow from the purpose, for whoever has the keys.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 64] {
        self.keys.derive(purpose)
    }

    pub(super) fn fingerprints(&self) -> Vec<(String, String)> {
        self.keys.fingerprints()
    }

    /// Runs a statement that may collide in a savepoint: PostgreSQL would otherwise refuse all that follows.
    pub(super) fn attempt<T>(
        &mut self,
        statement: impl FnOnce(&mut Conn) -> diesel::QueryResult<T>,
    ) -> Result<T, Error> {
        self.conn.transaction(statement).map_err(Error::on_insert)
    }
}
