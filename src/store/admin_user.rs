//! Table `admin_user`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{admin_user, authorization_role, authorization_rule};
use super::text::{containing, fold};
use super::{Error, Page, Work};
use crate::domain::admin_user::{AdminUser, AdminUserId, Change, Checked, Query, Sort, State};
use crate::domain::lockout::Failures;
use crate::domain::role::{Member, Role, RoleId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = admin_user)]
struct Row {
    user_id: i64,
    username: String,
    firstname: String,
    lastname: String,
    email: String,
    is_active: bool,
    role_id: i64,
    logged_in_at: Option<NaiveDateTime>,
    expires_at: Option<NaiveDateTime>,
    interface_locale: String,
    version: i64,
    password_changed_at: Option<NaiveDateTime>,
    lock_expires_at: Option<NaiveDateTime>,
}

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
        admin_user::firstname_folded.eq(fold(&admin.firstname)),
        admin_user::lastname.eq(&admin.lastname),
        admin_user::lastname_folded.eq(fold(&admin.lastname)),
        admin_user::email.eq(&admin.email),
        admin_user::email_folded.eq(fold(&admin.email)),
        admin_user::password_hash.eq(hash),
        admin_user::password_changed_at.eq(now),
        admin_user::is_active.eq(true),
        admin_user::role_id.eq(role.id.0),
        admin_user::created_at.eq(now),
        admin_user::updated_at.eq(now),
    );
    let id: i64 = work.attempt(|conn| {
        diesel::insert_into(admin_user::table).values(row).returning(admin_user::user_id).get_result(conn)
    })?;
    by_id(work, AdminUserId(id))?.ok_or(Error::Database(diesel::result::Error::NotFound))
}

/// Updates the fields of the row if it still has that version; says whether it had. [`Error::Duplicate`] when user name
/// or e-mail address is taken. The password is written by [`set_password`].
pub(crate) fn update(
    work: &mut Work<'_>,
    id: AdminUserId,
    version: i64,
    change: &Change<'_>,
) -> Result<bool, Error> {
    let (now, person) = (work.now.naive_utc(), change.person);
    let updated = work.attempt(|conn| {
        diesel::update(admin_user::table.find(id.0).filter(admin_user::version.eq(version)))
            .set((
                admin_user::username.eq(&person.username),
                admin_user::username_folded.eq(fold(&person.username)),
                admin_user::firstname.eq(&person.firstname),
                admin_user::firstname_folded.eq(fold(&person.firstname)),
                admin_user::lastname.eq(&person.lastname),
                admin_user::lastname_folded.eq(fold(&person.lastname)),
                admin_user::email.eq(&person.email),
                admin_user::email_folded.eq(fold(&person.email)),
                admin_user::is_active.eq(change.is_active),
                admin_user::expires_at.eq(change.expires_at.map(|at| at.naive_utc())),
                admin_user::role_id.eq(change.role.0),
                admin_user::version.eq(version + 1),
                admin_user::updated_at.eq(now),
            ))
            .execute(conn)
    })?;
    Ok(updated == 1)
}

/// Writes the hash of a new password.
pub(crate) fn set_password(work: &mut Work<'_>, id: AdminUserId, hash: &str) -> Result<(), Error> {
    let now = work.now.naive_utc();
    diesel::update(admin_user::table.find(id.0))
        .set((
            admin_user::password_hash.eq(hash),
            admin_user::password_changed_at.eq(now),
            admin_user::updated_at.eq(now),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Writes another hash of the same password.
pub(crate) fn upgrade_hash(work: &mut Work<'_>, id: AdminUserId, hash: &str) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set(admin_user::password_hash.eq(hash))
        .execute(work.conn)?;
    Ok(())
}

/// Lets the account be used, or not.
pub(crate) fn set_active(work: &mut Work<'_>, id: AdminUserId, is_active: bool) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set((
            admin_user::is_active.eq(is_active),
            admin_user::version.eq(admin_user::version + 1),
            admin_user::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Active ones past their end, those that ended first.
pub(crate) fn expired(work: &mut Work<'_>, limit: i64) -> Result<Vec<AdminUserId>, Error> {
    let ids: Vec<i64> = admin_user::table
        .filter(admin_user::is_active.eq(true))
        .filter(admin_user::expires_at.le(work.now.naive_utc()))
        .order((admin_user::expires_at, admin_user::user_id))
        .limit(limit)
        .select(admin_user::user_id)
        .load(work.conn)?;
    Ok(ids.into_iter().map(AdminUserId).collect())
}

/// Writes the language.
pub(crate) fn set_locale(work: &mut Work<'_>, id: AdminUserId, locale: &str) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set(admin_user::interface_locale.eq(locale))
        .execute(work.conn)?;
    Ok(())
}

/// Deletes the row; sessions and remembered passwords go with it.
pub(crate) fn delete(work: &mut Work<'_>, id: AdminUserId) -> Result<(), Error> {
    diesel::delete(admin_user::table.find(id.0)).execute(work.conn)?;
    Ok(())
}

/// Keeps other transactions that do the same waiting until this one ends. SQLite lets one write at a time anyway.
pub(crate) fn hold(work: &mut Work<'_>, id: AdminUserId) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set(admin_user::failures_num.eq(admin_user::failures_num))
        .execute(work.conn)?;
    Ok(())
}

/// The one with that id.
pub(crate) fn by_id(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<AdminUser>, Error> {
    let row: Option<(Row, String)> = admin_user::table
        .inner_join(authorization_role::table)
        .filter(admin_user::user_id.eq(id.0))
        .select((Row::as_select(), authorization_role::role_name))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(row, role)| user(row, role)))
}

/// The one with that user name, without regard to case, and the hash of the password.
pub(crate) fn by_username(work: &mut Work<'_>, username: &str) -> Result<Option<(AdminUser, String)>, Error> {
    let row: Option<(Row, String, String)> = admin_user::table
        .inner_join(authorization_role::table)
        .filter(admin_user::username_folded.eq(fold(username)))
        .select((Row::as_select(), authorization_role::role_name, admin_user::password_hash))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(row, role, hash)| (user(row, role), hash)))
}

/// The one with that e-mail address, without regard to case.
pub(crate) fn by_email(work: &mut Work<'_>, email: &str) -> Result<Option<AdminUser>, Error> {
    let row: Option<(Row, String)> = admin_user::table
        .inner_join(authorization_role::table)
        .filter(admin_user::email_folded.eq(fold(email)))
        .select((Row::as_select(), authorization_role::role_name))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(row, role)| user(row, role)))
}

