//! Coming in and going out.

use actix_session::{Session, SessionExt as _};
use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT as USER_AGENT_HEADER;

use crate::app::App;
use crate::domain::admin_user::AdminUser;
use crate::web::session::{ADDRESS, ADMIN, CONFIRMED, USER_AGENT};
use crate::web::{Error, client_address, form_key};

pub mod forgotten;
pub mod login;
pub mod logout;
pub mod reset;
pub mod second;

/// Longest name of a browser that is kept.
const MAX_USER_AGENT: usize = 255;

/// Makes the session that of a person: under a new id and with a new form key, nothing of the stranger's kept.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn begin(
    req: &HttpRequest,
    app: &App,
    user: &AdminUser,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Session, Error> {
    let session = req.get_session();
    session.clear();
    session.renew();
    session.insert(ADMIN, user.id.0)?;
    session.insert(CONFIRMED, now)?;
    if let Some(address) = client_address::of(req, app) {
        session.insert(ADDRESS, address.to_string())?;
    }
    if let Some(browser) = req.headers().get(USER_AGENT_HEADER).and_then(|name| name.to_str().ok()) {
        session.insert(USER_AGENT, browser.chars().take(MAX_USER_AGENT).collect::<String>())?;
    }
    form_key::renew(&session)?;
    Ok(session)
}
