//! The first administrator: made on a page behind a one-time link that only the server's console shows.

use chrono::TimeDelta;

use super::admin_user::{self, AdminUser, Checked};
use super::audit::{self, Act, Changes, Thing};
use super::{Actor, Error, Missing, role};
use crate::entropy::credential;
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

/// How long a link is valid.
pub const LINK_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Makes a new link and voids the one before; `None` once there is an administrator.
///
/// # Errors
/// Those of the database.
pub fn renew_link(work: &mut Work<'_>, by: &Actor) -> Result<Option<Secret>, Error> {
    if store::admin_user::count(work)? > 0 {
        return Ok(None);
    }
    let token = credential(work.entropy);
    let expires_at = work.now + LINK_LIFETIME;
    store::setup_link::replace(work, &digest(&token), expires_at)?;
    audit::record(work, by, Act::SetupLinkMade, Thing::installation(), Changes::none());
    Ok(Some(token))
}

/// Whether the link is valid now.
///
/// # Errors
/// [`Missing::SetupLink`] when it is unknown, used or too old, or when there is an administrator already.
pub fn check_link(work: &mut Work<'_>, token: &Secret) -> Result<(), Error> {
    let now = work.now;
    let valid = store::setup_link::expiry(work, &digest(token))?.is_some_and(|end| now < end);
    if valid && store::admin_user::count(work)? == 0 { Ok(()) } else { Err(Missing::SetupLink.into()) }
}

/// Makes the first administrator and uses the link up, in one step.
///
/// # Errors
/// As [`check_link`], and those of [`admin_user::create`].
pub fn create_first(
    work: &mut Work<'_>,
    by: &Actor,
    token: &Secret,
    admin: &Checked,
    hash: &str,
) -> Result<AdminUser, Error> {
    check_link(work, token)?;
    // Of two who come at the same time one has used it up.
    if !store::setup_link::clear(work)? {
        return Err(Missing::SetupLink.into());
    }
    let role = role::by_name(work, role::ADMINISTRATORS)?;
    admin_user::create(work, by, admin, hash, &role)
}

#[cfg(test)]
mod tests;
