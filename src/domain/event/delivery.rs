//! Handing events on: each to every recipient that wants it, tried again when it is not taken, and in order for each
//! subject. All of it stands in the database, so that whichever node is there goes on where another one stopped.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::observer::{Observer, Outcome, Recipient};
use super::{Event, Kind};
use crate::domain::audit::{self, Act, Changes, Thing};
use crate::domain::webhook::{self, Webhook};
use crate::domain::{Actor, Conflict, Error, Missing};
use crate::store::{self, Page, Paging, Work};
use crate::worded::worded;

/// How long to wait after each vain try. After the last one it is given up.
pub const WAITS: [TimeDelta; 6] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
];

/// How long whoever took a delivery has for it, before somebody else takes it.
pub const CLAIM: TimeDelta = TimeDelta::seconds(60);

/// Deliveries that are taken at once.
pub const BATCH: i64 = 16;

/// Events that are handed on in one transaction.
const DISPATCHED_AT_ONCE: i64 = 200;

/// Identifies a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeliveryId(pub i64);

worded! {
    /// How far a delivery has come.
    State {
        /// It is to be tried, for the first time or again.
        Pending = "pending",
        /// It was taken.
        Delivered = "delivered",
        /// It was tried often enough.
        Failed = "failed",
    }
}

/// Deliveries of one observer to one recipient. Different ones do not wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// The observer's name.
    pub observer: String,
    /// Which of its recipients.
    pub recipient: i64,
}

/// A delivery that is to be made now, by whoever took it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Identifies it.
    pub id: DeliveryId,
    /// Tries before this one.
    pub tries: i64,
    /// What is delivered.
    pub event: Event,
}

/// A delivery as it is shown.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Identifies it.
    pub id: DeliveryId,
    /// What happened.
    pub kind: Kind,
    /// By which the recipient knows it.
    pub message_id: String,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// How far it has come.
    pub state: State,
    /// Tries so far.
    pub tries: i64,
    /// When the next try is due.
    pub due_at: DateTime<Utc>,
    /// When something last came of it.
    pub updated_at: DateTime<Utc>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// How long the last try took.
    pub milliseconds: Option<i64>,
    /// Why the last try was vain.
    pub cause: Option<String>,
    /// What that cause is about.
    pub detail: Option<String>,
}

/// Makes deliveries of events that nobody was told of yet; says how many events that were. Several nodes may do so at
/// once: each event is handed on by one of them, and those of a subject in their order.
///
/// # Errors
/// Those of the database.
pub fn dispatch(work: &mut Work<'_>, observers: &[Arc<dyn Observer>]) -> Result<usize, Error> {
    let events = store::event::waiting(work, DISPATCHED_AT_ONCE)?;
    if events.is_empty() {
        return Ok(0);
    }
    let audience = audience(work, observers)?;
    store::event_delivery::hold(work, audience.iter().map(|(line, _)| line))?;
    let mut dispatched = 0;
    for event in events {
        if !store::event::dispatch(work, event.id)? {
            continue;
        }
        dispatched += 1;
        let wanting = audience.iter().filter(|(_, recipient)| recipient.hears(&event));
        let lines: Vec<&Line> = wanting.map(|(line, _)| line).collect();
        store::event_delivery::insert(work, &event, &lines)?;
    }
    Ok(dispatched)
}

fn audience(work: &mut Work<'_>, observers: &[Arc<dyn Observer>]) -> Result<Vec<(Line, Recipient)>, Error> {
    let mut audience = Vec::new();
    for observer in observers {
        for recipient in observer.recipients(work)? {
            let line = Line { observer: observer.name().to_owned(), recipient: recipient.id };
            audience.push((line, recipient));
        }
    }
    Ok(audience)
}

/// The lines in which something is to be tried, with the moment from which on: one look at an index for each recipient
/// that there is, however much waits.
///
/// # Errors
/// Those of the database.
pub fn lines(
    work: &mut Work<'_>,
    observers: &[Arc<dyn Observer>],
) -> Result<Vec<(Line, DateTime<Utc>)>, Error> {
    let mut lines = Vec::new();
    for (line, _) in audience(work, observers)? {
        if let Some(due_at) = store::event_delivery::next_due(work, &line)? {
            lines.push((line, due_at));
        }
    }
    Ok(lines)
}

/// Whether something is to be tried in that line now.
///
/// # Errors
/// Those of the database.
pub fn is_due(work: &mut Work<'_>, line: &Line) -> Result<bool, Error> {
    let now = work.now;
    Ok(store::event_delivery::next_due(work, line)?.is_some_and(|due_at| due_at <= now))
}

/// Takes what is due in that line: of each subject the earliest that is not settled, and nothing that another node has
/// taken.
///
/// # Errors
/// Those of the database.
pub fn take(work: &mut Work<'_>, line: &Line) -> Result<Vec<Taken>, Error> {
    store::event_delivery::hold(work, [line])?;
    let until = work.now + CLAIM;
    Ok(store::event_delivery::claim(work, line, until, BATCH)?)
}

/// Notes what came of deliveries that were taken in that line; says how many of them are given up now. What another node
/// has settled meanwhile stays as it is.
///
/// # Errors
/// Those of the database.
pub fn settle(work: &mut Work<'_>, line: &Line, tried: &[(Taken, Outcome)]) -> Result<usize, Error> {
    store::event_delivery::hold(work, [line])?;
    let mut given_up = 0;
    for (taken, outcome) in tried {
        let (state, due_at) = verdict(taken.tries, outcome, work.now);
        given_up += usize::from(state == State::Failed);
        store::event_delivery::settle(work, line, taken, state, due_at, outcome)?;
    }
    Ok(given_up)
}

/// What follows from a try after so many before it.
fn verdict(tries: i64, outcome: &Outcome, now: DateTime<Utc>) -> (State, DateTime<Utc>) {
    let wait = usize::try_from(tries).ok().and_then(|tries| WAITS.get(tries));
    match wait {
        _ if outcome.is_taken() => (State::Delivered, now),
        Some(wait) => (State::Pending, now + *wait),
        None => (State::Failed, now),
    }
}

/// One page of what a webhook was to be told, the latest first.
///
/// # Errors
/// Those of the database.
pub fn list(
    work: &mut Work<'_>,
    webhook: &Webhook,
    state: Option<State>,
    paging: Paging,
) -> Result<Page<Listed>, Error> {
    Ok(store::event_delivery::list(work, &webhook.line(), state, paging)?)
}

/// Makes a delivery that was given up due again, as if it had never been tried; answers the webhook that it is for.
///
/// # Errors
/// [`Missing::Delivery`]; a conflict when it was not given up, or its webhook is switched off.
pub fn send_again(work: &mut Work<'_>, by: &Actor, id: DeliveryId) -> Result<Webhook, Error> {
    let Some(recipient) = store::event_delivery::webhook_of(work, id)? else {
        return Err(Missing::Delivery.into());
    };
    let webhook = webhook::hold(work, recipient)?;
    if !webhook.is_enabled {
        return Err(Conflict::WebhookOff.into());
    }
    if !store::event_delivery::revive(work, &webhook.line(), id)? {
        return Err(Conflict::DeliveryNotFailed.into());
    }
    let changes = Changes::none().note("delivery", &id.0.to_string());
    audit::record(work, by, Act::DeliveryRepeated, Thing::webhook(&webhook), changes);
    work.wakes = true;
    Ok(webhook)
}

#[cfg(test)]
mod tests;
