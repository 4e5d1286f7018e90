//! `latchkey doctor`: configuration, database, keys, clock, a line each. Makes and changes nothing.

use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Failure;
use crate::clock::Clock;
use crate::config::{Config, KeySource};
use crate::declarations;
use crate::domain::acl::Tree;
use crate::entropy::Entropy;
use crate::keys;
use crate::seal::KeyRing;
use crate::store::{Health, Store, Url, sealing_key};
use crate::text::{self, failure};

/// Seconds by which the clocks of machine and database may differ: far below the window of ±600 s for calls.
const CLOCK_TOLERANCE: f64 = 30.0;

/// No clock that is right shows a time before this program was written: 2026-01-01.
const WRITTEN: DateTime<Utc> = match DateTime::from_timestamp(1_767_225_600, 0) {
    Some(moment) => moment,
    None => DateTime::UNIX_EPOCH,
};

struct Report<'a> {
    out: &'a mut dyn io::Write,
    problems: usize,
}

/// A database that answers, with what it says about itself.
struct Reached {
    store: Store,
    health: Health,
}

pub(super) fn run(
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    let mut report = Report { out, problems: 0 };
    match Config::read() {
        Err(error) => {
            report.problem(&text::get("cli-doctor-configuration"), &error.to_string())?;
            let needs = text::get("cli-doctor-needs-configuration");
            report.skipped(&text::get("cli-doctor-database"), &needs)?;
            report.skipped(&text::get("cli-doctor-keys"), &needs)?;
            report.clock(clock.now(), None)?;
        }
        Ok(config) => {
            report.ok(&text::get("cli-doctor-configuration"), config.base_url.as_str())?;
            report.declarations(&config)?;
            let at_hand = keys::at_hand(&config);
            let with = at_hand.as_ref().ok().cloned().flatten();
            let reached = report.database(&config, || {
                let store = keys::connect(&config, &clock, &entropy, with, Tree::builtin())?;
                Ok(Reached { health: store.health()?, store })
            })?;
            report.keys(&config, at_hand, reached.as_ref())?;
            report.clock(clock.now(), reached.and_then(|reached| reached.health.clock_ahead))?;
        }
    }
    match report.problems {
        0 => Ok(()),
        count => Err(Failure::Said(text::with("cli-doctor-found", &[("count", count.into())]))),
    }
}

