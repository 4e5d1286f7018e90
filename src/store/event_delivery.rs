//! Table `event_delivery`: who is to be told of which event, and what came of it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::{sql_query, sql_types};

use super::schema::{event, event_delivery};
use super::{Error, Page, Paging, Work};
use crate::domain::event::delivery::{DeliveryId, Line, Listed, State, Taken};
use crate::domain::event::observer::Outcome;
use crate::domain::event::{Event, EventId, Kind};
use crate::domain::webhook::{OBSERVER, WebhookId};

/// Longest detail that is kept, in characters.
const MAX_DETAIL: usize = 255;

/// Inserts one for each of these lines, due now.
pub(crate) fn insert(work: &mut Work<'_>, event: &Event, lines: &[&Line]) -> Result<(), Error> {
    let now = work.now.naive_utc();
    for line in lines {
        diesel::insert_into(event_delivery::table)
            .values((
                event_delivery::event_id.eq(event.id.0),
                event_delivery::observer.eq(&line.observer),
                event_delivery::recipient.eq(line.recipient),
                event_delivery::subject_kind.eq(event.subject_kind.word()),
                event_delivery::subject_id.eq(event.subject_id),
                event_delivery::state.eq(State::Pending.word()),
                event_delivery::tries.eq(0),
                event_delivery::due_at.eq(now),
                event_delivery::created_at.eq(now),
                event_delivery::updated_at.eq(now),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// What may be tried: pending, taken by nobody, and the earliest pending one of its subject in its line.
const OPEN: &str = "from event_delivery as d where d.state = 'pending'
    and (d.claimed_until is null or d.claimed_until <= $1)
    and not exists (select 1 from event_delivery as e where e.state = 'pending'
        and e.observer = d.observer and e.recipient = d.recipient
        and e.subject_kind = d.subject_kind and e.subject_id = d.subject_id and e.event_id < d.event_id)";

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = sql_types::Text)]
    observer: String,
    #[diesel(sql_type = sql_types::BigInt)]
    recipient: i64,
    #[diesel(sql_type = sql_types::Timestamp)]
    due_at: NaiveDateTime,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = sql_types::BigInt)]
    delivery_id: i64,
}

/// The lines in which something may be tried, with the moment from which on.
pub(crate) fn lines(work: &mut Work<'_>) -> Result<Vec<(Line, DateTime<Utc>)>, Error> {
    let query = format!(
        "select d.observer, d.recipient, min(d.due_at) as due_at {OPEN} group by d.observer, d.recipient"
    );
    let rows: Vec<LineRow> =
        sql_query(query).bind::<sql_types::Timestamp, _>(work.now.naive_utc()).load(work.conn)?;
    let line =
        |row: LineRow| (Line { observer: row.observer, recipient: row.recipient }, row.due_at.and_utc());
    Ok(rows.into_iter().map(line).collect())
}

/// Takes, until that moment, what is due in a line and taken by nobody, the earliest of each subject.
pub(crate) fn claim(
    work: &mut Work<'_>,
    line: &Line,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Taken>, Error> {
    let now = work.now.naive_utc();
    let free = || event_delivery::claimed_until.is_null().or(event_delivery::claimed_until.le(now));
    let query = format!(
        "select d.delivery_id {OPEN} and d.observer = $2 and d.recipient = $3 and d.due_at <= $1
         order by d.due_at, d.event_id limit $4"
    );
    let wanted: Vec<IdRow> = sql_query(query)
        .bind::<sql_types::Timestamp, _>(now)
        .bind::<sql_types::Text, _>(&line.observer)
        .bind::<sql_types::BigInt, _>(line.recipient)
        .bind::<sql_types::BigInt, _>(limit)
        .load(work.conn)?;
    let wanted: Vec<i64> = wanted.into_iter().map(|row| row.delivery_id).collect();
    // Another node may have taken some of them since they were read.
    let taken: Vec<i64> = diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq_any(wanted))
            .filter(event_delivery::state.eq(State::Pending.word()))
            .filter(free()),
    )
    .set(event_delivery::claimed_until.eq(until.naive_utc()))
    .returning(event_delivery::delivery_id)
    .get_results(work.conn)?;
    let rows: Vec<(i64, i64, super::event::Row)> = event_delivery::table
        .inner_join(event::table)
        .filter(event_delivery::delivery_id.eq_any(taken))
        .order(event_delivery::event_id)
        .select((event_delivery::delivery_id, event_delivery::tries, event::all_columns))
        .load(work.conn)?;
    let taken = |(id, tries, row): (i64, i64, super::event::Row)| {
        Ok(Taken { id: DeliveryId(id), tries, event: row.event()? })
    };
    rows.into_iter().map(taken).collect()
}

