//! Why something was not done, as a sentence: one mapping for pages and commands, which bring how values are inserted.

use crate::domain::route::{Miss, PathFault};
use crate::domain::{Conflict, Field, Missing, Reason, Stronger};
use crate::text::{self, Say};

/// Why the value of a field cannot be accepted.
pub fn sentence(reason: &Reason, field: Field, say: Say) -> String {
    match reason {
        Reason::Required => required(field),
        Reason::TooLong(max) => say("reason-too-long", &[("max", (*max).into())]),
        Reason::TooShort(min) => say("reason-password-too-short", &[("min", (*min).into())]),
        Reason::ControlCharacter => text::get("reason-control-character"),
        Reason::NotAnEmail => text::get("reason-not-an-email"),
        Reason::NoEmail => text::get("reason-no-email"),
        Reason::MalformedEmail => text::get("reason-malformed-email"),
        Reason::NotAUrl => text::get("reason-not-a-url"),
        Reason::UrlWithCredentials => text::get("reason-url-with-credentials"),
        Reason::PlainHttp(place) => say("reason-plain-http", &[("place", place.as_str().into())]),
        Reason::IntegrationNameTaken(name) => {
            say("reason-integration-name-taken", &[("name", name.as_str().into())])
        }
        Reason::UserTaken => text::get("reason-user-taken"),
        Reason::CustomerTaken => text::get("reason-customer-taken"),
        Reason::NotACode => text::get("reason-not-a-code"),
        Reason::UnknownResource(id) => say("reason-unknown-resource", &[("id", id.as_str().into())]),
        Reason::RepeatsLine(line) => say("reason-repeats-line", &[("line", (*line).into())]),
        Reason::KeyTaken(name) => say("reason-key-taken", &[("name", name.as_str().into())]),
        Reason::TokenTaken => text::get("reason-token-taken"),
        Reason::NotACredential(length) => say("reason-not-a-credential", &[("length", (*length).into())]),
        Reason::SealedOtherwise => text::get("reason-sealed-otherwise"),
        Reason::NoMagentoKey(version) => {
            say("reason-no-magento-key", &[("version", version.as_str().into())])
        }
        Reason::NotOpened => text::get("reason-not-opened"),
        Reason::NotHeld(ids) => say("reason-not-held", &[("ids", ids.join(", ").into())]),
        Reason::PasswordsDiffer => text::get("reason-passwords-differ"),
        Reason::PasswordHoldsName => text::get("reason-password-holds-name"),
        Reason::PasswordCommon => text::get("reason-password-common"),
        Reason::WrongPassword => text::get("reason-wrong-password"),
        Reason::WrongCode => text::get("reason-wrong-code"),
        Reason::NotANumber => text::get("reason-not-a-number"),
        Reason::NotWhole => text::get("reason-not-whole"),
        Reason::TooSmall(min) => say("reason-too-small", &[("min", min.to_string().into())]),
        Reason::TooLarge(max) => say("reason-too-large", &[("max", max.to_string().into())]),
        Reason::NotASchedule => text::get("reason-not-a-schedule"),
        Reason::DefaultChosen => text::get("reason-default-chosen"),
        Reason::NotAHash => text::get("reason-not-a-hash"),
        Reason::NotAFlag => text::get("reason-not-a-flag"),
        Reason::NotOneOf(words) => say("reason-not-one-of", &[("words", words.join(", ").into())]),
        Reason::PasswordNotMixed => text::get("reason-password-not-mixed"),
        Reason::PasswordUsedBefore => text::get("reason-password-used-before"),
        Reason::NotAMoment => text::get("reason-not-a-moment"),
        Reason::MomentPassed => text::get("reason-moment-passed"),
        Reason::UnknownRole => text::get("reason-unknown-role"),
        Reason::RoleHoldsMore(ids) => say("reason-role-holds-more", &[("ids", ids.join(", ").into())]),
        Reason::RoleNameTaken(name) => say("reason-role-name-taken", &[("name", name.as_str().into())]),
        Reason::UnknownLocale => text::get("reason-unknown-locale"),
        Reason::OwnRights => text::get("reason-own-rights"),
        Reason::NoKinds => text::get("reason-no-kinds"),
    }
}

