//! What can go wrong with the database.

use std::path::PathBuf;
use std::sync::Arc;

use crate::seal;

/// A failure of the database or of what it holds.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A statement failed.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// An entry of the audit trail could not be written down.
    #[error("audit trail: {0}")]
    Entry(#[from] serde_json::Error),
    /// No connection could be opened.
    #[error("cannot open {url}: {cause}")]
    Connect {
        /// What was tried, without password.
        url: String,
        /// The driver's words, without password.
        cause: String,
    },
    /// The address holds a password that may have been cut, so the driver's words are not repeated.
    #[error("cannot open {0}: its password holds characters that an address cannot")]
    Password(String),
    /// A SQLite file or its folder could not be made.
    #[error("cannot make {} or its folder: {cause}", path.display())]
    Folder {
        /// The database file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// Every connection is busy, or none can be made.
    #[error("no database connection became free: {0}")]
    Pool(String),
    /// The transaction that this unit of work shared with others did not end well.
    #[error("the transaction could not be committed: {0}")]
    Commit(Arc<Self>),
    /// A migration failed.
    #[error("migration: {0}")]
    Migration(String),
    /// The tables are older than this program.
    #[error("the database is older than this program: run `latchkey migrate`")]
    Outdated,
    /// The server may lose what it acknowledged.
    #[error(
        "PostgreSQL runs with {0} = off, so a crash could let used nonces in again: set it to on and restart PostgreSQL"
    )]
    NotDurable(String),
    /// A stored value makes no sense.
    #[error("table {table}, row {id}: column {column} holds a value that makes no sense")]
    Corrupt {
        /// Table name.
        table: &'static str,
        /// Column name.
        column: &'static str,
        /// The row's key.
        id: i64,
    },
    /// A secret could not be sealed or opened.
    #[error("sealed value: {0}")]
    Sealed(#[from] seal::Error),
    /// Other keys than ours have been noted in the database since the start.
    #[error(
        "this process seals with keys that the database does not know: give every node the same keys, and start it again"
    )]
    ForeignKeys,
    /// A row was already there: the caller knows which insert it was.
    #[error("a row with that unique value is already there")]
    Duplicate,
    /// The blocking thread was cancelled: the process is stopping.
    #[error("the work was cancelled because the process is stopping")]
    Cancelled,
    /// The operating system gives no thread.
    #[error("no thread could be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Why an API call cannot be decided at this moment. The client may try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// What is known here could not be confirmed within the last second.
    #[error("the database could not be asked for changes within the last second")]
    Stale,
    /// Too many calls are waiting.
    #[error("too many calls are waiting for the database")]
    Overloaded,
    /// The database failed, or it is not known whether it did; that is in the log.
    #[error("the database failed")]
    Failed,
}

impl Error {
    /// Turns a unique violation into [`Error::Duplicate`], by kind and never by text: the texts differ by database.
    pub(super) fn on_insert(cause: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Cause};
        match cause {
            Cause::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate,
            other => Self::Database(other),
        }
    }
}
