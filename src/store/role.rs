//! Table `authorization_role`: named roles of administrators (`G`) and the one role of each integration (`U`).

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::authorization_role;
use super::text::{containing, fold};
use super::{Error, Page, Work};
use crate::domain::integration::IntegrationId;
use crate::domain::role::{Query, Role, RoleId};

const GROUP: &str = "G";
/// What the one role of an integration is.
pub(super) const USER: &str = "U";

type Row = (i64, String, i64);
type Boxed = authorization_role::BoxedQuery<'static, <Conn as Connection>::Backend>;

const COLUMNS: (authorization_role::role_id, authorization_role::role_name, authorization_role::version) =
    (authorization_role::role_id, authorization_role::role_name, authorization_role::version);

/// The named role, without regard to case.
pub(crate) fn by_name(work: &mut Work<'_>, name: &str) -> Result<Option<Role>, Error> {
    let row: Option<Row> = named()
        .filter(authorization_role::role_name_folded.eq(fold(name)))
        .select(COLUMNS)
        .first(work.conn)
        .optional()?;
    Ok(row.map(role))
}

/// The named role with that id; no role of an integration.
pub(crate) fn by_id(work: &mut Work<'_>, id: RoleId) -> Result<Option<Role>, Error> {
    let row: Option<Row> =
        named().filter(authorization_role::role_id.eq(id.0)).select(COLUMNS).first(work.conn).optional()?;
    Ok(row.map(role))
}

/// Every named role, by name.
pub(crate) fn all(work: &mut Work<'_>) -> Result<Vec<Role>, Error> {
    let rows: Vec<Row> =
        named().order(authorization_role::role_name_folded).select(COLUMNS).load(work.conn)?;
    Ok(rows.into_iter().map(role).collect())
}

/// One page of the list.
pub(crate) fn page(work: &mut Work<'_>, query: &Query) -> Result<Page<Role>, Error> {
    let total: i64 = matching(query).count().get_result(work.conn)?;
    let (page, pages) = query.paging.clamp(total);
    let rows = matching(query).limit(query.paging.limit).offset((page - 1) * query.paging.limit);
    let name = authorization_role::role_name_folded;
    let rows = if query.descending { rows.order(name.desc()) } else { rows.order(name.asc()) };
    let rows: Vec<Row> = rows.select(COLUMNS).load(work.conn)?;
    Ok(Page { rows: rows.into_iter().map(role).collect(), total, page, pages })
}

fn named() -> Boxed {
    authorization_role::table.into_boxed().filter(authorization_role::role_type.eq(GROUP))
}

fn matching(query: &Query) -> Boxed {
    match query.name.as_deref().map(containing) {
        Some(part) => named().filter(authorization_role::role_name_folded.like(part).escape('\\')),
        None => named(),
    }
}

fn role((id, name, version): Row) -> Role {
    Role { id: RoleId(id), name, version }
}

/// Renames a role if it still has that version; says whether it had. [`Error::Duplicate`] when the name is taken.
pub(crate) fn update(work: &mut Work<'_>, id: RoleId, version: i64, name: &str) -> Result<bool, Error> {
    let now = work.now.naive_utc();
    let updated = work.attempt(|conn| {
        diesel::update(authorization_role::table.find(id.0).filter(authorization_role::version.eq(version)))
            .set((
                authorization_role::role_name.eq(name),
                authorization_role::role_name_folded.eq(fold(name)),
                authorization_role::version.eq(version + 1),
                authorization_role::updated_at.eq(now),
            ))
            .execute(conn)
    })?;
    Ok(updated == 1)
}

/// Deletes a role; its grants go with it.
pub(crate) fn delete(work: &mut Work<'_>, id: RoleId) -> Result<(), Error> {
    diesel::delete(authorization_role::table.find(id.0)).execute(work.conn)?;
    Ok(())
}

/// Inserts a named role; [`Error::Duplicate`] when there is one of that name.
pub(crate) fn insert(work: &mut Work<'_>, name: &str) -> Result<Role, Error> {
    let id = insert_row(work, GROUP, name, None)?;
    Ok(Role { id, name: name.to_owned(), version: 1 })
}

/// The role of an integration, made when it is missing.
pub(crate) fn of_integration(work: &mut Work<'_>, integration: IntegrationId) -> Result<RoleId, Error> {
    let id: Option<i64> = authorization_role::table
        .filter(authorization_role::integration_id.eq(integration.0))
        .select(authorization_role::role_id)
        .first(work.conn)
        .optional()?;
    match id {
        Some(id) => Ok(RoleId(id)),
        None => insert_row(work, USER, &format!("Integration{}", integration.0), Some(integration)),
    }
}

fn insert_row(
    work: &mut Work<'_>,
    role_type: &str,
    name: &str,
    integration: Option<IntegrationId>,
) -> Result<RoleId, Error> {
    let now = work.now.naive_utc();
    let row = (
        authorization_role::role_type.eq(role_type),
        authorization_role::role_name.eq(name),
        authorization_role::role_name_folded.eq(fold(name)),
        authorization_role::integration_id.eq(integration.map(|id| id.0)),
        authorization_role::created_at.eq(now),
        authorization_role::updated_at.eq(now),
    );
    work.attempt(|conn| {
        diesel::insert_into(authorization_role::table)
            .values(row)
            .returning(authorization_role::role_id)
            .get_result(conn)
    })
    .map(RoleId)
}
