//! Writes each event to the log: what happened to whom, without names.

use std::future::ready;

use crate::domain::event::Event;
use crate::domain::event::observer::{Delivering, Observer, Outcome};

/// The log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Log;

impl Observer for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn deliver(&self, event: Event, _: i64) -> Delivering<'_> {
        let (kind, subject, id) = (event.kind.word(), event.subject_kind.word(), event.subject_id);
        log::info!("event {kind} {subject}.id={id} event.id={}", event.message_id);
        Box::pin(ready(Outcome::taken()))
    }
}