/// The hash of a person's password.
pub(crate) fn password_hash(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<String>, Error> {
    Ok(admin_user::table.find(id.0).select(admin_user::password_hash).first(work.conn).optional()?)
}

/// What is known about wrong passwords, and the hash of the right one.
pub(crate) fn failures(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<(Failures, String)>, Error> {
    type Columns = (i64, Option<NaiveDateTime>, Option<NaiveDateTime>, String);
    let row: Option<Columns> = admin_user::table
        .find(id.0)
        .select((
            admin_user::failures_num,
            admin_user::first_failure_at,
            admin_user::lock_expires_at,
            admin_user::password_hash,
        ))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(count, first, until, hash)| {
        let (first_at, locked_until) = (first.map(|at| at.and_utc()), until.map(|at| at.and_utc()));
        (Failures { count, first_at, locked_until }, hash)
    }))
}

/// Writes what is known about wrong passwords; `is_another` counts one more since the last sign-in.
pub(crate) fn set_failures(
    work: &mut Work<'_>,
    id: AdminUserId,
    failures: Failures,
    is_another: bool,
) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set((
            admin_user::failures_num.eq(failures.count),
            admin_user::first_failure_at.eq(failures.first_at.map(|at| at.naive_utc())),
            admin_user::lock_expires_at.eq(failures.locked_until.map(|at| at.naive_utc())),
            admin_user::failures_since_login.eq(admin_user::failures_since_login + i64::from(is_another)),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Wrong passwords since the last sign-in.
pub(crate) fn failures_since_login(work: &mut Work<'_>, id: AdminUserId) -> Result<i64, Error> {
    Ok(admin_user::table.find(id.0).select(admin_user::failures_since_login).first(work.conn)?)
}

/// Every one, by user name.
pub(crate) fn list(work: &mut Work<'_>) -> Result<Vec<AdminUser>, Error> {
    let rows: Vec<(Row, String)> = admin_user::table
        .inner_join(authorization_role::table)
        .order(admin_user::username_folded)
        .select((Row::as_select(), authorization_role::role_name))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(row, role)| user(row, role)).collect())
}

/// One page of the list.
pub(crate) fn page(work: &mut Work<'_>, query: &Query) -> Result<Page<AdminUser>, Error> {
    let now = work.now.naive_utc();
    let total: i64 = matching(query, now).select(count_star()).get_result(work.conn)?;
    let (page, pages) = query.paging.clamp(total);
    let rows: Vec<(Row, String)> = ordered(matching(query, now), query)
        .limit(query.paging.limit)
        .offset((page - 1) * query.paging.limit)
        .select((Row::as_select(), authorization_role::role_name))
        .load(work.conn)?;
    let rows = rows.into_iter().map(|(row, role)| user(row, role)).collect();
    Ok(Page { rows, total, page, pages })
}

type Joined = diesel::dsl::InnerJoin<admin_user::table, authorization_role::table>;
type Boxed = diesel::dsl::IntoBoxed<'static, Joined, <Conn as Connection>::Backend>;

