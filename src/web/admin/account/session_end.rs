//! Ends one of the own sessions, or all others, once the password was confirmed lately.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::app::App;
use crate::domain;
use crate::domain::session::{self, SessionId};
use crate::text;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError, links};

/// Where all other sessions are ended.
pub const OTHERS: &str = "/admin/account/session/end_others";

/// Where a session is ended.
pub(super) fn href(id: SessionId) -> String {
    format!("/admin/account/session/end/{}", id.0)
}

/// Ends one.
///
/// # Errors
/// Those of session and database.
pub async fn one(
    admin: Admin,
    app: Data<App>,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    // No session has the number 0.
    let id = SessionId(id.parse().unwrap_or(0));
    if let Some(field) = missing_proof(&admin, &proof).await? {
        return Ok(ask(&admin, href(id), text::get("account-session-end-confirm"), field)?);
    }
    let (by, user) = (admin.actor().clone(), admin.user.clone());
    match app.store.write(move |work| session::end(work, &by, &user, id)).await {
        Ok(()) => admin.flash(Flash::success(text::get("account-session-ended")))?,
        Err(domain::Error::Conflict(conflict)) => return Ok(refused(&admin, &conflict, links::ACCOUNT)?),
        Err(other) => return Err(other.into()),
    }
    Ok(see_other(links::ACCOUNT))
}

/// Asks before ending all others.
///
/// # Errors
/// When the session cannot be written.
pub async fn ask_others(admin: Admin) -> Result<HttpResponse, PageError> {
    let proof = (!admin.is_confirmed()).then(Field::default);
    let question = text::get("account-sessions-end-confirm");
    Ok(render(&page(&admin, OTHERS.to_owned(), question, proof)?)?)
}

/// Ends all others.
///
/// # Errors
/// Those of session and database.
pub async fn others(
    admin: Admin,
    app: Data<App>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    if let Some(field) = missing_proof(&admin, &proof).await? {
        let question = text::get("account-sessions-end-confirm");
        return Ok(ask(&admin, OTHERS.to_owned(), question, field)?);
    }
    let (by, user, spared) = (admin.actor().clone(), admin.user.clone(), admin.session_id());
    app.store.write(move |work| session::end_others(work, &by, &user, spared)).await?;
    admin.flash(Flash::success(text::get("login-others-terminated")))?;
    Ok(see_other(links::ACCOUNT))
}

fn ask(admin: &Admin, action: String, question: String, field: Field) -> Result<HttpResponse, Error> {
    render_as(status_of(&field), &page(admin, action, question, Some(field))?)
}

fn page(
    admin: &Admin,
    action: String,
    question: String,
    password: Option<Field>,
) -> Result<ConfirmPage, Error> {
    Ok(ConfirmPage {
        chrome: admin.chrome(text::get("account-session-end-title"))?,
        fragment: admin.wants_fragment(),
        close_href: None,
        subject: None,
        paragraphs: vec![question],
        action,
        hidden: Vec::new(),
        password,
        submit: text::get("account-session-end"),
        is_danger: false,
        back_href: links::ACCOUNT.to_owned(),
    })
}
