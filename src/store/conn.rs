//! Connections: two databases behind one type, chosen by the scheme of the address.

mod connecting;
mod erased;

use std::fmt;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::{SimpleConnection as _, TransactionManager as _};
use diesel::r2d2::R2D2Connection as _;
use diesel::{
    Connection as _, MultiConnection, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection,
    sql_query, sql_types,
};

use super::Error;
use super::redact::redacted;
pub use connecting::Connecting;

/// A connection. (Not named `Connection`, which is diesel's trait.)
pub(super) struct Conn(pub(super) Database);

/// A connection to either database, for what is written differently there.
#[derive(MultiConnection)]
pub(super) enum Database {
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
    /// PostgreSQL through libpq.
    Postgres(PgConnection),
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// A file, or `:memory:`.
    Sqlite(PathBuf),
    /// A libpq address.
    Postgres(String),
}

/// Why an address of a database is none.
#[derive(Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Neither scheme.
    Scheme,
    /// A scheme without anything behind it.
    NoFile,
}

/// What `latchkey doctor` asks of a database.
#[derive(Debug, Clone)]
pub struct Health {
    /// Product and version.
    pub version: String,
    /// Migrations that have not run.
    pub pending_migrations: usize,
    /// Seconds by which the database's clock is ahead of the machine's; `None` when it has no clock of its own.
    pub clock_ahead: Option<f64>,
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            if path.is_empty() { Err(UrlError::NoFile) } else { Ok(Self::Sqlite(PathBuf::from(path))) }
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err(UrlError::Scheme)
        }
    }
}

/// Shows where, never the password.
impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite://{}", path.display()),
            Self::Postgres(text) => {
                let place = text
                    .rsplit_once('@')
                    .map_or_else(|| text.split_once("://").map_or("", |(_, rest)| rest), |(_, place)| place);
                write!(formatter, "postgres://{}", place.split('?').next().unwrap_or(place))
            }
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Url {
    /// Whether every connection would open a database of its own.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self, Self::Sqlite(path) if path.as_os_str() == ":memory:")
    }

    /// Whether it is a file, which several connections can open.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::Sqlite(_)) && !self.is_memory()
    }

    pub(super) fn connect(&self) -> Result<Conn, Error> {
        let failed = |cause: diesel::ConnectionError| {
            let (shown, cause) = (self.to_string(), cause.to_string());
            match self {
                Self::Sqlite(_) => Error::Connect { url: shown, cause },
                Self::Postgres(text) => match redacted(&cause, text, &shown) {
                    Some(cause) => Error::Connect { url: shown, cause },
                    None => Error::Password(shown),
                },
            }
        };
        match self {
            Self::Sqlite(path) => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder)
                        .map_err(|cause| Error::Folder { path: path.clone(), cause })?;
                }
                if !self.is_memory() {
                    keep_private(path).map_err(|cause| Error::Folder { path: path.clone(), cause })?;
                }
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(failed)?;
                conn.batch_execute(
                    "pragma busy_timeout = 5000; pragma synchronous = full; pragma foreign_keys = on;
                     pragma journal_size_limit = 67108864;",
                )?;
                write_ahead(&mut conn)?;
                Ok(Conn(Database::Sqlite(conn)))
            }
            Self::Postgres(text) => {
                // Diesel sets the time zone to UTC.
                let mut conn = PgConnection::establish(text).map_err(failed)?;
                conn.batch_execute("set statement_timeout = '30s'; set lock_timeout = '10s';")?;
                Ok(Conn(Database::Postgres(conn)))
            }
        }
    }
}

/// Makes a missing file readable by its owner alone, before anything is written to it: it will hold password hashes.
/// SQLite gives the files beside it the same mode.
fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(cause),
        _ => Ok(()),
    }
}

/// Switches to WAL, once for ever. Two who switch at the same time do not wait for each other, whatever the busy
/// time-out: one is told that the database is locked.
fn write_ahead(conn: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let mut tries = 100;
    loop {
        match conn.batch_execute("pragma journal_mode = wal") {
            Err(diesel::result::Error::DatabaseError(_, cause))
                if tries > 0 && cause.message().contains("locked") =>
            {
                tries -= 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            outcome => return outcome,
        }
    }
}

/// Makes connections for the pool.
pub(super) struct Manager {
    url: Url,
    /// Made before there was a pool, and the first that is handed out.
    first: Mutex<Option<Conn>>,
}

impl Manager {
    pub(super) fn new(url: Url, first: Conn) -> Self {
        Self { url, first: Mutex::new(Some(first)) }
    }
}

impl diesel::r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or_else(|| self.url.connect().map_err(of_driver), Ok)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        Ok(conn.0.ping()?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.0.is_broken()
    }
}

