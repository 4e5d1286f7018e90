//! A database of its own for each test: a SQLite file, or a schema of PostgreSQL when `TEST_POSTGRES_URL` is set.
//! Gone when it is dropped.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;

/// An empty database.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "held for its drop, which removes the folder")] TempDir),
    Schema { server: String, name: String },
}

impl Database {
    /// Makes one.
    pub(crate) fn new() -> Self {
        Self::on(env("TEST_POSTGRES_URL"))
    }

    /// Makes one on that server of PostgreSQL, or on SQLite.
    pub(crate) fn on(server: Option<String>) -> Self {
        match server {
            None => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("latchkey.db").display());
                Self { url, place: Place::Folder(folder) }
            }
            Some(server) => Self::schema(server),
        }
    }

    fn schema(server: String) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
        let name = format!("test_{}_{number}_{nanos:x}", std::process::id());
        run(&server, &format!("create schema {name}"));
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{name}");
        Self { url, place: Place::Schema { server, name } }
    }

    /// Its address, as in the setting `database_url`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Schema { server, name } = &self.place {
            run(server, &format!("drop schema {name} cascade"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own switches, no settings of the program")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn run(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}
