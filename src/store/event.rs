//! Table `event`: what happened. A transaction collects its events and writes them when it ends well, so that their
//! numbers follow each other as the locks do that it holds on their subjects.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::event;
use super::{Error, Work, event_delivery};
use crate::domain::event::{Event, EventId, Kind, SubjectKind};
use crate::entropy::credential;

/// Writes what the transaction recorded; says whether there is something to deliver.
pub(super) fn append(work: &mut Work<'_>) -> Result<bool, Error> {
    let events = std::mem::take(&mut work.events);
    for recorded in &events {
        diesel::insert_into(event::table)
            .values((
                event::message_id.eq(credential(work.entropy).expose()),
                event::kind.eq(recorded.kind.word()),
                event::subject_kind.eq(recorded.subject_kind.word()),
                event::subject_id.eq(recorded.subject_id),
                event::data.eq(recorded.data.to_string()),
                event::created_at.eq(work.now.naive_utc()),
            ))
            .execute(work.conn)?;
    }
    Ok(work.wakes || !events.is_empty())
}

/// Those that nobody was told of yet, the earliest first.
pub(crate) fn waiting(work: &mut Work<'_>, limit: i64) -> Result<Vec<Event>, Error> {
    let rows: Vec<Row> = event::table
        .filter(event::dispatched_at.is_null())
        .order(event::event_id)
        .limit(limit)
        .load(work.conn)?;
    rows.into_iter().map(Row::event).collect()
}

/// Notes that deliveries of it are made; says whether nobody else did so before.
pub(crate) fn dispatch(work: &mut Work<'_>, id: EventId) -> Result<bool, Error> {
    let dispatched = diesel::update(event::table.find(id.0).filter(event::dispatched_at.is_null()))
        .set(event::dispatched_at.eq(work.now.naive_utc()))
        .execute(work.conn)?;
    Ok(dispatched == 1)
}

/// Deletes the oldest ones from before that moment, after their deliveries; says how many rows of either, `limit` at
/// the most.
pub(crate) fn delete_before(work: &mut Work<'_>, moment: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    // They are numbered in the order of time, nearly: one that stands behind a younger one goes a little later.
    let oldest: Vec<(i64, NaiveDateTime)> = event::table
        .order(event::event_id)
        .limit(limit)
        .select((event::event_id, event::created_at))
        .load(work.conn)?;
    let old = oldest.into_iter().take_while(|(_, at)| at.and_utc() < moment).map(|(id, _)| id);
    let old: Vec<i64> = old.collect();
    // Deliveries would go with their event, however many recipients it has.
    let deliveries = event_delivery::delete_of(work, &old, limit)?;
    if deliveries > 0 {
        return Ok(deliveries);
    }
    Ok(diesel::delete(event::table.filter(event::event_id.eq_any(old))).execute(work.conn)?)
}

/// Every one, the earliest first.
#[cfg(test)]
pub(crate) fn all(work: &mut Work<'_>) -> Result<Vec<Event>, Error> {
    let rows: Vec<Row> = event::table.order(event::event_id).load(work.conn)?;
    rows.into_iter().map(Row::event).collect()
}

#[derive(Queryable)]
pub(super) struct Row {
    event_id: i64,
    message_id: String,
    kind: String,
    subject_kind: String,
    subject_id: i64,
    data: String,
    created_at: NaiveDateTime,
    _dispatched_at: Option<NaiveDateTime>,
}

impl Row {
    pub(super) fn event(self) -> Result<Event, Error> {
        let corrupt = |column| Error::Corrupt { table: "event", column, id: self.event_id };
        Ok(Event {
            id: EventId(self.event_id),
            message_id: self.message_id.clone(),
            kind: Kind::of(&self.kind).ok_or_else(|| corrupt("kind"))?,
            at: self.created_at.and_utc(),
            subject_kind: SubjectKind::of(&self.subject_kind).ok_or_else(|| corrupt("subject_kind"))?,
            subject_id: self.subject_id,
            data: serde_json::from_str(&self.data).map_err(|_| corrupt("data"))?,
        })
    }
}
