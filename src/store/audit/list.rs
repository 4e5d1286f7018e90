//! Reading the trail: filtered, newest first, from one entry to the next (keyset paging: a page far back costs as much
//! as the first one).

use diesel::prelude::*;

use super::super::conn::Conn;
use super::super::schema::audit_entry;
use super::super::text::fold;
use super::super::{Error, Work};
use super::{COLUMNS, Row};
use crate::domain::actor::{Source, Who};
use crate::domain::admin_user::AdminUserId;
use crate::domain::audit::{Act, Entry, Listed, Place, Query, Thing, ThingKind, Which};
use crate::domain::integration::IntegrationId;

type Boxed = audit_entry::BoxedQuery<'static, <Conn as Connection>::Backend>;

/// At the most `limit` entries that fit, on that side of the place; newest first.
pub(crate) fn list(
    work: &mut Work<'_>,
    query: &Query,
    place: Place,
    limit: i64,
) -> Result<Vec<Listed>, Error> {
    let rows = matching(query).limit(limit);
    let rows = match place {
        Place::Newest => rows.order(audit_entry::entry_id.desc()),
        Place::Before(id) => rows.filter(audit_entry::entry_id.lt(id)).order(audit_entry::entry_id.desc()),
        Place::After(id) => rows.filter(audit_entry::entry_id.gt(id)).order(audit_entry::entry_id.asc()),
    };
    let rows: Vec<Row> = rows.select(COLUMNS).load(work.conn)?;
    let mut listed = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<Listed>, _>>()?;
    if matches!(place, Place::After(_)) {
        listed.reverse();
    }
    Ok(listed)
}

fn matching(query: &Query) -> Boxed {
    let mut rows = audit_entry::table.into_boxed();
    if let Some(person) = &query.person {
        rows = rows.filter(audit_entry::who_folded.eq(fold(person)));
    }
    if let Some(act) = query.act {
        rows = rows.filter(audit_entry::act.eq(act.word()));
    }
    if let Some(kind) = query.thing {
        rows = rows.filter(audit_entry::thing_kind.eq(kind.word()));
    }
    match &query.which {
        Some(Which::Id(id)) => rows = rows.filter(audit_entry::thing_id.eq(*id)),
        Some(Which::Name(name)) => rows = rows.filter(audit_entry::thing_folded.eq(fold(name))),
        None => {}
    }
    if let Some(from) = query.from {
        rows = rows.filter(audit_entry::created_at.ge(from.naive_utc()));
    }
    if let Some(until) = query.until {
        rows = rows.filter(audit_entry::created_at.lt(until.naive_utc()));
    }
    rows
}

impl TryFrom<Row> for Listed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let number = row.entry_id;
        let corrupt = |column| Error::Corrupt { table: "audit_entry", column, id: number };
        let who = match (row.who_kind.as_str(), row.who_id) {
            ("admin", Some(id)) => Who::Admin(AdminUserId(id), row.who_name),
            ("partner", Some(id)) => Who::Partner(IntegrationId(id), row.who_name),
            ("command", None) => Who::Command,
            ("system", None) => Who::System,
            ("stranger", None) => Who::Stranger,
            _ => return Err(corrupt("who_kind")),
        };
        let address = row.address.map(|text| text.parse().map_err(|_| corrupt("address"))).transpose()?;
        let thing = Thing {
            kind: ThingKind::of(&row.thing_kind).ok_or_else(|| corrupt("thing_kind"))?,
            id: row.thing_id,
            name: row.thing_name,
        };
        let entry = Entry {
            at: row.created_at.and_utc(),
            who,
            source: Source { address, browser: row.browser },
            act: Act::of(&row.act).ok_or_else(|| corrupt("act"))?,
            thing,
            changes: serde_json::from_str(&row.changes).map_err(|_| corrupt("changes"))?,
        };
        Ok(Self { number, entry })
    }
}
