//! What can be done to an integration by one press: how it is called, asked for, told, and where it leads.

use actix_web::HttpRequest;

use super::{edit_href, list_left, page_left};
use crate::domain::integration::{Integration, IntegrationId};
use crate::text;

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

impl Act {
    /// Where it is done.
    pub(super) fn href(self, id: IntegrationId) -> String {
        format!("{}/{}/{}", super::LIST, self.name(), id.0)
    }

    /// Where it is asked whether it is meant.
    pub(super) fn question_href(self, id: IntegrationId) -> String {
        format!("{}/confirm/{}/{}", super::LIST, self.name(), id.0)
    }

    /// What it is called.
    pub(super) fn label(self) -> String {
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

    /// As addresses and the log say it.
    pub(super) fn name(self) -> &'static str {
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

    /// What is asked before.
    pub(super) fn question(self) -> String {
        match self {
            Self::Delete | Self::Suspend | Self::Revoke | Self::RenewSecret => {
                text::get("integration-confirm-title")
            }
            Self::Resume | Self::Reveal | Self::EndNow => text::get("identity-title"),
        }
    }

    /// What it means.
    pub(super) fn consequence(self, integration: &Integration) -> String {
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

    /// The button that goes on.
    pub(super) fn submit(self) -> String {
        if self == Self::Delete { text::get("frame-ok") } else { self.label() }
    }

    /// Whether it takes away what cannot be given back.
    pub(super) fn is_danger(self) -> bool {
        matches!(self, Self::Delete | Self::Revoke)
    }

    /// What is said when it is done; revealing shows it, and a new secret needs more words.
    pub(super) fn done(self, name: &str) -> Option<String> {
        let key = match self {
            Self::Delete => "integration-deleted",
            Self::Suspend => "integration-suspended",
            Self::Resume => "integration-resumed",
            Self::Revoke => "integration-revoked",
            Self::EndNow => "integration-ended",
            Self::Reveal | Self::RenewSecret => return None,
        };
        Some(text::with(key, &[("name", name.into())]))
    }

    /// The page that follows.
    pub(super) fn next(self, req: &HttpRequest, id: IntegrationId) -> String {
        match self {
            Self::Delete => list_left(req),
            Self::Resume => page_left(req, id),
            Self::Suspend | Self::Revoke | Self::Reveal | Self::RenewSecret | Self::EndNow => edit_href(id),
        }
    }
}
