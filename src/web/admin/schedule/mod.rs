//! The scheduled jobs: when they run, what came of it, and a button that runs one now.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain;
use crate::domain::schedule::{self, Cause, Run, State};
use crate::jobs::{self, schedule_path, timed};
use crate::store::Page;
use crate::text::{self, reason};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Choice;
use crate::web::form_key::{Checked, Nothing};
use crate::web::grid::{Asked, Pager, Pairs, Spec};
use crate::web::page::{Chrome, render, see_other};
use crate::web::{Error, PageError, filters};

/// The page.
pub const ADDRESS: &str = "/admin/schedule";

static SPEC: Spec = Spec { list: ADDRESS, texts: &["job", "state"], numbers: &[], sorts: &[] };

/// Jobs and history.
#[derive(Template)]
#[template(path = "admin/schedule/index.html")]
pub struct SchedulePage {
    /// The frame.
    pub chrome: Chrome,
    /// Every job of this server.
    pub jobs: Vec<JobRow>,
    /// What ran.
    pub history: History,
}

/// A job.
pub struct JobRow {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: String,
    /// Its schedule as cron writes it.
    pub schedule: String,
    /// The setting that changes it.
    pub setting: String,
    /// When it runs next; never by itself without.
    pub next: Option<DateTime<Utc>>,
    /// Its latest run.
    pub last: Option<RunRow>,
    /// Where it is started.
    pub run_href: String,
    /// Its history.
    pub history_href: String,
}

/// The runs that were asked for.
pub struct History {
    /// Jobs to choose from.
    pub jobs: Vec<Choice>,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// Page size, for the filter.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// The address without it.
    pub reset_href: String,
    /// How many there are.
    pub total: usize,
    /// One page of them.
    pub rows: Vec<RunRow>,
    /// Where we are among the pages.
    pub pager: Pager,
}

/// A run.
pub struct RunRow {
    /// The job.
    pub job: String,
    /// How it went, as a style of pills.
    pub style: &'static str,
    /// How it went, as read.
    pub label: String,
    /// Why it ran.
    pub cause: String,
    /// When it began.
    pub started: DateTime<Utc>,
    /// How long it took.
    pub took: String,
    /// What it dealt with.
    pub count: i64,
    /// Why it failed.
    pub message: Option<String>,
}

/// Shows the page.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let asked = Asked::read(&SPEC, req.query_string());
    let (jobs, page) = read(&app, &asked).await?;
    let chrome = admin.chrome(text::get("schedule-title"))?;
    let history = History::of(&app, &asked, &page);
    Ok(render(&SchedulePage { chrome, jobs, history })?)
}

/// Starts a job.
///
/// # Errors
/// When there is no such job.
pub async fn run(
    admin: Admin,
    app: Data<App>,
    job: Path<String>,
    Checked(Nothing {}): Checked<Nothing>,
) -> Result<HttpResponse, PageError> {
    match jobs::start_now(&app, admin.actor(), &job).await {
        Ok(run) => {
            log::info!("job started job={} admin.id={}", run.job, admin.user.id.0);
            let started = text::on_page("schedule-started", &[("job", run.job.into())]);
            admin.flash(Flash::success(started))?;
        }
        Err(domain::Error::Conflict(conflict)) => {
            admin.flash(Flash::error(reason::conflict(&conflict, text::on_page)))?
        }
        Err(other) => return Err(other.into()),
    }
    Ok(see_other(ADDRESS))
}

async fn read(app: &App, asked: &Asked) -> Result<(Vec<JobRow>, Page<Run>), Error> {
    let (registered, paging) = (app.jobs.clone(), asked.paging());
    let (job, state) = (asked.value("job").map(str::to_owned), asked.value("state").and_then(State::of));
    let read = app.store.read(move |work| {
        let latest = schedule::latest_runs(work)?;
        let now = work.now;
        let row = |timed: jobs::Timed| {
            let name = timed.job.name();
            JobRow {
                name,
                about: timed.job.about(),
                schedule: timed.text,
                setting: schedule_path(name),
                next: timed.schedule.next(now),
                last: latest.iter().find(|run| run.job == name).map(RunRow::of),
                run_href: format!("{ADDRESS}/run/{name}"),
                history_href: format!("{ADDRESS}?job={name}#history"),
            }
        };
        let rows = timed(work, &registered)?.into_iter().map(row).collect();
        Ok::<_, domain::Error>((rows, schedule::history(work, job.as_deref(), state, paging)?))
    });
    Ok(read.await?)
}

impl History {
    fn of(app: &App, asked: &Asked, page: &Page<Run>) -> Self {
        let choice = |value: &str, label: String, chosen: Option<&str>| Choice {
            value: value.to_owned(),
            label,
            is_chosen: chosen == Some(value),
        };
        let job = |name: &'static str| choice(name, name.to_owned(), asked.value("job"));
        let state = |state: &State| choice(state.word(), label(*state), asked.value("state"));
        Self {
            jobs: app.jobs.iter().map(|registered| job(registered.name())).collect(),
            states: State::ALL.iter().map(state).collect(),
            state: asked.state(),
            is_filtered: asked.is_filtered(),
            reset_href: asked.reset_href(),
            total: usize::try_from(page.total).unwrap_or_default(),
            rows: page.rows.iter().map(RunRow::of).collect(),
            pager: asked.pager(page),
        }
    }
}

impl RunRow {
    fn of(run: &Run) -> Self {
        let milliseconds = run.took().map(|took| took.num_milliseconds());
        Self {
            job: run.job.clone(),
            style: style(run.state),
            label: label(run.state),
            cause: match run.cause {
                Cause::Schedule => text::get("schedule-cause-schedule"),
                Cause::Person => text::get("schedule-cause-person"),
                Cause::Command => text::get("schedule-cause-command"),
            },
            started: run.started_at,
            took: milliseconds.map_or_else(|| "–".to_owned(), took),
            count: run.count,
            message: run.message.clone(),
        }
    }
}

/// A duration as people read it.
fn took(milliseconds: i64) -> String {
    match milliseconds {
        ..10_000 => {
            text::on_page("attempt-milliseconds", &[("milliseconds", milliseconds.to_string().into())])
        }
        _ => text::on_page("schedule-seconds", &[("seconds", (milliseconds / 1_000).to_string().into())]),
    }
}

fn style(state: State) -> &'static str {
    match state {
        State::Running => "reset",
        State::Done => "active",
        State::Failed | State::Lost => "suspended",
    }
}

fn label(state: State) -> String {
    match state {
        State::Running => text::get("schedule-state-running"),
        State::Done => text::get("schedule-state-done"),
        State::Failed => text::get("schedule-state-failed"),
        State::Lost => text::get("schedule-state-lost"),
    }
}
