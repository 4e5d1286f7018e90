//! Table `oauth_nonce`: a nonce counts once per consumer and timestamp.
//!
//! The key begins with the timestamp and nothing else is indexed, so every statement here says which timestamps it
//! means. `Recorder` records for API calls, many at a time.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Cause};
use diesel::{sql_query, sql_types};

use super::conn::{Conn, Database};
use super::schema::oauth_nonce;
use super::{Error, Work};
use crate::domain::consumer::ConsumerId;

mod batch;
mod recorder;
#[cfg(test)]
mod tests;

pub(crate) use recorder::Recorder;

/// What identifies a signed request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Queryable, QueryableByName)]
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
    sift(work.conn, nonces)
}

/// [`record`] with one statement, which outside a transaction is one of its own.
fn sift(conn: &mut Conn, nonces: &[&Nonce]) -> Result<Vec<bool>, Error> {
    let sorted = sorted(nonces);
    let added: Vec<Nonce> = match &mut conn.0 {
        Database::Sqlite(conn) => batch::AsJson::<true>::of(&sorted).load(conn)?,
        Database::Postgres(conn) => batch::AsArrays::<true>::of(&sorted).load(conn)?,
    };
    let mut new: HashSet<Nonce> = added.into_iter().collect();
    Ok(nonces.iter().map(|nonce| new.remove(*nonce)).collect())
}

/// [`sift`] for nonces that are all new, as they nearly always are: `None`, and nothing is recorded, when one is not.
/// With one statement, which must be a transaction of its own: PostgreSQL would not go on in one after that.
fn add(conn: &mut Conn, nonces: &[&Nonce]) -> Result<Option<Vec<bool>>, Error> {
    let sorted = sorted(nonces);
    let added = match &mut conn.0 {
        Database::Sqlite(conn) => batch::AsJson::<false>::of(&sorted).execute(conn),
        Database::Postgres(conn) => batch::AsArrays::<false>::of(&sorted).execute(conn),
    };
    match added {
        Ok(count) if count == nonces.len() => Ok(Some(vec![true; count])),
        Ok(_) => {
            let mut seen = HashSet::new();
            Ok(Some(nonces.iter().map(|nonce| seen.insert(*nonce)).collect()))
        }
        Err(Cause::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// In the order of the key, each once.
fn sorted<'n>(nonces: &[&'n Nonce]) -> Vec<&'n Nonce> {
    let mut sorted = nonces.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// The latest of those timestamps that a nonce has.
///
/// Both ends are given, as to [`delete_oldest`].
pub(crate) fn newest(work: &mut Work<'_>, timestamps: Range<i64>) -> Result<Option<i64>, Error> {
    Ok(oauth_nonce::table
        .filter(oauth_nonce::timestamp.ge(timestamps.start).and(oauth_nonce::timestamp.lt(timestamps.end)))
        .order(oauth_nonce::timestamp.desc())
        .select(oauth_nonce::timestamp)
        .first(work.conn)
        .optional()?)
}

/// Deletes the oldest nonces of timestamps before that one, `limit` of them at the most, from `from` on; says how many,
/// and up to where there are none any more.
///
/// Both ends are given to the database: with the later one alone it would read all rows deleted before, each time.
pub(crate) fn delete_oldest(
    work: &mut Work<'_>,
    from: Option<Nonce>,
    before: i64,
    limit: i64,
) -> Result<(usize, Option<Nonce>), Error> {
    let from = match from {
        Some(from) => Some(from),
        None => oldest(work)?,
    };
    let Some(from) = from.filter(|from| from.timestamp < before) else { return Ok((0, None)) };
    let beyond = nth(work, &from, before, limit)?;
    let until =
        beyond.unwrap_or_else(|| Nonce { timestamp: before, consumer_id: i64::MIN, nonce: String::new() });
    let deleted = sql_query(
        "delete from oauth_nonce
         where (timestamp, consumer_id, nonce) >= ($1, $2, $3) and (timestamp, consumer_id, nonce) < ($4, $5, $6)",
    )
    .bind::<sql_types::BigInt, _>(from.timestamp)
    .bind::<sql_types::BigInt, _>(from.consumer_id)
    .bind::<sql_types::Text, _>(from.nonce)
    .bind::<sql_types::BigInt, _>(until.timestamp)
    .bind::<sql_types::BigInt, _>(until.consumer_id)
    .bind::<sql_types::Text, _>(&until.nonce)
    .execute(work.conn)?;
    Ok((deleted, Some(until)))
}

fn oldest(work: &mut Work<'_>) -> Result<Option<Nonce>, Error> {
    Ok(oauth_nonce::table
        .order((oauth_nonce::timestamp, oauth_nonce::consumer_id, oauth_nonce::nonce))
        .first(work.conn)
        .optional()?)
}

/// The one that so many others stand before, from `from` on.
fn nth(work: &mut Work<'_>, from: &Nonce, before: i64, number: i64) -> Result<Option<Nonce>, Error> {
    let found: Option<Nonce> = sql_query(
        "select timestamp, consumer_id, nonce from oauth_nonce
         where (timestamp, consumer_id, nonce) >= ($1, $2, $3) and timestamp < $4
         order by timestamp, consumer_id, nonce limit 1 offset $5",
    )
    .bind::<sql_types::BigInt, _>(from.timestamp)
    .bind::<sql_types::BigInt, _>(from.consumer_id)
    .bind::<sql_types::Text, _>(&from.nonce)
    .bind::<sql_types::BigInt, _>(before)
    .bind::<sql_types::BigInt, _>(number)
    .get_result(work.conn)
    .optional()?;
    Ok(found)
}

/// Deletes the nonces of a consumer that is about to go: one seek per second of those that there are.
pub(crate) fn forget(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    timestamps: RangeInclusive<i64>,
) -> Result<(), Error> {
    let Some(oldest) = oldest(work)? else { return Ok(()) };
    let first = oldest.timestamp.max(*timestamps.start());
    sql_query(
        "with recursive second (at) as (select $1 union all select at + 1 from second where at < $2)
         delete from oauth_nonce where timestamp in (select at from second) and consumer_id = $3",
    )
    .bind::<sql_types::BigInt, _>(first)
    .bind::<sql_types::BigInt, _>(*timestamps.end())
    .bind::<sql_types::BigInt, _>(consumer.0)
    .execute(work.conn)?;
    Ok(())
}