/// Which state forbids the operation, and what to do about it.
pub fn conflict(conflict: &Conflict, say: Say) -> String {
    match conflict {
        Conflict::ChangedMeanwhile => text::get("conflict-changed-meanwhile"),
        Conflict::RequestChanged => text::get("conflict-request-changed"),
        Conflict::DeclaredCannotBeEdited => text::get("conflict-declared-edit"),
        Conflict::DeclaredCannotBeDeleted(name) => {
            say("conflict-declared-delete", &[("name", name.as_str().into())])
        }
        Conflict::Suspended => text::get("conflict-suspended"),
        Conflict::NotSuspended => text::get("conflict-not-suspended"),
        Conflict::NotActive => text::get("conflict-not-active"),
        Conflict::NothingToRevoke => text::get("conflict-nothing-to-revoke"),
        Conflict::NeedsNoExchange => text::get("conflict-needs-no-exchange"),
        Conflict::NeedsExchange => text::get("conflict-needs-exchange"),
        Conflict::OwnAccount => text::get("conflict-own-account"),
        Conflict::OwnRole => text::get("conflict-own-role"),
        Conflict::LastAdministrator => text::get("conflict-last-administrator"),
        Conflict::RoleHasMembers(count) => say("conflict-role-has-members", &[("count", (*count).into())]),
        Conflict::SessionEnded => text::get("conflict-session-ended"),
        Conflict::RevealSwitchedOff => text::get("conflict-reveal-switched-off"),
        Conflict::OtpPresent => text::get("conflict-otp-present"),
        Conflict::OtpNotBegun => text::get("conflict-otp-not-begun"),
        Conflict::WebhookOff => text::get("conflict-webhook-off"),
        Conflict::DeliveryNotFailed => text::get("conflict-delivery-not-failed"),
        Conflict::JobRunning(job) => say("conflict-job-running", &[("job", job.as_str().into())]),
    }
}

/// What does not exist.
pub fn missing(missing: &Missing, say: Say) -> String {
    match missing {
        Missing::Integration(asked) if asked.bytes().all(|byte| byte.is_ascii_digit()) => {
            say("missing-integration", &[("id", asked.as_str().into())])
        }
        Missing::Integration(asked) => say("missing-integration-named", &[("name", asked.as_str().into())]),
        Missing::AdminUser(name) => say("missing-admin-user", &[("name", name.as_str().into())]),
        Missing::RoleId(_) => text::get("missing-role-id"),
        Missing::AdminUserId(_) => text::get("missing-admin-user-id"),
        Missing::Customer(email) => say("missing-customer", &[("email", email.as_str().into())]),
        Missing::CustomerId(_) => text::get("missing-customer-id"),
        Missing::Role(name) => say("missing-role", &[("name", name.as_str().into())]),
        Missing::Setting(path) => say("missing-setting", &[("path", path.as_str().into())]),
        Missing::PasswordLink => text::get("missing-password-link"),
        Missing::Webhook => text::get("missing-webhook"),
        Missing::Delivery => text::get("missing-delivery"),
        Missing::Job(job) => say("missing-job", &[("job", job.as_str().into())]),
        Missing::SetupLink => text::get("missing-setup-link"),
    }
}

/// Why an address belongs to no route.
pub fn miss(miss: Miss) -> String {
    match miss {
        Miss::Path(fault) => path(fault),
        Miss::Method => text::get("miss-method"),
        Miss::Route => text::get("miss-route"),
    }
}

/// Why a path is none that is matched.
pub fn path(fault: PathFault) -> String {
    match fault {
        PathFault::Relative => text::get("path-relative"),
        PathFault::Empty => text::get("path-empty"),
        PathFault::Dots => text::get("path-dots"),
        PathFault::Nul => text::get("path-nul"),
        PathFault::Backslash => text::get("path-backslash"),
        PathFault::Escape => text::get("path-escape"),
        PathFault::Character => text::get("path-character"),
    }
}

/// Which resources whoever asked does not hold.
pub fn denied(holder: Stronger, ids: &[String]) -> String {
    let ids = [("ids", ids.join(", ").into())];
    match holder {
        Stronger::Integration => text::with("denied-integration", &ids),
        Stronger::User => text::with("denied-user", &ids),
        Stronger::Role => text::with("denied-role", &ids),
    }
}

fn required(field: Field) -> String {
    match field {
        Field::Username => text::get("reason-required-username"),
        Field::Firstname => text::get("reason-required-firstname"),
        Field::Lastname => text::get("reason-required-lastname"),
        Field::Email => text::get("reason-required-email"),
        Field::Password => text::get("reason-required-password"),
        _ => text::get("reason-required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_stands_in_the_sentence() {
        let taken = Reason::IntegrationNameTaken("Acme \"1\"".to_owned());
        assert_eq!(
            sentence(&taken, Field::Name, text::with),
            "The integration with name \"Acme \"1\"\" exists."
        );
        let plain = Reason::PlainHttp("a.example:80".to_owned());
        assert!(sentence(&plain, Field::Endpoint, text::with).contains("egress_allow"));
        assert!(missing(&Missing::Role("Clerks".to_owned()), text::with).contains("Clerks"));
    }

    #[test]
    fn an_empty_field_is_named_as_its_form_names_it() {
        assert_eq!(sentence(&Reason::Required, Field::Name, text::with), "This is a required field.");
        assert_eq!(
            sentence(&Reason::Required, Field::Username, text::with),
            "\"User Name\" is required. Enter and try again."
        );
        assert_eq!(sentence(&Reason::Required, Field::Password, text::with), "Password is required field.");
    }
}
