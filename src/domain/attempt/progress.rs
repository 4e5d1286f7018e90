//! How far an attempt has come by now: what was stored, and what time and later attempts have made of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Attempt, State};
use crate::domain::{Error, setting};
use crate::store::Work;

/// How long beginning an attempt and noting its outcome may take beside the callback itself.
const NOTING: TimeDelta = TimeDelta::seconds(10);

/// How far an attempt has come, as an administrator is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The callback is on its way.
    Sending,
    /// The server stopped while it was on its way.
    Interrupted,
    /// The partner has the credentials.
    Delivered,
    /// The callback failed.
    Failed,
    /// The partner has a request token.
    Requested,
    /// The partner has its access token.
    Completed,
    /// The partner did not come back in time.
    Lapsed,
    /// A later attempt took its place.
    Replaced,
}

/// How long the parts of an attempt take at the most, from its beginning.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The callback, and noting what came of it.
    pub callback: TimeDelta,
    /// The whole exchange.
    pub exchange: TimeDelta,
}

/// The limits that the settings give.
///
/// # Errors
/// Those of the database.
pub fn limits(work: &mut Work<'_>) -> Result<Limits, Error> {
    let callback = TimeDelta::seconds(setting::number(work, setting::POST_TIMEOUT)?) + NOTING;
    Ok(Limits { callback, exchange: TimeDelta::seconds(setting::number(work, setting::EXCHANGE_PERIOD)?) })
}

impl Attempt {
    /// How far it has come; `is_latest` when no later one took its place.
    pub fn progress(&self, is_latest: bool, limits: Limits, now: DateTime<Utc>) -> Progress {
        match self.state {
            State::Completed => Progress::Completed,
            State::Failed => Progress::Failed,
            State::Sending if now >= self.started_at + limits.callback => Progress::Interrupted,
            _ if !is_latest => Progress::Replaced,
            State::Sending => Progress::Sending,
            _ if self.time_left(limits, now).is_none() => Progress::Lapsed,
            State::Delivered => Progress::Delivered,
            State::Requested => Progress::Requested,
        }
    }

    /// How long the partner can still complete it; nothing when it has, or when the time is over.
    pub fn time_left(&self, limits: Limits, now: DateTime<Utc>) -> Option<TimeDelta> {
        let left = self.started_at + limits.exchange - now;
        Some(left).filter(|left| self.state != State::Completed && *left > TimeDelta::zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attempt::AttemptId;

    const LIMITS: Limits = Limits { callback: TimeDelta::seconds(15), exchange: TimeDelta::seconds(300) };

    fn progress(state: State, is_latest: bool, seconds: i64) -> Progress {
        let started_at = DateTime::UNIX_EPOCH;
        let attempt = Attempt {
            id: AttemptId(1),
            number: 1,
            endpoint: String::new(),
            state,
            started_at,
            steps: Vec::new(),
        };
        attempt.progress(is_latest, LIMITS, started_at + TimeDelta::seconds(seconds))
    }

    #[test]
    fn what_waits_for_the_partner_ends_with_the_window() {
        assert_eq!(progress(State::Delivered, true, 299), Progress::Delivered);
        assert_eq!(progress(State::Delivered, true, 300), Progress::Lapsed);
        assert_eq!(progress(State::Requested, true, 299), Progress::Requested);
        assert_eq!(progress(State::Requested, true, 300), Progress::Lapsed);
        assert_eq!(progress(State::Failed, true, 300), Progress::Failed);
        assert_eq!(progress(State::Completed, true, 300), Progress::Completed);
    }

    #[test]
    fn a_callback_without_outcome_was_interrupted() {
        assert_eq!(progress(State::Sending, true, 14), Progress::Sending);
        assert_eq!(progress(State::Sending, true, 15), Progress::Interrupted);
        assert_eq!(progress(State::Sending, false, 15), Progress::Interrupted);
    }

    #[test]
    fn a_later_attempt_takes_the_place_of_what_was_open() {
        for state in [State::Sending, State::Delivered, State::Requested] {
            assert_eq!(progress(state, false, 1), Progress::Replaced);
        }
        assert_eq!(progress(State::Failed, false, 1), Progress::Failed);
        assert_eq!(progress(State::Completed, false, 1), Progress::Completed);
    }
}
