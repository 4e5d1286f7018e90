//! Databases to measure on: made, filled by hand where thousands of rows are wanted, and gone when dropped.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::{sql_query, sql_types};
use tempfile::TempDir;

/// Which database.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Sqlite,
    /// On this server.
    Postgres(String),
}

impl Kind {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A database of its own: a SQLite file, or a schema of PostgreSQL.
pub(crate) struct Database {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    /// A folder beside it, for whoever needs one.
    pub(crate) folder: TempDir,
    schema: String,
}

/// A connection to either.
pub(crate) enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Conn {
    /// As durable as the program's own connections.
    pub(crate) fn open(url: &str) -> Self {
        let Some(path) = url.strip_prefix("sqlite://") else {
            return Self::Postgres(PgConnection::establish(url).unwrap());
        };
        let mut conn = SqliteConnection::establish(path).unwrap();
        conn.batch_execute(
            "pragma busy_timeout = 30000; pragma journal_mode = wal; pragma synchronous = full",
        )
        .unwrap();
        Self::Sqlite(conn)
    }

    pub(crate) fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql).unwrap(),
            Self::Postgres(conn) => conn.batch_execute(sql).unwrap(),
        }
    }

    fn count(&mut self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = sql_types::BigInt)]
            count: i64,
        }
        let row: Row = match self {
            Self::Sqlite(conn) => sql_query(sql).get_result(conn).unwrap(),
            Self::Postgres(conn) => sql_query(sql).get_result(conn).unwrap(),
        };
        row.count
    }
}

impl Database {
    pub(crate) fn new(kind: &Kind, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let schema = format!("bench_{}_{name}", std::process::id());
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("latchkey.db").display()),
            Kind::Postgres(server) => {
                Conn::open(server).run(&format!("create schema {schema}"));
                let separator = if server.contains('?') { '&' } else { '?' };
                format!("{server}{separator}options=-csearch_path%3D{schema}")
            }
        };
        Self { kind: kind.clone(), url, folder, schema }
    }

    /// Stores nonces of 50 consumers, their timestamps spread evenly over the seconds from `oldest` to `newest` ago.
    pub(crate) fn store_nonces(&self, count: u64, oldest: u64, newest: u64) {
        let mut conn = Conn::open(&self.url);
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let (first, span) = (now - oldest, oldest - newest);
        let timestamp = format!("{first} + i * {span} / {count}");
        match conn {
            Conn::Sqlite(_) => conn.run(&format!(
                "insert into oauth_nonce (timestamp, consumer_id, nonce)
                 with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < {count})
                 select {timestamp}, 1000 + i % 50, lower(hex(randomblob(16))) from n;
                 pragma wal_checkpoint(truncate)"
            )),
            Conn::Postgres(_) => conn.run(&format!(
                "insert into oauth_nonce (timestamp, consumer_id, nonce)
                 select {timestamp}, 1000 + i % 50, replace(gen_random_uuid()::text, '-', '')
                 from generate_series(0::bigint, {count} - 1) as n (i) order by 1;
                 analyze oauth_nonce"
            )),
        }
    }

    /// Whether nonces older than that many seconds are left.
    pub(crate) fn has_older(conn: &mut Conn, seconds: u64) -> bool {
        let before = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() - seconds;
        conn.count(&format!(
            "select count(*) as count from (select 1 from oauth_nonce where timestamp < {before} limit 1) as one"
        )) > 0
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kind::Postgres(server) = &self.kind {
            Conn::open(server).run(&format!("drop schema {} cascade", self.schema));
        }
    }
}
