//! An administrator as entered, and what can be wrong with it.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{MAX_EMAIL, checked_line, is_email};
use crate::domain::password::{self, Rule};
use crate::domain::{Field, Invalid, Reason};
use crate::secret::Secret;

const MAX_USERNAME: usize = 40;
const MAX_NAME: usize = 32;

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
    pub fn check(self, rule: Rule) -> Result<Checked, Invalid> {
        self.check_fields(rule, true)
    }

    /// The same for somebody who has a password: an empty one leaves it as it is.
    ///
    /// # Errors
    /// As [`NewAdmin::check`].
    pub fn check_change(self, rule: Rule) -> Result<Checked, Invalid> {
        self.check_fields(rule, false)
    }

    fn check_fields(self, rule: Rule, needs_password: bool) -> Result<Checked, Invalid> {
        let mut invalid = Invalid::default();
        let mut line = |field, text: &str, max| invalid.kept(field, checked_line(text, max));
        let username = line(Field::Username, &self.username, MAX_USERNAME);
        let firstname = line(Field::Firstname, &self.firstname, MAX_NAME);
        let lastname = line(Field::Lastname, &self.lastname, MAX_NAME);
        let email = line(Field::Email, &self.email, MAX_EMAIL);
        if !email.is_empty() && !is_email(&email) {
            invalid.add(Field::Email, Reason::NotAnEmail);
        }
        let names = names(&username, &firstname, &lastname, &email);
        if let Err(reason) = password::check(&self.password, rule, &names)
            && (needs_password || !self.password.is_empty())
        {
            invalid.add(Field::Password, reason);
        }
        if self.password_confirmation.is_some_and(|again| again != self.password) {
            invalid.add(Field::PasswordConfirmation, Reason::PasswordsDiffer);
        }
        invalid.check()?;
        Ok(Checked { username, firstname, lastname, email, password: self.password })
    }
}

/// What a person's password must not contain.
pub(crate) fn names<'a>(
    username: &'a str,
    firstname: &'a str,
    lastname: &'a str,
    email: &'a str,
) -> [&'a str; 5] {
    let local = email.split('@').next().unwrap_or_default();
    [username, firstname, lastname, email, local]
}

impl Checked {
    /// The password to hash; empty when it stays as it is.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// A moment as people and browsers write it, in UTC; none when nothing was written.
///
/// # Errors
/// When it is none.
pub fn moment(text: &str) -> Result<Option<DateTime<Utc>>, Reason> {
    let text = text.trim().trim_end_matches("UTC").trim_end_matches('Z').trim().replacen('T', " ", 1);
    if text.is_empty() {
        return Ok(None);
    }
    let with_day_only = format!("{text} 00:00");
    let read = |text: &str, format| NaiveDateTime::parse_from_str(text, format).ok();
    let found = read(&text, "%Y-%m-%d %H:%M:%S")
        .or_else(|| read(&text, "%Y-%m-%d %H:%M"))
        .or_else(|| read(&with_day_only, "%Y-%m-%d %H:%M"));
    found.map(|moment| Some(moment.and_utc())).ok_or(Reason::NotAMoment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let invalid = NewAdmin { password_confirmation: Some(Secret::new("x")), ..NewAdmin::default() }
            .check(Rule::Length)
            .unwrap_err();
        let fields: Vec<_> = invalid.iter().map(|(field, _)| field.name()).collect();
        let expected = ["username", "firstname", "lastname", "email", "password", "password_confirmation"];
        assert_eq!(fields, expected);
    }

    #[test]
    fn an_empty_password_stays_as_it_is_where_there_is_one() {
        let person = NewAdmin {
            username: "jo".into(),
            firstname: "Jo".into(),
            lastname: "Example".into(),
            email: "jo@example.com".into(),
            ..NewAdmin::default()
        };
        assert!(person.clone().check_change(Rule::Length).unwrap().password().is_empty());
        assert!(person.check(Rule::Length).is_err());
    }

    #[test]
    fn moments_are_read_as_browsers_and_people_write_them() {
        let expected = moment("2027-01-31 18:00").unwrap();
        assert!(expected.is_some());
        for text in ["2027-01-31T18:00", "2027-01-31T18:00:00Z", " 2027-01-31 18:00 UTC "] {
            assert_eq!(moment(text), Ok(expected), "{text}");
        }
        assert_eq!(moment("2027-01-31"), moment("2027-01-31T00:00"));
        assert_eq!(moment(" "), Ok(None));
        for text in ["soon", "2027-02-30", "31.01.2027", "2027-01-31T25:00"] {
            assert_eq!(moment(text), Err(Reason::NotAMoment), "{text}");
        }
    }
}
