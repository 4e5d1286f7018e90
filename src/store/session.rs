//! Table `admin_user_session`: sign-ins, found by the digest of what the cookie holds. What has ended stays for a day,
//! so that its owner can be told why.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::admin_user_session;
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;
use crate::domain::session::{End, Listed, Opening, SessionId, Times};

const SIGNED_IN: i16 = 1;

/// Longest name of a browser that is kept, in characters.
const MAX_BROWSER: usize = 255;

/// What the web layer keeps in a session that has just begun, or has ended.
const NOTHING: &str = "{}";

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Identifies it among all others.
    pub id: SessionId,
    /// What the web layer keeps in it.
    pub state: String,
    /// When it began and was last seen.
    pub times: Times,
    /// Why it has ended, when it has.
    pub end: Option<End>,
}

/// Inserts one that begins now.
pub(crate) fn insert(work: &mut Work<'_>, user: AdminUserId, opening: &Opening) -> Result<(), Error> {
    let now = work.now.naive_utc();
    let source = &opening.source;
    let browser: String = source.browser.chars().take(MAX_BROWSER).collect();
    diesel::insert_into(admin_user_session::table)
        .values((
            admin_user_session::digest.eq(&opening.digest),
            admin_user_session::user_id.eq(user.0),
            admin_user_session::state.eq(NOTHING),
            admin_user_session::address.eq(source.address.map(|address| address.to_string())),
            admin_user_session::user_agent.eq(Some(browser).filter(|browser| !browser.is_empty())),
            admin_user_session::status.eq(SIGNED_IN),
            admin_user_session::created_at.eq(now),
            admin_user_session::updated_at.eq(now),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// The one with that digest.
///
/// # Errors
/// Those of the database.
pub fn find(work: &mut Work<'_>, digest: &str) -> Result<Option<Stored>, Error> {
    type Row = (i64, String, NaiveDateTime, NaiveDateTime, i16);
    let row: Option<Row> = admin_user_session::table
        .filter(admin_user_session::digest.eq(digest))
        .select((
            admin_user_session::session_id,
            admin_user_session::state,
            admin_user_session::created_at,
            admin_user_session::updated_at,
            admin_user_session::status,
        ))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(id, state, started, seen, status)| Stored {
        id: SessionId(id),
        state,
        times: Times { started: started.and_utc(), seen: seen.and_utc() },
        end: end(status),
    }))
}

/// Whether that was the digest of a session before its key was changed.
///
/// # Errors
/// Those of the database.
pub fn was_renewed(work: &mut Work<'_>, digest: &str) -> Result<bool, Error> {
    let found: Option<i64> = admin_user_session::table
        .filter(admin_user_session::previous_digest.eq(digest))
        .select(admin_user_session::session_id)
        .first(work.conn)
        .optional()?;
    Ok(found.is_some())
}

/// Writes what the web layer keeps; says whether the session was there and had not ended.
///
/// # Errors
/// Those of the database.
pub fn update(work: &mut Work<'_>, digest: &str, state: &str) -> Result<bool, Error> {
    let updated = diesel::update(
        admin_user_session::table
            .filter(admin_user_session::digest.eq(digest))
            .filter(admin_user_session::status.eq(SIGNED_IN)),
    )
    .set((admin_user_session::state.eq(state), admin_user_session::updated_at.eq(work.now.naive_utc())))
    .execute(work.conn)?;
    Ok(updated == 1)
}

/// The same, under another digest from now on.
///
/// # Errors
/// Those of the database.
pub fn renew(work: &mut Work<'_>, digest: &str, new_digest: &str, state: &str) -> Result<bool, Error> {
    let updated = diesel::update(
        admin_user_session::table
            .filter(admin_user_session::digest.eq(digest))
            .filter(admin_user_session::status.eq(SIGNED_IN)),
    )
    .set((
        admin_user_session::digest.eq(new_digest),
        admin_user_session::previous_digest.eq(digest),
        admin_user_session::state.eq(state),
        admin_user_session::updated_at.eq(work.now.naive_utc()),
    ))
    .execute(work.conn)?;
    Ok(updated == 1)
}

/// Notes that it was seen now.
///
/// # Errors
/// Those of the database.
pub fn touch(work: &mut Work<'_>, digest: &str) -> Result<(), Error> {
    diesel::update(admin_user_session::table.filter(admin_user_session::digest.eq(digest)))
        .set(admin_user_session::updated_at.eq(work.now.naive_utc()))
        .execute(work.conn)?;
    Ok(())
}

/// Ends it, unless it has ended before; what was kept in it is forgotten.
///
/// # Errors
/// Those of the database.
pub fn end_one(work: &mut Work<'_>, digest: &str, why: End) -> Result<(), Error> {
    diesel::update(
        admin_user_session::table
            .filter(admin_user_session::digest.eq(digest))
            .filter(admin_user_session::status.eq(SIGNED_IN)),
    )
    .set((
        admin_user_session::status.eq(number(why)),
        admin_user_session::ended_at.eq(work.now.naive_utc()),
        admin_user_session::state.eq(NOTHING),
    ))
    .execute(work.conn)?;
    Ok(())
}

/// Ends one of a person's own by its id; says whether there was such a one.
pub(crate) fn end_of(work: &mut Work<'_>, user: AdminUserId, id: SessionId, why: End) -> Result<bool, Error> {
    let ended = diesel::update(
        admin_user_session::table
            .filter(admin_user_session::session_id.eq(id.0))
            .filter(admin_user_session::user_id.eq(user.0))
            .filter(admin_user_session::status.eq(SIGNED_IN)),
    )
    .set((
        admin_user_session::status.eq(number(why)),
        admin_user_session::ended_at.eq(work.now.naive_utc()),
        admin_user_session::state.eq(NOTHING),
    ))
    .execute(work.conn)?;
    Ok(ended == 1)
}

/// Ends all of a person but `spared`; answers how many of them were seen after `alive`.
pub(crate) fn end_all(
    work: &mut Work<'_>,
    user: AdminUserId,
    spared: Option<SessionId>,
    why: End,
    alive: DateTime<Utc>,
) -> Result<usize, Error> {
    let alive = list(work, user, alive)?.into_iter().filter(|session| Some(session.id) != spared).count();
    diesel::update(
        admin_user_session::table
            .filter(admin_user_session::user_id.eq(user.0))
            .filter(admin_user_session::session_id.ne(spared.map_or(0, |id| id.0)))
            .filter(admin_user_session::status.eq(SIGNED_IN)),
    )
    .set((
        admin_user_session::status.eq(number(why)),
        admin_user_session::ended_at.eq(work.now.naive_utc()),
        admin_user_session::state.eq(NOTHING),
    ))
    .execute(work.conn)?;
    Ok(alive)
}

/// Those of a person that have not ended and were seen after that moment, the latest first.
pub(crate) fn list(
    work: &mut Work<'_>,
    user: AdminUserId,
    alive: DateTime<Utc>,
) -> Result<Vec<Listed>, Error> {
    type Row = (i64, Option<String>, Option<String>, NaiveDateTime, NaiveDateTime);
    let rows: Vec<Row> = admin_user_session::table
        .filter(admin_user_session::user_id.eq(user.0))
        .filter(admin_user_session::status.eq(SIGNED_IN))
        .filter(admin_user_session::updated_at.gt(alive.naive_utc()))
        .order((admin_user_session::updated_at.desc(), admin_user_session::session_id.desc()))
        .select((
            admin_user_session::session_id,
            admin_user_session::address,
            admin_user_session::user_agent,
            admin_user_session::created_at,
            admin_user_session::updated_at,
        ))
        .load(work.conn)?;
    let listed = |(id, address, user_agent, started, seen): Row| Listed {
        id: SessionId(id),
        address,
        user_agent,
        times: Times { started: started.and_utc(), seen: seen.and_utc() },
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Deletes the oldest ones that were last seen before that moment; says how many.
pub(crate) fn delete_seen_before(
    work: &mut Work<'_>,
    moment: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Error> {
    let old: Vec<i64> = admin_user_session::table
        .filter(admin_user_session::updated_at.lt(moment.naive_utc()))
        .order(admin_user_session::updated_at)
        .limit(limit)
        .select(admin_user_session::session_id)
        .load(work.conn)?;
    Ok(diesel::delete(admin_user_session::table.filter(admin_user_session::session_id.eq_any(old)))
        .execute(work.conn)?)
}

/// The numbers are Magento's up to 10.
fn number(end: End) -> i16 {
    match end {
        End::SignedOut => 0,
        End::SignedInElsewhere => 2,
        End::EndedByPerson => 3,
        End::Locked => 10,
        End::PasswordChanged => 11,
        End::Deactivated => 12,
        End::EndedByAdministrator => 13,
    }
}

fn end(status: i16) -> Option<End> {
    match status {
        SIGNED_IN => None,
        2 => Some(End::SignedInElsewhere),
        3 => Some(End::EndedByPerson),
        10 => Some(End::Locked),
        11 => Some(End::PasswordChanged),
        12 => Some(End::Deactivated),
        13 => Some(End::EndedByAdministrator),
        _ => Some(End::SignedOut),
    }
}
