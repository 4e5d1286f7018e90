//! When jobs run, and what became of it. The arithmetic is pure; that a job runs once across all nodes is decided by the
//! unique keys of `job_run`.

use chrono::{DateTime, TimeDelta, Utc};
use croner::Cron;

use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Conflict, Error, Who, setting};
use crate::store::{self, Page, Paging, Work};
use crate::worded::worded;

/// How long a run is believed to go on without a sign of it. Whoever runs a job gives one every [`SIGN_OF_LIFE`].
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

/// Time between two signs of life.
pub const SIGN_OF_LIFE: TimeDelta = TimeDelta::seconds(30);

/// Longest message that is kept, in characters.
const MAX_MESSAGE: usize = 500;

/// Identifies a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub i64);

worded! {
    /// Why a job runs.
    Cause {
        /// Its time has come.
        Schedule = "schedule",
        /// An administrator pressed a button.
        Person = "person",
        /// A command on the server asked for it.
        Command = "command",
    }
}

worded! {
    /// How far a run has come.
    State {
        /// It goes on.
        Running = "running",
        /// It ended well.
        Done = "done",
        /// It ended badly; its message says why.
        Failed = "failed",
        /// It gave no sign of life: the process that ran it is gone.
        Lost = "lost",
    }
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Identifies it.
    pub id: RunId,
    /// The job's name.
    pub job: String,
    /// The time at which it was due.
    pub scheduled_at: DateTime<Utc>,
    /// Why it ran.
    pub cause: Cause,
    /// How far it has come.
    pub state: State,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What it dealt with: rows, events.
    pub count: i64,
    /// Why it failed.
    pub message: Option<String>,
}

impl Run {
    /// How long it took.
    pub fn took(&self) -> Option<TimeDelta> {
        self.finished_at.map(|end| end - self.started_at)
    }
}

/// When a job runs: the five fields of cron, in UTC. Without them it runs when it is asked to only.
#[derive(Debug, Clone)]
pub struct Schedule(Option<Cron>);

impl Schedule {
    /// The same, where it was read before: never, when it is not understood.
    pub fn of(text: &str) -> Self {
        Self::read(text).unwrap_or(Self(None))
    }

    /// Reads the five fields; an empty text is never. `None` when they are not understood, or their time never comes.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self(None));
        }
        // Five fields, or a name for them such as `@daily`. The library would take a field for years as well.
        if !text.starts_with('@') && text.split_whitespace().count() != 5 {
            return None;
        }
        let cron = Cron::new(text).parse().ok()?;
        cron.find_next_occurrence(&DateTime::UNIX_EPOCH, true).ok()?;
        Some(Self(Some(cron)))
    }

    /// The first time after that moment.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.0.as_ref()?.find_next_occurrence(&after, false).ok()
    }

    /// The last time at or before that moment.
    pub fn latest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let cron = self.0.as_ref()?;
        // Only forwards can be searched: from ever earlier on, so that few times lie between.
        let back = [
            TimeDelta::minutes(1),
            TimeDelta::hours(1),
            TimeDelta::days(1),
            TimeDelta::days(31),
            TimeDelta::days(366),
            TimeDelta::days(8 * 366),
        ];
        let first = |back: TimeDelta| cron.find_next_occurrence(&(now - back), true).ok();
        let mut latest = back.into_iter().filter_map(first).find(|first| *first <= now)?;
        while let Some(next) = self.next(latest).filter(|next| *next <= now) {
            latest = next;
        }
        Some(latest)
    }

    /// The time at which it is due now, `last` being the one for which it ran. However many were missed, it is due once.
    pub fn due(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // One in the future was noted by a clock that was wrong then.
        self.latest(now).filter(|latest| last.is_none_or(|last| last < *latest || last > now))
    }
}

/// Begins a run, if the job is not running and has not run for that time: `None` when somebody else was first.
///
/// # Errors
/// Those of the database.
pub fn claim(
    work: &mut Work<'_>,
    job: &str,
    scheduled_at: DateTime<Utc>,
    cause: Cause,
) -> Result<Option<Run>, Error> {
    store::job_run::lose(work, job)?;
    let until = work.now + LEASE;
    match store::job_run::insert(work, job, scheduled_at, cause, until) {
        Err(store::Error::Duplicate) => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// Begins a run because somebody wants it now.
///
/// # Errors
/// A conflict when it is running already.
pub fn start_now(work: &mut Work<'_>, by: &Actor, job: &str) -> Result<Run, Error> {
    let cause = if by.who == Who::Command { Cause::Command } else { Cause::Person };
    // Whatever ran at this very moment is no reason not to run again.
    let last = store::job_run::last_time(work, job)?;
    let at = last.map_or(work.now, |last| work.now.max(last + TimeDelta::microseconds(1)));
    let Some(run) = claim(work, job, at, cause)? else {
        return Err(Conflict::JobRunning(job.to_owned()).into());
    };
    audit::record(work, by, Act::JobStarted, Thing::job(job), Changes::none());
    Ok(run)
}

/// A sign of life: the run goes on. Says whether it is still believed to.
///
/// # Errors
/// Those of the database.
pub fn alive(work: &mut Work<'_>, run: RunId) -> Result<bool, Error> {
    let until = work.now + LEASE;
    Ok(store::job_run::prolong(work, run, until)?)
}

/// Notes how a run ended: what it dealt with, or why it failed. Answers the run as it is now.
///
/// # Errors
/// Those of the database.
pub fn finish(work: &mut Work<'_>, run: RunId, outcome: &Result<u64, String>) -> Result<Run, Error> {
    let cut = |message: &String| message.chars().take(MAX_MESSAGE).collect::<String>();
    let (state, count, message) = match outcome {
        Ok(count) => (State::Done, i64::try_from(*count).unwrap_or(i64::MAX), None),
        Err(message) => (State::Failed, 0, Some(cut(message))),
    };
    Ok(store::job_run::finish(work, run, state, count, message.as_deref())?)
}

/// Notes which runs gave no sign of life for too long; answers their jobs.
///
/// # Errors
/// Those of the database.
pub fn lose(work: &mut Work<'_>) -> Result<Vec<String>, Error> {
    Ok(store::job_run::lose_all(work)?)
}

/// Removes the oldest runs past their time, but never the last one of a job; says how many.
///
/// # Errors
/// Those of the database.
pub fn remove_old(work: &mut Work<'_>) -> Result<usize, Error> {
    match setting::days_ago(work, setting::JOB_RUN_DAYS)? {
        Some(moment) => Ok(store::job_run::delete_before(work, moment, store::BATCH)?),
        None => Ok(0),
    }
}

/// The last time of each job for which it ran.
///
/// # Errors
/// Those of the database.
pub fn last_times(work: &mut Work<'_>) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    Ok(store::job_run::last_times(work)?)
}

/// The latest run of each job.
///
/// # Errors
/// Those of the database.
pub fn latest_runs(work: &mut Work<'_>) -> Result<Vec<Run>, Error> {
    Ok(store::job_run::latest(work)?)
}

/// The history, the latest first: of one job or of all, in one state or in any.
///
/// # Errors
/// Those of the database.
pub fn history(
    work: &mut Work<'_>,
    job: Option<&str>,
    state: Option<State>,
    paging: Paging,
) -> Result<Page<Run>, Error> {
    Ok(store::job_run::list(work, job, state, paging)?)
}

#[cfg(test)]
mod tests;