/// Notes what came of a try, unless the delivery is settled already.
pub(crate) fn settle(
    work: &mut Work<'_>,
    id: DeliveryId,
    state: State,
    due_at: DateTime<Utc>,
    outcome: &Outcome,
) -> Result<(), Error> {
    let detail = outcome.detail.as_ref().map(|detail| detail.chars().take(MAX_DETAIL).collect::<String>());
    diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq(id.0))
            .filter(event_delivery::state.eq(State::Pending.word())),
    )
    .set((
        event_delivery::state.eq(state.word()),
        event_delivery::tries.eq(event_delivery::tries + 1),
        event_delivery::due_at.eq(due_at.naive_utc()),
        event_delivery::claimed_until.eq(None::<NaiveDateTime>),
        event_delivery::status.eq(outcome.status.map(i64::from)),
        event_delivery::milliseconds.eq(outcome.milliseconds),
        event_delivery::cause.eq(outcome.cause),
        event_delivery::detail.eq(detail),
        event_delivery::updated_at.eq(work.now.naive_utc()),
    ))
    .execute(work.conn)?;
    Ok(())
}

/// One page of a line, the latest event first.
pub(crate) fn list(
    work: &mut Work<'_>,
    line: &Line,
    state: Option<State>,
    paging: Paging,
) -> Result<Page<Listed>, Error> {
    let wanted = || {
        let query = event_delivery::table
            .inner_join(event::table)
            .filter(event_delivery::observer.eq(line.observer.clone()))
            .filter(event_delivery::recipient.eq(line.recipient))
            .into_boxed();
        match state {
            Some(state) => query.filter(event_delivery::state.eq(state.word())),
            None => query,
        }
    };
    let total: i64 = wanted().count().get_result(work.conn)?;
    let (page, pages) = paging.clamp(total);
    let rows: Vec<Row> = wanted()
        .order((event_delivery::event_id.desc(), event_delivery::delivery_id.desc()))
        .offset((page - 1) * paging.limit)
        .limit(paging.limit)
        .select((
            event_delivery::delivery_id,
            event::event_id,
            event::kind,
            event::message_id,
            event::created_at,
            event_delivery::state,
            event_delivery::tries,
            event_delivery::due_at,
            event_delivery::updated_at,
            event_delivery::status,
            event_delivery::milliseconds,
            event_delivery::cause,
            event_delivery::detail,
        ))
        .load(work.conn)?;
    let rows = rows.into_iter().map(Row::listed).collect::<Result<_, _>>()?;
    Ok(Page { rows, total, page, pages })
}

/// The webhook that a delivery is for.
pub(crate) fn webhook_of(work: &mut Work<'_>, id: DeliveryId) -> Result<Option<WebhookId>, Error> {
    let recipient: Option<i64> = event_delivery::table
        .filter(event_delivery::delivery_id.eq(id.0))
        .filter(event_delivery::observer.eq(OBSERVER))
        .select(event_delivery::recipient)
        .first(work.conn)
        .optional()?;
    Ok(recipient.map(WebhookId))
}

