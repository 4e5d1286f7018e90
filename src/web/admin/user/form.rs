//! The form of a user as new and edit draw it.

use super::LIST;
use crate::domain::admin_user::AdminUser;
use crate::domain::role::{Role, RoleId};
use crate::domain::{self, Field as Name};
use crate::web::admin::person;
use crate::web::extract::admin::Admin;
use crate::web::form::{Choice, Field, FormState, Problem};

/// Everything that the new and the edit form have in common.
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Id of the user who is changed.
    pub id: Option<i64>,
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: Option<i64>,
    /// Whether anything can be changed: not on somebody who may do more.
    pub is_editable: bool,
    /// Whether it is the reader's own account, whose role, state and end are for others to change.
    pub is_own: bool,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `username`
    pub username: Field,
    /// `firstname`
    pub firstname: Field,
    /// `lastname`
    pub lastname: Field,
    /// `email`
    pub email: Field,
    /// `password`; its value stays empty.
    pub password: Field,
    /// `password_confirmation`; its value stays empty.
    pub password_confirmation: Field,
    /// `expires_at`
    pub expires_at: Field,
    /// `is_active`
    pub is_active: bool,
    /// `role`
    pub roles: Vec<Choice>,
    /// What is wrong with the role.
    pub role_errors: Vec<String>,
    /// `current_password`, when the last confirmation is too old, or the own password may be changed.
    pub proof: Option<Field>,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
}

/// What the form shows: nothing yet, what is stored, or what was typed.
pub(super) struct Content {
    pub(super) state: FormState,
    pub(super) is_active: bool,
    pub(super) role: Option<RoleId>,
    pub(super) version: Option<i64>,
    pub(super) is_asked: bool,
}

impl Content {
    /// An account that is not there yet.
    pub(super) fn empty() -> Self {
        Self { state: FormState::default(), is_active: true, role: None, version: None, is_asked: false }
    }

    /// What is stored.
    pub(super) fn stored(user: &AdminUser) -> Self {
        let end = user.expires_at.map(|end| end.format("%Y-%m-%dT%H:%M").to_string());
        Self {
            state: person::stored(user).with(Name::ExpiresAt, &end.unwrap_or_default()),
            is_active: user.is_active,
            role: Some(user.role),
            version: Some(user.version),
            is_asked: false,
        }
    }
}

impl Form {
    pub(super) fn of(
        admin: &Admin,
        stored: Option<&AdminUser>,
        roles: &[Role],
        content: &Content,
        list: &str,
    ) -> Self {
        let state = &content.state;
        let choice = |role: &Role| Choice {
            value: role.id.0.to_string(),
            label: role.name.clone(),
            is_chosen: content.role == Some(role.id),
        };
        let is_own = stored.is_some_and(|user| user.id == admin.user.id);
        let asks = is_own || content.is_asked || !admin.is_confirmed();
        let query = list.strip_prefix(LIST).unwrap_or_default();
        Self {
            action: format!("{LIST}/save{query}"),
            id: stored.map(|user| user.id.0),
            version: content.version,
            is_editable: true,
            is_own,
            problems: state.problems(person::place),
            username: state.field(Name::Username),
            firstname: state.field(Name::Firstname),
            lastname: state.field(Name::Lastname),
            email: state.field(Name::Email),
            password: state.field(Name::Password),
            password_confirmation: state.field(Name::PasswordConfirmation),
            expires_at: state.field(Name::ExpiresAt),
            is_active: content.is_active,
            roles: roles.iter().map(choice).collect(),
            role_errors: state.field(Name::Role).errors,
            proof: asks.then(|| state.field(domain::Field::CurrentPassword)),
            is_asked: content.is_asked,
        }
    }
}
