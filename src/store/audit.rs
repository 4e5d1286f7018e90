//! Tables `audit_entry` and `audit_chain`: entries, each bound to the one before by its hash.
//!
//! A transaction collects its entries and appends them as the last thing before it commits. So the row of the chain,
//! which serialises those who append, is always the last lock that anybody takes, and held for a moment only.

use chrono::{NaiveDateTime, SubsecRound as _};
use diesel::prelude::*;

use super::schema::{audit_chain, audit_entry};
use super::text::fold;
use super::{Error, Work};
use crate::domain::actor::Who;
use crate::domain::audit::Entry;
use crate::seal::digest;
use crate::secret::Secret;

mod chain;
mod list;

pub(crate) use chain::{delete_cut_off, delete_up_to, last_before, set_anchor, walk};
pub(crate) use list::list;

/// Longest browser that is kept, in characters.
const MAX_BROWSER: usize = 255;

type Columns = (
    audit_entry::entry_id,
    audit_entry::created_at,
    audit_entry::act,
    audit_entry::who_kind,
    audit_entry::who_id,
    audit_entry::who_name,
    audit_entry::address,
    audit_entry::browser,
    audit_entry::thing_kind,
    audit_entry::thing_id,
    audit_entry::thing_name,
    audit_entry::changes,
);

const COLUMNS: Columns = (
    audit_entry::entry_id,
    audit_entry::created_at,
    audit_entry::act,
    audit_entry::who_kind,
    audit_entry::who_id,
    audit_entry::who_name,
    audit_entry::address,
    audit_entry::browser,
    audit_entry::thing_kind,
    audit_entry::thing_id,
    audit_entry::thing_name,
    audit_entry::changes,
);

/// An entry as stored, without what is derived for searching.
#[derive(Debug, Queryable)]
struct Row {
    entry_id: i64,
    created_at: NaiveDateTime,
    act: String,
    who_kind: String,
    who_id: Option<i64>,
    who_name: String,
    address: Option<String>,
    browser: String,
    thing_kind: String,
    thing_id: Option<i64>,
    thing_name: String,
    changes: String,
}

/// Writes what the transaction recorded.
pub(super) fn append(work: &mut Work<'_>) -> Result<(), Error> {
    let entries = std::mem::take(&mut work.entries);
    if entries.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(entries.len()).unwrap_or_default();
    let (last, mut hash): (i64, String) = diesel::update(audit_chain::table.find(1))
        .set(audit_chain::last_id.eq(audit_chain::last_id + count))
        .returning((audit_chain::last_id, audit_chain::hash))
        .get_result(work.conn)?;
    for (id, entry) in (last - count + 1..).zip(entries) {
        let row = Row::of(id, entry)?;
        hash = row.hash(&hash);
        insert(work, row, &hash)?;
    }
    diesel::update(audit_chain::table.find(1)).set(audit_chain::hash.eq(hash)).execute(work.conn)?;
    Ok(())
}

fn insert(work: &mut Work<'_>, row: Row, hash: &str) -> Result<(), Error> {
    diesel::insert_into(audit_entry::table)
        .values((
            audit_entry::entry_id.eq(row.entry_id),
            audit_entry::created_at.eq(row.created_at),
            audit_entry::act.eq(row.act),
            audit_entry::who_kind.eq(row.who_kind),
            audit_entry::who_id.eq(row.who_id),
            audit_entry::who_folded.eq(fold(&row.who_name)),
            audit_entry::who_name.eq(row.who_name),
            audit_entry::address.eq(row.address),
            audit_entry::browser.eq(row.browser),
            audit_entry::thing_kind.eq(row.thing_kind),
            audit_entry::thing_id.eq(row.thing_id),
            audit_entry::thing_folded.eq(fold(&row.thing_name)),
            audit_entry::thing_name.eq(row.thing_name),
            audit_entry::changes.eq(row.changes),
            audit_entry::hash.eq(hash),
        ))
        .execute(work.conn)?;
    Ok(())
}

impl Row {
    fn of(id: i64, entry: Entry) -> Result<Self, Error> {
        let Entry { at, who, source, act, thing, changes } = entry;
        let (who_kind, who_id, who_name) = match who {
            Who::Admin(id, name) => ("admin", Some(id.0), name),
            Who::Partner(id, name) => ("partner", Some(id.0), name),
            Who::Command => ("command", None, String::new()),
            Who::System => ("system", None, String::new()),
            Who::Stranger => ("stranger", None, String::new()),
        };
        let line = source.browser.chars().filter(|letter| !letter.is_control());
        Ok(Self {
            entry_id: id,
            // PostgreSQL keeps microseconds, and what is hashed must be what is read again.
            created_at: at.naive_utc().trunc_subsecs(6),
            act: act.word().to_owned(),
            who_kind: who_kind.to_owned(),
            who_id,
            who_name,
            address: source.address.map(|address| address.to_string()),
            browser: line.take(MAX_BROWSER).collect(),
            thing_kind: thing.kind.word().to_owned(),
            thing_id: thing.id,
            thing_name: thing.name,
            changes: serde_json::to_string(&changes)?,
        })
    }

    /// SHA-256 over the hash before and everything that is stored: an array in JSON, which can be read in one way only.
    fn hash(&self, before: &str) -> String {
        let content = serde_json::json!([
            before,
            self.entry_id,
            self.created_at.and_utc().timestamp_micros(),
            self.act,
            self.who_kind,
            self.who_id,
            self.who_name,
            self.address,
            self.browser,
            self.thing_kind,
            self.thing_id,
            self.thing_name,
            self.changes,
        ]);
        digest(&Secret::new(content.to_string()))
    }
}
