//! Migrations: embedded, run by one process at a time. Processes that start together must neither migrate together
//! nor make diesel's own table together, so the lock comes before the first look.

use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationVersion;
use diesel::{PgConnection, QueryResult};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::Error;
use super::conn::{Conn, Database};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

impl Conn {
    /// Runs what has not run, and says what that was.
    pub(super) fn migrate(&mut self) -> Result<Vec<String>, Error> {
        let ran = match &mut self.0 {
            Database::Sqlite(conn) => {
                conn.immediate_transaction(|conn| conn.run_pending_migrations(SQLITE).map(names))
            }
            Database::Postgres(conn) => alone(conn, |conn| conn.run_pending_migrations(POSTGRES).map(names))?,
        };
        ran.map_err(|cause| Error::Migration(cause.to_string()))
    }

    /// How many have not run.
    pub(super) fn pending_migrations(&mut self) -> Result<usize, Error> {
        let pending = match &mut self.0 {
            Database::Sqlite(conn) => conn.pending_migrations(SQLITE).map(|list| list.len()),
            Database::Postgres(conn) => conn.pending_migrations(POSTGRES).map(|list| list.len()),
        };
        pending.map_err(|cause| Error::Migration(cause.to_string()))
    }

    /// Whether none has ever run here.
    pub(super) fn is_empty(&mut self) -> Result<bool, Error> {
        let is_empty = match &mut self.0 {
            Database::Sqlite(conn) => {
                conn.immediate_transaction(|conn| conn.applied_migrations().map(|list| list.is_empty()))
            }
            Database::Postgres(conn) => {
                alone(conn, |conn| conn.applied_migrations().map(|list| list.is_empty()))?
            }
        };
        is_empty.map_err(|cause| Error::Migration(cause.to_string()))
    }
}

/// Does this while no other process does anything of the kind.
fn alone<T>(conn: &mut PgConnection, act: impl FnOnce(&mut PgConnection) -> T) -> QueryResult<T> {
    conn.batch_execute("set lock_timeout = 0; select pg_advisory_lock(7285931)")?;
    let outcome = act(conn);
    conn.batch_execute("select pg_advisory_unlock(7285931); set lock_timeout = '10s'")?;
    Ok(outcome)
}

fn names(ran: Vec<MigrationVersion<'_>>) -> Vec<String> {
    ran.iter().map(ToString::to_string).collect()
}
