//! Table `job_run`: the runs of jobs. Its unique keys let one node of many run a job.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::job_run;
use super::{Error, Page, Paging, Work};
use crate::domain::schedule::{Cause, Run, RunId, State};

#[derive(Queryable)]
struct Row {
    run_id: i64,
    job: String,
    scheduled_at: NaiveDateTime,
    cause: String,
    state: String,
    started_at: NaiveDateTime,
    finished_at: Option<NaiveDateTime>,
    _lease_until: NaiveDateTime,
    count: i64,
    message: Option<String>,
}

/// Inserts one that runs; a duplicate when the job is running, or has run for that time.
pub(crate) fn insert(
    work: &mut Work<'_>,
    job: &str,
    scheduled_at: DateTime<Utc>,
    cause: Cause,
    lease_until: DateTime<Utc>,
) -> Result<Run, Error> {
    let now = work.now.naive_utc();
    let row: Row = work.attempt(|conn| {
        diesel::insert_into(job_run::table)
            .values((
                job_run::job.eq(job),
                job_run::scheduled_at.eq(scheduled_at.naive_utc()),
                job_run::cause.eq(cause.word()),
                job_run::state.eq(State::Running.word()),
                job_run::started_at.eq(now),
                job_run::lease_until.eq(lease_until.naive_utc()),
                job_run::count.eq(0),
            ))
            .get_result(conn)
    })?;
    row.run()
}

/// Ends what runs of a job without having given a sign of life in time.
pub(crate) fn lose(work: &mut Work<'_>, job: &str) -> Result<(), Error> {
    let now = work.now.naive_utc();
    diesel::update(
        job_run::table
            .filter(job_run::job.eq(job))
            .filter(job_run::state.eq(State::Running.word()))
            .filter(job_run::lease_until.lt(now)),
    )
    .set((job_run::state.eq(State::Lost.word()), job_run::finished_at.eq(now)))
    .execute(work.conn)?;
    Ok(())
}

/// The same of every job; answers which.
pub(crate) fn lose_all(work: &mut Work<'_>) -> Result<Vec<String>, Error> {
    let now = work.now.naive_utc();
    Ok(diesel::update(
        job_run::table.filter(job_run::state.eq(State::Running.word())).filter(job_run::lease_until.lt(now)),
    )
    .set((job_run::state.eq(State::Lost.word()), job_run::finished_at.eq(now)))
    .returning(job_run::job)
    .get_results(work.conn)?)
}

/// Puts off the moment from which on it is believed to be lost; says whether it still runs.
pub(crate) fn prolong(work: &mut Work<'_>, run: RunId, until: DateTime<Utc>) -> Result<bool, Error> {
    let prolonged =
        diesel::update(running(run)).set(job_run::lease_until.eq(until.naive_utc())).execute(work.conn)?;
    Ok(prolonged == 1)
}

/// Notes how it ended. One that was believed to be lost and ended all the same ended so.
pub(crate) fn finish(
    work: &mut Work<'_>,
    run: RunId,
    state: State,
    count: i64,
    message: Option<&str>,
) -> Result<Run, Error> {
    let row: Row = diesel::update(job_run::table.find(run.0))
        .set((
            job_run::state.eq(state.word()),
            job_run::finished_at.eq(work.now.naive_utc()),
            job_run::count.eq(count),
            job_run::message.eq(message),
        ))
        .get_result(work.conn)?;
    row.run()
}

/// The last time for which a job ran.
pub(crate) fn last_time(work: &mut Work<'_>, job: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let last: Option<NaiveDateTime> = job_run::table
        .filter(job_run::job.eq(job))
        .select(diesel::dsl::max(job_run::scheduled_at))
        .first(work.conn)?;
    Ok(last.map(|last| last.and_utc()))
}

/// For each job the last time for which it ran: by hand counts as well.
pub(crate) fn last_times(work: &mut Work<'_>) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    let rows: Vec<(String, Option<NaiveDateTime>)> = job_run::table
        .group_by(job_run::job)
        .select((job_run::job, diesel::dsl::max(job_run::scheduled_at)))
        .load(work.conn)?;
    Ok(rows.into_iter().filter_map(|(job, at)| Some((job, at?.and_utc()))).collect())
}

/// The latest run of each job.
pub(crate) fn latest(work: &mut Work<'_>) -> Result<Vec<Run>, Error> {
    let ids = job_run::table.group_by(job_run::job).select(diesel::dsl::max(job_run::run_id));
    let ids: Vec<Option<i64>> = ids.load(work.conn)?;
    let rows: Vec<Row> = job_run::table
        .filter(job_run::run_id.eq_any(ids.into_iter().flatten()))
        .order(job_run::job)
        .load(work.conn)?;
    rows.into_iter().map(Row::run).collect()
}

/// One page of the history, the latest first.
pub(crate) fn list(
    work: &mut Work<'_>,
    job: Option<&str>,
    state: Option<State>,
    paging: Paging,
) -> Result<Page<Run>, Error> {
    let wanted = || {
        let mut query = job_run::table.into_boxed();
        if let Some(job) = job {
            query = query.filter(job_run::job.eq(job.to_owned()));
        }
        if let Some(state) = state {
            query = query.filter(job_run::state.eq(state.word()));
        }
        query
    };
    let total: i64 = wanted().count().get_result(work.conn)?;
    let (page, pages) = paging.clamp(total);
    let rows: Vec<Row> = wanted()
        .order(job_run::run_id.desc())
        .offset((page - 1) * paging.limit)
        .limit(paging.limit)
        .load(work.conn)?;
    let rows = rows.into_iter().map(Row::run).collect::<Result<_, _>>()?;
    Ok(Page { rows, total, page, pages })
}

/// Deletes the oldest runs from before that moment, but never the last of a job; says how many.
pub(crate) fn delete_before(work: &mut Work<'_>, moment: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let kept = job_run::table.group_by(job_run::job).select(diesel::dsl::max(job_run::run_id));
    let kept: Vec<Option<i64>> = kept.load(work.conn)?;
    let old: Vec<i64> = job_run::table
        .filter(job_run::started_at.lt(moment.naive_utc()))
        .filter(job_run::state.ne(State::Running.word()))
        .filter(job_run::run_id.ne_all(kept.into_iter().flatten()))
        .order((job_run::started_at, job_run::run_id))
        .limit(limit)
        .select(job_run::run_id)
        .load(work.conn)?;
    Ok(diesel::delete(job_run::table.filter(job_run::run_id.eq_any(old))).execute(work.conn)?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn running(run: RunId) -> _ {
    let id: i64 = run.0;
    let word: &'static str = State::Running.word();
    job_run::table.filter(job_run::run_id.eq(id)).filter(job_run::state.eq(word))
}

impl Row {
    fn run(self) -> Result<Run, Error> {
        let corrupt = |column| Error::Corrupt { table: "job_run", column, id: self.run_id };
        Ok(Run {
            id: RunId(self.run_id),
            cause: Cause::of(&self.cause).ok_or_else(|| corrupt("cause"))?,
            state: State::of(&self.state).ok_or_else(|| corrupt("state"))?,
            job: self.job,
            scheduled_at: self.scheduled_at.and_utc(),
            started_at: self.started_at.and_utc(),
            finished_at: self.finished_at.map(|at| at.and_utc()),
            count: self.count,
            message: self.message,
        })
    }
}
