//! Table `oauth_token_request_log`: wrong passwords at the token services, by folded name and kind.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::bearer_token::number;
use super::schema::oauth_token_request_log as log;
use super::{Error, Work};
use crate::domain::bearer::Kind;
use crate::domain::token_throttle::Tally;

/// What is known of a name, which no other transaction changes until this one ends.
pub(crate) fn hold(work: &mut Work<'_>, kind: Kind, name: &str) -> Result<Option<Tally>, Error> {
    let row: Option<(i64, NaiveDateTime)> = diesel::update(log::table.filter(of(kind, name)))
        .set(log::failures_count.eq(log::failures_count))
        .returning((log::failures_count, log::lock_expires_at))
        .get_result(work.conn)
        .optional()?;
    Ok(row.map(|(failures, at)| Tally { failures, lock_expires_at: at.and_utc() }))
}

/// What is known of these names, by name; one of which nothing is known is left out.
pub(crate) fn of_names(
    work: &mut Work<'_>,
    kind: Kind,
    names: &[String],
) -> Result<HashMap<String, Tally>, Error> {
    let rows: Vec<(String, i64, NaiveDateTime)> = log::table
        .filter(log::user_type.eq(number(kind)))
        .filter(log::user_name.eq_any(names))
        .select((log::user_name, log::failures_count, log::lock_expires_at))
        .load(work.conn)?;
    let tally = |(name, failures, at): (String, i64, NaiveDateTime)| {
        (name, Tally { failures, lock_expires_at: at.and_utc() })
    };
    Ok(rows.into_iter().map(tally).collect())
}

/// Inserts what is known of a name; [`Error::Duplicate`] when another transaction was first.
pub(crate) fn insert(work: &mut Work<'_>, kind: Kind, name: &str, tally: Tally) -> Result<(), Error> {
    let row = (
        log::user_name.eq(name),
        log::user_type.eq(number(kind)),
        log::failures_count.eq(tally.failures),
        log::lock_expires_at.eq(tally.lock_expires_at.naive_utc()),
    );
    work.attempt(|conn| diesel::insert_into(log::table).values(row).execute(conn))?;
    Ok(())
}

/// Writes what is known of a name.
pub(crate) fn update(work: &mut Work<'_>, kind: Kind, name: &str, tally: Tally) -> Result<(), Error> {
    diesel::update(log::table.filter(of(kind, name)))
        .set((
            log::failures_count.eq(tally.failures),
            log::lock_expires_at.eq(tally.lock_expires_at.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Forgets a name.
pub(crate) fn delete(work: &mut Work<'_>, kind: Kind, name: &str) -> Result<(), Error> {
    diesel::delete(log::table.filter(of(kind, name))).execute(work.conn)?;
    Ok(())
}

/// Deletes the oldest rows that ended at that moment or before, `limit` at the most; says how many.
pub(crate) fn delete_outdated(
    work: &mut Work<'_>,
    moment: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Error> {
    let ended = || log::lock_expires_at.le(moment.naive_utc());
    let ids: Vec<i64> = log::table
        .filter(ended())
        .order((log::lock_expires_at, log::log_id))
        .limit(limit)
        .select(log::log_id)
        .load(work.conn)?;
    // One that somebody failed with in between is not outdated any more.
    Ok(diesel::delete(log::table.filter(log::log_id.eq_any(ids)).filter(ended())).execute(work.conn)?)
}

type Of<'a> =
    diesel::dsl::And<diesel::dsl::Eq<log::user_name, &'a str>, diesel::dsl::Eq<log::user_type, i16>>;

fn of(kind: Kind, name: &str) -> Of<'_> {
    log::user_name.eq(name).and(log::user_type.eq(number(kind)))
}
