//! Tables `revision` and `revision_change`: a number that rises with every change that decisions depend on. Beside it
//! stands since when nonces are remembered.
//!
//! A subject is the key of a consumer, or `admin:5`, or `customer:7`; a key has no colon.
//!
//! It is raised in the transaction that makes the change. Its row is locked until that commits, so the numbers
//! become visible in their order, and a reader that has seen number n has seen every change up to n.

use diesel::prelude::*;

use super::schema::{revision, revision_change};
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;
use crate::domain::bearer::Holder;
use crate::domain::customer::CustomerId;

const ADMIN: &str = "admin:";
const CUSTOMER: &str = "customer:";

/// How many numbers back it is still known what changed.
const KEPT: i64 = 10_000;

/// What a change was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The consumer with that key.
    Consumer(String),
    /// Somebody with bearer tokens.
    Holder(Holder),
}

/// Raises the number; `consumer_key` says whose calls may be decided differently, `None` means everybody's.
pub(crate) fn raise(work: &mut Work<'_>, consumer_key: Option<&str>) -> Result<(), Error> {
    note(work, consumer_key)
}

/// Raises the number, since calls with the bearer tokens of somebody may be decided differently.
///
/// Whoever holds the row of that person too raises the number first: everybody takes the two in this order.
pub(crate) fn raise_for(work: &mut Work<'_>, holder: Holder) -> Result<(), Error> {
    let subject = match holder {
        Holder::Admin(id) => format!("{ADMIN}{}", id.0),
        Holder::Customer(id) => format!("{CUSTOMER}{}", id.0),
    };
    note(work, Some(&subject))
}

fn note(work: &mut Work<'_>, subject: Option<&str>) -> Result<(), Error> {
    let value: i64 = diesel::update(revision::table.find(1))
        .set(revision::value.eq(revision::value + 1))
        .returning(revision::value)
        .get_result(work.conn)?;
    work.raised = true;
    diesel::insert_into(revision_change::table)
        .values((revision_change::revision.eq(value), revision_change::subject.eq(subject)))
        .execute(work.conn)?;
    diesel::delete(revision_change::table.filter(revision_change::revision.le(value - KEPT)))
        .execute(work.conn)?;
    Ok(())
}

/// The number now.
pub(crate) fn current(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(revision::table.find(1).select(revision::value).first(work.conn)?)
}

/// The number now, and since which timestamp nonces are remembered.
pub(crate) fn with_nonces_since(work: &mut Work<'_>) -> Result<(i64, i64), Error> {
    let both = (revision::value, revision::nonces_since);
    Ok(revision::table.find(1).select(both).first(work.conn)?)
}

/// The earliest timestamp of which no nonce was forgotten; 0 when none was.
pub(crate) fn nonces_since(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(revision::table.find(1).select(revision::nonces_since).first(work.conn)?)
}

/// Lets nonces of earlier timestamps be forgotten. What is refused for that stays refused: it never falls.
pub(crate) fn set_nonces_since(work: &mut Work<'_>, timestamp: i64) -> Result<(), Error> {
    diesel::update(revision::table.find(1).filter(revision::nonces_since.lt(timestamp)))
        .set(revision::nonces_since.eq(timestamp))
        .execute(work.conn)?;
    Ok(())
}

/// What changed after number `seen`; `None` when it could be anything.
pub(crate) fn since(work: &mut Work<'_>, seen: i64) -> Result<Option<Vec<Subject>>, Error> {
    let rows: Vec<(i64, Option<String>)> = revision_change::table
        .filter(revision_change::revision.gt(seen))
        .order(revision_change::revision)
        .load(work.conn)?;
    let is_complete = rows.first().is_none_or(|(first, _)| *first == seen + 1);
    if !is_complete {
        return Ok(None);
    }
    Ok(rows.into_iter().map(|(_, subject)| read(subject?)).collect())
}

/// The subject in a text; none when a later program wrote what this one does not know.
fn read(text: String) -> Option<Subject> {
    if let Some(id) = text.strip_prefix(ADMIN) {
        return Some(Subject::Holder(Holder::Admin(AdminUserId(id.parse().ok()?))));
    }
    if let Some(id) = text.strip_prefix(CUSTOMER) {
        return Some(Subject::Holder(Holder::Customer(CustomerId(id.parse().ok()?))));
    }
    (!text.contains(':')).then_some(Subject::Consumer(text))
}
