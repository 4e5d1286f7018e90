//! Acts of a webhook's page that need a fresh password: reveal the secret, make another one, delete.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::edit::{find, shown};
use super::{LIST, edit_href, id_of};
use crate::app::App;
use crate::domain::webhook::{self, WebhookId};
use crate::text;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The secret is shown again.
    Reveal,
    /// Another secret takes its place.
    Rotate,
    /// The webhook goes.
    Delete,
}

impl Act {
    /// Where it is done.
    pub(super) fn href(self, id: WebhookId) -> String {
        format!("{LIST}/{}/{}", self.word(), id.0)
    }

    /// Where it is asked whether it is meant.
    pub(super) fn question_href(self, id: WebhookId) -> String {
        format!("{LIST}/confirm/{}/{}", self.word(), id.0)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Reveal => "reveal",
            Self::Rotate => "rotate",
            Self::Delete => "delete",
        }
    }
}

/// Asks before another secret is made.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn ask_rotate(admin: Admin, app: Data<App>, id: Path<String>) -> Result<HttpResponse, PageError> {
    ask(&admin, &app, Act::Rotate, &id).await
}

/// Asks before deleting.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn ask_delete(admin: Admin, app: Data<App>, id: Path<String>) -> Result<HttpResponse, PageError> {
    ask(&admin, &app, Act::Delete, &id).await
}

async fn ask(admin: &Admin, app: &App, act: Act, id: &str) -> Result<HttpResponse, PageError> {
    let proof = (!admin.is_confirmed()).then(Field::default);
    Ok(render(&question(admin, app, act, id_of(id)?, proof).await?)?)
}

/// Shows the secret again.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn reveal(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    if let Some(question) = unproven(&admin, &app, Act::Reveal, id, &proof).await? {
        return Ok(question);
    }
    let by = admin.actor().clone();
    let secret = app.store.write(move |work| webhook::reveal(work, &by, id)).await?;
    log::info!("webhook secret revealed webhook.id={} admin.id={}", id.0, admin.user.id.0);
    let stored = find(&app, id).await?;
    Ok(shown(&admin, &app, &req, &stored, &secret).await?)
}

/// Makes another secret, and shows it.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn rotate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    if let Some(question) = unproven(&admin, &app, Act::Rotate, id, &proof).await? {
        return Ok(question);
    }
    let by = admin.actor().clone();
    let (stored, secret) = app.store.write(move |work| webhook::rotate(work, &by, id)).await?;
    log::info!("webhook secret renewed webhook.id={} admin.id={}", id.0, admin.user.id.0);
    admin.flash(Flash::success(text::get("webhook-rotated")))?;
    Ok(shown(&admin, &app, &req, &stored, &secret).await?)
}

/// Deletes.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn delete(
    admin: Admin,
    app: Data<App>,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    if let Some(question) = unproven(&admin, &app, Act::Delete, id, &proof).await? {
        return Ok(question);
    }
    let by = admin.actor().clone();
    let deleted = app.store.write(move |work| webhook::delete(work, &by, id)).await?;
    log::info!("webhook deleted webhook.id={} admin.id={}", id.0, admin.user.id.0);
    admin.flash(Flash::success(text::with("webhook-deleted", &[("name", deleted.name.into())])))?;
    Ok(see_other(LIST))
}

/// The question for the password, when the last confirmation is too old.
async fn unproven(
    admin: &Admin,
    app: &App,
    act: Act,
    id: WebhookId,
    proof: &Proof,
) -> Result<Option<HttpResponse>, Error> {
    let Some(field) = missing_proof(admin, proof).await? else { return Ok(None) };
    let status = status_of(&field);
    render_as(status, &question(admin, app, act, id, Some(field)).await?).map(Some)
}

async fn question(
    admin: &Admin,
    app: &App,
    act: Act,
    id: WebhookId,
    password: Option<Field>,
) -> Result<ConfirmPage, Error> {
    let webhook = find(app, id).await?;
    let (paragraph, submit) = match act {
        Act::Reveal => (text::get("webhook-reveal-confirm"), text::get("webhook-reveal")),
        Act::Rotate => (text::get("webhook-rotate-confirm"), text::get("webhook-rotate")),
        Act::Delete => (text::get("webhook-delete-confirm"), text::get("webhook-delete")),
    };
    Ok(ConfirmPage {
        chrome: admin.chrome(text::get("user-confirm-title"))?,
        fragment: admin.wants_fragment(),
        close_href: None,
        paragraphs: vec![paragraph],
        subject: Some(webhook.name),
        action: act.href(id),
        hidden: Vec::new(),
        password,
        submit,
        is_danger: act == Act::Delete,
        back_href: edit_href(id),
    })
}
