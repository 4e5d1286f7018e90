//! Jobs that remove or close what is past its time: in batches, the oldest first, each in a transaction of its own, with rests in
//! which whoever waits for the database gets it.

use std::time::Instant;

use super::{Failure, Job, Running};
use crate::app::App;
use crate::domain::{
    self, admin_user, attempt, audit, bearer, event, schedule, session, token, token_throttle, webhook,
};
use crate::store::{BATCH, Work};
use crate::text;

/// Rests that many times as long as the last batch took, so that others have nine tenths of the time.
const REST: u32 = 9;

/// A job that removes rows, or closes what they stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cleanup {
    name: &'static str,
    about: &'static str,
    schedule: &'static str,
    /// Deals with one batch; says how many rows, none when there are none left.
    batch: fn(&mut Work<'_>) -> Result<usize, domain::Error>,
}

/// All of them.
pub(super) const ALL: &[Cleanup] = &[
    Cleanup {
        name: "abandoned_exchanges_cleanup",
        about: "job-abandoned-exchanges",
        schedule: "*/10 * * * *",
        batch: token::remove_abandoned,
    },
    Cleanup {
        name: "activation_attempts_cleanup",
        about: "job-activation-attempts",
        schedule: "20 2 * * *",
        batch: attempt::remove_old,
    },
    Cleanup { name: "audit_cleanup", about: "job-audit", schedule: "40 2 * * *", batch: audit::trim },
    Cleanup {
        name: "delivered_events_cleanup",
        about: "job-delivered-events",
        schedule: "15 * * * *",
        batch: |work| match webhook::wind_up(work)? {
            0 => event::remove_old(work),
            wound_up => Ok(wound_up),
        },
    },
    Cleanup {
        name: "ended_sessions_cleanup",
        about: "job-ended-sessions",
        schedule: "5 * * * *",
        batch: session::remove_ended,
    },
    Cleanup {
        name: "expired_accounts_deactivation",
        about: "job-expired-accounts",
        schedule: "35 * * * *",
        batch: admin_user::deactivate_expired,
    },
    Cleanup {
        name: "expired_tokens_cleanup",
        about: "job-expired-tokens",
        schedule: "0 * * * *",
        batch: |work| bearer::delete_expired(work, BATCH),
    },
    Cleanup {
        name: "job_history_cleanup",
        about: "job-history",
        schedule: "25 * * * *",
        batch: schedule::remove_old,
    },
    Cleanup {
        name: "outdated_authentication_failures_cleanup",
        about: "job-authentication-failures",
        schedule: "* * * * *",
        batch: |work| token_throttle::delete_outdated(work, BATCH),
    },
];

impl Job for Cleanup {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> String {
        text::get(self.about)
    }

    fn schedule(&self) -> &'static str {
        self.schedule
    }

    fn run<'a>(&'a self, app: &'a App) -> Running<'a> {
        Box::pin(in_batches(app, self.batch))
    }
}

/// Repeats a batch until it finds nothing left.
async fn in_batches(
    app: &App,
    batch: fn(&mut Work<'_>) -> Result<usize, domain::Error>,
) -> Result<u64, Failure> {
    let mut done = 0;
    loop {
        let began = Instant::now();
        let count = app.store.write(batch).await?;
        if count == 0 {
            return Ok(done);
        }
        done += u64::try_from(count).unwrap_or_default();
        rest(began).await;
    }
}

/// Lets others have the database, after a batch that began then.
pub(super) async fn rest(began: Instant) {
    tokio::time::sleep(began.elapsed() * REST).await;
}
