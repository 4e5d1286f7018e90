//! Coming in and going out.

use actix_session::Session;

use crate::domain::admin_user::AdminUser;
use crate::web::session::{ADMIN, CONFIRMED};
use crate::web::{Error, form_key};

pub mod login;
pub mod logout;

/// Makes the session that of a person: under a new id and with a new form key, nothing of the stranger's kept.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn begin(
    session: &Session,
    user: &AdminUser,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Error> {
    session.clear();
    session.renew();
    session.insert(ADMIN, user.id.0)?;
    session.insert(CONFIRMED, now)?;
    form_key::renew(session)?;
    Ok(())
}
