//! Tables `admin_user_otp` and `admin_user_recovery_code`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{admin_user_otp, admin_user_recovery_code};
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;
use crate::domain::otp::Factor;
use crate::seal::Place;
use crate::secret::Secret;

const fn place(user: &str) -> Place<'_> {
    Place { table: "admin_user_otp", column: "secret", row: user }
}

/// The second factor of a person, confirmed or not.
pub(crate) fn find(work: &mut Work<'_>, user: AdminUserId) -> Result<Option<Factor>, Error> {
    let row: Option<(String, i64, Option<NaiveDateTime>)> = admin_user_otp::table
        .find(user.0)
        .select((admin_user_otp::secret, admin_user_otp::last_step, admin_user_otp::confirmed_at))
        .first(work.conn)
        .optional()?;
    let Some((sealed, last_step, confirmed_at)) = row else { return Ok(None) };
    let secret = work.open(&sealed, place(&user.0.to_string()))?;
    Ok(Some(Factor { secret, last_step, is_confirmed: confirmed_at.is_some() }))
}

/// Inserts one that nothing has confirmed yet.
pub(crate) fn insert(work: &mut Work<'_>, user: AdminUserId, secret: &Secret) -> Result<(), Error> {
    let sealed = work.seal(secret, place(&user.0.to_string()))?;
    let now = work.now.naive_utc();
    work.attempt(|conn| {
        diesel::insert_into(admin_user_otp::table)
            .values((
                admin_user_otp::user_id.eq(user.0),
                admin_user_otp::secret.eq(sealed),
                admin_user_otp::last_step.eq(0),
                admin_user_otp::created_at.eq(now),
            ))
            .execute(conn)
    })?;
    Ok(())
}

/// Confirms it by the code of that time step; says whether there was one to confirm.
pub(crate) fn confirm(work: &mut Work<'_>, user: AdminUserId, step: i64) -> Result<bool, Error> {
    let confirmed =
        diesel::update(admin_user_otp::table.find(user.0).filter(admin_user_otp::confirmed_at.is_null()))
            .set((admin_user_otp::confirmed_at.eq(work.now.naive_utc()), admin_user_otp::last_step.eq(step)))
            .execute(work.conn)?;
    Ok(confirmed == 1)
}

/// Notes that the code of that time step was used; says whether it was still to be used.
pub(crate) fn spend_step(work: &mut Work<'_>, user: AdminUserId, step: i64) -> Result<bool, Error> {
    let spent = diesel::update(admin_user_otp::table.find(user.0).filter(admin_user_otp::last_step.lt(step)))
        .set(admin_user_otp::last_step.eq(step))
        .execute(work.conn)?;
    Ok(spent == 1)
}

/// Takes second factor and recovery codes away.
pub(crate) fn delete(work: &mut Work<'_>, user: AdminUserId) -> Result<(), Error> {
    replace_codes(work, user, &[])?;
    diesel::delete(admin_user_otp::table.find(user.0)).execute(work.conn)?;
    Ok(())
}

/// How many recovery codes are left.
pub(crate) fn count_codes(work: &mut Work<'_>, user: AdminUserId) -> Result<i64, Error> {
    let own = admin_user_recovery_code::user_id.eq(user.0);
    Ok(admin_user_recovery_code::table.filter(own).count().get_result(work.conn)?)
}

/// Uses up the recovery code of that digest; says whether there was one.
pub(crate) fn spend_code(work: &mut Work<'_>, user: AdminUserId, digest: &str) -> Result<bool, Error> {
    let spent = diesel::delete(
        admin_user_recovery_code::table
            .filter(admin_user_recovery_code::user_id.eq(user.0))
            .filter(admin_user_recovery_code::digest.eq(digest)),
    )
    .execute(work.conn)?;
    Ok(spent == 1)
}

/// Keeps these recovery codes in the place of the others.
pub(crate) fn replace_codes(work: &mut Work<'_>, user: AdminUserId, digests: &[String]) -> Result<(), Error> {
    let own = admin_user_recovery_code::user_id.eq(user.0);
    diesel::delete(admin_user_recovery_code::table.filter(own)).execute(work.conn)?;
    let now = work.now.naive_utc();
    for digest in digests {
        diesel::insert_into(admin_user_recovery_code::table)
            .values((
                admin_user_recovery_code::user_id.eq(user.0),
                admin_user_recovery_code::digest.eq(digest),
                admin_user_recovery_code::created_at.eq(now),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}
