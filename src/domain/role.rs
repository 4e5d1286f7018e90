//! Roles of administrators: a name and what its members may do.

use super::admin_user::{check_holds, unless_last};
use super::audit::{self, Act, Changes, Thing};
use super::permission::{Grants, Wish, role_grants};
use super::{Actor, Conflict, Error, Field, Invalid, Missing, Reason, Stronger};
use crate::store::{self, Page, Paging, Work};

/// The role that a fresh installation has, with everything.
pub const ADMINISTRATORS: &str = "Administrators";

const MAX_NAME: usize = 50;

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
    /// Rises with every change.
    pub version: i64,
}

/// A role as entered.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// What it is to hold.
    pub grants: Wish,
}

/// What is asked of the list.
#[derive(Debug, Clone)]
pub struct Query {
    /// Part of the name.
    pub name: Option<String>,
    /// Whether the order, by name, goes down.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

/// A role in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The role.
    pub role: Role,
    /// How many people have it.
    pub members: i64,
    /// What it holds.
    pub grants: Grants,
}

/// A person in a role.
#[derive(Debug, Clone)]
pub struct Member {
    /// Identifies the person.
    pub id: super::admin_user::AdminUserId,
    /// Name to sign in with.
    pub username: String,
    /// First and last name.
    pub full_name: String,
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
    let role = create(work, name, &Grants::everything())?;
    record_created(work, &Actor::system(), &role, &Grants::everything());
    Ok(role)
}

/// Makes a named role that holds exactly this.
///
/// # Errors
/// Those of the database.
pub fn create(work: &mut Work<'_>, name: &str, grants: &Grants) -> Result<Role, Error> {
    let role = named_freely(store::role::insert(work, name), name)?;
    store::grant::replace(work, role.id, grants)?;
    Ok(role)
}

/// The role with that id.
///
/// # Errors
/// [`Missing::RoleId`].
pub fn find(work: &mut Work<'_>, id: RoleId) -> Result<Role, Error> {
    store::role::by_id(work, id)?.ok_or_else(|| Missing::RoleId(id.0.to_string()).into())
}

/// What a role holds.
///
/// # Errors
/// Those of the database.
pub fn grants(work: &mut Work<'_>, id: RoleId) -> Result<Grants, Error> {
    Ok(store::grant::of_role(work, id)?)
}

/// Every role, by name.
///
/// # Errors
/// Those of the database.
pub fn all(work: &mut Work<'_>) -> Result<Vec<Role>, Error> {
    Ok(store::role::all(work)?)
}

/// The people in a role, by user name.
///
/// # Errors
/// Those of the database.
pub fn members(work: &mut Work<'_>, id: RoleId) -> Result<Vec<Member>, Error> {
    Ok(store::admin_user::in_role(work, id)?)
}

/// One page of the list, in a number of queries that does not depend on its length.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>, query: &Query) -> Result<Page<Listed>, Error> {
    let page = store::role::page(work, query)?;
    let ids: Vec<_> = page.rows.iter().map(|role| role.id).collect();
    let mut granted = store::grant::of_roles(work, &ids)?;
    let members = store::admin_user::count_in_roles(work, &ids)?;
    let listed = |role: Role| Listed {
        members: members.get(&role.id).copied().unwrap_or(0),
        grants: granted.remove(&role.id).unwrap_or_default(),
        role,
    };
    Ok(Page {
        rows: page.rows.into_iter().map(listed).collect(),
        total: page.total,
        page: page.page,
        pages: page.pages,
    })
}

