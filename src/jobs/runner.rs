//! Keeps the time: starts what is due at each full minute, and delivers events as soon as they are there.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Timelike as _, Utc};
use tokio::task::JoinHandle;

use super::{Job, delivery, perform, timed};
use crate::app::App;
use crate::domain;
use crate::domain::schedule::{self, Cause, Run};

/// How long jobs and deliveries let a start be: its first callers come first.
const FIRST_LOOK_AFTER: Duration = Duration::from_secs(1);

/// Jobs that run in the background, until this is dropped.
pub struct Background(Vec<JoinHandle<()>>);

impl Drop for Background {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// Starts running jobs by their schedules, and delivering events. What was missed while no server ran is made up for
/// in a second, each job once.
pub fn start(app: &App) -> Background {
    let (clock, events) = (app.clone(), app.clone());
    let by_the_clock = tokio::spawn(async move {
        tokio::time::sleep(FIRST_LOOK_AFTER).await;
        keep_time(&clock).await;
    });
    let as_they_come = tokio::spawn(async move {
        tokio::time::sleep(FIRST_LOOK_AFTER).await;
        delivery::keep_delivering(&events).await;
    });
    Background(vec![by_the_clock, as_they_come])
}

async fn keep_time(app: &App) {
    loop {
        match claim_due(app).await {
            Ok(claimed) => claimed.into_iter().for_each(|(job, run)| run_apart(app.clone(), job, run)),
            Err(error) => log::error!("what is due could not be found out: {error}"),
        }
        tokio::time::sleep(until_next_minute(app.clock.now())).await;
    }
}

/// Runs everything that is due to the end, and says what came of it: one look at the clock, as a server takes at each
/// full minute.
///
/// # Errors
/// Those of the database. What a job fails by is part of its run.
pub async fn tick(app: &App) -> Result<Vec<Run>, domain::Error> {
    let mut runs = Vec::new();
    for (job, run) in claim_due(app).await? {
        runs.push(perform(app, &*job, run).await?);
    }
    Ok(runs)
}

/// A job that takes long keeps no other one from its time.
fn run_apart(app: App, job: Arc<dyn Job>, run: Run) {
    tokio::spawn(async move {
        if let Err(error) = perform(&app, &*job, run).await {
            log::error!("what came of a job could not be noted job={}: {error}", job.name());
        }
    });
}

/// The jobs that are due and that this node runs.
async fn claim_due(app: &App) -> Result<Vec<(Arc<dyn Job>, Run)>, domain::Error> {
    let jobs = Arc::clone(&app.jobs);
    let due = app.store.read(move |work| {
        let last = schedule::last_times(work)?;
        let due = timed(work, &jobs)?.into_iter().filter_map(|timed| {
            let last = last.iter().find(|(name, _)| name == timed.job.name()).map(|(_, at)| *at);
            Some((timed.job, timed.schedule.due(last, work.now)?))
        });
        Ok::<_, domain::Error>(due.collect::<Vec<_>>())
    });
    let mut claimed = Vec::new();
    for (job, at) in due.await? {
        let name = job.name();
        let run = app.store.write(move |work| schedule::claim(work, name, at, Cause::Schedule)).await?;
        claimed.extend(run.map(|run| (job, run)));
    }
    Ok(claimed)
}

fn until_next_minute(now: DateTime<Utc>) -> Duration {
    let passed = Duration::from_secs(now.second().into()) + Duration::from_nanos(now.nanosecond().into());
    // A little late rather than too early.
    Duration::from_secs(60).saturating_sub(passed) + Duration::from_millis(20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_looked_at_just_after_each_full_minute() {
        let at = |text: &str| until_next_minute(text.parse().unwrap());
        assert_eq!(at("2026-11-26T03:00:00Z"), Duration::from_millis(60_020));
        assert_eq!(at("2026-11-26T03:00:59.500Z"), Duration::from_millis(520));
    }
}
