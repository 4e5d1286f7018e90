//! Signing out: the session ends in the database, so that a copied cookie is worth nothing.

use actix_session::Session;
use actix_web::HttpResponse;

use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash};
use crate::web::form_key::{Checked, Nothing};
use crate::web::page::see_other;
use crate::web::{PageError, links};

/// Signs out.
///
/// # Errors
/// Those of the session.
pub async fn sign_out(
    admin: Admin,
    session: Session,
    _: Checked<Nothing>,
) -> Result<HttpResponse, PageError> {
    session.clear();
    session.renew();
    flash::add(&session, Flash::success(text::get("login-signed-out")))?;
    log::info!("signed out admin.id={}", admin.user.id.0);
    Ok(see_other(links::LOGIN))
}
