//! Table `event_delivery`: who is to be told of which event, and what came of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{Eq, Filter, count_star, exists, select, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use super::conn::Database;
use super::schema::{event, event_delivery, webhook};
use super::{Error, Page, Paging, Work};
use crate::domain::event::delivery::{DeliveryId, Line, Listed, State, Taken};
use crate::domain::event::observer::Outcome;
use crate::domain::event::{Event, EventId, Kind};
use crate::domain::webhook::{OBSERVER, WebhookId};

/// Longest detail that is kept, in characters.
const MAX_DETAIL: usize = 255;

/// Keeps other nodes from changing these lines until this transaction ends. All of them are held at once, in an order
/// that everybody keeps; SQLite has one writer.
pub(crate) fn hold<'l>(work: &mut Work<'_>, lines: impl IntoIterator<Item = &'l Line>) -> Result<(), Error> {
    let Database::Postgres(conn) = &mut work.conn.0 else { return Ok(()) };
    let name = |line: &Line| format!("event_delivery {} {}", line.observer, line.recipient);
    for name in lines.into_iter().map(name).collect::<BTreeSet<_>>() {
        sql_query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<Text, _>(name)
            .execute(conn)?;
    }
    Ok(())
}

/// Inserts one for each of these lines, which are held, due now: next of its subject, or waiting behind the one that is.
pub(crate) fn insert(work: &mut Work<'_>, event: &Event, lines: &[&Line]) -> Result<(), Error> {
    let now = work.now.naive_utc();
    for line in lines {
        let subject = Subject::of(line, event);
        let waits: bool = select(exists(pending_of(subject))).get_result(work.conn)?;
        diesel::insert_into(event_delivery::table)
            .values((
                event_delivery::event_id.eq(event.id.0),
                event_delivery::observer.eq(&line.observer),
                event_delivery::recipient.eq(line.recipient),
                event_delivery::subject_kind.eq(subject.kind),
                event_delivery::subject_id.eq(subject.id),
                event_delivery::state.eq(State::Pending.word()),
                event_delivery::waits.eq(waits),
                event_delivery::tries.eq(0),
                event_delivery::due_at.eq(now),
                event_delivery::created_at.eq(now),
                event_delivery::updated_at.eq(now),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// Deliveries to one recipient about one subject, which are made one after the other.
#[derive(Clone, Copy)]
struct Subject<'a> {
    line: &'a Line,
    kind: &'a str,
    id: i64,
}

impl<'a> Subject<'a> {
    fn of(line: &'a Line, event: &Event) -> Self {
        Self { line, kind: event.subject_kind.word(), id: event.subject_id }
    }
}

/// Lets the earliest pending one of a subject be the next.
fn put_earliest_first(work: &mut Work<'_>, subject: Subject<'_>) -> Result<(), Error> {
    let earliest: Option<(i64, bool)> = pending_of(subject)
        .order(event_delivery::event_id)
        .select((event_delivery::delivery_id, event_delivery::waits))
        .first(work.conn)
        .optional()?;
    let Some((earliest, true)) = earliest else { return Ok(()) };
    diesel::update(pending_of(subject).filter(is_next()))
        .set(event_delivery::waits.eq(true))
        .execute(work.conn)?;
    diesel::update(event_delivery::table.filter(event_delivery::delivery_id.eq(earliest)))
        .set(event_delivery::waits.eq(false))
        .execute(work.conn)?;
    Ok(())
}

/// From when on something may be tried in a line.
pub(crate) fn next_due(work: &mut Work<'_>, line: &Line) -> Result<Option<DateTime<Utc>>, Error> {
    let due_at: Option<NaiveDateTime> = open(line, work.now.naive_utc())
        .order(event_delivery::due_at)
        .select(event_delivery::due_at)
        .first(work.conn)
        .optional()?;
    Ok(due_at.map(|at| at.and_utc()))
}

type PendingIn = Filter<
    Filter<
        Filter<event_delivery::table, Eq<event_delivery::observer, String>>,
        Eq<event_delivery::recipient, i64>,
    >,
    Condition,
>;

/// What is pending in a line.
fn pending_in(line: &Line) -> PendingIn {
    event_delivery::table
        .filter(event_delivery::observer.eq(line.observer.clone()))
        .filter(event_delivery::recipient.eq(line.recipient))
        .filter(is_in(State::Pending))
}

/// What is pending of a subject.
#[diesel::dsl::auto_type(no_type_alias)]
fn pending_of(subject: Subject<'_>) -> _ {
    let pending: PendingIn = pending_in(subject.line);
    let kind: String = subject.kind.to_owned();
    let id: i64 = subject.id;
    pending.filter(event_delivery::subject_kind.eq(kind)).filter(event_delivery::subject_id.eq(id))
}

/// What may be tried in a line: pending, next of its subject, and taken by nobody.
#[diesel::dsl::auto_type(no_type_alias)]
fn open(line: &Line, now: NaiveDateTime) -> _ {
    let pending: PendingIn = pending_in(line);
    let is_next: Condition = is_next();
    pending
        .filter(is_next)
        .filter(event_delivery::claimed_until.is_null().or(event_delivery::claimed_until.le(now)))
}

/// A condition as an index has it, in the text of the query: SQLite uses such an index for nothing else.
type Condition = SqlLiteral<Bool>;

fn is_in(state: State) -> Condition {
    sql(&format!("event_delivery.state = '{}'", state.word()))
}

fn is_next() -> Condition {
    sql("not event_delivery.waits")
}

/// Takes, until that moment, what is due in a line, which is held, and taken by nobody: the next of each subject.
pub(crate) fn claim(
    work: &mut Work<'_>,
    line: &Line,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Taken>, Error> {
    let now = work.now.naive_utc();
    let wanted: Vec<i64> = open(line, now)
        .filter(event_delivery::due_at.le(now))
        .order((event_delivery::due_at, event_delivery::event_id))
        .limit(limit)
        .select(event_delivery::delivery_id)
        .load(work.conn)?;
    diesel::update(event_delivery::table.filter(event_delivery::delivery_id.eq_any(&wanted)))
        .set(event_delivery::claimed_until.eq(until.naive_utc()))
        .execute(work.conn)?;
    let rows: Vec<(i64, i64, super::event::Row)> = event_delivery::table
        .inner_join(event::table)
        .filter(event_delivery::delivery_id.eq_any(wanted))
        .order(event_delivery::event_id)
        .select((event_delivery::delivery_id, event_delivery::tries, event::all_columns))
        .load(work.conn)?;
    let taken = |(id, tries, row): (i64, i64, super::event::Row)| {
        Ok(Taken { id: DeliveryId(id), tries, event: row.event()? })
    };
    rows.into_iter().map(taken).collect()
}

/// Notes what came of a try in a line, which is held, unless the delivery is settled already, and lets the earliest of
/// its subject be the next.
pub(crate) fn settle(
    work: &mut Work<'_>,
    line: &Line,
    taken: &Taken,
    state: State,
    due_at: DateTime<Utc>,
    outcome: &Outcome,
) -> Result<(), Error> {
    let detail = outcome.detail.as_ref().map(|detail| detail.chars().take(MAX_DETAIL).collect::<String>());
    diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq(taken.id.0))
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
    put_earliest_first(work, Subject::of(line, &taken.event))
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
            Some(state) => query.filter(is_in(state)),
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

/// Makes one that was given up due now, as if it had never been tried; says whether it was given up. It comes before the
/// later ones of its subject, but for one that somebody has taken.
pub(crate) fn revive(work: &mut Work<'_>, line: &Line, id: DeliveryId) -> Result<bool, Error> {
    hold(work, [line])?;
    let now = work.now.naive_utc();
    let revived: Option<(String, i64)> = diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq(id.0))
            .filter(event_delivery::state.eq(State::Failed.word())),
    )
    .set((
        event_delivery::state.eq(State::Pending.word()),
        event_delivery::waits.eq(true),
        event_delivery::tries.eq(0),
        event_delivery::due_at.eq(now),
        event_delivery::claimed_until.eq(None::<NaiveDateTime>),
        event_delivery::updated_at.eq(now),
    ))
    .returning((event_delivery::subject_kind, event_delivery::subject_id))
    .get_result(work.conn)
    .optional()?;
    let Some((kind, subject)) = revived else { return Ok(false) };
    let subject = Subject { line, kind: &kind, id: subject };
    let next: Option<Option<NaiveDateTime>> = pending_of(subject)
        .filter(is_next())
        .select(event_delivery::claimed_until)
        .first(work.conn)
        .optional()?;
    let is_taken = next.flatten().is_some_and(|until| now < until);
    if !is_taken {
        put_earliest_first(work, subject)?;
    }
    Ok(true)
}

/// Gives up what is pending in a line, for that reason, `limit` at the most; says how many.
pub(crate) fn give_up(work: &mut Work<'_>, line: &Line, cause: &str, limit: i64) -> Result<usize, Error> {
    // Whoever looks at several lines holds none of those that are done with.
    if !select(exists(pending_in(line))).get_result::<bool>(work.conn)? {
        return Ok(0);
    }
    hold(work, [line])?;
    let pending: Vec<(i64, String, i64)> = pending_in(line)
        .order((event_delivery::subject_kind, event_delivery::subject_id, event_delivery::event_id))
        .limit(limit)
        .select((event_delivery::delivery_id, event_delivery::subject_kind, event_delivery::subject_id))
        .load(work.conn)?;
    let Some((_, kind, id)) = pending.last().cloned() else { return Ok(0) };
    let given_up = diesel::update(
        event_delivery::table
            .filter(event_delivery::delivery_id.eq_any(pending.into_iter().map(|(id, ..)| id)))
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
    // Of the last subject some may be left.
    let subject = Subject { line, kind: &kind, id };
    put_earliest_first(work, subject)?;
    Ok(given_up)
}

/// Deletes the oldest ones of a line, `limit` at the most; says how many.
pub(crate) fn delete_oldest(work: &mut Work<'_>, line: &Line, limit: i64) -> Result<usize, Error> {
    let oldest: Vec<i64> = event_delivery::table
        .filter(event_delivery::observer.eq(&line.observer))
        .filter(event_delivery::recipient.eq(line.recipient))
        .order(event_delivery::event_id)
        .limit(limit)
        .select(event_delivery::delivery_id)
        .load(work.conn)?;
    delete(work, oldest)
}

/// Deletes deliveries of these events, the oldest first, `limit` at the most; says how many. Where one of them was the
/// next of its subject, the one behind it is now.
pub(super) fn delete_of(work: &mut Work<'_>, events: &[i64], limit: i64) -> Result<usize, Error> {
    let of_these = || event_delivery::table.filter(event_delivery::event_id.eq_any(events.to_vec()));
    let lines: Vec<(String, i64)> = of_these()
        .select((event_delivery::observer, event_delivery::recipient))
        .distinct()
        .load(work.conn)?;
    let lines: Vec<Line> =
        lines.into_iter().map(|(observer, recipient)| Line { observer, recipient }).collect();
    hold(work, &lines)?;
    let oldest: Vec<i64> = of_these()
        .order(event_delivery::event_id)
        .limit(limit)
        .select(event_delivery::delivery_id)
        .load(work.conn)?;
    let next: Vec<(String, i64, String, i64)> = event_delivery::table
        .filter(event_delivery::delivery_id.eq_any(oldest.clone()))
        .filter(is_in(State::Pending))
        .filter(is_next())
        .select((
            event_delivery::observer,
            event_delivery::recipient,
            event_delivery::subject_kind,
            event_delivery::subject_id,
        ))
        .load(work.conn)?;
    let deleted = delete(work, oldest)?;
    for (observer, recipient, kind, id) in next {
        let line = Line { observer, recipient };
        put_earliest_first(work, Subject { line: &line, kind: &kind, id })?;
    }
    Ok(deleted)
}

fn delete(work: &mut Work<'_>, ids: Vec<i64>) -> Result<usize, Error> {
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(event_delivery::table.filter(event_delivery::delivery_id.eq_any(ids)))
        .execute(work.conn)?)
}

/// Whether something was given up after that moment that a webhook was to be told, and still could be.
pub(crate) fn any_given_up(work: &mut Work<'_>, since: DateTime<Utc>) -> Result<bool, Error> {
    let told: Condition = sql("event_delivery.state = 'failed' and event_delivery.cause <> 'switched_off'");
    let given_up = event_delivery::table
        .filter(event_delivery::observer.eq(OBSERVER))
        .filter(event_delivery::recipient.eq(webhook::webhook_id))
        .filter(told)
        .filter(event_delivery::updated_at.gt(since.naive_utc()));
    let found: Option<i64> = webhook::table
        .filter(webhook::is_enabled)
        .filter(webhook::deleted_at.is_null())
        .filter(exists(given_up))
        .select(webhook::webhook_id)
        .first(work.conn)
        .optional()?;
    Ok(found.is_some())
}

/// How many were given up, by recipient.
pub(crate) fn given_up(work: &mut Work<'_>, observer: &str) -> Result<HashMap<i64, i64>, Error> {
    let rows: Vec<(i64, i64)> = event_delivery::table
        .filter(event_delivery::observer.eq(observer))
        .filter(is_in(State::Failed))
        .group_by(event_delivery::recipient)
        .select((event_delivery::recipient, count_star()))
        .load(work.conn)?;
    Ok(rows.into_iter().collect())
}

/// The recipients for whom something is tried again.
pub(crate) fn retried(work: &mut Work<'_>, observer: &str) -> Result<HashSet<i64>, Error> {
    let recipients: Vec<i64> = event_delivery::table
        .filter(event_delivery::observer.eq(observer))
        .filter(is_in(State::Pending))
        .filter(is_next())
        .filter(event_delivery::tries.gt(0))
        .select(event_delivery::recipient)
        .distinct()
        .load(work.conn)?;
    Ok(recipients.into_iter().collect())
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
