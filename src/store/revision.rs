//! Tables `revision` and `revision_change`: a number that rises with every change that decisions depend on.
//!
//! It is raised in the transaction that makes the change. Its row is locked until that commits, so the numbers
//! become visible in their order, and a reader that has seen number n has seen every change up to n.

use diesel::prelude::*;

use super::schema::{revision, revision_change};
use super::{Error, Work};

/// How many numbers back it is still known what changed.
const KEPT: i64 = 10_000;

/// Raises the number; `consumer_key` says whose calls may be decided differently, `None` means everybody's.
pub(crate) fn raise(work: &mut Work<'_>, consumer_key: Option<&str>) -> Result<(), Error> {
    let value: i64 = diesel::update(revision::table.find(1))
        .set(revision::value.eq(revision::value + 1))
        .returning(revision::value)
        .get_result(work.conn)?;
    work.raised = true;
    diesel::insert_into(revision_change::table)
        .values((revision_change::revision.eq(value), revision_change::consumer_key.eq(consumer_key)))
        .execute(work.conn)?;
    diesel::delete(revision_change::table.filter(revision_change::revision.le(value - KEPT)))
        .execute(work.conn)?;
    Ok(())
}

/// The number now.
pub(crate) fn current(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(revision::table.find(1).select(revision::value).first(work.conn)?)
}

/// What changed after number `seen`: consumer keys, or `None` when it could be anything.
pub(crate) fn since(work: &mut Work<'_>, seen: i64) -> Result<Option<Vec<String>>, Error> {
    let rows: Vec<(i64, Option<String>)> = revision_change::table
        .filter(revision_change::revision.gt(seen))
        .order(revision_change::revision)
        .load(work.conn)?;
    let is_complete = rows.first().is_none_or(|(first, _)| *first == seen + 1);
    if !is_complete {
        return Ok(None);
    }
    Ok(rows.into_iter().map(|(_, key)| key).collect())
}
