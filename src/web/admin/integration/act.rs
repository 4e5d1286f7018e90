//! What can be done to an integration by one press: how it is called, asked for, told, and where it leads.

use actix_web::HttpRequest;

use super::{edit_href, id_of, list_left, page_left};
use crate::domain;
use crate::domain::integration::{self, Integration, IntegrationId};
use crate::store::Work;
use crate::text;
use crate::web::Error;
use crate::web::admin::press::Press;

/// What can be done to an integration by one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Gone, with everything it has.
    Delete,
    /// Every call is stopped; its tokens are kept.
    Suspend,
    /// Calls pass again.
    Resume,
    /// Access is taken away: its tokens are deleted.
    Revoke,
    /// Its secrets are shown.
    Reveal,
    /// Its consumer gets another secret.
    RenewSecret,
    /// What still works beside the credentials of today ends.
    EndNow,
}

impl Press for Act {
    type Thing = Integration;
    type Id = IntegrationId;

    const LIST: &'static str = super::LIST;

    fn label(self) -> String {
        match self {
            Self::Delete => text::get("integration-delete"),
            Self::Suspend => text::get("integration-suspend"),
            Self::Resume => text::get("integration-resume"),
            Self::Revoke => text::get("integration-revoke"),
            Self::Reveal => text::get("integration-details-reveal"),
            Self::RenewSecret => text::get("integration-secret-renew"),
            Self::EndNow => text::get("integration-end-now"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Revoke => "revoke",
            Self::Reveal => "reveal",
            Self::RenewSecret => "renew_secret",
            Self::EndNow => "end_now",
        }
    }

    fn question(self) -> String {
        match self {
            Self::Delete | Self::Suspend | Self::Revoke | Self::RenewSecret => {
                text::get("integration-confirm-title")
            }
            Self::Resume | Self::Reveal | Self::EndNow => text::get("identity-title"),
        }
    }

    fn consequence(self, integration: &Integration) -> String {
        let exchanges = integration.exchanges_tokens();
        match self {
            Self::Delete => text::get("integration-delete-confirm"),
            Self::Suspend => text::get("integration-suspend-confirm"),
            Self::Resume => text::get("integration-resume-confirm"),
            Self::Revoke if exchanges => text::get("integration-revoke-confirm-exchange"),
            Self::Revoke => text::get("integration-revoke-confirm"),
            Self::Reveal => text::get("integration-reveal-confirm"),
            Self::RenewSecret if exchanges => text::get("integration-secret-renew-confirm-exchange"),
            Self::RenewSecret => text::get("integration-secret-renew-confirm"),
            Self::EndNow => text::get("integration-end-now-confirm"),
        }
    }

    fn submit(self) -> String {
        if self == Self::Delete { text::get("frame-ok") } else { self.label() }
    }

    fn is_danger(self) -> bool {
        matches!(self, Self::Delete | Self::Revoke)
    }

    // Revealing shows it, and a new secret needs more words.
    fn done(self, integration: &Integration) -> Option<String> {
        let key = match self {
            Self::Delete => "integration-deleted",
            Self::Suspend => "integration-suspended",
            Self::Resume => "integration-resumed",
            Self::Revoke => "integration-revoked",
            Self::EndNow => "integration-ended",
            Self::Reveal | Self::RenewSecret => return None,
        };
        Some(text::on_page(key, &[("name", integration.name.as_str().into())]))
    }

    fn next(self, req: &HttpRequest, id: IntegrationId) -> String {
        match self {
            Self::Delete => list_left(req),
            Self::Resume => page_left(req, id),
            Self::Suspend | Self::Revoke | Self::Reveal | Self::RenewSecret | Self::EndNow => edit_href(id),
        }
    }

    fn back(self, req: &HttpRequest, id: IntegrationId) -> String {
        page_left(req, id)
    }

    fn id_of(text: &str) -> Result<IntegrationId, Error> {
        id_of(text)
    }

    fn number(id: IntegrationId) -> i64 {
        id.0
    }

    fn find(work: &mut Work<'_>, id: IntegrationId) -> Result<Integration, domain::Error> {
        integration::find(work, id)
    }

    fn subject(integration: Integration) -> String {
        integration.name
    }
}
