//! `latchkey cron`: the scheduled jobs, and running one now.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde::Serialize;

use super::{Console, Failure};
use crate::app::{App, ServeError};
use crate::domain::schedule::{self, Run, State};
use crate::domain::{self, Actor};
use crate::jobs::{self, timed};
use crate::text;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-cron-list"))]
    List {
        #[arg(long, help = text::get("cli-help-json"))]
        json: bool,
    },
    #[command(about = text::get("cli-about-cron-run"))]
    Run {
        #[arg(help = text::get("cli-help-job"))]
        job: String,
    },
}

#[derive(Serialize)]
struct Row {
    job: &'static str,
    schedule: String,
    next_at: Option<DateTime<Utc>>,
    last: Option<LastRun>,
}

#[derive(Serialize)]
struct LastRun {
    state: &'static str,
    started_at: DateTime<Utc>,
    milliseconds: Option<i64>,
    count: i64,
    message: Option<String>,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::List { json } => list(console, json),
        Command::Run { job } => run_now(console, &job),
    }
}

fn list(console: &mut Console<'_>, json: bool) -> Result<(), Failure> {
    let store = console.store()?;
    let rows = store.read_now(|work| {
        let last = schedule::latest_runs(work)?;
        let now = work.now;
        let row = |timed: jobs::Timed| Row {
            job: timed.job.name(),
            next_at: timed.schedule.next(now),
            schedule: timed.text,
            last: last.iter().find(|run| run.job == timed.job.name()).map(LastRun::of),
        };
        Ok::<_, domain::Error>(timed(work, &jobs::builtin())?.into_iter().map(row).collect::<Vec<_>>())
    })?;
    if json {
        return console.say_json(&rows);
    }
    for row in rows {
        let last = row.last.map_or_else(|| text::get("cli-cron-never"), |last| last.state.to_owned());
        console.say(&format!("{}  {}  {last}", row.job, row.schedule))?;
    }
    Ok(())
}

/// Runs a job in this process, to its end. On other processes it is not run meanwhile.
fn run_now(console: &mut Console<'_>, job: &str) -> Result<(), Failure> {
    jobs::find(&jobs::builtin(), job)?;
    // Refuses tables that are older than the program, as every command does.
    console.store()?;
    let (clock, entropy) = (console.clock.clone(), console.entropy.clone());
    let app = App::builder(console.config.clone()).clock(clock).entropy(entropy).open()?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ServeError::from)?;
    let run = runtime.block_on(jobs::run_now(&app, &Actor::command(), job))?;
    let milliseconds = run.took().map_or(0, |took| took.num_milliseconds());
    let told = [
        ("job", run.job.as_str().into()),
        ("count", run.count.into()),
        ("milliseconds", milliseconds.to_string().into()),
        ("message", run.message.clone().unwrap_or_default().into()),
    ];
    match run.state {
        State::Failed => Err(Failure::Said(text::with("cli-cron-failed", &told))),
        _ => console.say(&text::with("cli-cron-done", &told)),
    }
}

impl LastRun {
    fn of(run: &Run) -> Self {
        Self {
            state: run.state.word(),
            started_at: run.started_at,
            milliseconds: run.took().map(|took| took.num_milliseconds()),
            count: run.count,
            message: run.message.clone(),
        }
    }
}
