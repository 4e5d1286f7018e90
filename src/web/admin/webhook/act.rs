//! Acts of a webhook's page that need a fresh password: reveal the secret, make another one, delete.

use actix_web::{HttpRequest, HttpResponse};

use super::edit::{find, shown};
use super::{LIST, edit_href, id_of};
use crate::domain;
use crate::domain::webhook::{self, Webhook, WebhookId};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::{Asked, Order, Press};
use crate::web::flash::Flash;
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

/// Asks before another secret is made.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn ask_rotate(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Rotate).await
}

/// Asks before deleting.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn ask_delete(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Delete).await
}

/// Shows the secret again.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn reveal(order: Order) -> Result<HttpResponse, PageError> {
    let id = match order.proven(Act::Reveal).await? {
        Ok(id) => id,
        Err(question) => return Ok(question),
    };
    let Asked { admin, app, req, .. } = &order.asked;
    let by = admin.actor().clone();
    let secret = app.store.write(move |work| webhook::reveal(work, &by, id)).await?;
    admin.log(Act::Reveal, id);
    let stored = find(app, id).await?;
    Ok(shown(admin, app, req, &stored, &secret).await?)
}

/// Makes another secret, and shows it.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn rotate(order: Order) -> Result<HttpResponse, PageError> {
    let id = match order.proven(Act::Rotate).await? {
        Ok(id) => id,
        Err(question) => return Ok(question),
    };
    let Asked { admin, app, req, .. } = &order.asked;
    let by = admin.actor().clone();
    let (stored, secret) = app.store.write(move |work| webhook::rotate(work, &by, id)).await?;
    admin.log(Act::Rotate, id);
    admin.flash(Flash::success(text::get("webhook-rotated")))?;
    Ok(shown(admin, app, req, &stored, &secret).await?)
}

/// Deletes.
///
/// # Errors
/// When there is no webhook of that id.
pub async fn delete(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Delete, webhook::delete).await
}

impl Press for Act {
    type Thing = Webhook;
    type Id = WebhookId;

    const LIST: &'static str = LIST;

    fn name(self) -> &'static str {
        match self {
            Self::Reveal => "reveal",
            Self::Rotate => "rotate",
            Self::Delete => "delete",
        }
    }

    fn label(self) -> String {
        match self {
            Self::Reveal => text::get("webhook-reveal"),
            Self::Rotate => text::get("webhook-rotate"),
            Self::Delete => text::get("webhook-delete"),
        }
    }

    fn question(self) -> String {
        text::get("user-confirm-title")
    }

    fn consequence(self, _webhook: &Webhook) -> String {
        match self {
            Self::Reveal => text::get("webhook-reveal-confirm"),
            Self::Rotate => text::get("webhook-rotate-confirm"),
            Self::Delete => text::get("webhook-delete-confirm"),
        }
    }

    fn is_danger(self) -> bool {
        self == Self::Delete
    }

    fn done(self, webhook: &Webhook) -> Option<String> {
        let name = [("name", webhook.name.as_str().into())];
        (self == Self::Delete).then(|| text::on_page("webhook-deleted", &name))
    }

    fn next(self, _req: &HttpRequest, id: WebhookId) -> String {
        if self == Self::Delete { LIST.to_owned() } else { edit_href(id) }
    }

    fn back(self, _req: &HttpRequest, id: WebhookId) -> String {
        edit_href(id)
    }

    fn id_of(text: &str) -> Result<WebhookId, Error> {
        id_of(text)
    }

    fn number(id: WebhookId) -> i64 {
        id.0
    }

    fn find(work: &mut Work<'_>, id: WebhookId) -> Result<Webhook, domain::Error> {
        webhook::find(work, id)
    }

    fn subject(webhook: Webhook) -> String {
        webhook.name
    }
}
