//! Who may say where the credentials of an integration go, and whether its token alone is enough.

use super::{BearerMode, Checked, Integration};
use crate::domain::admin_user::check_holds;
use crate::domain::permission::Grants;
use crate::domain::{Actor, Error, Stronger, setting};
use crate::store::Work;

/// Refuses a change of these to whoever does not hold everything that the integration holds: the next activation by
/// somebody else would hand them what they lack.
///
/// # Errors
/// `Denied`, and those of the database.
pub(super) fn check(
    work: &mut Work<'_>,
    by: &Actor,
    stored: &Integration,
    wished: &Checked,
    held: &Grants,
) -> Result<(), Error> {
    let leads_elsewhere =
        wished.endpoint != stored.endpoint || wished.identity_link_url != stored.identity_link_url;
    if leads_elsewhere || opens(work, stored.bearer_mode, wished.bearer_mode)? {
        check_holds(work, by, Stronger::Integration, held)?;
    }
    Ok(())
}

/// Whether another mode lets calls pass with the token alone.
fn opens(work: &mut Work<'_>, before: BearerMode, after: Option<BearerMode>) -> Result<bool, Error> {
    match after {
        Some(after) if after != before => {
            Ok(after.accepts(setting::flag(work, setting::INTEGRATION_AS_BEARER)?))
        }
        Some(_) | None => Ok(false),
    }
}