/// Saves a new role, or one that had this version.
///
/// # Errors
/// `Invalid` for what cannot be accepted, such as rights that whoever asks does not hold; `Denied` when the role holds
/// more than they do; a conflict when nobody would be left who may do everything, or when somebody saved in between.
pub fn save(
    work: &mut Work<'_>,
    by: &Actor,
    stored: Option<(RoleId, i64)>,
    draft: &Draft,
) -> Result<Role, Error> {
    let (name, wished) = draft.check(work)?;
    unless_last(work, |work| {
        let Some((id, version)) = stored else {
            let nothing = Grants::nothing();
            let grants = grantable(work, by, &nothing, wished.as_ref().unwrap_or(&nothing))?;
            let role = create(work, &name, &grants)?;
            record_created(work, by, &role, &grants);
            return Ok(role);
        };
        let stored = find(work, id)?;
        let before = grants(work, id)?;
        let (is_kept, wished) = (wished.is_none(), wished.as_ref().unwrap_or(&before));
        check_holds(work, by, Stronger::Role, &before)?;
        if is_own(work, by, id)? && *wished != before {
            return Err(Error::invalid(Field::Resource, Reason::OwnRights));
        }
        let grants = grantable(work, by, &before, wished)?;
        if !named_freely(store::role::update(work, id, version, &name), &name)? {
            return Err(Conflict::ChangedMeanwhile.into());
        }
        if !is_kept {
            store::grant::replace(work, id, &grants)?;
        }
        let role = find(work, id)?;
        let changes = Changes::none().field(Field::Rolename.name(), &stored.name, &role.name);
        let changes = changes.grants(work.tree, &before, &grants);
        audit::record(work, by, Act::RoleUpdated, Thing::role(&role), changes);
        Ok(role)
    })
}

/// Deletes a role that nobody has. Answers what it was.
///
/// # Errors
/// `Denied` when it holds more than whoever asks; a conflict when somebody has it.
pub fn delete(work: &mut Work<'_>, by: &Actor, id: RoleId) -> Result<Role, Error> {
    unless_last(work, |work| {
        let role = find(work, id)?;
        let held = grants(work, id)?;
        check_holds(work, by, Stronger::Role, &held)?;
        if is_own(work, by, id)? {
            return Err(Conflict::OwnRole.into());
        }
        let members = store::admin_user::count_in_roles(work, &[id])?.get(&id).copied().unwrap_or(0);
        if members > 0 {
            return Err(Conflict::RoleHasMembers(members).into());
        }
        store::role::delete(work, id)?;
        let changes = Changes::none().field(Field::Rolename.name(), &role.name, "");
        let changes = changes.grants(work.tree, &held, &Grants::nothing());
        audit::record(work, by, Act::RoleDeleted, Thing::role(&role), changes);
        Ok(role)
    })
}

fn record_created(work: &mut Work<'_>, by: &Actor, role: &Role, grants: &Grants) {
    let changes = Changes::none().note(Field::Rolename.name(), &role.name);
    let changes = changes.grants(work.tree, &Grants::nothing(), grants);
    audit::record(work, by, Act::RoleCreated, Thing::role(role), changes);
}

/// Whether it is the role of whoever asks.
fn is_own(work: &mut Work<'_>, by: &Actor, id: RoleId) -> Result<bool, Error> {
    let Some(admin) = by.admin() else { return Ok(false) };
    Ok(store::admin_user::by_id(work, admin)?.is_some_and(|user| user.role == id))
}

fn grantable(work: &Work<'_>, by: &Actor, stored: &Grants, wished: &Grants) -> Result<Grants, Error> {
    role_grants(&by.holds, stored, wished).map_err(|refused| {
        let ids = refused.ids(work.tree).into_iter().map(str::to_owned).collect();
        Error::invalid(Field::Resource, Reason::NotHeld(ids))
    })
}

fn named_freely<T>(outcome: Result<T, store::Error>, name: &str) -> Result<T, Error> {
    match outcome {
        Err(store::Error::Duplicate) => {
            Err(Error::invalid(Field::Rolename, Reason::RoleNameTaken(name.to_owned())))
        }
        other => Ok(other?),
    }
}

impl Draft {
    /// The name, and the grants; `None` for those that are stored.
    fn check(&self, work: &Work<'_>) -> Result<(String, Option<Grants>), Invalid> {
        let mut invalid = Invalid::default();
        let name = super::admin_user::checked_line(&self.name, MAX_NAME);
        let grants = self.grants.check(work.tree.for_roles());
        if let Err(reason) = &name {
            invalid.add(Field::Rolename, reason.clone());
        }
        for id in grants.as_ref().err().into_iter().flatten() {
            invalid.add(Field::Resource, Reason::UnknownResource(id.clone()));
        }
        invalid.check()?;
        Ok((name.unwrap_or_default(), grants.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests;
