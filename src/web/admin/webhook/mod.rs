//! Webhooks: list, form, secret, deliveries. One file per address; rules are the domain's.

use crate::domain::event::Kind;
use crate::domain::webhook::WebhookId;
use crate::domain::{self, Missing};
use crate::text;
use crate::web::Error;

pub mod act;
pub mod deliveries;
pub mod edit;
pub mod index;
pub mod new;
pub mod save;
pub mod send_again;

mod form;

/// The list.
pub const LIST: &str = "/admin/webhook";

/// The page of one webhook.
fn edit_href(id: WebhookId) -> String {
    format!("{LIST}/edit/{}", id.0)
}

/// The id in an address or a form.
fn id_of(text: &str) -> Result<WebhookId, Error> {
    Ok(text.parse().map(WebhookId).map_err(|_| domain::Error::from(Missing::Webhook))?)
}

/// An event, as it is called.
fn called(kind: Kind) -> String {
    match kind {
        Kind::AdminLogin => text::get("event-admin-login"),
        Kind::CustomerLogin => text::get("event-customer-login"),
        Kind::IntegrationCreated => text::get("event-integration-created"),
        Kind::IntegrationUpdated => text::get("event-integration-updated"),
        Kind::IntegrationActivated => text::get("event-integration-activated"),
        Kind::IntegrationReauthorized => text::get("event-integration-reauthorized"),
        Kind::IntegrationSuspended => text::get("event-integration-suspended"),
        Kind::IntegrationResumed => text::get("event-integration-resumed"),
        Kind::IntegrationRevoked => text::get("event-integration-revoked"),
        Kind::IntegrationDeleted => text::get("event-integration-deleted"),
        Kind::TokenIssued => text::get("event-token-issued"),
        Kind::TokenRevoked => text::get("event-token-revoked"),
    }
}
