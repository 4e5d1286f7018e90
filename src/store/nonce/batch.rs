//! The statements that record a batch: one text whatever the number of nonces, so that each connection prepares it
//! once. diesel has no portable `on conflict`, and prepares what `sql_query` is given anew each time.
//!
//! There are two of each. One adds all nonces or, when one is there already, fails and adds none; it answers nothing, which
//! is half of the work. The other one `SIFTS`: it adds those that were new and answers which ones these were.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;

use super::Nonce;

/// Answers the nonces that were new.
type Recorded = (BigInt, BigInt, Text);

/// For SQLite: the batch as a JSON array of rows.
pub(super) struct AsJson<const SIFTS: bool>(String);

impl<const SIFTS: bool> AsJson<SIFTS> {
    pub(super) fn of(nonces: &[&Nonce]) -> Self {
        let rows = nonces.iter().map(|nonce| (nonce.timestamp, nonce.consumer_id, &nonce.nonce));
        let rows: Vec<_> = rows.collect();
        // Numbers and texts: nothing that JSON could not say.
        Self(serde_json::to_string(&rows).unwrap_or_default())
    }
}

/// Derived for types and not for constants.
impl<const SIFTS: bool> QueryId for AsJson<SIFTS> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for AsJson<true> {
    type SqlType = Recorded;
}

impl<const SIFTS: bool> RunQueryDsl<SqliteConnection> for AsJson<SIFTS> {}

impl<const SIFTS: bool> QueryFragment<Sqlite> for AsJson<SIFTS> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(if SIFTS { "insert or ignore" } else { "insert" });
        out.push_sql(
            " into oauth_nonce (timestamp, consumer_id, nonce)
             select value ->> 0, value ->> 1, value ->> 2 from json_each(",
        );
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")");
        if SIFTS {
            out.push_sql(" returning timestamp, consumer_id, nonce");
        }
        Ok(())
    }
}

/// For PostgreSQL: the batch as an array for each column. Rows go in as they are sorted here, so that two nodes that
/// record the same ones wait for each other instead of deadlocking.
pub(super) struct AsArrays<'n, const SIFTS: bool> {
    timestamps: Vec<i64>,
    consumers: Vec<i64>,
    nonces: Vec<&'n str>,
}

impl<'n, const SIFTS: bool> AsArrays<'n, SIFTS> {
    pub(super) fn of(nonces: &[&'n Nonce]) -> Self {
        Self {
            timestamps: nonces.iter().map(|nonce| nonce.timestamp).collect(),
            consumers: nonces.iter().map(|nonce| nonce.consumer_id).collect(),
            nonces: nonces.iter().map(|nonce| nonce.nonce.as_str()).collect(),
        }
    }
}

/// Derived for what borrows nothing only.
impl<const SIFTS: bool> QueryId for AsArrays<'_, SIFTS> {
    type QueryId = AsArrays<'static, SIFTS>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for AsArrays<'_, true> {
    type SqlType = Recorded;
}

impl<const SIFTS: bool> RunQueryDsl<PgConnection> for AsArrays<'_, SIFTS> {}

impl<const SIFTS: bool> QueryFragment<Pg> for AsArrays<'_, SIFTS> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("insert into oauth_nonce (timestamp, consumer_id, nonce) select * from unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&self.timestamps)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.consumers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.nonces)?;
        out.push_sql(")");
        if SIFTS {
            out.push_sql(" on conflict do nothing returning timestamp, consumer_id, nonce");
        }
        Ok(())
    }
}
