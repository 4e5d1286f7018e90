//! Roles of administrators: a name and what its members may do.

use super::permission::Grants;
use super::{Error, Missing};
use crate::store::{self, Work};

/// The role that a fresh installation has, with everything.
pub const ADMINISTRATORS: &str = "Administrators";

/// Identifies a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleId(pub i64);

/// A named role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Identifies it.
    pub id: RoleId,
    /// Its name.
    pub name: String,
}

/// The role of that name; the first one, with everything, is made when it is asked for and missing.
///
/// # Errors
/// [`Missing::Role`] for any other name that is unknown.
pub fn by_name(work: &mut Work<'_>, name: &str) -> Result<Role, Error> {
    if let Some(role) = store::role::by_name(work, name)? {
        return Ok(role);
    }
    if name != ADMINISTRATORS {
        return Err(Missing::Role(name.to_owned()).into());
    }
    create(work, name, &Grants::everything())
}

/// Makes a named role that holds exactly this.
///
/// # Errors
/// Those of the database.
pub fn create(work: &mut Work<'_>, name: &str, grants: &Grants) -> Result<Role, Error> {
    let role = store::role::insert(work, name)?;
    store::grant::replace(work, role.id, grants)?;
    Ok(role)
}
