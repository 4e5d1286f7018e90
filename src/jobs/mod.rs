//! Scheduled jobs: what they are, which come with the product, and running one. When they run is `domain::schedule`'s
//! matter; `runner` keeps the time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::domain::schedule::{self, Run, RunId, SIGN_OF_LIFE, Schedule};
use crate::domain::{self, Actor, Missing};
use crate::store::{self, Store, Work};
use crate::text;

mod cleanup;
mod delivery;
mod nonces;
mod runner;

pub use delivery::{Lines, NAME as EVENT_DELIVERY};
pub use runner::{Background, start, tick};

/// A job to be awaited: how much it dealt with, or why it failed.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<u64, Failure>> + Send + 'a>>;

/// Work that is done by the clock, by one node at a time. A run may end in the middle, with its process, and another one
/// begins again: let it be harmless to do twice.
pub trait Job: Send + Sync + 'static {
    /// The name under which schedule and runs are kept. It never changes, and no other job has it.
    fn name(&self) -> &'static str;

    /// What it does, in a sentence for administrators.
    fn about(&self) -> String;

    /// When it runs unless an administrator says otherwise: the five fields of cron, in UTC.
    fn schedule(&self) -> &'static str;

    /// Does it; answers how much that was: rows, events, files.
    fn run<'a>(&'a self, app: &'a App) -> Running<'a>;
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// For this reason, in words for administrators.
    #[error("{0}")]
    Said(String),
    /// An operation answered something else than its result.
    #[error(transparent)]
    Domain(#[from] domain::Error),
}

impl Failure {
    /// What administrators read of it.
    fn sentence(self) -> String {
        match self {
            Self::Said(sentence) => sentence,
            Self::Domain(error) => text::failure::of_domain(&error),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Domain(error.into())
    }
}

/// The jobs that come with the product.
pub fn builtin() -> Vec<Arc<dyn Job>> {
    let mut jobs: Vec<Arc<dyn Job>> = vec![Arc::new(delivery::Delivery), Arc::new(nonces::Nonces::default())];
    jobs.extend(cleanup::ALL.iter().map(|cleanup| Arc::new(*cleanup) as Arc<dyn Job>));
    jobs.sort_by_key(|job| job.name());
    jobs
}

/// The job of that name among these, also by the other name that Magento's own documentation has for one.
///
/// # Errors
/// [`Missing::Job`].
pub fn find<'a>(jobs: &'a [Arc<dyn Job>], name: &str) -> Result<&'a Arc<dyn Job>, domain::Error> {
    let known = if name == "expired_tokens_cleanups" { "expired_tokens_cleanup" } else { name };
    let found = jobs.iter().find(|job| job.name() == known);
    found.ok_or_else(|| Missing::Job(name.to_owned()).into())
}

/// The path of the setting that says when a job runs.
pub fn schedule_path(job: &str) -> String {
    format!("crontab/default/jobs/{job}/schedule/cron_expr")
}

/// A job with the times at which it runs.
pub struct Timed {
    /// The job.
    pub job: Arc<dyn Job>,
    /// Its schedule as it is written.
    pub text: String,
    /// The same, understood.
    pub schedule: Schedule,
}

/// When these jobs run: as the settings say, and as a job itself would have it where there is none that can be read. In
/// one query.
///
/// # Errors
/// Those of the database.
pub fn timed(work: &mut Work<'_>, jobs: &[Arc<dyn Job>]) -> Result<Vec<Timed>, store::Error> {
    let stored = store::setting::all(work)?;
    let timed = |job: &Arc<dyn Job>| {
        let set = stored.get(&schedule_path(job.name()));
        let (text, schedule) = set
            .and_then(|text| Some((text.clone(), Schedule::read(text)?)))
            .unwrap_or_else(|| (job.schedule().to_owned(), Schedule::of(job.schedule())));
        Timed { job: Arc::clone(job), text, schedule }
    };
    Ok(jobs.iter().map(timed).collect())
}

/// Runs a job now because somebody wants it, to the end; answers what came of it.
///
/// # Errors
/// When there is no such job, or it is running.
pub async fn run_now(app: &App, by: &Actor, name: &str) -> Result<Run, domain::Error> {
    let job = Arc::clone(find(&app.jobs, name)?);
    let run = begin(app, by, &job).await?;
    perform(app, &*job, run).await
}

/// The same, in the background: answers when it has begun.
///
/// # Errors
/// Those of [`run_now`].
pub async fn start_now(app: &App, by: &Actor, name: &str) -> Result<Run, domain::Error> {
    let job = Arc::clone(find(&app.jobs, name)?);
    let run = begin(app, by, &job).await?;
    let (app, begun) = (app.clone(), run.clone());
    tokio::spawn(async move {
        if let Err(error) = perform(&app, &*job, begun).await {
            log::error!("what came of a job could not be noted job={}: {error}", job.name());
        }
    });
    Ok(run)
}

async fn begin(app: &App, by: &Actor, job: &Arc<dyn Job>) -> Result<Run, domain::Error> {
    let (by, name) = (by.clone(), job.name());
    app.store.write(move |work| schedule::start_now(work, &by, name)).await
}

/// Runs what has been claimed, giving signs of life, and notes how it ended.
async fn perform(app: &App, job: &dyn Job, run: Run) -> Result<Run, domain::Error> {
    let outcome = with_signs_of_life(&app.store, run.id, job.run(app)).await;
    match &outcome {
        Ok(0) => log::debug!("job done job={}", run.job),
        Ok(count) => log::info!("job done job={} count={count}", run.job),
        Err(failure) => log::error!("job failed job={}: {failure}", run.job),
    }
    app.store.metrics().job_ran(job.name(), outcome.is_ok());
    let outcome = outcome.map_err(Failure::sentence);
    app.store.write(move |work| schedule::finish(work, run.id, &outcome)).await
}

async fn with_signs_of_life(store: &Store, run: RunId, mut running: Running<'_>) -> Result<u64, Failure> {
    let pause = SIGN_OF_LIFE.to_std().unwrap_or(Duration::from_secs(30));
    loop {
        if let Ok(outcome) = tokio::time::timeout(pause, &mut running).await {
            return outcome;
        }
        // Without it the run counts as lost in the end, and ends all the same.
        if let Err(error) = store.write(move |work| schedule::alive(work, run)).await {
            log::warn!("no sign of life of a job could be given: {error}");
        }
    }
}
