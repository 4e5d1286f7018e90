//! How long a sign-in lasts, and how long a password confirmation counts. Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// Longest life of a session, however busy.
pub const ABSOLUTE_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// How long a password confirmation counts; signing in is one.
pub const CONFIRMATION_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How stale the stored time of the last request may become, to spare the database a write per request.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::seconds(27);

/// The times of a signed-in session.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Sign-in.
    pub started: DateTime<Utc>,
    /// Last request, as far as it was noted.
    pub seen: DateTime<Utc>,
}

impl Times {
    /// Whether the session still holds, `idle` being the longest time between two requests.
    pub fn hold(self, idle: TimeDelta, now: DateTime<Utc>) -> bool {
        now < self.seen + idle && now < self.started + ABSOLUTE_LIFETIME
    }

    /// Whether the time of the last request should be noted again.
    pub fn should_touch(self, now: DateTime<Utc>) -> bool {
        now >= self.seen + TOUCH_INTERVAL
    }
}

/// Whether a password confirmation of that time still counts.
pub fn confirmation_holds(confirmed: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < confirmed + CONFIRMATION_LIFETIME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_idleness_and_by_age() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let idle = TimeDelta::seconds(900);
        let at = |seconds| start + TimeDelta::seconds(seconds);
        let fresh = Times { started: start, seen: start };
        assert!(fresh.hold(idle, at(899)));
        assert!(!fresh.hold(idle, at(900)));
        let busy = Times { started: start, seen: at(12 * 3600 - 10) };
        assert!(busy.hold(idle, at(12 * 3600 - 1)));
        assert!(!busy.hold(idle, at(12 * 3600)));
    }

    #[test]
    fn a_confirmation_counts_for_ten_minutes() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        assert!(confirmation_holds(start, start + TimeDelta::seconds(599)));
        assert!(!confirmation_holds(start, start + TimeDelta::seconds(600)));
    }
}
