//! Forgets nonces past their time. Up to where it has come is remembered: the oldest that is left would else be looked for
//! among everything that was deleted before.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Job, Running, cleanup};
use crate::app::App;
use crate::domain::nonce::{self, Forgotten};
use crate::store::{HEARD_WITHIN, Work};
use crate::text;

/// The job. Its memory is that of the process; another one begins at the oldest nonce there is.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    forgotten: Forgotten,
    /// The latest announcement that every server has heard of.
    heard: i64,
}

impl Nonces {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job for Nonces {
    fn name(&self) -> &'static str {
        "expired_nonces_cleanup"
    }

    fn about(&self) -> String {
        text::get("job-expired-nonces")
    }

    fn schedule(&self) -> &'static str {
        "* * * * *"
    }

    fn run<'a>(&'a self, app: &'a App) -> Running<'a> {
        Box::pin(async move {
            let announced = app.store.write(nonce::announce).await?;
            if self.memory().heard < announced {
                tokio::time::sleep(HEARD_WITHIN).await;
                self.memory().heard = announced;
            }
            let mut removed = 0;
            loop {
                let (began, from) = (Instant::now(), self.memory().forgotten.clone());
                let forget = move |work: &mut Work<'_>| nonce::forget_old(work, announced, from);
                let (count, forgotten) = app.store.write(forget).await?;
                self.memory().forgotten = forgotten;
                if count == 0 {
                    return Ok(removed);
                }
                removed += u64::try_from(count).unwrap_or_default();
                cleanup::rest(began).await;
            }
        })
    }
}
