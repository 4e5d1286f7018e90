//! The statement that records a batch: one text whatever the number of nonces, so that each connection prepares it
//! once. diesel has no portable `on conflict`, and prepares what `sql_query` is given anew each time.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;

use super::Nonce;

/// Answers the nonces that were new.
type Recorded = (BigInt, BigInt, Text);

/// For SQLite: the batch as a JSON array of rows.
#[derive(QueryId)]
pub(super) struct AsJson(String);

impl AsJson {
    pub(super) fn of(nonces: &[&Nonce]) -> Self {
        let rows = nonces.iter().map(|nonce| (nonce.timestamp, nonce.consumer_id, &nonce.nonce));
        let rows: Vec<_> = rows.collect();
        // Numbers and texts: nothing that JSON could not say.
        Self(serde_json::to_string(&rows).unwrap_or_default())
    }
}

impl Query for AsJson {
    type SqlType = Recorded;
}

impl RunQueryDsl<SqliteConnection> for AsJson {}

impl QueryFragment<Sqlite> for AsJson {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "insert or ignore into oauth_nonce (timestamp, consumer_id, nonce)
             select value ->> 0, value ->> 1, value ->> 2 from json_each(",
        );
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(") returning timestamp, consumer_id, nonce");
        Ok(())
    }
}

/// For PostgreSQL: the batch as an array for each column. Rows go in sorted, so that two nodes that record the same
/// ones wait for each other instead of deadlocking.
pub(super) struct AsArrays<'n> {
    timestamps: Vec<i64>,
    consumers: Vec<i64>,
    nonces: Vec<&'n str>,
}

impl<'n> AsArrays<'n> {
    pub(super) fn of(nonces: &[&'n Nonce]) -> Self {
        Self {
            timestamps: nonces.iter().map(|nonce| nonce.timestamp).collect(),
            consumers: nonces.iter().map(|nonce| nonce.consumer_id).collect(),
            nonces: nonces.iter().map(|nonce| nonce.nonce.as_str()).collect(),
        }
    }
}

/// Derived for what borrows nothing only.
impl QueryId for AsArrays<'_> {
    type QueryId = AsArrays<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for AsArrays<'_> {
    type SqlType = Recorded;
}

impl RunQueryDsl<PgConnection> for AsArrays<'_> {}

impl QueryFragment<Pg> for AsArrays<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("insert into oauth_nonce (timestamp, consumer_id, nonce) select * from unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&self.timestamps)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.consumers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.nonces)?;
        out.push_sql(
            ") as batch (timestamp, consumer_id, nonce) order by 1, 2, 3
             on conflict do nothing returning timestamp, consumer_id, nonce",
        );
        Ok(())
    }
}
