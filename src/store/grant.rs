//! Table `authorization_rule`: one row per granted resource. What has no row is denied.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{authorization_role, authorization_rule, integration};
use super::{Error, Work};
use crate::domain::integration::IntegrationId;
use crate::domain::permission::Grants;
use crate::domain::role::RoleId;

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    authorization_rule::resource_id,
    authorization_role::role_type,
);

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
    let ids = ids_of_integrations(work, integrations)?;
    Ok(ids.into_iter().map(|(integration, ids)| (integration, grants(work, &ids))).collect())
}

/// The names that these integrations were given, also those that the tree does not know any more; one without any is
/// left out.
pub(crate) fn ids_of_integrations(
    work: &mut Work<'_>,
    integrations: &[IntegrationId],
) -> Result<HashMap<IntegrationId, Vec<String>>, Error> {
    let rows: Vec<(Option<i64>, String)> = authorization_rule::table
        .inner_join(authorization_role::table)
        .filter(authorization_role::integration_id.eq_any(integrations.iter().map(|id| Some(id.0))))
        .order((authorization_role::integration_id, authorization_rule::resource_id))
        .select((authorization_role::integration_id, authorization_rule::resource_id))
        .load(work.conn)?;
    let mut ids: HashMap<IntegrationId, Vec<String>> = HashMap::new();
    for (integration, id) in rows {
        if let Some(integration) = integration {
            ids.entry(IntegrationId(integration)).or_default().push(id);
        }
    }
    Ok(ids)
}

/// How many roles of these kinds hold each resource: `true` for integrations, `false` for roles of administrators.
pub(crate) fn count(work: &mut Work<'_>) -> Result<HashMap<(String, bool), i64>, Error> {
    let rows: Vec<(String, String, i64)> = authorization_rule::table
        .inner_join(authorization_role::table)
        .group_by((authorization_rule::resource_id, authorization_role::role_type))
        .select((authorization_rule::resource_id, authorization_role::role_type, diesel::dsl::count_star()))
        .load(work.conn)?;
    let count = |(id, kind, count): (String, String, i64)| ((id, kind == super::role::USER), count);
    Ok(rows.into_iter().map(count).collect())
}

/// The first of the integrations that hold one of these resources, by name; one may come more than once.
pub(crate) fn integrations_holding(
    work: &mut Work<'_>,
    ids: &[&str],
    most: i64,
) -> Result<Vec<(IntegrationId, String)>, Error> {
    let rows: Vec<(i64, String)> = authorization_rule::table
        .inner_join(authorization_role::table.inner_join(integration::table))
        .filter(authorization_rule::resource_id.eq_any(ids.iter().copied()))
        .order(integration::name_folded)
        .limit(most)
        .select((integration::integration_id, integration::name))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(id, name)| (IntegrationId(id), name)).collect())
}

/// The first of the named roles that hold one of these resources, by name; one may come more than once.
pub(crate) fn roles_holding(
    work: &mut Work<'_>,
    ids: &[&str],
    most: i64,
) -> Result<Vec<(RoleId, String)>, Error> {
    let rows: Vec<(i64, String)> = authorization_rule::table
        .inner_join(authorization_role::table)
        .filter(authorization_role::integration_id.is_null())
        .filter(authorization_rule::resource_id.eq_any(ids.iter().copied()))
        .order(authorization_role::role_name_folded)
        .limit(most)
        .select((authorization_role::role_id, authorization_role::role_name))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(id, name)| (RoleId(id), name)).collect())
}

/// Stored ids that the tree no longer knows grant nothing.
fn grants(work: &Work<'_>, ids: &[String]) -> Grants {
    Grants::stored(work.tree, ids.iter().map(String::as_str)).0
}
