//! Table `admin_user`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{admin_user, authorization_role};
use super::text::fold;
use super::{Error, Work};
use crate::domain::admin_user::{AdminUser, AdminUserId, Checked};
use crate::domain::role::{Role, RoleId};

#[derive(Queryable)]
struct Row {
    user_id: i64,
    username: String,
    firstname: String,
    lastname: String,
    email: String,
    is_active: bool,
    role_id: i64,
    logged_in_at: Option<NaiveDateTime>,
    role_name: String,
}

type Columns = (
    admin_user::user_id,
    admin_user::username,
    admin_user::firstname,
    admin_user::lastname,
    admin_user::email,
    admin_user::is_active,
    admin_user::role_id,
    admin_user::logged_in_at,
    authorization_role::role_name,
);

const COLUMNS: Columns = (
    admin_user::user_id,
    admin_user::username,
    admin_user::firstname,
    admin_user::lastname,
    admin_user::email,
    admin_user::is_active,
    admin_user::role_id,
    admin_user::logged_in_at,
    authorization_role::role_name,
);

/// Inserts an active one; [`Error::Duplicate`] when user name or e-mail address is taken.
pub(crate) fn insert(
    work: &mut Work<'_>,
    admin: &Checked,
    hash: &str,
    role: &Role,
) -> Result<AdminUser, Error> {
    let now = work.now.naive_utc();
    let row = (
        admin_user::username.eq(&admin.username),
        admin_user::username_folded.eq(fold(&admin.username)),
        admin_user::firstname.eq(&admin.firstname),
        admin_user::lastname.eq(&admin.lastname),
        admin_user::email.eq(&admin.email),
        admin_user::email_folded.eq(fold(&admin.email)),
        admin_user::password_hash.eq(hash),
        admin_user::is_active.eq(true),
        admin_user::role_id.eq(role.id.0),
        admin_user::created_at.eq(now),
        admin_user::updated_at.eq(now),
    );
    let id = work.attempt(|conn| {
        diesel::insert_into(admin_user::table).values(row).returning(admin_user::user_id).get_result(conn)
    })?;
    Ok(AdminUser {
        id: AdminUserId(id),
        username: admin.username.clone(),
        firstname: admin.firstname.clone(),
        lastname: admin.lastname.clone(),
        email: admin.email.clone(),
        is_active: true,
        role: role.id,
        role_name: role.name.clone(),
        logged_in_at: None,
    })
}

/// The one with that id.
pub(crate) fn by_id(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<AdminUser>, Error> {
    let row: Option<Row> = admin_user::table
        .inner_join(authorization_role::table)
        .filter(admin_user::user_id.eq(id.0))
        .select(COLUMNS)
        .first(work.conn)
        .optional()?;
    Ok(row.map(Into::into))
}

/// The one with that user name, without regard to case, and the hash of the password.
pub(crate) fn by_username(work: &mut Work<'_>, username: &str) -> Result<Option<(AdminUser, String)>, Error> {
    let row: Option<(Row, String)> = admin_user::table
        .inner_join(authorization_role::table)
        .filter(admin_user::username_folded.eq(fold(username)))
        .select((COLUMNS, admin_user::password_hash))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(row, hash)| (row.into(), hash)))
}

/// The hash of a person's password.
pub(crate) fn password_hash(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<String>, Error> {
    Ok(admin_user::table.find(id.0).select(admin_user::password_hash).first(work.conn).optional()?)
}

/// Every one, by user name.
pub(crate) fn list(work: &mut Work<'_>) -> Result<Vec<AdminUser>, Error> {
    let rows: Vec<Row> = admin_user::table
        .inner_join(authorization_role::table)
        .order(admin_user::username_folded)
        .select(COLUMNS)
        .load(work.conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How many there are.
pub(crate) fn count(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(admin_user::table.count().get_result(work.conn)?)
}

/// Notes a sign-in.
pub(crate) fn set_logged_in(work: &mut Work<'_>, id: AdminUserId, at: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set(admin_user::logged_in_at.eq(at.naive_utc()))
        .execute(work.conn)?;
    Ok(())
}

impl From<Row> for AdminUser {
    fn from(row: Row) -> Self {
        Self {
            id: AdminUserId(row.user_id),
            username: row.username,
            firstname: row.firstname,
            lastname: row.lastname,
            email: row.email,
            is_active: row.is_active,
            role: RoleId(row.role_id),
            role_name: row.role_name,
            logged_in_at: row.logged_in_at.map(|time| time.and_utc()),
        }
    }
}