fn matching(query: &Query, now: NaiveDateTime) -> Boxed {
    use admin_user::dsl;
    let mut rows = admin_user::table.inner_join(authorization_role::table).into_boxed();
    if let Some(text) = query.text.as_deref().map(containing) {
        rows = rows.filter(
            dsl::username_folded
                .like(text.clone())
                .escape('\\')
                .or(dsl::firstname_folded.like(text.clone()).escape('\\'))
                .or(dsl::lastname_folded.like(text.clone()).escape('\\'))
                .or(dsl::email_folded.like(text).escape('\\')),
        );
    }
    let is_admitted = || {
        dsl::is_active.eq(true).and(dsl::expires_at.is_null().or(dsl::expires_at.assume_not_null().gt(now)))
    };
    let is_locked = || dsl::lock_expires_at.is_not_null().and(dsl::lock_expires_at.assume_not_null().gt(now));
    match query.state {
        None => {}
        Some(State::Inactive) => rows = rows.filter(diesel::dsl::not(is_admitted())),
        Some(State::Active) => rows = rows.filter(is_admitted().and(diesel::dsl::not(is_locked()))),
        Some(State::Locked) => rows = rows.filter(is_admitted().and(is_locked())),
    }
    if let Some(role) = query.role {
        rows = rows.filter(dsl::role_id.eq(role.0));
    }
    rows
}

fn ordered(rows: Boxed, query: &Query) -> Boxed {
    use admin_user::{
        email_folded, firstname_folded, lastname_folded, logged_in_at, user_id, username_folded,
    };
    use authorization_role::role_name_folded;
    match (query.sort, query.descending) {
        (Sort::Username, false) => rows.order(username_folded.asc()),
        (Sort::Username, true) => rows.order(username_folded.desc()),
        (Sort::Firstname, false) => rows.order((firstname_folded.asc(), user_id.asc())),
        (Sort::Firstname, true) => rows.order((firstname_folded.desc(), user_id.desc())),
        (Sort::Lastname, false) => rows.order((lastname_folded.asc(), user_id.asc())),
        (Sort::Lastname, true) => rows.order((lastname_folded.desc(), user_id.desc())),
        (Sort::Email, false) => rows.order(email_folded.asc()),
        (Sort::Email, true) => rows.order(email_folded.desc()),
        (Sort::Role, false) => rows.order((role_name_folded.asc(), username_folded.asc())),
        (Sort::Role, true) => rows.order((role_name_folded.desc(), username_folded.desc())),
        // Whoever never signed in stands at the early end, on both databases.
        (Sort::LoggedIn, false) => {
            rows.order((logged_in_at.is_not_null().asc(), logged_in_at.asc(), user_id.asc()))
        }
        (Sort::LoggedIn, true) => {
            rows.order((logged_in_at.is_not_null().desc(), logged_in_at.desc(), user_id.desc()))
        }
    }
}

/// How many there are.
pub(crate) fn count(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(admin_user::table.count().get_result(work.conn)?)
}

/// How many active ones without an end have a role with one of these resources.
pub(crate) fn count_lasting_with(work: &mut Work<'_>, resources: &[&str]) -> Result<i64, Error> {
    let roles = authorization_rule::table
        .filter(authorization_rule::resource_id.eq_any(resources))
        .select(authorization_rule::role_id);
    Ok(admin_user::table
        .filter(admin_user::is_active.eq(true))
        .filter(admin_user::expires_at.is_null())
        .filter(admin_user::role_id.eq_any(roles))
        .count()
        .get_result(work.conn)?)
}

/// How many people have each of these roles; one that nobody has is left out.
pub(crate) fn count_in_roles(work: &mut Work<'_>, roles: &[RoleId]) -> Result<HashMap<RoleId, i64>, Error> {
    let counted: Vec<(i64, i64)> = admin_user::table
        .filter(admin_user::role_id.eq_any(roles.iter().map(|role| role.0)))
        .group_by(admin_user::role_id)
        .select((admin_user::role_id, count_star()))
        .load(work.conn)?;
    Ok(counted.into_iter().map(|(role, count)| (RoleId(role), count)).collect())
}

/// Who has a role, by user name.
pub(crate) fn in_role(work: &mut Work<'_>, role: RoleId) -> Result<Vec<Member>, Error> {
    let rows: Vec<(i64, String, String, String)> = admin_user::table
        .filter(admin_user::role_id.eq(role.0))
        .order(admin_user::username_folded)
        .select((admin_user::user_id, admin_user::username, admin_user::firstname, admin_user::lastname))
        .load(work.conn)?;
    let member = |(id, username, first, last): (i64, String, String, String)| Member {
        id: AdminUserId(id),
        username,
        full_name: format!("{first} {last}"),
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Notes a sign-in.
pub(crate) fn set_logged_in(work: &mut Work<'_>, id: AdminUserId, at: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(admin_user::table.find(id.0))
        .set((admin_user::logged_in_at.eq(at.naive_utc()), admin_user::failures_since_login.eq(0)))
        .execute(work.conn)?;
    Ok(())
}

fn user(row: Row, role_name: String) -> AdminUser {
    let utc = |time: Option<NaiveDateTime>| time.map(|time| time.and_utc());
    AdminUser {
        id: AdminUserId(row.user_id),
        username: row.username,
        firstname: row.firstname,
        lastname: row.lastname,
        email: row.email,
        is_active: row.is_active,
        role: RoleId(row.role_id),
        role_name,
        logged_in_at: utc(row.logged_in_at),
        expires_at: utc(row.expires_at),
        interface_locale: row.interface_locale,
        version: row.version,
        password_changed_at: utc(row.password_changed_at),
        locked_until: utc(row.lock_expires_at),
    }
}
