//! Acts, kinds of things and fields of the trail, as they are called.

use crate::domain::audit::{Act, ThingKind};
use crate::text;

/// What was done.
pub(super) fn act(act: Act) -> String {
    match act {
        Act::SignIn => text::get("activity-act-sign-in"),
        Act::SignInFailed => text::get("activity-act-sign-in-failed"),
        Act::SignOut => text::get("activity-act-sign-out"),
        Act::SessionEnded => text::get("activity-act-session-ended"),
        Act::OtherSessionsEnded => text::get("activity-act-other-sessions-ended"),
        Act::SignInForced => text::get("activity-act-sign-in-forced"),
        Act::ConfirmationFailed => text::get("activity-act-confirmation-failed"),
        Act::AccountLocked => text::get("activity-act-account-locked"),
        Act::AccountUnlocked => text::get("activity-act-account-unlocked"),
        Act::SetupLinkMade => text::get("activity-act-setup-link-made"),
        Act::UserCreated => text::get("activity-act-user-created"),
        Act::UserUpdated => text::get("activity-act-user-updated"),
        Act::UserDeactivated => text::get("activity-act-user-deactivated"),
        Act::UserReactivated => text::get("activity-act-user-reactivated"),
        Act::UserDeleted => text::get("activity-act-user-deleted"),
        Act::CustomerCreated => text::get("activity-act-customer-created"),
        Act::CustomerActivated => text::get("activity-act-customer-activated"),
        Act::CustomerDeactivated => text::get("activity-act-customer-deactivated"),
        Act::CustomerDeleted => text::get("activity-act-customer-deleted"),
        Act::PasswordChanged => text::get("activity-act-password-changed"),
        Act::PasswordLinkMade => text::get("activity-act-password-link-made"),
        Act::PasswordReset => text::get("activity-act-password-reset"),
        Act::OtpEnrolled => text::get("activity-act-otp-enrolled"),
        Act::OtpReset => text::get("activity-act-otp-reset"),
        Act::OtpFailed => text::get("activity-act-otp-failed"),
        Act::RecoveryCodeUsed => text::get("activity-act-recovery-code-used"),
        Act::RecoveryCodesRenewed => text::get("activity-act-recovery-codes-renewed"),
        Act::TokenIssued => text::get("activity-act-token-issued"),
        Act::TokenRefused => text::get("activity-act-token-refused"),
        Act::TokenLocked => text::get("activity-act-token-locked"),
        Act::TokensRevoked => text::get("activity-act-tokens-revoked"),
        Act::RoleCreated => text::get("activity-act-role-created"),
        Act::RoleUpdated => text::get("activity-act-role-updated"),
        Act::RoleDeleted => text::get("activity-act-role-deleted"),
        Act::SettingChanged => text::get("activity-act-setting-changed"),
        Act::SettingReset => text::get("activity-act-setting-reset"),
        Act::IntegrationCreated => text::get("activity-act-integration-created"),
        Act::IntegrationUpdated => text::get("activity-act-integration-updated"),
        Act::IntegrationDeleted => text::get("activity-act-integration-deleted"),
        Act::IntegrationSuspended => text::get("activity-act-integration-suspended"),
        Act::IntegrationResumed => text::get("activity-act-integration-resumed"),
        Act::IntegrationRevoked => text::get("activity-act-integration-revoked"),
        Act::IntegrationActivated => text::get("activity-act-integration-activated"),
        Act::IntegrationReauthorized => text::get("activity-act-integration-reauthorized"),
        Act::IntegrationReset => text::get("activity-act-integration-reset"),
        Act::IntegrationApproved => text::get("activity-act-integration-approved"),
        Act::IntegrationAdopted => text::get("activity-act-integration-adopted"),
        Act::IntegrationOrphaned => text::get("activity-act-integration-orphaned"),
        Act::IntegrationReturned => text::get("activity-act-integration-returned"),
        Act::IntegrationImported => text::get("activity-act-integration-imported"),
        Act::SecretRenewed => text::get("activity-act-secret-renewed"),
        Act::EarlierEnded => text::get("activity-act-earlier-ended"),
        Act::SecretsRevealed => text::get("activity-act-secrets-revealed"),
        Act::CredentialsSent => text::get("activity-act-credentials-sent"),
        Act::CredentialsDelivered => text::get("activity-act-credentials-delivered"),
        Act::CredentialsNotDelivered => text::get("activity-act-credentials-failed"),
        Act::RequestTokenGiven => text::get("activity-act-request-token-given"),
        Act::AccessTokenGiven => text::get("activity-act-access-token-given"),
        Act::TrailExported => text::get("activity-act-trail-exported"),
    }
}

/// To what.
pub(super) fn thing_kind(kind: ThingKind) -> String {
    match kind {
        ThingKind::Integration => text::get("activity-kind-integration"),
        ThingKind::User => text::get("activity-kind-user"),
        ThingKind::Customer => text::get("activity-kind-customer"),
        ThingKind::Role => text::get("activity-kind-role"),
        ThingKind::Setting => text::get("activity-kind-setting"),
        ThingKind::Installation => text::get("activity-kind-installation"),
        ThingKind::Trail => text::get("activity-kind-trail"),
    }
}

/// A field, as its form calls it; one that no form has keeps its name.
pub(super) fn field(name: &str) -> String {
    match name {
        "name" => text::get("integration-field-name"),
        "email" => text::get("integration-field-email"),
        "endpoint" => text::get("integration-field-endpoint"),
        "identity_link_url" => text::get("integration-field-identity"),
        "consumer_secret" => text::get("integration-consumer-secret"),
        "status" => text::get("integration-column-status"),
        "username" => text::get("setup-username"),
        "firstname" => text::get("setup-firstname"),
        "lastname" => text::get("setup-lastname"),
        "password" => text::get("setup-password"),
        "now" => text::get("integration-permissions-now"),
        "value" => text::get("activity-field-value"),
        "role" => text::get("activity-field-role"),
        "rolename" => text::get("role-field-name"),
        "website" => text::get("activity-field-website"),
        "confirmed" => text::get("activity-field-confirmed"),
        "is_active" => text::get("user-field-active"),
        "expires_at" => text::get("user-field-expires"),
        "interface_locale" => text::get("account-field-locale"),
        "sessions" => text::get("account-sessions"),
        "tokens" => text::get("activity-field-tokens"),
        "bearer_mode" => text::get("integration-field-bearer"),
        "session" => text::get("activity-field-session"),
        "recovery_codes_left" => text::get("activity-field-recovery-codes-left"),
        "cause" => text::get("activity-field-cause"),
        "format" => text::get("activity-field-format"),
        other => other.to_owned(),
    }
}

/// What a field held; words stand for what the database keeps as a short name.
pub(super) fn value(field: &str, value: &str) -> String {
    match (field, value) {
        ("status", "inactive") => text::get("integration-status-inactive"),
        ("status", "active") => text::get("integration-status-active"),
        ("status", "reset") => text::get("integration-status-reset"),
        ("status", "suspended") => text::get("integration-status-suspended"),
        ("is_active", "1") => text::get("user-state-active"),
        ("is_active", "0") => text::get("user-state-inactive"),
        ("confirmed", "1") => text::get("activity-yes"),
        ("bearer_mode", "follow") => text::get("integration-bearer-follow"),
        ("bearer_mode", "signed") => text::get("integration-bearer-signed"),
        ("bearer_mode", "allowed") => text::get("integration-bearer-allowed"),
        ("now", "1") => text::get("activity-yes"),
        _ => value.to_owned(),
    }
}
