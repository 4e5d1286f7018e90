//! Signing out: the session ends in the database, so that a copied cookie is worth nothing.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::app::App;
use crate::domain::sign_in;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash};
use crate::web::form_key::{Checked, Nothing};
use crate::web::page::see_other;
use crate::web::{PageError, links};

/// Signs out.
///
/// # Errors
/// Those of session and database.
pub async fn sign_out(
    admin: Admin,
    session: Session,
    app: Data<App>,
    _: Checked<Nothing>,
) -> Result<HttpResponse, PageError> {
    let (by, user, id) = (admin.actor().clone(), admin.user.clone(), admin.session_id());
    app.store.write(move |work| sign_in::leave(work, &by, &user, id)).await?;
    session.clear();
    session.renew();
    flash::add(&session, Flash::success(text::get("login-signed-out")))?;
    log::info!("signed out admin.id={}", admin.user.id.0);
    Ok(see_other(links::LOGIN))
}
