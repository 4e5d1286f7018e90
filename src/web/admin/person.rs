//! What the form of a user and that of the own account have in common: a person, and perhaps a new password.

use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, AdminUserId, Checked, NewAdmin};
use crate::domain::{self, Field, Invalid, Reason, password};
use crate::secret::Secret;
use crate::web::Error;
use crate::web::form::FormState;

/// A person who passed all checks, with the hash of a new password, when there is one.
pub(super) struct Prepared {
    pub(super) person: Checked,
    pub(super) hash: Option<String>,
}

/// What was typed of a person.
pub(super) struct Typed<'a> {
    pub(super) username: &'a str,
    pub(super) firstname: &'a str,
    pub(super) lastname: &'a str,
    pub(super) email: &'a str,
    pub(super) password: &'a Secret,
    pub(super) password_confirmation: &'a Secret,
}

impl Typed<'_> {
    /// The form as it is drawn again; never with a password.
    pub(super) fn lines(&self) -> [(Field, &str); 4] {
        [
            (Field::Username, self.username),
            (Field::Firstname, self.firstname),
            (Field::Lastname, self.lastname),
            (Field::Email, self.email),
        ]
    }

    /// Whether whoever has this would get into the account: by a new password, or by one that is mailed.
    pub(super) fn changes_way_in(&self, stored: &AdminUser) -> bool {
        !self.password.is_empty() || !self.email.trim().eq_ignore_ascii_case(&stored.email)
    }

    /// Checks the person, and hashes a new password: that takes long, and is done outside of any transaction.
    /// `invalid` is what is wrong already; `id` the person who is changed, whose latest passwords are not taken.
    pub(super) async fn prepare(
        &self,
        app: &App,
        id: Option<AdminUserId>,
        mut invalid: Invalid,
    ) -> Result<Prepared, Error> {
        let rule = app.store.read(password::rule).await?;
        let new = self.new_admin();
        let checked = if id.is_some() { new.check_change(rule) } else { new.check(rule) };
        let person = match checked {
            Ok(person) => Some(person),
            Err(more) => {
                invalid.extend(more);
                None
            }
        };
        if let (Some(id), Some(_)) = (id, person.as_ref().filter(|_| !self.password.is_empty())) {
            let used = app.store.read(move |work| admin_user::hashes_used(work, id)).await?;
            if app.hashing.verify_any(self.password.clone(), used).await? {
                invalid.add(Field::Password, Reason::PasswordUsedBefore);
            }
        }
        let Some(person) = person.filter(|_| invalid.iter().next().is_none()) else {
            return Err(domain::Error::from(invalid).into());
        };
        let hash = match person.password().is_empty() {
            true => None,
            false => Some(app.hashing.hash(person.password().clone()).await?),
        };
        Ok(Prepared { person, hash })
    }

    fn new_admin(&self) -> NewAdmin {
        NewAdmin {
            username: self.username.to_owned(),
            firstname: self.firstname.to_owned(),
            lastname: self.lastname.to_owned(),
            email: self.email.to_owned(),
            password: self.password.clone(),
            password_confirmation: Some(self.password_confirmation.clone()),
        }
    }
}

/// The form of somebody as stored.
pub(super) fn stored(user: &AdminUser) -> FormState {
    FormState::new([
        (Field::Username, user.username.as_str()),
        (Field::Firstname, user.firstname.as_str()),
        (Field::Lastname, user.lastname.as_str()),
        (Field::Email, user.email.as_str()),
    ])
}

/// Label and element of each field.
pub(super) fn place(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Firstname => ("setup-firstname", "firstname"),
        Field::Lastname => ("setup-lastname", "lastname"),
        Field::Email => ("setup-email", "email"),
        Field::Password => ("setup-password", "password"),
        Field::PasswordConfirmation => ("setup-password-confirmation", "password_confirmation"),
        Field::ExpiresAt => ("user-field-expires", "expires_at"),
        Field::IsActive => ("user-field-active", "is_active"),
        Field::Role => ("user-field-role", "role"),
        Field::InterfaceLocale => ("account-field-locale", "interface_locale"),
        Field::CurrentPassword => ("identity-password", "user_current_password"),
        _ => ("setup-username", "username"),
    }
}
