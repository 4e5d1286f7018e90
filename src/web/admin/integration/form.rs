//! The form of an integration as new and edit draw it.

use super::{LIST, edit, words};
use crate::app::App;
use crate::domain;
use crate::domain::integration::{BearerMode, Integration};
use crate::domain::permission::Grants;
use crate::web::admin::resources::{Choice, Resources};
use crate::web::extract::admin::Admin;
use crate::web::form::{self, Field, FormState, Problem};

/// Everything that the new and the edit form have in common.
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Id of the integration that is changed.
    pub id: Option<i64>,
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: Option<i64>,
    /// Whether fields can be changed; a declared integration can only be viewed.
    pub is_editable: bool,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `name`
    pub name: Field,
    /// `email`
    pub email: Field,
    /// `endpoint`
    pub endpoint: Field,
    /// `identity_link_url`
    pub identity_link_url: Field,
    /// `bearer_mode`
    pub bearer_modes: Vec<form::Choice>,
    /// What is wrong with it.
    pub bearer_errors: Vec<String>,
    /// The permissions.
    pub resources: Resources,
    /// `current_password`, when the last confirmation is too old.
    pub password: Option<Field>,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
}

/// What the form shows: nothing yet, what is stored, or what was typed.
#[derive(Default)]
pub(super) struct Content {
    /// The four lines, and what is wrong with the form.
    pub(super) state: FormState,
    /// Whether `All` is chosen.
    pub(super) is_all: bool,
    /// The ticks of the tree.
    pub(super) ticked: Grants,
    /// The version that was read.
    pub(super) version: Option<i64>,
    /// Whether only the password is missing.
    pub(super) is_asked: bool,
}

impl Content {
    /// What is stored.
    pub(super) fn stored(stored: &edit::Stored) -> Self {
        let Integration { name, email, endpoint, identity_link_url, bearer_mode, version, .. } =
            &stored.integration;
        let lines = [
            (domain::Field::Name, name.as_str()),
            (domain::Field::Email, email.as_str()),
            (domain::Field::Endpoint, endpoint.as_deref().unwrap_or_default()),
            (domain::Field::IdentityLinkUrl, identity_link_url.as_deref().unwrap_or_default()),
            (domain::Field::BearerMode, bearer_mode.name()),
        ];
        Self {
            state: FormState::new(lines),
            is_all: stored.grants.is_everything(),
            ticked: stored.grants.clone(),
            version: Some(*version),
            is_asked: false,
        }
    }

    fn choice<'a>(&'a self, app: &'a App) -> Choice<'a> {
        Choice { view: app.tree.for_integrations(), is_all: self.is_all, ticked: &self.ticked }
    }
}

impl Form {
    /// The form to be filled in; `id` when an integration is changed. It takes the state of the list along.
    pub(super) fn editable(admin: &Admin, app: &App, id: Option<i64>, content: &Content, list: &str) -> Self {
        let state = list.strip_prefix(LIST).unwrap_or_default();
        let action = format!("{LIST}/save{state}");
        let proof = (!admin.is_confirmed()).then(|| content.state.field(domain::Field::CurrentPassword));
        let resources = Resources::editable(admin, app, content.choice(app));
        Self { action, id, is_editable: true, password: proof, ..Self::of(content, resources) }
    }

    /// The same, to be read only.
    pub(super) fn viewed(admin: &Admin, app: &App, content: &Content) -> Self {
        Self::of(content, Resources::viewed(admin, app, content.choice(app)))
    }

    fn of(content: &Content, resources: Resources) -> Self {
        let state = &content.state;
        let wrong =
            [domain::Field::Resource, domain::Field::AllResources].map(|field| state.field(field).errors);
        let bearer = state.field(domain::Field::BearerMode);
        let choice = |mode: BearerMode| form::Choice {
            value: mode.name().to_owned(),
            label: words::bearer_mode(mode),
            is_chosen: bearer.value == mode.name(),
        };
        Self {
            action: format!("{LIST}/save"),
            id: None,
            version: content.version,
            is_editable: false,
            problems: state.problems(place),
            name: state.field(domain::Field::Name),
            email: state.field(domain::Field::Email),
            endpoint: state.field(domain::Field::Endpoint),
            identity_link_url: state.field(domain::Field::IdentityLinkUrl),
            bearer_modes: BearerMode::ALL.into_iter().map(choice).collect(),
            bearer_errors: bearer.errors,
            resources: Resources { errors: wrong.concat(), ..resources },
            password: None,
            is_asked: content.is_asked,
        }
    }
}

/// Label and element of each field.
fn place(field: domain::Field) -> (&'static str, &'static str) {
    match field {
        domain::Field::Email => ("integration-field-email", "integration_properties_email"),
        domain::Field::Endpoint => ("integration-field-endpoint", "integration_properties_endpoint"),
        domain::Field::IdentityLinkUrl => {
            ("integration-field-identity", "integration_properties_identity_link_url")
        }
        domain::Field::Resource | domain::Field::AllResources => ("integration-resources", "all_resources"),
        domain::Field::BearerMode => ("integration-field-bearer", "integration_properties_bearer_mode"),
        domain::Field::CurrentPassword => ("identity-password", "integration_properties_current_password"),
        _ => ("integration-field-name", "integration_properties_name"),
    }
}
