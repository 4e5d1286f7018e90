//! Sessions of administrators: how long they last, why they end, and who ends them.

use chrono::{DateTime, TimeDelta, Utc};

use super::admin_user::{AdminUser, AdminUserId};
use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Conflict, Error, Source, setting};
use crate::store::{self, Work};

/// Longest life of a session, however busy.
pub const ABSOLUTE_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// How long a session that has ended is remembered, so that its owner can be told why. Longer than any lives, so that
/// none that holds is forgotten.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// How long a password confirmation counts; signing in is one.
pub const CONFIRMATION_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How stale the stored time of the last request may become, to spare the database a write per request.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::seconds(27);

/// The field under which the trail tells how many ended.
pub(crate) const COUNT: &str = "sessions";

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

/// How long a session lasts from a request on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasts {
    /// Surely, when no other request follows.
    pub surely: TimeDelta,
    /// At the most, however many follow.
    pub at_most: TimeDelta,
}

/// A session that begins if whoever asks for it comes in.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Digest of the key that the browser gets, by which the session is found.
    pub digest: String,
    /// Where it is asked for.
    pub source: Source,
}

/// Identifies a session in the registry. It opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub i64);

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The person signed out, or was idle or signed in for too long.
    SignedOut,
    /// The person signed in elsewhere, where one session is the most.
    SignedInElsewhere,
    /// The person ended it from another session.
    EndedByPerson,
    /// Too many wrong passwords.
    Locked,
    /// The password was changed.
    PasswordChanged,
    /// The account was deactivated.
    Deactivated,
    /// An administrator ended it.
    EndedByAdministrator,
}

/// A session as the person is shown it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Identifies it.
    pub id: SessionId,
    /// Where it came from.
    pub address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// When it began and was last seen.
    pub times: Times,
}

/// The sessions of a person that hold now, the one seen latest first.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>, user: AdminUserId) -> Result<Vec<Listed>, Error> {
    let (idle, now) = (idle(work)?, work.now);
    let mut listed = store::session::list(work, user, now - idle)?;
    listed.retain(|session| session.times.hold(idle, now));
    Ok(listed)
}

/// The person ends one of their own.
///
/// # Errors
/// A conflict when it has ended already, or is somebody else's: nobody learns which.
pub fn end(work: &mut Work<'_>, by: &Actor, user: &AdminUser, id: SessionId) -> Result<(), Error> {
    if !store::session::end_of(work, user.id, id, End::EndedByPerson)? {
        return Err(Conflict::SessionEnded.into());
    }
    let changes = Changes::none().note("session", &id.0.to_string());
    audit::record(work, by, Act::SessionEnded, Thing::user(user), changes);
    Ok(())
}

/// The person ends all of their own but `spared`.
///
/// # Errors
/// Those of the database.
pub fn end_others(
    work: &mut Work<'_>,
    by: &Actor,
    user: &AdminUser,
    spared: Option<SessionId>,
) -> Result<(), Error> {
    let ended = end_all(work, user.id, spared, End::EndedByPerson)?;
    let changes = Changes::none().note(COUNT, &ended.to_string());
    audit::record(work, by, Act::OtherSessionsEnded, Thing::user(user), changes);
    Ok(())
}

/// Begins a session of a person whose account is held by this transaction. Nothing is kept in it yet, so it opens no page
/// before the web layer has written who it is of.
pub(super) fn begin(work: &mut Work<'_>, user: AdminUserId, opening: &Opening) -> Result<(), Error> {
    Ok(store::session::insert(work, user, opening)?)
}

/// Ends that session of a person, if there is one that has not ended. The act that this is part of is recorded by whoever
/// calls it.
pub(super) fn close(
    work: &mut Work<'_>,
    user: AdminUserId,
    id: Option<SessionId>,
    why: End,
) -> Result<(), Error> {
    if let Some(id) = id {
        store::session::end_of(work, user, id, why)?;
    }
    Ok(())
}

/// Ends every session of a person but `spared`, and of whoever signs in at this moment; answers how many of them still
/// held. The act that this is part of is recorded by whoever calls it.
///
/// # Errors
/// Those of the database.
pub fn end_all(
    work: &mut Work<'_>,
    user: AdminUserId,
    spared: Option<SessionId>,
    why: End,
) -> Result<usize, Error> {
    // Whoever is signing in has the account: that session is there and ends too, or it begins after this act and by what
    // this act made of the account.
    store::admin_user::hold(work, user)?;
    let alive = work.now - idle(work)?;
    Ok(store::session::end_all(work, user, spared, why, alive)?)
}

/// Removes the oldest sessions that ended long ago; says how many.
///
/// # Errors
/// Those of the database.
pub fn remove_ended(work: &mut Work<'_>) -> Result<usize, Error> {
    let long_ago = work.now - KEPT_FOR;
    Ok(store::session::delete_seen_before(work, long_ago, store::BATCH)?)
}

/// The longest time between two requests.
///
/// # Errors
/// Those of the database.
pub fn idle(work: &mut Work<'_>) -> Result<TimeDelta, Error> {
    Ok(TimeDelta::seconds(setting::number(work, setting::SESSION_LIFETIME)?))
}

/// How long a session that began then lasts from this moment on, at which it is asked for.
///
/// # Errors
/// Those of the database.
pub fn lasts(work: &mut Work<'_>, started: DateTime<Utc>) -> Result<Lasts, Error> {
    let at_most = started + ABSOLUTE_LIFETIME - work.now;
    // What was noted of the request may be older than it.
    let surely = at_most.min(idle(work)? - TOUCH_INTERVAL);
    Ok(Lasts { surely, at_most })
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
    fn a_session_lasts_until_it_is_idle_for_too_long_and_never_beyond_its_twelve_hours() {
        let test = crate::store::testing::TestStore::new();
        let started = test.store.clock().now();
        let seconds = || {
            let lasts = test.store.read_now(|work| lasts(work, started)).unwrap();
            (lasts.surely.num_seconds(), lasts.at_most.num_seconds())
        };
        assert_eq!(seconds(), (873, 43_200));
        test.clock.advance(TimeDelta::seconds(43_200 - 874));
        assert_eq!(seconds(), (873, 874));
        test.clock.advance(TimeDelta::seconds(2));
        assert_eq!(seconds(), (872, 872));
    }

    #[test]
    fn a_confirmation_counts_for_ten_minutes() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        assert!(confirmation_holds(start, start + TimeDelta::seconds(599)));
        assert!(!confirmation_holds(start, start + TimeDelta::seconds(600)));
    }
}