/// The driver's own words: the pool puts them into its own, which a person may be told.
fn of_driver(error: Error) -> diesel::r2d2::Error {
    match error {
        Error::Database(cause) => cause.into(),
        Error::Connect { cause, .. } => diesel::ConnectionError::BadConnection(cause).into(),
        Error::Folder { cause, .. } => diesel::ConnectionError::BadConnection(cause.to_string()).into(),
        other => diesel::ConnectionError::BadConnection(other.to_string()).into(),
    }
}

/// What a transaction intends; SQLite must know before its first statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Read,
    Write,
    /// Within a transaction that is open: a savepoint.
    Nested,
}

impl Conn {
    /// Opens a transaction. On SQLite a writing one takes the lock at once: one that reads first and writes later
    /// fails with "database is locked" under concurrency, whatever the busy time-out.
    ///
    /// One that reads sees the database as it was at its first statement, on PostgreSQL too, where every statement
    /// would otherwise see what was committed until then.
    pub(super) fn begin(&mut self, intent: Intent) -> Result<(), Error> {
        type Ansi = diesel::connection::AnsiTransactionManager;
        match &mut self.0 {
            Database::Sqlite(conn) if intent == Intent::Nested => Ansi::begin_transaction(conn)?,
            Database::Sqlite(conn) => {
                let sql = if intent == Intent::Write { "begin immediate" } else { "begin deferred" };
                // Nothing but a lock that others kept for longer than the busy time-out is in its way.
                Ansi::begin_transaction_sql(conn, sql).map_err(|cause| Error::Pool(cause.to_string()))?;
            }
            Database::Postgres(conn) if intent == Intent::Read => {
                Ansi::begin_transaction_sql(conn, "begin isolation level repeatable read")?;
            }
            Database::Postgres(conn) => Ansi::begin_transaction(conn)?,
        }
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), Error> {
        type Ansi = diesel::connection::AnsiTransactionManager;
        match &mut self.0 {
            Database::Sqlite(conn) => Ansi::commit_transaction(conn)?,
            Database::Postgres(conn) => Ansi::commit_transaction(conn)?,
        }
        Ok(())
    }

    pub(super) fn roll_back(&mut self) -> Result<(), Error> {
        type Ansi = diesel::connection::AnsiTransactionManager;
        match &mut self.0 {
            Database::Sqlite(conn) => Ansi::rollback_transaction(conn)?,
            Database::Postgres(conn) => Ansi::rollback_transaction(conn)?,
        }
        Ok(())
    }

    /// Refuses a PostgreSQL that may lose what it acknowledged: a crash would let used nonces in again.
    pub(super) fn check_durable(&mut self) -> Result<(), Error> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = sql_types::Text)]
            name: String,
        }
        let Database::Postgres(conn) = &mut self.0 else { return Ok(()) };
        // Asked by name: pg_settings puts hundreds together first.
        let off: Vec<Row> = sql_query(
            "select name from (values ('fsync'), ('synchronous_commit')) as needed (name)
             where current_setting(name) = 'off'",
        )
        .load(conn)?;
        match off.into_iter().next() {
            Some(row) => Err(Error::NotDurable(row.name)),
            None => Ok(()),
        }
    }

    pub(super) fn health(&mut self, now: chrono::DateTime<chrono::Utc>) -> Result<Health, Error> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = sql_types::Text)]
            version: String,
            #[diesel(sql_type = sql_types::Double)]
            clock: f64,
        }
        let pending_migrations = self.pending_migrations()?;
        let (row, has_clock): (Row, bool) = match &mut self.0 {
            Database::Sqlite(conn) => (
                sql_query("select 'SQLite ' || sqlite_version() as version, 0.0 as clock")
                    .get_result(conn)?,
                false,
            ),
            Database::Postgres(conn) => (
                sql_query(
                    "select 'PostgreSQL ' || current_setting('server_version') as version,
                     extract(epoch from clock_timestamp())::float8 as clock",
                )
                .get_result(conn)?,
                true,
            ),
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds since 1970 fit a double until the year 2255"
        )]
        let here = now.timestamp_micros() as f64 / 1e6;
        Ok(Health {
            version: row.version,
            pending_migrations,
            clock_ahead: has_clock.then_some(row.clock - here),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        assert_eq!("sqlite://data/x.db".parse(), Ok(Url::Sqlite("data/x.db".into())));
        assert_eq!("sqlite:///var/x.db".parse(), Ok(Url::Sqlite("/var/x.db".into())));
        assert_eq!("sqlite://".parse::<Url>(), Err(UrlError::NoFile));
        assert_eq!("mysql://x".parse::<Url>(), Err(UrlError::Scheme));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: Url = "postgres://jo:hunter2@db.example/shop?password=hunter3".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.example/shop");
        assert_eq!(format!("{url:?}"), "postgres://db.example/shop");
    }
}
