//! Forgets nonces past their time. Up to where it has come is remembered: the oldest that is left would else be looked for
//! among everything that was deleted before.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::{Job, Running, cleanup};
use crate::app::App;
use crate::domain::nonce::{self, Forgotten};
use crate::text;

/// The job. Its memory is that of the process; another one begins at the oldest nonce there is.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<Forgotten>);

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
            let mut removed = 0;
            loop {
                let (began, from) =
                    (Instant::now(), self.0.lock().unwrap_or_else(PoisonError::into_inner).clone());
                let (count, forgotten) = app.store.write(move |work| nonce::forget_old(work, from)).await?;
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = forgotten;
                if count == 0 {
                    return Ok(removed);
                }
                removed += u64::try_from(count).unwrap_or_default();
                cleanup::rest(began).await;
            }
        })
    }
}
