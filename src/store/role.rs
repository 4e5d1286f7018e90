//! Table `authorization_role`: named roles of administrators (`G`) and the one role of each integration (`U`).

use diesel::prelude::*;

use super::schema::authorization_role;
use super::{Error, Work};
use crate::domain::integration::IntegrationId;
use crate::domain::role::{Role, RoleId};

const GROUP: &str = "G";
const USER: &str = "U";

/// The named role.
pub(crate) fn by_name(work: &mut Work<'_>, name: &str) -> Result<Option<Role>, Error> {
    let row: Option<(i64, String)> = authorization_role::table
        .filter(authorization_role::role_type.eq(GROUP))
        .filter(authorization_role::role_name.eq(name))
        .select((authorization_role::role_id, authorization_role::role_name))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(id, name)| Role { id: RoleId(id), name }))
}

/// Inserts a named role; [`Error::Duplicate`] when there is one of that name.
pub(crate) fn insert(work: &mut Work<'_>, name: &str) -> Result<Role, Error> {
    let id = insert_row(work, GROUP, name, None)?;
    Ok(Role { id, name: name.to_owned() })
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
