//! The closed sets of the audit trail: what can be done, and to which kinds of things.

use crate::worded::worded;

worded! {
    /// What was done.
    Act {
        /// A person signed in.
        SignIn = "sign_in",
        /// Somebody tried to, in vain.
        SignInFailed = "sign_in_failed",
        /// A person signed out.
        SignOut = "sign_out",
        /// A person ended one of their sessions from another one.
        SessionEnded = "session_ended",
        /// All other sessions of a person were ended by that person.
        OtherSessionsEnded = "other_sessions_ended",
        /// All sessions of a person were ended by an administrator.
        SignInForced = "sign_in_forced",
        /// A person was asked for the password again and gave a wrong one.
        ConfirmationFailed = "confirmation_failed",
        /// Too many failures: an account is locked.
        AccountLocked = "account_locked",
        /// An account is not locked any more.
        AccountUnlocked = "account_unlocked",
        /// The link for the first administrator was made.
        SetupLinkMade = "setup_link_made",
        /// An administrator was made.
        UserCreated = "user_created",
        /// An administrator was changed.
        UserUpdated = "user_updated",
        /// An administrator may not sign in any more.
        UserDeactivated = "user_deactivated",
        /// An administrator may sign in again.
        UserReactivated = "user_reactivated",
        /// An administrator was deleted.
        UserDeleted = "user_deleted",
        /// A customer was made.
        CustomerCreated = "customer_created",
        /// A customer may have tokens again.
        CustomerActivated = "customer_activated",
        /// A customer may not have tokens any more.
        CustomerDeactivated = "customer_deactivated",
        /// A customer was deleted.
        CustomerDeleted = "customer_deleted",
        /// A password was replaced by another one.
        PasswordChanged = "password_changed",
        /// A link for choosing a new password was made.
        PasswordLinkMade = "password_link_made",
        /// A new password was chosen by such a link.
        PasswordReset = "password_reset",
        /// The second factor was set up.
        OtpEnrolled = "otp_enrolled",
        /// The second factor was taken away.
        OtpReset = "otp_reset",
        /// A wrong code was given as second factor.
        OtpFailed = "otp_failed",
        /// A recovery code was used in place of the second factor.
        RecoveryCodeUsed = "recovery_code_used",
        /// The recovery codes were replaced by others.
        RecoveryCodesRenewed = "recovery_codes_renewed",
        /// An administrator got a token for calls.
        TokenIssued = "token_issued",
        /// Somebody asked for the token of an administrator in vain.
        TokenRefused = "token_refused",
        /// Too many failures: an account gets no token for a while.
        TokenLocked = "token_locked",
        /// The tokens of an account were revoked.
        TokensRevoked = "tokens_revoked",
        /// Customers were taken in from a file.
        CustomersImported = "customers_imported",
        /// A role was made.
        RoleCreated = "role_created",
        /// A role was changed.
        RoleUpdated = "role_updated",
        /// A role was deleted.
        RoleDeleted = "role_deleted",
        /// A setting was changed.
        SettingChanged = "setting_changed",
        /// A setting went back to its default.
        SettingReset = "setting_reset",
        /// An integration was made.
        IntegrationCreated = "integration_created",
        /// An integration was changed.
        IntegrationUpdated = "integration_updated",
        /// An integration was deleted.
        IntegrationDeleted = "integration_deleted",
        /// An integration was suspended.
        IntegrationSuspended = "integration_suspended",
        /// An integration was resumed.
        IntegrationResumed = "integration_resumed",
        /// The access of an integration was taken away.
        IntegrationRevoked = "integration_revoked",
        /// An integration got its token by showing it.
        IntegrationActivated = "integration_activated",
        /// An integration got another token by showing it.
        IntegrationReauthorized = "integration_reauthorized",
        /// A declaration changed; a person has to approve what it asks for.
        IntegrationReset = "integration_reset",
        /// What a declaration asks for was approved.
        IntegrationApproved = "integration_approved",
        /// A declaration took over an integration that a person made.
        IntegrationAdopted = "integration_adopted",
        /// No file declares the integration any more.
        IntegrationOrphaned = "integration_orphaned",
        /// A file declares the integration again.
        IntegrationReturned = "integration_returned",
        /// An integration came with its credentials from another system.
        IntegrationImported = "integration_imported",
        /// An integration got another consumer secret.
        SecretRenewed = "secret_renewed",
        /// What worked beside the credentials of today was ended.
        EarlierEnded = "earlier_ended",
        /// The secrets of an integration were shown.
        SecretsRevealed = "secrets_revealed",
        /// The credentials were sent to the partner's server.
        CredentialsSent = "credentials_sent",
        /// The partner's server took them.
        CredentialsDelivered = "credentials_delivered",
        /// The partner's server did not confirm that it has them.
        CredentialsNotDelivered = "credentials_failed",
        /// The partner's server got its request token.
        RequestTokenGiven = "request_token_given",
        /// The partner's server got its access token.
        AccessTokenGiven = "access_token_given",
        /// The audit trail was exported.
        TrailExported = "trail_exported",
        /// Old entries of the audit trail were removed.
        TrailTrimmed = "trail_trimmed",
        /// A job was started by hand.
        JobStarted = "job_started",
        /// A webhook was made.
        WebhookCreated = "webhook_created",
        /// A webhook was changed.
        WebhookUpdated = "webhook_updated",
        /// A webhook was deleted.
        WebhookDeleted = "webhook_deleted",
        /// A webhook got another secret.
        WebhookSecretRenewed = "webhook_secret_renewed",
        /// The secret of a webhook was shown again.
        WebhookSecretRevealed = "webhook_secret_revealed",
        /// A delivery that was given up is sent again.
        DeliveryRepeated = "delivery_repeated",
    }
}

worded! {
    /// What an act was done to.
    ThingKind {
        /// An integration.
        Integration = "integration",
        /// An administrator.
        User = "user",
        /// A customer of the store.
        Customer = "customer",
        /// A role of administrators.
        Role = "role",
        /// A setting.
        Setting = "setting",
        /// The installation as a whole.
        Installation = "installation",
        /// The audit trail.
        Trail = "trail",
        /// A scheduled job.
        Job = "job",
        /// A webhook.
        Webhook = "webhook",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_and_fits_its_column() {
        for act in Act::ALL {
            assert_eq!(Act::of(act.word()), Some(*act));
            assert!(act.word().len() <= 32, "{}", act.word());
        }
        for kind in ThingKind::ALL {
            assert_eq!(ThingKind::of(kind.word()), Some(*kind));
            assert!(kind.word().len() <= 16, "{}", kind.word());
        }
    }
}
