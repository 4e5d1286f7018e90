//! Somebody who may do everything must be left: active, without an end, in a role with everything.

use super::AdminUser;
use crate::domain::permission::{Grants, holds_all};
use crate::domain::role::RoleId;
use crate::domain::{Actor, Conflict, Error, Stronger};
use crate::store::{self, Work};

/// Does what may take rights away, unless it takes the last of those who may do everything. Two that would each take
/// the last but one wait for each other: both raise the revision first, which also tells every node.
pub(crate) fn unless_last<T>(
    work: &mut Work<'_>,
    operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    store::revision::raise(work, None)?;
    let before = holding_everything(work)?;
    let outcome = operation(work)?;
    if before > 0 && holding_everything(work)? == 0 {
        return Err(Conflict::LastAdministrator.into());
    }
    Ok(outcome)
}

/// How many active people without an end hold everything.
fn holding_everything(work: &mut Work<'_>) -> Result<i64, Error> {
    let everything = Grants::everything().ids(work.tree);
    Ok(store::admin_user::count_lasting_with(work, &everything)?)
}

/// Who may do everything and may come in at this moment, by user name.
///
/// # Errors
/// Those of the database.
pub fn owners(work: &mut Work<'_>) -> Result<Vec<AdminUser>, Error> {
    let now = work.now;
    let users = store::admin_user::list(work)?.into_iter().filter(|user| user.is_admitted(now));
    let users: Vec<AdminUser> = users.collect();
    let roles: Vec<RoleId> = users.iter().map(|user| user.role).collect();
    let held = store::grant::of_roles(work, &roles)?;
    let may_do_everything = |user: &AdminUser| held.get(&user.role).is_some_and(Grants::is_everything);
    Ok(users.into_iter().filter(may_do_everything).collect())
}

/// Nobody acts on somebody who may do more.
pub(crate) fn check_holds(
    work: &mut Work<'_>,
    by: &Actor,
    holder: Stronger,
    grants: &Grants,
) -> Result<(), Error> {
    if holds_all(&by.holds, grants) { Ok(()) } else { Err(Error::Denied(holder, lacking(work, by, grants))) }
}

/// What somebody does not hold of these grants, by name.
pub(super) fn lacking(work: &Work<'_>, by: &Actor, grants: &Grants) -> Vec<String> {
    let ids = grants.ids(work.tree).into_iter().filter(|id| !by.holds.allows_id(work.tree, id));
    ids.map(str::to_owned).collect()
}
