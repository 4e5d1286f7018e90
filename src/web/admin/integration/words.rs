//! Integrations in words: what their states, kinds and permissions are called.

use crate::domain::integration::{BearerMode, Integration, Origin, Status};
use crate::domain::permission::Summary;
use crate::text;

/// Status as read.
pub(super) fn status_label(status: Status) -> String {
    match status {
        Status::Inactive => text::get("integration-status-inactive"),
        Status::Active => text::get("integration-status-active"),
        Status::Reset => text::get("integration-status-reset"),
        Status::Suspended => text::get("integration-status-suspended"),
    }
}

/// What a status means for calls, and what comes next.
pub(super) fn status_note(integration: &Integration, has_live_token: bool) -> String {
    match (integration.status, has_live_token) {
        (Status::Inactive, _) if integration.exchanges_tokens() => {
            text::get("integration-note-inactive-exchange")
        }
        (Status::Inactive, _) => text::get("integration-note-inactive"),
        (Status::Active, _) => text::get("integration-note-active"),
        (Status::Reset, true) => text::get("integration-note-reset-live"),
        (Status::Reset, false) => text::get("integration-note-reset"),
        (Status::Suspended, _) => text::get("integration-note-suspended"),
    }
}

/// Whether calls pass without a signature.
pub(super) fn bearer_mode(mode: BearerMode) -> String {
    match mode {
        BearerMode::Follow => text::get("integration-bearer-follow"),
        BearerMode::Signed => text::get("integration-bearer-signed"),
        BearerMode::Allowed => text::get("integration-bearer-allowed"),
    }
}

/// Made by hand or declared, by a file that may be gone.
pub(super) fn kind(origin: Origin, is_orphaned: bool) -> String {
    match origin {
        Origin::Manual => text::get("integration-kind-manual"),
        Origin::Declared if is_orphaned => text::get("integration-kind-orphaned"),
        Origin::Declared => text::get("integration-kind-declared"),
    }
}

/// How it gets its tokens.
pub(super) fn exchange(integration: &Integration) -> String {
    if integration.exchanges_tokens() {
        text::get("integration-exchange-partner")
    } else {
        text::get("integration-exchange-shown")
    }
}

/// Permissions in two words.
pub(in crate::web::admin) fn permissions(summary: Summary) -> String {
    match summary {
        Summary::All => text::get("integration-permissions-all"),
        Summary::Some { granted, of } => {
            text::on_page("integration-permissions-some", &[("granted", granted.into()), ("of", of.into())])
        }
    }
}

/// What activating is called, which depends on whether a token is there already.
pub(super) fn activate(has_live_token: bool) -> String {
    if has_live_token { text::get("integration-reauthorize") } else { text::get("integration-activate") }
}
