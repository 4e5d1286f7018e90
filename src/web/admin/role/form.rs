//! The form of a role as new and edit draw it.

use super::LIST;
use crate::app::App;
use crate::domain::permission::Grants;
use crate::domain::role::Role;
use crate::domain::{self, Field as Name};
use crate::web::admin::resources::{Choice, Resources};
use crate::web::extract::admin::Admin;
use crate::web::form::{Field, FormState, Problem};

/// Everything that the new and the edit form have in common.
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Id of the role that is changed.
    pub id: Option<i64>,
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: Option<i64>,
    /// Whether anything can be changed: not a role that may do more.
    pub is_editable: bool,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `rolename`
    pub rolename: Field,
    /// The permissions.
    pub resources: Resources,
    /// `current_password`, when the last confirmation is too old.
    pub proof: Option<Field>,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
}

/// What the form shows: nothing yet, what is stored, or what was typed.
#[derive(Default)]
pub(super) struct Content {
    pub(super) state: FormState,
    pub(super) is_all: bool,
    pub(super) ticked: Grants,
    pub(super) version: Option<i64>,
    pub(super) is_asked: bool,
}

impl Content {
    /// What is stored.
    pub(super) fn stored(role: &Role, grants: &Grants) -> Self {
        Self {
            state: FormState::new([(Name::Rolename, role.name.as_str())]),
            is_all: grants.is_everything(),
            ticked: grants.clone(),
            version: Some(role.version),
            is_asked: false,
        }
    }
}

impl Form {
    pub(super) fn of(
        admin: &Admin,
        app: &App,
        id: Option<i64>,
        content: &Content,
        list: &str,
        is_editable: bool,
    ) -> Self {
        let state = &content.state;
        let choice = Choice { view: app.tree.for_roles(), is_all: content.is_all, ticked: &content.ticked };
        let resources = match is_editable {
            true => Resources::editable(admin, app, choice),
            false => Resources::viewed(admin, app, choice),
        };
        let wrong = [Name::Resource, Name::All].map(|field| state.field(field).errors).concat();
        let query = list.strip_prefix(LIST).unwrap_or_default();
        let asks = is_editable && !admin.is_confirmed();
        Self {
            action: format!("{LIST}/save{query}"),
            id,
            version: content.version,
            is_editable,
            problems: state.problems(place),
            rolename: state.field(Name::Rolename),
            resources: Resources { send: "all", marks_unused: false, errors: wrong, ..resources },
            proof: asks.then(|| state.field(domain::Field::CurrentPassword)),
            is_asked: content.is_asked,
        }
    }
}

/// Label and element of each field.
fn place(field: Name) -> (&'static str, &'static str) {
    match field {
        Name::Resource | Name::All => ("integration-resources", "all_resources"),
        Name::CurrentPassword => ("identity-password", "role_current_password"),
        _ => ("role-field-name", "rolename"),
    }
}
