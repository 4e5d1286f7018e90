//! Table `oauth_nonce`: a nonce counts once per consumer and timestamp.
//!
//! The key begins with the timestamp and nothing else is indexed, so every statement here says which timestamps it
//! means. `Recorder` records for API calls, many at a time.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use diesel::prelude::*;
use diesel::{sql_query, sql_types};

use super::conn::Conn;
use super::schema::oauth_nonce;
use super::{Error, Work};
use crate::domain::consumer::ConsumerId;

mod recorder;
#[cfg(test)]
mod tests;

pub(crate) use recorder::Recorder;

/// What identifies a signed request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, QueryableByName)]
pub(crate) struct Nonce {
    #[diesel(sql_type = sql_types::BigInt)]
    timestamp: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    consumer_id: i64,
    #[diesel(sql_type = sql_types::Text)]
    nonce: String,
}

impl Nonce {
    /// The nonce that a consumer sent with that timestamp.
    pub(crate) fn new(consumer: ConsumerId, timestamp: i64, nonce: &str) -> Self {
        Self { timestamp, consumer_id: consumer.0, nonce: nonce.to_owned() }
    }
}

/// Records nonces; says of each whether it was new. Of several equal ones the first is.
pub(crate) fn record(work: &mut Work<'_>, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
    // diesel has no portable `on conflict`, and one statement per batch is worth having on PostgreSQL only.
    match work.conn {
        Conn::Sqlite(conn) => nonces.iter().map(|nonce| record_one(conn, nonce)).collect(),
        Conn::Postgres(conn) => record_all(conn, nonces),
    }
}

fn record_one(conn: &mut SqliteConnection, nonce: &Nonce) -> Result<bool, Error> {
    let inserted = diesel::insert_or_ignore_into(oauth_nonce::table)
        .values((
            oauth_nonce::timestamp.eq(nonce.timestamp),
            oauth_nonce::consumer_id.eq(nonce.consumer_id),
            oauth_nonce::nonce.eq(&nonce.nonce),
        ))
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Rows go in sorted, so that two nodes that record the same ones wait for each other instead of deadlocking.
fn record_all(conn: &mut PgConnection, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
    let timestamps: Vec<i64> = nonces.iter().map(|nonce| nonce.timestamp).collect();
    let consumers: Vec<i64> = nonces.iter().map(|nonce| nonce.consumer_id).collect();
    let texts: Vec<&str> = nonces.iter().map(|nonce| nonce.nonce.as_str()).collect();
    let inserted: Vec<Nonce> = sql_query(
        "insert into oauth_nonce (timestamp, consumer_id, nonce)
         select * from unnest($1, $2, $3) as batch (timestamp, consumer_id, nonce) order by 1, 2, 3
         on conflict do nothing returning timestamp, consumer_id, nonce",
    )
    .bind::<sql_types::Array<sql_types::BigInt>, _>(timestamps)
    .bind::<sql_types::Array<sql_types::BigInt>, _>(consumers)
    .bind::<sql_types::Array<sql_types::Text>, _>(texts)
    .load(conn)?;
    let mut new: HashSet<Nonce> = inserted.into_iter().collect();
    Ok(nonces.iter().map(|nonce| new.remove(*nonce)).collect())
}

/// The oldest timestamp there is.
pub(super) fn oldest(work: &mut Work<'_>) -> Result<Option<i64>, Error> {
    Ok(oauth_nonce::table.select(diesel::dsl::min(oauth_nonce::timestamp)).first(work.conn)?)
}

/// Deletes the oldest nonces of that time: about `limit` of them, whole seconds. Answers the time that is left.
///
/// Both ends are given to the database: with the later one alone it would read all rows deleted before, each time.
pub(super) fn delete_oldest(work: &mut Work<'_>, time: Range<i64>, limit: i64) -> Result<Range<i64>, Error> {
    let within = || {
        oauth_nonce::table
            .filter(oauth_nonce::timestamp.ge(time.start))
            .filter(oauth_nonce::timestamp.lt(time.end))
    };
    let beyond: Option<i64> = within()
        .order(oauth_nonce::timestamp)
        .select(oauth_nonce::timestamp)
        .offset(limit)
        .first(work.conn)
        .optional()?;
    // One second alone may hold more than the limit: it goes as a whole, or there would be no progress.
    let end = beyond.map_or(time.end, |beyond| beyond.max(time.start + 1));
    diesel::delete(within().filter(oauth_nonce::timestamp.lt(end))).execute(work.conn)?;
    Ok(end..time.end)
}

/// Deletes the nonces of a consumer that is about to go: one seek per second that nonces are kept.
pub(crate) fn forget(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    timestamps: RangeInclusive<i64>,
) -> Result<(), Error> {
    sql_query(
        "with recursive second (at) as (select $1 union all select at + 1 from second where at < $2)
         delete from oauth_nonce where timestamp in (select at from second) and consumer_id = $3",
    )
    .bind::<sql_types::BigInt, _>(*timestamps.start())
    .bind::<sql_types::BigInt, _>(*timestamps.end())
    .bind::<sql_types::BigInt, _>(consumer.0)
    .execute(work.conn)?;
    Ok(())
}
