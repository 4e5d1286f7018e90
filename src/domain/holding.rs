//! Who holds which resource: the permission tree seen from the other side.

use std::collections::HashMap;

use super::Error;
use super::acl::ALL;
use super::integration::IntegrationId;
use super::role::RoleId;
use crate::store::{self, Work};

/// How many holders of a resource are named.
pub const NAMED: usize = 100;

/// How many hold each resource.
#[derive(Debug, Default)]
pub struct Counts(HashMap<(String, bool), i64>);

/// Who holds one resource, by name.
#[derive(Debug)]
pub struct Holders {
    /// Integrations.
    pub integrations: Vec<(IntegrationId, String)>,
    /// Roles of administrators.
    pub roles: Vec<(RoleId, String)>,
}

impl Counts {
    /// How many integrations hold it, those that hold everything among them.
    pub fn integrations(&self, id: &str) -> usize {
        self.get(id, true)
    }

    /// How many roles of administrators hold it, those that hold everything among them.
    pub fn roles(&self, id: &str) -> usize {
        self.get(id, false)
    }

    fn get(&self, id: &str, of_integrations: bool) -> usize {
        let one = |id: &str| self.0.get(&(id.to_owned(), of_integrations)).copied().unwrap_or(0);
        let count = if id == ALL { one(ALL) } else { one(id) + one(ALL) };
        usize::try_from(count).unwrap_or_default()
    }
}

/// How many hold each resource, in one query.
///
/// # Errors
/// Those of the database.
pub fn counts(work: &mut Work<'_>) -> Result<Counts, Error> {
    Ok(Counts(store::grant::count(work)?))
}

/// Who holds a resource, itself or with everything: at the most [`NAMED`] of each kind.
///
/// # Errors
/// Those of the database.
pub fn of(work: &mut Work<'_>, id: &str) -> Result<Holders, Error> {
    let ids = [id, ALL];
    let most = NAMED as i64;
    let mut integrations = store::grant::integrations_holding(work, &ids, most)?;
    let mut roles = store::grant::roles_holding(work, &ids, most)?;
    integrations.dedup();
    roles.dedup();
    Ok(Holders { integrations, roles })
}
