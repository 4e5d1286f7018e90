//! Walking the chain of entries, to see whether every one is what was written.

use diesel::prelude::*;

use super::super::schema::{audit_chain, audit_entry};
use super::super::{Error, Work};
use super::{COLUMNS, Row};
use crate::domain::audit::{Link, Walked};

/// Walks on from a link, `limit` entries at the most.
///
/// The end of the chain is read first: whatever it counts is there to be read, and what was added since is not looked
/// at.
pub(crate) fn walk(work: &mut Work<'_>, from: &Link, limit: i64) -> Result<Walked, Error> {
    let (last, hash): (i64, String) =
        audit_chain::table.find(1).select((audit_chain::last_id, audit_chain::hash)).first(work.conn)?;
    let rows: Vec<(Row, String)> = audit_entry::table
        .filter(audit_entry::entry_id.gt(from.number))
        .filter(audit_entry::entry_id.le(last))
        .order(audit_entry::entry_id)
        .limit(limit)
        .select((COLUMNS, audit_entry::hash))
        .load(work.conn)?;
    let mut link = from.clone();
    for (row, stored) in rows {
        if row.entry_id != link.number + 1 {
            return Ok(Walked::Missing(link.number + 1));
        }
        let computed = row.hash(&link.hash);
        if computed != stored {
            return Ok(Walked::Altered(row.entry_id));
        }
        link = Link { number: row.entry_id, hash: computed };
    }
    if link.number == last {
        return Ok(if link.hash == hash { Walked::Whole(link) } else { Walked::Altered(last) });
    }
    if link.number == from.number { Ok(Walked::Missing(link.number + 1)) } else { Ok(Walked::SoFar(link)) }
}
