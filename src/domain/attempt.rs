//! An attempt to hand an integration's credentials to its partner's server: numbered, with timed steps, and nothing
//! secret in it. An administrator reads here why an activation did not come about.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{self, Act, Changes, Thing};
use super::integration::{Integration, IntegrationId};
use super::{Actor, Error, setting};
use crate::store::{self, Work};

/// How many attempts of an integration are shown.
pub const SHOWN: i64 = 10;

/// Identifies an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttemptId(pub i64);

/// How far an attempt has come. Later states are never overwritten by earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The callback is on its way.
    Sending,
    /// The callback was answered with a 2xx.
    Delivered,
    /// The callback failed; the partner may have got it all the same.
    Failed,
    /// The partner asked for a request token.
    Requested,
    /// The partner has its access token.
    Completed,
}

/// What happened at one point of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The partner's name was looked up.
    Lookup,
    /// The addresses found were checked.
    Check,
    /// A connection was made.
    Connect,
    /// The connection was encrypted.
    Tls,
    /// The credentials were posted.
    Post,
    /// The partner asked for a request token.
    RequestToken,
    /// The partner got its access token.
    AccessToken,
    /// The partner made its first signed call.
    FirstCall,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// How long it took, where that was measured.
    pub milliseconds: Option<i64>,
    /// What went wrong: a short word that the catalogue of texts explains.
    pub cause: Option<String>,
    /// An address, a status: never a secret, never the partner's words.
    pub detail: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An attempt with its steps.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Identifies it.
    pub id: AttemptId,
    /// Counted from 1 for each integration.
    pub number: i64,
    /// Where the credentials were sent.
    pub endpoint: String,
    /// How far it has come.
    pub state: State,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// What happened, in order.
    pub steps: Vec<Step>,
}

/// What came of a callback.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Whether it was answered with a 2xx in time.
    pub delivered: bool,
    /// What was done, in order; the last one tells what went wrong.
    pub steps: Vec<(StepKind, Measured)>,
}

/// What was measured of a step.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// How long it took.
    pub milliseconds: Option<i64>,
    /// What went wrong.
    pub cause: Option<String>,
    /// An address, a status.
    pub detail: Option<String>,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Sending, Self::Delivered, Self::Failed, Self::Requested, Self::Completed];

    /// The word for it, in the database and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Requested => "requested",
            Self::Completed => "completed",
        }
    }
}

impl StepKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Lookup,
        Self::Check,
        Self::Connect,
        Self::Tls,
        Self::Post,
        Self::RequestToken,
        Self::AccessToken,
        Self::FirstCall,
    ];

    /// The word for it, in the database and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Check => "check",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Post => "post",
            Self::RequestToken => "request_token",
            Self::AccessToken => "access_token",
            Self::FirstCall => "first_call",
        }
    }
}

impl Attempt {
    /// The step that went wrong, if one did.
    pub fn failure(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.cause.is_some())
    }
}

/// Begins the next attempt.
///
/// # Errors
/// Those of the database.
pub(super) fn begin(
    work: &mut Work<'_>,
    integration: IntegrationId,
    endpoint: &str,
) -> Result<Attempt, Error> {
    Ok(store::attempt::insert(work, integration, endpoint)?)
}

/// Notes what came of the callback. An attempt that has come further meanwhile stays where it is; one that was deleted
/// meanwhile, with its integration, needs no note.
///
/// # Errors
/// Those of the database.
pub fn record_outcome(
    work: &mut Work<'_>,
    by: &Actor,
    integration: &Integration,
    attempt: AttemptId,
    outcome: &Outcome,
) -> Result<(), Error> {
    if !store::attempt::hold(work, attempt)? {
        return Ok(());
    }
    let took = |measured: &Measured| TimeDelta::milliseconds(measured.milliseconds.unwrap_or_default());
    // They are over: the first one began as long ago as all of them took. The partner may have come back meanwhile.
    let mut at = work.now - outcome.steps.iter().map(|(_, measured)| took(measured)).sum::<TimeDelta>();
    for (kind, measured) in &outcome.steps {
        store::attempt::add_step(work, attempt, *kind, measured, at)?;
        at += took(measured);
    }
    let (state, act) = match outcome.delivered {
        true => (State::Delivered, Act::CredentialsDelivered),
        false => (State::Failed, Act::CredentialsNotDelivered),
    };
    let cause = outcome.steps.iter().find_map(|(_, measured)| measured.cause.as_deref());
    let changes = Changes::none().note("cause", cause.unwrap_or_default());
    audit::record(work, by, act, Thing::integration(integration), changes);
    Ok(store::attempt::advance(work, attempt, state, &[State::Sending])?)
}

/// Notes a step of the partner's.
pub(super) fn note(work: &mut Work<'_>, attempt: Option<AttemptId>, kind: StepKind) -> Result<(), Error> {
    let Some(attempt) = attempt else { return Ok(()) };
    store::attempt::add_step(work, attempt, kind, &Measured::default(), work.now)?;
    let earlier = [State::Sending, State::Delivered, State::Failed, State::Requested];
    match kind {
        StepKind::RequestToken => store::attempt::advance(work, attempt, State::Requested, &earlier)?,
        StepKind::AccessToken => store::attempt::advance(work, attempt, State::Completed, &earlier)?,
        _ => {}
    }
    Ok(())
}

/// The latest attempts of an integration, newest first, in a number of queries that does not depend on how many.
///
/// # Errors
/// Those of the database.
pub fn latest(work: &mut Work<'_>, integration: IntegrationId) -> Result<Vec<Attempt>, Error> {
    Ok(store::attempt::latest(work, integration, SHOWN)?)
}

/// Removes the oldest attempts past their time, but never the latest of an integration; says how many.
///
/// # Errors
/// Those of the database.
pub fn remove_old(work: &mut Work<'_>) -> Result<usize, Error> {
    match setting::days_ago(work, setting::ATTEMPT_DAYS)? {
        // Each takes its steps with it.
        Some(moment) => Ok(store::attempt::delete_before(work, moment, store::BATCH / 10)?),
        None => Ok(0),
    }
}

pub mod progress;