impl Report<'_> {
    /// What files leave out is a problem each; without a folder there is nothing to say.
    fn declarations(&mut self, config: &Config) -> Result<(), Failure> {
        let Some(declared) = declarations::load(config.declarations.as_deref()).declared else {
            return Ok(());
        };
        let subject = text::get("cli-doctor-declarations");
        for problem in declared.problems.iter().filter(|problem| problem.is_error()) {
            self.problem(&subject, &text::problem::line(problem))?;
        }
        if declared.has_errors() {
            return Ok(());
        }
        let count = declared.integrations.len();
        self.ok(&subject, &text::with("cli-doctor-declared", &[("count", count.into())]))
    }

    fn database(
        &mut self,
        config: &Config,
        reach: impl FnOnce() -> Result<Reached, crate::store::Error>,
    ) -> Result<Option<Reached>, Failure> {
        let subject = text::get("cli-doctor-database");
        let url = &config.database_url;
        if let Url::Sqlite(path) = url
            && !path.exists()
        {
            let detail = text::with("cli-doctor-no-database", &[("url", url.to_string().into())]);
            self.ok(&subject, &detail)?;
            return Ok(None);
        }
        let reached = match reach() {
            Ok(reached) => reached,
            Err(error) => {
                self.problem(&subject, &failure::of_store(&error))?;
                return Ok(None);
            }
        };
        let pending = reached.health.pending_migrations;
        if pending > 0 {
            self.problem(&subject, &text::with("cli-doctor-pending", &[("count", pending.into())]))?;
        } else if let Err(error) = reached.store.check_durable() {
            self.problem(&subject, &failure::of_store(&error))?;
        } else {
            self.ok(&subject, &format!("{}, {url}", reached.health.version))?;
        }
        Ok(Some(reached))
    }

    fn keys(
        &mut self,
        config: &Config,
        at_hand: Result<Option<KeyRing>, keys::Error>,
        reached: Option<&Reached>,
    ) -> Result<(), Failure> {
        let subject = text::get("cli-doctor-keys");
        let is_there = match at_hand {
            Ok(keys) => keys.is_some(),
            Err(error) => return self.problem(&subject, &error.to_string()),
        };
        let place = match &config.keys {
            KeySource::File(path) => path.display().to_string(),
            KeySource::Given(_) => "LATCHKEY_KEY".to_owned(),
        };
        let reached = reached.filter(|reached| reached.health.pending_migrations == 0);
        let verdict = match reached {
            None if is_there => return self.skipped(&subject, &text::get("cli-doctor-needs-database")),
            Some(reached) if is_there => keys::compare(&reached.store),
            Some(reached) => match reached.store.read_now(sealing_key::holds_secrets) {
                Ok(true) => Err(keys::Error::Gone(place.clone().into())),
                other => other.map(|_| ()).map_err(keys::Error::from),
            },
            None => Ok(()),
        };
        match verdict {
            Err(error) => self.problem(&subject, &error.to_string()),
            Ok(()) if is_there => self.ok(&subject, &place),
            Ok(()) => self.ok(&subject, &text::with("cli-doctor-no-key-file", &[("path", place.into())])),
        }
    }

    fn clock(&mut self, now: DateTime<Utc>, database_ahead: Option<f64>) -> Result<(), Failure> {
        let subject = text::get("cli-doctor-clock");
        let shown = now.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        if now < WRITTEN {
            return self.problem(&subject, &text::with("cli-doctor-clock-past", &[("now", shown.into())]));
        }
        match database_ahead.map(f64::abs).filter(|seconds| *seconds > CLOCK_TOLERANCE) {
            Some(seconds) => {
                let seconds = format!("{seconds:.0}");
                self.problem(&subject, &text::with("cli-doctor-clock-off", &[("seconds", seconds.into())]))
            }
            None => self.ok(&subject, &shown),
        }
    }

    fn ok(&mut self, subject: &str, detail: &str) -> Result<(), Failure> {
        let values = [("subject", subject.into()), ("detail", detail.into())];
        Ok(writeln!(self.out, "{}", text::with("cli-doctor-ok", &values))?)
    }

    fn skipped(&mut self, subject: &str, detail: &str) -> Result<(), Failure> {
        let values = [("subject", subject.into()), ("detail", detail.into())];
        Ok(writeln!(self.out, "{}", text::with("cli-doctor-skipped", &values))?)
    }

    fn problem(&mut self, subject: &str, detail: &str) -> Result<(), Failure> {
        self.problems += 1;
        let values = [("subject", subject.into()), ("detail", detail.into())];
        Ok(writeln!(self.out, "{}", text::with("cli-doctor-problem", &values))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_line(now: DateTime<Utc>, database_ahead: Option<f64>) -> (String, usize) {
        let mut out = Vec::new();
        let mut report = Report { out: &mut out, problems: 0 };
        assert!(report.clock(now, database_ahead).is_ok());
        let problems = report.problems;
        (String::from_utf8(out).unwrap(), problems)
    }

    #[test]
    fn a_clock_far_from_the_database_or_in_the_past_is_a_problem() {
        let now = WRITTEN + chrono::TimeDelta::days(1);
        assert_eq!(clock_line(now, Some(-29.0)), ("clock: ok (2026-01-02 00:00:00 UTC)\n".to_owned(), 0));
        assert_eq!(clock_line(now, None).1, 0);
        let (line, problems) = clock_line(now, Some(-31.0));
        assert!(problems == 1 && line.contains("31 seconds"), "{line}");
        assert_eq!(clock_line(WRITTEN - chrono::TimeDelta::seconds(1), None).1, 1);
    }
}
