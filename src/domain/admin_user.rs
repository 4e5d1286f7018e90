//! Administrators: making one, signing one in, and what a signed-in one holds.

use chrono::{DateTime, Utc};

use super::permission::Grants;
use super::role::{Role, RoleId};
use super::{Actor, Error, Field, Invalid, Reason, password};
use crate::secret::Secret;
use crate::store::{self, Work};

const MAX_USERNAME: usize = 40;
const MAX_NAME: usize = 32;

/// Longest e-mail address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL: usize = 254;

/// Identifies an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AdminUserId(pub i64);

/// A person who signs in.
#[derive(Debug, Clone)]
pub struct AdminUser {
    /// Identifies the person.
    pub id: AdminUserId,
    /// Name to sign in with.
    pub username: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// E-mail address.
    pub email: String,
    /// Whether the person may sign in.
    pub is_active: bool,
    /// What the person may do.
    pub role: RoleId,
    /// Name of that role.
    pub role_name: String,
    /// Last sign-in.
    pub logged_in_at: Option<DateTime<Utc>>,
}

/// An administrator as entered.
#[derive(Debug, Clone, Default)]
pub struct NewAdmin {
    /// Name to sign in with.
    pub username: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// The same again; `None` where a person was not asked twice.
    pub password_confirmation: Option<Secret>,
}

/// What passed [`NewAdmin::check`]. Its password is hashed next, outside any transaction.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(crate) username: String,
    pub(crate) firstname: String,
    pub(crate) lastname: String,
    pub(crate) email: String,
    password: Secret,
}

impl NewAdmin {
    /// Checks every field.
    ///
    /// # Errors
    /// Every field that cannot be accepted, with its reason.
    pub fn check(self) -> Result<Checked, Invalid> {
        let mut invalid = Invalid::default();
        let mut line = |field, text: &str, max| match checked_line(text, max) {
            Ok(text) => text,
            Err(reason) => {
                invalid.add(field, reason);
                String::new()
            }
        };
        let username = line(Field::Username, &self.username, MAX_USERNAME);
        let firstname = line(Field::Firstname, &self.firstname, MAX_NAME);
        let lastname = line(Field::Lastname, &self.lastname, MAX_NAME);
        let email = line(Field::Email, &self.email, MAX_EMAIL);
        if !email.is_empty() && !is_email(&email) {
            invalid.add(Field::Email, Reason::NotAnEmail);
        }
        if let Err(reason) = password::check(&self.password, &[&username, &email]) {
            invalid.add(Field::Password, reason);
        }
        if self.password_confirmation.is_some_and(|again| again != self.password) {
            invalid.add(Field::PasswordConfirmation, Reason::PasswordsDiffer);
        }
        invalid.check()?;
        Ok(Checked { username, firstname, lastname, email, password: self.password })
    }
}

impl Checked {
    /// The password to hash.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// Makes an administrator; `hash` is that of the checked password.
///
/// # Errors
/// `Invalid` when the user name or the e-mail address is taken.
pub fn create(work: &mut Work<'_>, admin: &Checked, hash: &str, role: &Role) -> Result<AdminUser, Error> {
    match store::admin_user::insert(work, admin, hash, role) {
        Err(store::Error::Duplicate) => Err(Error::invalid(Field::Username, Reason::UserTaken)),
        other => Ok(other?),
    }
}

/// The administrator of that name with the password's hash, to be verified outside the transaction.
///
/// # Errors
/// Those of the database.
pub fn candidate(work: &mut Work<'_>, username: &str) -> Result<Option<(AdminUser, String)>, Error> {
    Ok(store::admin_user::by_username(work, username)?)
}

/// As [`candidate`], for somebody signed in who confirms the own password.
///
/// # Errors
/// Those of the database.
pub fn password_hash(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<String>, Error> {
    Ok(store::admin_user::password_hash(work, id)?)
}

/// Who may come in: the password was right and the account is active.
pub fn admitted(candidate: Option<(AdminUser, String)>, password_is_right: bool) -> Option<AdminUser> {
    candidate.map(|(user, _)| user).filter(|user| password_is_right && user.is_active)
}

/// Notes a sign-in.
///
/// # Errors
/// Those of the database.
pub fn signed_in(work: &mut Work<'_>, id: AdminUserId) -> Result<(), Error> {
    let now = work.now;
    Ok(store::admin_user::set_logged_in(work, id, now)?)
}

/// The person of a session with what they hold; `None` when the account is gone or no longer active.
///
/// # Errors
/// Those of the database.
pub fn present(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<(AdminUser, Actor)>, Error> {
    let Some(user) = store::admin_user::by_id(work, id)?.filter(|user| user.is_active) else {
        return Ok(None);
    };
    let holds: Grants = store::grant::of_role(work, user.role)?;
    let actor = Actor { admin: Some(user.id), holds };
    Ok(Some((user, actor)))
}

/// Every administrator, by user name.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>) -> Result<Vec<AdminUser>, Error> {
    Ok(store::admin_user::list(work)?)
}

/// A text of one line, trimmed.
pub(crate) fn checked_line(text: &str, max: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.is_empty() {
        Err(Reason::Required)
    } else if text.chars().count() > max {
        Err(Reason::TooLong(max))
    } else if text.chars().any(char::is_control) {
        Err(Reason::ControlCharacter)
    } else {
        Ok(text.to_owned())
    }
}

/// Whether a text is plausibly an e-mail address: atoms with single dots, one `@`, labels, a last label of two
/// letters or more. Whether it reaches anybody only a mail can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.chars().all(|letter| letter.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(letter))
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let last_is_long = host.rsplit('.').next().is_some_and(|label| label.chars().count() >= 2);
    host.contains('.') && last_is_long && local.split('.').all(is_atom) && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_addresses_pass() {
        for text in ["jo@example.com", "jo.o'neil+shop@mail.example.co", "żółw@exämple.org"] {
            assert!(is_email(text), "{text}");
        }
    }

    #[test]
    fn implausible_addresses_do_not() {
        let samples = [
            "jo",
            "@example.com",
            ".jo@example.com",
            "jo.@example.com",
            "j..o@example.com",
            "a@b@example.com",
            "\"jo\"@example.com",
            "j\\o@example.com",
            "j o@example.com",
            "jo@(example).com",
            "jo@example",
            "jo@example.c",
            "jo@-example.com",
            "jo@example..com",
        ];
        for text in samples {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let invalid = NewAdmin { password_confirmation: Some(Secret::new("x")), ..NewAdmin::default() }
            .check()
            .unwrap_err();
        let fields: Vec<_> = invalid.iter().map(|(field, _)| field.name()).collect();
        let expected = ["username", "firstname", "lastname", "email", "password", "password_confirmation"];
        assert_eq!(fields, expected);
    }
}
