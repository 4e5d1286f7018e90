//! A webhook: its form, its secret, and what became of its deliveries.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::act::Act;
use super::deliveries::Deliveries;
use super::form::{Content, Form};
use super::{LIST, id_of};
use crate::app::App;
use crate::domain::webhook::{self, Webhook, WebhookId};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// A webhook.
#[derive(Template)]
#[template(path = "admin/webhook/edit.html")]
pub struct EditPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The secret that signs, when it is to be seen.
    pub secret: Option<String>,
    /// Until when the secret before signs, too.
    pub previous_ends_at: Option<DateTime<Utc>>,
    /// Where the secret is revealed.
    pub reveal_href: String,
    /// Where another secret is asked for.
    pub rotate_href: String,
    /// Where deleting is asked for.
    pub delete_href: String,
    /// What became of events.
    pub deliveries: Deliveries,
    /// The stored version, when somebody saved it after this form was drawn.
    pub newer_href: Option<String>,
    /// The list.
    pub back_href: &'static str,
}

/// Shows the page of a webhook.
///
/// # Errors
/// When there is none of that id.
pub async fn show(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    let stored = find(&app, id_of(&id)?).await?;
    Ok(render(&page(&admin, &app, &req, &stored, &Content::stored(&stored)).await?)?)
}

/// The same with the secret in sight.
pub(super) async fn shown(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: &Webhook,
    secret: &Secret,
) -> Result<HttpResponse, Error> {
    let page = page(admin, app, req, stored, &Content::stored(stored)).await?;
    render(&EditPage { secret: Some(secret.expose().to_owned()), ..page })
}

pub(super) async fn find(app: &App, id: WebhookId) -> Result<Webhook, Error> {
    Ok(app.store.read(move |work| webhook::find(work, id)).await?)
}

/// The page, with this content in its form.
pub(super) async fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: &Webhook,
    content: &Content,
) -> Result<EditPage, Error> {
    let id = stored.id;
    Ok(EditPage {
        deliveries: Deliveries::read(app, req, stored).await?,
        chrome: admin
            .chrome(text::on_page("webhook-edit-title", &[("name", stored.name.as_str().into())]))?,
        form: Form::of(admin, Some(id.0), content),
        secret: None,
        previous_ends_at: stored.previous_ends_at.filter(|end| admin.now < *end),
        reveal_href: Act::Reveal.href(id),
        rotate_href: Act::Rotate.question_href(id),
        delete_href: Act::Delete.question_href(id),
        newer_href: None,
        back_href: LIST,
    })
}
