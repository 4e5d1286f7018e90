//! Coming in and going out.

use actix_session::{Session, SessionExt as _};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::Source;
use crate::domain::admin_user::AdminUser;
use crate::domain::session::Opening;
use crate::entropy::credential;
use crate::seal::digest;
use crate::secret::Secret;
use crate::web::session::{ADMIN, CONFIRMED, KEY};
use crate::web::{Error, form_key};

pub mod forgotten;
pub mod login;
pub mod logout;
pub mod reset;
pub mod second;

/// Draws the key of a session that begins if whoever asks comes in, and tells of it what the sign-in has to know.
pub(super) fn open(app: &App, source: Source) -> (Secret, Opening) {
    let key = credential(&*app.entropy);
    let digest = digest(&key);
    (key, Opening { digest, source })
}

/// Makes the session that of a person who has come in: under the key with which it began and with a new form key,
/// nothing of the stranger's kept.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn begin(
    req: &HttpRequest,
    key: &Secret,
    user: &AdminUser,
    now: DateTime<Utc>,
) -> Result<Session, Error> {
    let session = req.get_session();
    session.clear();
    session.renew();
    session.insert(ADMIN, user.id.0)?;
    session.insert(CONFIRMED, now)?;
    session.insert(KEY, key.expose())?;
    form_key::renew(&session)?;
    Ok(session)
}
