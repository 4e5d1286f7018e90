//! A program of one's own around Latchkey: the same server, with an observer that writes every event into a file, a job
//! that puts that file away each night, and an outside world that says where it is about to go.
//!
//!     cargo run --example extension
//!
//! It takes the same settings as `latchkey`, and `events.jsonl` is in the folder where it was started. What all of this
//! means is in `docs/extending.md`.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use latchkey::app::{App, Builder};
use latchkey::clock::SystemClock;
use latchkey::config::Config;
use latchkey::domain::event::Event;
use latchkey::domain::event::observer::{Delivering, Observer, Outcome};
use latchkey::jobs::{Failure, Job, Running};
use latchkey::outbound::{Http, Outbound, Pending, Post};
use latchkey::telemetry;

fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::read()?;
    telemetry::start(&config.log);
    extended(config, Path::new("events.jsonl"))?.open()?.serve(&mut io::stdout())?;
    Ok(())
}

/// What `latchkey serve` would build, and our own parts beside it.
pub fn extended(config: Config, ledger: &Path) -> Result<Builder, Box<dyn Error>> {
    let outbound = Announced(Http::new(config.egress_allow.clone())?);
    Ok(App::builder(config)
        .clock(Arc::new(SystemClock))
        .outbound(Arc::new(outbound))
        .observer(Arc::new(Ledger(ledger.to_owned())))
        .job(Arc::new(PutAway(ledger.to_owned()))))
}

/// Writes each event into a file, one object in JSON a line.
struct Ledger(PathBuf);

impl Observer for Ledger {
    fn name(&self) -> &'static str {
        "ledger"
    }

    fn deliver(&self, event: Event, _: i64) -> Delivering<'_> {
        let path = self.0.clone();
        Box::pin(async move {
            // Files block, and whoever delivers waits for others as well.
            let written = tokio::task::spawn_blocking(move || write(&path, &event)).await;
            match written {
                Ok(Ok(())) => Outcome::taken(),
                // It comes again, and the later ones about the same subject wait for it.
                Ok(Err(error)) => Outcome::refused(error.to_string()),
                Err(error) => Outcome::refused(error.to_string()),
            }
        })
    }
}

fn write(path: &Path, event: &Event) -> io::Result<()> {
    let line = serde_json::json!({
        // An event may come twice: by this the reader of the file can tell.
        "id": event.message_id,
        "type": event.kind.word(),
        "timestamp": event.at,
        "data": event.data,
    });
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(file, "{line}")?;
    file.sync_data()
}

/// Puts the file away under the date of the day, so that the next event begins a new one.
struct PutAway(PathBuf);

impl Job for PutAway {
    fn name(&self) -> &'static str {
        "ledger_put_away"
    }

    fn about(&self) -> String {
        "Puts the file with events away under the date of the day.".to_owned()
    }

    fn schedule(&self) -> &'static str {
        "0 0 * * *"
    }

    fn run<'a>(&'a self, app: &'a App) -> Running<'a> {
        let aside = self.0.with_extension(format!("{}.jsonl", app.clock.now().format("%Y-%m-%d")));
        Box::pin(async move {
            // Once more, after the process ended in the middle, does no harm.
            if !self.0.exists() || aside.exists() {
                return Ok(0);
            }
            let put_away = || -> io::Result<u64> {
                let lines = fs::read_to_string(&self.0)?.lines().count();
                fs::rename(&self.0, &aside)?;
                Ok(u64::try_from(lines).unwrap_or_default())
            };
            put_away().map_err(|error| Failure::Said(error.to_string()))
        })
    }
}

/// The usual way out, with a line in the log before.
struct Announced(Http);

impl Outbound for Announced {
    fn post(&self, post: Post) -> Pending<'_> {
        log::info!("about to post to {}", post.url);
        self.0.post(post)
    }
}
