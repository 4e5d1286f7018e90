//! The form of a webhook as new and edit draw it.

use super::{LIST, called};
use crate::domain::event::Kind;
use crate::domain::event::observer::Wants;
use crate::domain::webhook::Webhook;
use crate::domain::{self, Field as Name};
use crate::web::extract::admin::Admin;
use crate::web::form::{Choice, Field, FormState, Problem};

/// Everything that the new and the edit form have in common.
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Id of the webhook that is changed.
    pub id: Option<i64>,
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: Option<i64>,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `name`
    pub name: Field,
    /// `url`
    pub url: Field,
    /// Whether it hears of everything.
    pub is_all: bool,
    /// The events.
    pub kinds: Vec<Choice>,
    /// What is wrong with their choice.
    pub kinds_errors: Vec<String>,
    /// Whether anything is sent.
    pub is_enabled: bool,
    /// `current_password`, when the last confirmation is too old.
    pub proof: Option<Field>,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
}

/// What the form shows: nothing yet, what is stored, or what was typed.
pub(super) struct Content {
    pub(super) state: FormState,
    pub(super) wants: Wants,
    pub(super) is_enabled: bool,
    pub(super) version: Option<i64>,
    pub(super) is_asked: bool,
}

impl Content {
    /// A new one: on, and hearing of everything.
    pub(super) fn new() -> Self {
        Self {
            state: FormState::default(),
            wants: Wants::Everything,
            is_enabled: true,
            version: None,
            is_asked: false,
        }
    }

    /// What is stored.
    pub(super) fn stored(webhook: &Webhook) -> Self {
        Self {
            state: FormState::new([(Name::Name, webhook.name.as_str()), (Name::Url, webhook.url.as_str())]),
            wants: webhook.wants.clone(),
            is_enabled: webhook.is_enabled,
            version: Some(webhook.version),
            is_asked: false,
        }
    }
}

impl Form {
    pub(super) fn of(admin: &Admin, id: Option<i64>, content: &Content) -> Self {
        let state = &content.state;
        let is_all = content.wants == Wants::Everything;
        let choice = |kind: &Kind| Choice {
            value: kind.word().to_owned(),
            label: called(*kind),
            is_chosen: !is_all && content.wants.include(*kind),
        };
        Self {
            action: format!("{LIST}/save"),
            id,
            version: content.version,
            problems: state.problems(place),
            name: state.field(Name::Name),
            url: state.field(Name::Url),
            is_all,
            kinds: Kind::ALL.iter().map(choice).collect(),
            kinds_errors: state.field(Name::Kinds).errors,
            is_enabled: content.is_enabled,
            proof: (!admin.is_confirmed()).then(|| state.field(domain::Field::CurrentPassword)),
            is_asked: content.is_asked,
        }
    }
}

/// Label and element of each field.
fn place(field: Name) -> (&'static str, &'static str) {
    match field {
        Name::Url => ("webhook-field-url", "webhook_url"),
        Name::Kinds => ("webhook-field-kinds", "webhook_kinds_all"),
        Name::CurrentPassword => ("identity-password", "webhook_current_password"),
        _ => ("webhook-field-name", "webhook_name"),
    }
}