/// Makes one that was given up due now, as if it had never been tried; says whether it was given up.
pub(crate) fn revive(work: &mut Work<'_>, id: DeliveryId) -> Result<bool, Error> {
    let now = work.now.naive_utc();
    let revived = diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq(id.0))
            .filter(event_delivery::state.eq(State::Failed.word())),
    )
    .set((
        event_delivery::state.eq(State::Pending.word()),
        event_delivery::tries.eq(0),
        event_delivery::due_at.eq(now),
        event_delivery::claimed_until.eq(None::<NaiveDateTime>),
        event_delivery::updated_at.eq(now),
    ))
    .execute(work.conn)?;
    Ok(revived == 1)
}

/// Gives up everything that is pending in a line, for that reason.
pub(crate) fn give_up(work: &mut Work<'_>, line: &Line, cause: &str) -> Result<(), Error> {
    diesel::update(
        event_delivery::table
            .filter(event_delivery::observer.eq(&line.observer))
            .filter(event_delivery::recipient.eq(line.recipient))
            .filter(event_delivery::state.eq(State::Pending.word())),
    )
    .set((
        event_delivery::state.eq(State::Failed.word()),
        event_delivery::cause.eq(cause),
        event_delivery::detail.eq(None::<String>),
        event_delivery::status.eq(None::<i64>),
        event_delivery::claimed_until.eq(None::<NaiveDateTime>),
        event_delivery::updated_at.eq(work.now.naive_utc()),
    ))
    .execute(work.conn)?;
    Ok(())
}

/// Deletes a line.
pub(crate) fn delete(work: &mut Work<'_>, line: &Line) -> Result<(), Error> {
    diesel::delete(
        event_delivery::table
            .filter(event_delivery::observer.eq(&line.observer))
            .filter(event_delivery::recipient.eq(line.recipient)),
    )
    .execute(work.conn)?;
    Ok(())
}

/// How many were given up, and how many are tried again, by recipient.
pub(crate) fn troubled(work: &mut Work<'_>, observer: &str) -> Result<Vec<(i64, State, i64)>, Error> {
    let failed = event_delivery::state.eq(State::Failed.word());
    let retried = event_delivery::state.eq(State::Pending.word()).and(event_delivery::tries.gt(0));
    let rows: Vec<(i64, String, i64)> = event_delivery::table
        .filter(event_delivery::observer.eq(observer))
        .filter(failed.or(retried))
        .group_by((event_delivery::recipient, event_delivery::state))
        .select((event_delivery::recipient, event_delivery::state, diesel::dsl::count_star()))
        .load(work.conn)?;
    let corrupt = |id| Error::Corrupt { table: "event_delivery", column: "state", id };
    let row = |(recipient, state, count): (i64, String, i64)| {
        Ok((recipient, State::of(&state).ok_or_else(|| corrupt(recipient))?, count))
    };
    rows.into_iter().map(row).collect()
}

#[derive(Queryable)]
struct Row {
    delivery_id: i64,
    event_id: i64,
    kind: String,
    message_id: String,
    happened_at: NaiveDateTime,
    state: String,
    tries: i64,
    due_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    status: Option<i64>,
    milliseconds: Option<i64>,
    cause: Option<String>,
    detail: Option<String>,
}

impl Row {
    fn listed(self) -> Result<Listed, Error> {
        let corrupt = |table, column, id| Error::Corrupt { table, column, id };
        let event = EventId(self.event_id);
        Ok(Listed {
            id: DeliveryId(self.delivery_id),
            kind: Kind::of(&self.kind).ok_or_else(|| corrupt("event", "kind", event.0))?,
            message_id: self.message_id,
            happened_at: self.happened_at.and_utc(),
            state: State::of(&self.state)
                .ok_or_else(|| corrupt("event_delivery", "state", self.delivery_id))?,
            tries: self.tries,
            due_at: self.due_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
            status: self.status,
            milliseconds: self.milliseconds,
            cause: self.cause,
            detail: self.detail,
        })
    }
}
