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

mod batch;
mod recorder;
#[cfg(test)]
mod tests;

pub(crate) use recorder::Recorder;

/// What identifies a signed request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Queryable)]
pub(crate) struct Nonce {
    timestamp: i64,
    consumer_id: i64,
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
    record_on(work.conn, nonces)
}

/// [`record`] with one statement, which outside a transaction is one of its own.
fn record_on(conn: &mut Conn, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
    let inserted: Vec<Nonce> = match conn {
        Conn::Sqlite(conn) => batch::AsJson::of(nonces).load(conn)?,
        Conn::Postgres(conn) => batch::AsArrays::of(nonces).load(conn)?,
    };
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
