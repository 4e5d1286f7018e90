//! Walking the chain of entries, to see whether every one is what was written.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::schema::{audit_chain, audit_entry};
use super::super::{Error, Work};
use super::{COLUMNS, Row};
use crate::domain::audit::{Act, Change, ENTRIES, HASH, Link, Walked};

/// Walks on from a link, `limit` entries at the most.
///
/// Several statements, in one transaction that reads: all of them see the same state, whatever is added or cut off
/// meanwhile. What was cut off because of its age is passed over.
pub(crate) fn walk(work: &mut Work<'_>, from: &Link, limit: i64) -> Result<Walked, Error> {
    let (last, hash): (i64, String) =
        audit_chain::table.find(1).select((audit_chain::last_id, audit_chain::hash)).first(work.conn)?;
    let anchor = anchor(work)?;
    let begin = if from.number < anchor.number { &anchor } else { from };
    let rows: Vec<(Row, String)> = audit_entry::table
        .filter(audit_entry::entry_id.gt(begin.number))
        .filter(audit_entry::entry_id.le(last))
        .order(audit_entry::entry_id)
        .limit(limit)
        .select((COLUMNS, audit_entry::hash))
        .load(work.conn)?;
    let mut link = Link { removed: anchor.number, ..begin.clone() };
    for (row, stored) in rows {
        if row.entry_id != link.number + 1 {
            return Ok(Walked::Missing(link.number + 1));
        }
        let computed = row.hash(&link.hash);
        if computed != stored {
            return Ok(Walked::Altered(row.entry_id));
        }
        link = Link { number: row.entry_id, hash: computed, ..link };
    }
    if link.number == last {
        return Ok(match link.hash == hash {
            false => Walked::Altered(last),
            true if !is_told(work, &anchor)? => Walked::Missing(anchor.number),
            true => Walked::Whole(link),
        });
    }
    if link.number == begin.number { Ok(Walked::Missing(link.number + 1)) } else { Ok(Walked::SoFar(link)) }
}

/// The last entry that was removed because of its age.
fn anchor(work: &mut Work<'_>) -> Result<Link, Error> {
    let (number, hash): (i64, String) = audit_chain::table
        .find(1)
        .select((audit_chain::anchor_id, audit_chain::anchor_hash))
        .first(work.conn)?;
    Ok(Link { number, hash, removed: number })
}

/// Whether the latest entry about a cut tells of that one.
fn is_told(work: &mut Work<'_>, anchor: &Link) -> Result<bool, Error> {
    let told: Option<String> = audit_entry::table
        .filter(audit_entry::act.eq(Act::TrailTrimmed.word()))
        .order(audit_entry::entry_id.desc())
        .select(audit_entry::changes)
        .first(work.conn)
        .optional()?;
    let told: Vec<Change> = told.map(|told| serde_json::from_str(&told)).transpose()?.unwrap_or_default();
    let says = |field: &str, value: &str| {
        told.iter().any(|change| change.field == field && change.after.as_deref() == Some(value))
    };
    Ok(anchor.number == 0 || (says(ENTRIES, &anchor.number.to_string()) && says(HASH, &anchor.hash)))
}

/// The last entry that is older than that moment, unless it was removed before.
pub(crate) fn last_before(work: &mut Work<'_>, moment: DateTime<Utc>) -> Result<Option<Link>, Error> {
    let anchor = anchor(work)?;
    let last: Option<(i64, String)> = audit_entry::table
        .filter(audit_entry::created_at.lt(moment.naive_utc()))
        .filter(audit_entry::entry_id.gt(anchor.number))
        .order((audit_entry::created_at.desc(), audit_entry::entry_id.desc()))
        .select((audit_entry::entry_id, audit_entry::hash))
        .first(work.conn)
        .optional()?;
    Ok(last.map(|(number, hash)| Link { number, hash, removed: number }))
}

/// Deletes the oldest entries up to that number; says how many.
pub(crate) fn delete_up_to(work: &mut Work<'_>, number: i64, limit: i64) -> Result<usize, Error> {
    let old: Vec<i64> = audit_entry::table
        .filter(audit_entry::entry_id.le(number))
        .order(audit_entry::entry_id)
        .limit(limit)
        .select(audit_entry::entry_id)
        .load(work.conn)?;
    Ok(diesel::delete(audit_entry::table.filter(audit_entry::entry_id.eq_any(old))).execute(work.conn)?)
}

/// Deletes the oldest entries that stand before the anchor; says how many.
pub(crate) fn delete_cut_off(work: &mut Work<'_>, limit: i64) -> Result<usize, Error> {
    let anchor = anchor(work)?;
    delete_up_to(work, anchor.number, limit)
}

/// From now on the chain begins after that entry.
pub(crate) fn set_anchor(work: &mut Work<'_>, cut: &Link) -> Result<(), Error> {
    diesel::update(audit_chain::table.find(1))
        .set((audit_chain::anchor_id.eq(cut.number), audit_chain::anchor_hash.eq(&cut.hash)))
        .execute(work.conn)?;
    Ok(())
}
