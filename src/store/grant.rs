//! Table `authorization_rule`: one row per granted resource. What has no row is denied.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{authorization_role, authorization_rule};
use super::{Error, Work};
use crate::domain::integration::IntegrationId;
use crate::domain::permission::Grants;
use crate::domain::role::RoleId;

/// Writes the grants of a role in place of those that it had.
pub(crate) fn replace(work: &mut Work<'_>, role: RoleId, grants: &Grants) -> Result<(), Error> {
    diesel::delete(authorization_rule::table.filter(authorization_rule::role_id.eq(role.0)))
        .execute(work.conn)?;
    for id in grants.ids(work.tree) {
        diesel::insert_into(authorization_rule::table)
            .values((authorization_rule::role_id.eq(role.0), authorization_rule::resource_id.eq(id)))
            .execute(work.conn)?;
    }
    Ok(())
}

/// The grants of a role.
pub(crate) fn of_role(work: &mut Work<'_>, role: RoleId) -> Result<Grants, Error> {
    let ids: Vec<String> = authorization_rule::table
        .filter(authorization_rule::role_id.eq(role.0))
        .select(authorization_rule::resource_id)
        .load(work.conn)?;
    Ok(grants(work, &ids))
}

/// The grants of these roles; one without any is left out.
pub(crate) fn of_roles(work: &mut Work<'_>, roles: &[RoleId]) -> Result<HashMap<RoleId, Grants>, Error> {
    let rows: Vec<(i64, String)> = authorization_rule::table
        .filter(authorization_rule::role_id.eq_any(roles.iter().map(|role| role.0)))
        .select((authorization_rule::role_id, authorization_rule::resource_id))
        .load(work.conn)?;
    let mut ids: HashMap<RoleId, Vec<String>> = HashMap::new();
    for (role, id) in rows {
        ids.entry(RoleId(role)).or_default().push(id);
    }
    Ok(ids.into_iter().map(|(role, ids)| (role, grants(work, &ids))).collect())
}

/// The grants of these integrations; one without any is left out.
pub(crate) fn of_integrations(
    work: &mut Work<'_>,
    integrations: &[IntegrationId],
) -> Result<HashMap<IntegrationId, Grants>, Error> {
    let rows: Vec<(Option<i64>, String)> = authorization_rule::table
        .inner_join(authorization_role::table)
        .filter(authorization_role::integration_id.eq_any(integrations.iter().map(|id| Some(id.0))))
        .select((authorization_role::integration_id, authorization_rule::resource_id))
        .load(work.conn)?;
    let mut ids: HashMap<IntegrationId, Vec<String>> = HashMap::new();
    for (integration, id) in rows {
        if let Some(integration) = integration {
            ids.entry(IntegrationId(integration)).or_default().push(id);
        }
    }
    Ok(ids.into_iter().map(|(integration, ids)| (integration, grants(work, &ids))).collect())
}

/// Stored ids that the tree no longer knows grant nothing.
fn grants(work: &Work<'_>, ids: &[String]) -> Grants {
    Grants::stored(work.tree, ids.iter().map(String::as_str)).0
}
