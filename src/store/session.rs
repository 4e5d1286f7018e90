//! Table `admin_user_session`: sign-ins, found by the digest of what the cookie holds.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::admin_user_session;
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;
use crate::domain::session::Times;

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Whose it is.
    pub user: AdminUserId,
    /// What the web layer keeps in it.
    pub state: String,
    /// When it began and was last seen.
    pub times: Times,
}

/// Inserts one that begins now.
///
/// # Errors
/// Those of the database.
pub fn insert(work: &mut Work<'_>, digest: &str, user: AdminUserId, state: &str) -> Result<(), Error> {
    let now = work.now.naive_utc();
    diesel::insert_into(admin_user_session::table)
        .values((
            admin_user_session::digest.eq(digest),
            admin_user_session::user_id.eq(user.0),
            admin_user_session::state.eq(state),
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
    let row: Option<(i64, String, NaiveDateTime, NaiveDateTime)> = admin_user_session::table
        .filter(admin_user_session::digest.eq(digest))
        .select((
            admin_user_session::user_id,
            admin_user_session::state,
            admin_user_session::created_at,
            admin_user_session::updated_at,
        ))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(user, state, started, seen)| Stored {
        user: AdminUserId(user),
        state,
        times: Times { started: started.and_utc(), seen: seen.and_utc() },
    }))
}

/// Writes what the web layer keeps; says whether the session was there.
///
/// # Errors
/// Those of the database.
pub fn update(work: &mut Work<'_>, digest: &str, state: &str) -> Result<bool, Error> {
    let updated = diesel::update(admin_user_session::table.filter(admin_user_session::digest.eq(digest)))
        .set((admin_user_session::state.eq(state), admin_user_session::updated_at.eq(work.now.naive_utc())))
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

/// Ends it.
///
/// # Errors
/// Those of the database.
pub fn delete(work: &mut Work<'_>, digest: &str) -> Result<(), Error> {
    diesel::delete(admin_user_session::table.filter(admin_user_session::digest.eq(digest)))
        .execute(work.conn)?;
    Ok(())
}

/// Ends every one that was last seen before that moment; says how many.
///
/// # Errors
/// Those of the database.
pub fn delete_seen_before(work: &mut Work<'_>, moment: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(
        admin_user_session::table.filter(admin_user_session::updated_at.lt(moment.naive_utc())),
    )
    .execute(work.conn)?)
}
