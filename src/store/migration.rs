//! Migrations: embedded, run by one process at a time. Processes that start together must neither migrate together
//! nor make diesel's own table together, so the lock comes before the look that decides what is to be run. That nothing
//! is, as mostly, needs no lock: none is ever taken back.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection as _;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::Error;
use super::conn::{Conn, Database};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

diesel::table! {
    /// Diesel's own.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

impl Conn {
    /// Whether all have run, by one look. `false` as well when that cannot be told, be it because diesel's own table is
    /// not there yet: who goes on learns why.
    pub(super) fn is_current(&mut self) -> bool {
        let all = match &self.0 {
            Database::Sqlite(_) => versions::<Sqlite>(&SQLITE),
            Database::Postgres(_) => versions::<Pg>(&POSTGRES),
        };
        let table = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
        let ran: QueryResult<Vec<String>> = table.load(self);
        all.is_ok_and(|all| ran.is_ok_and(|ran| all.iter().all(|version| ran.contains(version))))
    }

    /// Runs what has not run, and says what that was.
    pub(super) fn migrate(&mut self) -> Result<Vec<String>, Error> {
        if self.is_current() {
            return Ok(Vec::new());
        }
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
        if self.is_current() {
            return Ok(0);
        }
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

fn versions<DB: Backend>(source: &EmbeddedMigrations) -> diesel::migration::Result<Vec<String>> {
    let all = MigrationSource::<DB>::migrations(source)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStore, run_in};
    use super::*;

    #[test]
    fn a_database_that_lacks_a_migration_is_told_from_one_that_is_current() {
        let test = TestStore::new();
        assert_eq!(test.store.migrate().unwrap(), Vec::<String>::new());
        test.store.migrate_if_empty().unwrap();
        let forget = "delete from __diesel_schema_migrations
            where version = (select min(version) from __diesel_schema_migrations)";
        test.store
            .write_now(|work| {
                run_in(work, forget);
                Ok::<_, Error>(())
            })
            .unwrap();
        assert_eq!(test.store.health().unwrap().pending_migrations, 1);
        assert!(matches!(test.store.migrate_if_empty(), Err(Error::Outdated)));
    }

    #[test]
    fn of_nodes_that_start_together_on_an_empty_database_one_migrates() {
        let test = TestStore::empty();
        let nodes: Vec<_> = (0..4).map(|_| test.other_node()).collect();
        let ran = std::thread::scope(|scope| {
            let started: Vec<_> = nodes.iter().map(|node| scope.spawn(|| node.migrate().unwrap())).collect();
            started.into_iter().map(|node| node.join().unwrap().len()).collect::<Vec<_>>()
        });
        assert_eq!(ran.iter().filter(|count| **count > 0).count(), 1, "{ran:?}");
        assert!(nodes.iter().all(|node| node.health().unwrap().pending_migrations == 0));
    }
}
