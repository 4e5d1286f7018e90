//! Tables `password_reset_link` and `password_reset_request_event`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;

use super::conn::Database;
use super::schema::{password_reset_link, password_reset_request_event};
use super::text::fold;
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;

/// Keeps the digest of a person's link in the place of any other of that person.
pub(crate) fn replace(
    work: &mut Work<'_>,
    user: AdminUserId,
    digest: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    forget(work, user)?;
    let now = work.now.naive_utc();
    work.attempt(|conn| {
        diesel::insert_into(password_reset_link::table)
            .values((
                password_reset_link::user_id.eq(user.0),
                password_reset_link::digest.eq(digest),
                password_reset_link::expires_at.eq(expires_at.naive_utc()),
                password_reset_link::created_at.eq(now),
            ))
            .execute(conn)
    })?;
    Ok(())
}

/// Forgets a person's link.
pub(crate) fn forget(work: &mut Work<'_>, user: AdminUserId) -> Result<(), Error> {
    diesel::delete(password_reset_link::table.find(user.0)).execute(work.conn)?;
    Ok(())
}

/// Whose the link with that digest is, and when it ends.
pub(crate) fn by_digest(
    work: &mut Work<'_>,
    digest: &str,
) -> Result<Option<(AdminUserId, DateTime<Utc>)>, Error> {
    let row: Option<(i64, NaiveDateTime)> = password_reset_link::table
        .filter(password_reset_link::digest.eq(digest))
        .select((password_reset_link::user_id, password_reset_link::expires_at))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(user, expires_at)| (AdminUserId(user), expires_at.and_utc())))
}

/// Uses up the link of that digest; says whether it was still to be used.
pub(crate) fn spend(work: &mut Work<'_>, digest: &str) -> Result<bool, Error> {
    let spent = diesel::delete(password_reset_link::table.filter(password_reset_link::digest.eq(digest)))
        .execute(work.conn)?;
    Ok(spent == 1)
}

/// Has others who ask for a link wait until this transaction ends, so that each counts all before it. SQLite lets one
/// write at a time anyway.
pub(crate) fn queue(work: &mut Work<'_>) -> Result<(), Error> {
    if let Database::Postgres(conn) = &mut work.conn.0 {
        sql_query("select pg_advisory_xact_lock(hashtext('password_reset_request_event'))").execute(conn)?;
    }
    Ok(())
}

/// When a link was asked for since that moment, for that e-mail address or from that address.
pub(crate) fn asked_since(
    work: &mut Work<'_>,
    email: Option<&str>,
    address: Option<&str>,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, Error> {
    use password_reset_request_event as event;
    let mut moments: Vec<NaiveDateTime> = Vec::new();
    let recent = || event::table.filter(event::created_at.gt(since.naive_utc())).select(event::created_at);
    if let Some(email) = email {
        moments
            .extend(recent().filter(event::email_folded.eq(fold(email))).load::<NaiveDateTime>(work.conn)?);
    }
    if let Some(address) = address {
        // Those of the same e-mail address are counted already.
        let others = recent().filter(event::address.eq(address));
        let others = match email {
            Some(email) => others.filter(event::email_folded.ne(fold(email))).load(work.conn)?,
            None => others.load(work.conn)?,
        };
        moments.extend::<Vec<NaiveDateTime>>(others);
    }
    Ok(moments.into_iter().map(|moment| moment.and_utc()).collect())
}

/// Notes that a link was asked for now.
pub(crate) fn remember(work: &mut Work<'_>, email: &str, address: Option<&str>) -> Result<(), Error> {
    diesel::insert_into(password_reset_request_event::table)
        .values((
            password_reset_request_event::email_folded.eq(fold(email)),
            password_reset_request_event::address.eq(address),
            password_reset_request_event::created_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Forgets who asked before that moment.
pub(crate) fn forget_before(work: &mut Work<'_>, moment: DateTime<Utc>) -> Result<(), Error> {
    let old = password_reset_request_event::created_at.lt(moment.naive_utc());
    diesel::delete(password_reset_request_event::table.filter(old)).execute(work.conn)?;
    Ok(())
}
