//! Tables `activation_attempt` and `activation_step`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{activation_attempt, activation_step};
use super::{Error, Work};
use crate::domain::attempt::{Attempt, AttemptId, Measured, State, Step, StepKind};
use crate::domain::integration::IntegrationId;

#[derive(Queryable)]
struct Row {
    attempt_id: i64,
    _integration_id: i64,
    number: i64,
    endpoint: String,
    state: String,
    created_at: NaiveDateTime,
    _updated_at: NaiveDateTime,
}

#[derive(Queryable)]
struct StepRow {
    step_id: i64,
    attempt_id: i64,
    kind: String,
    milliseconds: Option<i64>,
    cause: Option<String>,
    detail: Option<String>,
    created_at: NaiveDateTime,
}

/// Inserts the next one of an integration, on its way.
pub(crate) fn insert(
    work: &mut Work<'_>,
    integration: IntegrationId,
    endpoint: &str,
) -> Result<Attempt, Error> {
    let last: Option<i64> = activation_attempt::table
        .filter(activation_attempt::integration_id.eq(integration.0))
        .select(diesel::dsl::max(activation_attempt::number))
        .first(work.conn)?;
    let number = last.unwrap_or(0) + 1;
    let now = work.now.naive_utc();
    let row: Row = diesel::insert_into(activation_attempt::table)
        .values((
            activation_attempt::integration_id.eq(integration.0),
            activation_attempt::number.eq(number),
            activation_attempt::endpoint.eq(endpoint),
            activation_attempt::state.eq(State::Sending.word()),
            activation_attempt::created_at.eq(now),
            activation_attempt::updated_at.eq(now),
        ))
        .get_result(work.conn)?;
    attempt(row, Vec::new())
}

/// Adds a step that began then.
pub(crate) fn add_step(
    work: &mut Work<'_>,
    attempt: AttemptId,
    kind: StepKind,
    measured: &Measured,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::insert_into(activation_step::table)
        .values((
            activation_step::attempt_id.eq(attempt.0),
            activation_step::kind.eq(kind.word()),
            activation_step::milliseconds.eq(measured.milliseconds),
            activation_step::cause.eq(&measured.cause),
            activation_step::detail.eq(&measured.detail),
            activation_step::created_at.eq(at.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Keeps it from being deleted until this transaction ends; says whether it is there.
pub(crate) fn hold(work: &mut Work<'_>, attempt: AttemptId) -> Result<bool, Error> {
    let held = diesel::update(activation_attempt::table.find(attempt.0))
        .set(activation_attempt::updated_at.eq(work.now.naive_utc()))
        .execute(work.conn)?;
    Ok(held == 1)
}

/// Moves it to that state if it is in one of the others.
pub(crate) fn advance(
    work: &mut Work<'_>,
    attempt: AttemptId,
    to: State,
    from: &[State],
) -> Result<(), Error> {
    let from = from.iter().map(|state| state.word());
    diesel::update(activation_attempt::table.find(attempt.0).filter(activation_attempt::state.eq_any(from)))
        .set((
            activation_attempt::state.eq(to.word()),
            activation_attempt::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// The newest ones of an integration, with their steps.
pub(crate) fn latest(
    work: &mut Work<'_>,
    integration: IntegrationId,
    limit: i64,
) -> Result<Vec<Attempt>, Error> {
    let rows: Vec<Row> = activation_attempt::table
        .filter(activation_attempt::integration_id.eq(integration.0))
        .order(activation_attempt::number.desc())
        .limit(limit)
        .load(work.conn)?;
    let step_rows: Vec<StepRow> = activation_step::table
        .filter(activation_step::attempt_id.eq_any(rows.iter().map(|row| row.attempt_id)))
        .order((activation_step::created_at, activation_step::step_id))
        .load(work.conn)?;
    let mut steps: HashMap<i64, Vec<Step>> = HashMap::new();
    for row in step_rows {
        steps.entry(row.attempt_id).or_default().push(step(row)?);
    }
    rows.into_iter()
        .map(|row| {
            let steps = steps.remove(&row.attempt_id).unwrap_or_default();
            attempt(row, steps)
        })
        .collect()
}

/// Deletes the oldest ones that were made before that moment, with their steps, but never the last of an integration;
/// says how many.
pub(crate) fn delete_before(work: &mut Work<'_>, moment: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let later = diesel::alias!(activation_attempt as later);
    let is_not_last = diesel::dsl::exists(
        later
            .filter(later.field(activation_attempt::integration_id).eq(activation_attempt::integration_id))
            .filter(later.field(activation_attempt::number).gt(activation_attempt::number)),
    );
    let old: Vec<i64> = activation_attempt::table
        .filter(activation_attempt::created_at.lt(moment.naive_utc()))
        .filter(is_not_last)
        .order(activation_attempt::created_at)
        .limit(limit)
        .select(activation_attempt::attempt_id)
        .load(work.conn)?;
    Ok(diesel::delete(activation_attempt::table.filter(activation_attempt::attempt_id.eq_any(old)))
        .execute(work.conn)?)
}

fn attempt(row: Row, steps: Vec<Step>) -> Result<Attempt, Error> {
    let corrupt = || Error::Corrupt { table: "activation_attempt", column: "state", id: row.attempt_id };
    Ok(Attempt {
        id: AttemptId(row.attempt_id),
        number: row.number,
        state: State::ALL.into_iter().find(|state| state.word() == row.state).ok_or_else(corrupt)?,
        endpoint: row.endpoint,
        started_at: row.created_at.and_utc(),
        steps,
    })
}

fn step(row: StepRow) -> Result<Step, Error> {
    let corrupt = || Error::Corrupt { table: "activation_step", column: "kind", id: row.step_id };
    Ok(Step {
        kind: StepKind::ALL.into_iter().find(|kind| kind.word() == row.kind).ok_or_else(corrupt)?,
        milliseconds: row.milliseconds,
        cause: row.cause,
        detail: row.detail,
        at: row.created_at.and_utc(),
    })
}
