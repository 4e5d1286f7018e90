//! Table `admin_passwords`: the hashes of passwords that a person has had.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::admin_passwords;
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;

/// Keeps the hash of a password that was just set.
pub(crate) fn insert(work: &mut Work<'_>, user: AdminUserId, hash: &str) -> Result<(), Error> {
    diesel::insert_into(admin_passwords::table)
        .values((
            admin_passwords::user_id.eq(user.0),
            admin_passwords::password_hash.eq(hash),
            admin_passwords::created_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// The latest hashes of a person with the times when they were set, the newest first.
pub(crate) fn latest(
    work: &mut Work<'_>,
    user: AdminUserId,
    limit: i64,
) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    let rows: Vec<(String, NaiveDateTime)> = admin_passwords::table
        .filter(admin_passwords::user_id.eq(user.0))
        .order(admin_passwords::password_id.desc())
        .limit(limit)
        .select((admin_passwords::password_hash, admin_passwords::created_at))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(hash, set_at)| (hash, set_at.and_utc())).collect())
}
