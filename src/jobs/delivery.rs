//! Delivers events: makes a delivery for each recipient, and works on the lines of all recipients at the same time, so
//! that none waits for another one that is slow. What it does stands in the database (`domain::event::delivery`), so any
//! number of nodes may do it at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::{JoinError, JoinSet};

use super::{Failure, Job, Running};
use crate::app::App;
use crate::domain;
use crate::domain::event::delivery::{self, Line, Taken};
use crate::domain::event::observer::{Observer, Outcome};
use crate::text;

/// The job's name.
pub const NAME: &str = "event_delivery";

/// Longest time between two looks for what is due; the schedule says as much for other nodes.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Shortest time between two looks when nothing new happened.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The job. Events of this node do not wait for it: see [`keep_delivering`].
#[derive(Debug)]
pub(super) struct Delivery;

impl Job for Delivery {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> String {
        text::get("job-event-delivery")
    }

    fn schedule(&self) -> &'static str {
        "* * * * *"
    }

    fn run<'a>(&'a self, app: &'a App) -> Running<'a> {
        Box::pin(deliver(app))
    }
}

/// The lines that this process is working on.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<HashSet<Line>>>);

/// Delivers as soon as something happened here, and when the next try is due.
pub(super) async fn keep_delivering(app: &App) {
    loop {
        let busy = app.clone();
        // A slow recipient keeps nobody from hearing of what happens meanwhile.
        tokio::spawn(async move {
            if let Err(failure) = deliver(&busy).await {
                log::error!("events are not delivered for now: {failure}");
            }
        });
        let pause = until_next_try(app).await;
        // Whichever comes first: an event, or the time of the next try.
        let _ = tokio::time::timeout(pause, app.store.happened()).await;
    }
}

async fn until_next_try(app: &App) -> Duration {
    let Ok((now, lines)) = lines(app).await else { return LONGEST_PAUSE };
    let free = lines.into_iter().filter(|(line, _)| !app.lines.has(line));
    free.map(|(_, due_at)| pause(due_at, now)).min().unwrap_or(LONGEST_PAUSE)
}

fn pause(due_at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (due_at - now)
        .max(TimeDelta::zero())
        .to_std()
        .unwrap_or(LONGEST_PAUSE)
        .clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

/// Makes the deliveries of what happened, and everything that is due; answers how many were taken.
async fn deliver(app: &App) -> Result<u64, Failure> {
    loop {
        let observers = Arc::clone(&app.observers);
        if app.store.write(move |work| delivery::dispatch(work, &observers)).await? == 0 {
            break;
        }
    }
    let mut working = JoinSet::new();
    for line in due(app).await? {
        if let Some(observer) = observer(app, &line) {
            let (app, observer) = (app.clone(), Arc::clone(observer));
            working.spawn(async move { work_on(&app, &*observer, line).await });
        }
    }
    let mut delivered = 0;
    while let Some(worked) = working.join_next().await {
        delivered += worked.map_err(|stopped| Failure::Said(broken_off(&stopped)))??;
    }
    Ok(delivered)
}

fn broken_off(cause: &JoinError) -> String {
    text::with("job-broken-off", &[text::failure::foreign(cause)])
}

async fn due(app: &App) -> Result<Vec<Line>, Failure> {
    let (now, lines) = lines(app).await?;
    Ok(lines.into_iter().filter(|(_, due_at)| *due_at <= now).map(|(line, _)| line).collect())
}

/// The time, and the lines in which something is to be tried with the moment from which on.
async fn lines(app: &App) -> Result<(DateTime<Utc>, Vec<(Line, DateTime<Utc>)>), domain::Error> {
    let observers = Arc::clone(&app.observers);
    app.store.read(move |work| Ok((work.now, delivery::lines(work, &observers)?))).await
}

fn observer<'a>(app: &'a App, line: &Line) -> Option<&'a Arc<dyn Observer>> {
    app.observers.iter().find(|observer| observer.name() == line.observer)
}

/// Delivers what is due in a line until nothing is, unless somebody is at it already.
async fn work_on(app: &App, observer: &dyn Observer, line: Line) -> Result<u64, Failure> {
    let mut delivered = 0;
    loop {
        let Some(held) = app.lines.hold(&line) else { return Ok(delivered) };
        let count = deliver_batch(app, observer, &line).await?;
        drop(held);
        delivered += count.taken;
        // Whoever found the line held relies on its being looked at once more after that.
        let same = line.clone();
        if count.tried == 0 && !app.store.read(move |work| delivery::is_due(work, &same)).await? {
            return Ok(delivered);
        }
    }
}

struct Count {
    tried: usize,
    taken: u64,
}

async fn deliver_batch(app: &App, observer: &dyn Observer, line: &Line) -> Result<Count, Failure> {
    let wanted = line.clone();
    let batch = app.store.write(move |work| delivery::take(work, &wanted)).await?;
    let mut tried: Vec<(Taken, Outcome)> = Vec::with_capacity(batch.len());
    let tries = batch.iter().map(|taken| observer.deliver(taken.event.clone(), line.recipient));
    let outcomes = all(tries.collect()).await;
    tried.extend(batch.into_iter().zip(outcomes));
    let metrics = app.store.metrics();
    tried.iter().for_each(|(_, outcome)| metrics.told(observer.name(), outcome.is_taken()));
    let count = Count {
        tried: tried.len(),
        taken: tried.iter().map(|(_, outcome)| u64::from(outcome.is_taken())).sum(),
    };
    if count.tried > 0 {
        let settled = line.clone();
        let given_up = app.store.write(move |work| delivery::settle(work, &settled, &tried)).await?;
        if given_up > 0 {
            log::error!(
                "events given up count={given_up} observer={} recipient={}",
                line.observer,
                line.recipient
            );
            metrics.given_up(observer.name(), given_up);
        }
    }
    Ok(count)
}

/// Waits for all of them at the same time.
async fn all<T>(mut futures: Vec<std::pin::Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut outcomes: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, outcome) in futures.iter_mut().zip(&mut outcomes) {
            if outcome.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *outcome = Some(ready);
            }
        }
        if outcomes.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    outcomes.into_iter().flatten().collect()
}

/// A line that this process works on until this is dropped.
struct Held {
    lines: Lines,
    line: Line,
}

impl Lines {
    fn hold(&self, line: &Line) -> Option<Held> {
        let is_free = self.lock().insert(line.clone());
        is_free.then(|| Held { lines: self.clone(), line: line.clone() })
    }

    fn has(&self, line: &Line) -> bool {
        self.lock().contains(line)
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.lines.lock().remove(&self.line);
    }
}
