//! A forgotten password: a link that works once, on which its holder chooses another one.
//!
//! `latchkey admin reset-password` prints such a link; with a mail server the sign-in page sends one. That page tells
//! nothing: an address that nobody has is throttled and answered like any other.

use chrono::{DateTime, TimeDelta, Utc};

use super::admin_user::{self, AdminUser, MAX_EMAIL, is_email, names};
use super::audit::{self, Act, Changes, Thing};
use super::bearer::{self, Holder};
use super::password::{self, Rule};
use super::session::{self, End};
use super::{Actor, Error, Field, Invalid, Missing, Reason, Source, setting};
use crate::entropy::credential;
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

/// How long it is remembered who asked for a link.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// A link that was made.
#[derive(Debug, Clone)]
pub struct Link {
    /// Whose password it is for.
    pub user: AdminUser,
    /// What the link carries.
    pub token: Secret,
    /// How long it is valid.
    pub hours: i64,
}

/// Whether a request for a link is answered by one, as far as its frequency is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It counts.
    Noted,
    /// Too many, or too soon.
    TooMany,
}

/// By what requests are held back (`admin/security/password_reset_protection_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Protection {
    by_address: bool,
    by_email: bool,
    most: i64,
    apart: TimeDelta,
}

/// Checks an address as it was typed.
///
/// # Errors
/// `Invalid` when it is none.
pub fn check_email(typed: &str) -> Result<String, Error> {
    let email = typed.trim();
    if email.is_empty() {
        Err(Error::invalid(Field::Email, Reason::NoEmail))
    } else if email.chars().count() > MAX_EMAIL || !is_email(email) {
        Err(Error::invalid(Field::Email, Reason::MalformedEmail))
    } else {
        Ok(email.to_owned())
    }
}

/// Notes that somebody asks for a link, unless that happened too often or too recently. Knows no accounts.
///
/// # Errors
/// Those of the database.
pub fn ask(work: &mut Work<'_>, email: &str, source: &Source) -> Result<Asked, Error> {
    let now = work.now;
    store::password_reset::queue(work)?;
    store::password_reset::forget_before(work, now - REMEMBERED)?;
    let protection = Protection::read(work)?;
    let address = source.address.map(|address| address.to_string());
    let (by_email, by_address) =
        (Some(email).filter(|_| protection.by_email), address.as_deref().filter(|_| protection.by_address));
    let since = now - protection.apart.max(TimeDelta::hours(1));
    let earlier = store::password_reset::asked_since(work, by_email, by_address, since)?;
    if protection.refuses(&earlier, now) {
        return Ok(Asked::TooMany);
    }
    store::password_reset::remember(work, email, address.as_deref())?;
    Ok(Asked::Noted)
}

/// Makes a link for whoever has that e-mail address and may sign in; nobody else gets one.
///
/// # Errors
/// Those of the database.
pub fn link_for_email(work: &mut Work<'_>, email: &str, source: &Source) -> Result<Option<Link>, Error> {
    let now = work.now;
    let Some(user) = store::admin_user::by_email(work, email)?.filter(|user| user.is_admitted(now)) else {
        return Ok(None);
    };
    make(work, &Actor::stranger(source), user).map(Some)
}

/// Makes a link for the person of that name.
///
/// # Errors
/// [`Missing::AdminUser`].
pub fn link_for_name(work: &mut Work<'_>, by: &Actor, username: &str) -> Result<Link, Error> {
    let user = admin_user::find_by_name(work, username)?;
    make(work, by, user)
}

/// Whose password a link is for.
///
/// # Errors
/// [`Missing::PasswordLink`] when it is unknown, used or too old, or its holder may not sign in any more.
pub fn holder(work: &mut Work<'_>, token: &Secret) -> Result<AdminUser, Error> {
    let now = work.now;
    let found = store::password_reset::by_digest(work, &digest(token))?;
    let id = found.filter(|(_, expires_at)| now < *expires_at).map(|(id, _)| id);
    let user = match id {
        Some(id) => admin_user::admitted(work, id)?,
        None => None,
    };
    user.ok_or_else(|| Missing::PasswordLink.into())
}

/// Checks the password that the holder of a link chose. Whether it was used before is compared next, outside of any
/// transaction ([`admin_user::hashes_used`]).
///
/// # Errors
/// `Invalid` with everything that is wrong with it.
pub fn check_password(
    user: &AdminUser,
    rule: Rule,
    password: &Secret,
    confirmation: &Secret,
) -> Result<(), Error> {
    let mut invalid = Invalid::default();
    let names = names(&user.username, &user.firstname, &user.lastname, &user.email);
    if let Err(reason) = password::check(password, rule, &names) {
        invalid.add(Field::Password, reason);
    }
    if confirmation != password {
        invalid.add(Field::PasswordConfirmation, Reason::PasswordsDiffer);
    }
    Ok(invalid.check()?)
}

/// Sets the password that the holder of a link chose; `hash` is that of the checked one. The link is used up, and
/// every session and every token of that person ends.
///
/// # Errors
/// As [`holder`].
pub fn choose(work: &mut Work<'_>, token: &Secret, hash: &str, source: &Source) -> Result<AdminUser, Error> {
    let user = holder(work, token)?;
    if !store::password_reset::spend(work, &digest(token))? {
        return Err(Missing::PasswordLink.into());
    }
    bearer::revoke(work, Holder::Admin(user.id))?;
    store::admin_user::set_password(work, user.id, hash)?;
    store::admin_password::insert(work, user.id, hash)?;
    session::end_all(work, user.id, None, End::PasswordChanged)?;
    audit::record(
        work,
        &Actor::stranger(source),
        Act::PasswordReset,
        Thing::user(&user),
        Changes::none().secret(Field::Password.name()),
    );
    Ok(user)
}

fn make(work: &mut Work<'_>, by: &Actor, user: AdminUser) -> Result<Link, Error> {
    let hours = setting::number(work, setting::PASSWORD_LINK_LIFETIME)?;
    let token = credential(work.entropy);
    let expires_at = work.now + TimeDelta::hours(hours);
    store::password_reset::replace(work, user.id, &digest(&token), expires_at)?;
    audit::record(work, by, Act::PasswordLinkMade, Thing::user(&user), Changes::none());
    Ok(Link { user, token, hours })
}

impl Protection {
    fn read(work: &mut Work<'_>) -> Result<Self, Error> {
        let kind = setting::number(work, setting::PASSWORD_RESET_PROTECTION)?;
        Ok(Self {
            by_address: matches!(kind, 1 | 2),
            by_email: matches!(kind, 1 | 3),
            most: setting::number(work, setting::PASSWORD_RESET_MOST)?,
            apart: TimeDelta::minutes(setting::number(work, setting::PASSWORD_RESET_APART)?),
        })
    }

    /// Whether these earlier requests are too many within an hour, or the last one too recent. 0 switches either off.
    fn refuses(self, earlier: &[DateTime<Utc>], now: DateTime<Utc>) -> bool {
        let within_hour = earlier.iter().filter(|at| **at > now - TimeDelta::hours(1)).count();
        let is_often = self.most > 0 && i64::try_from(within_hour).is_ok_and(|count| count >= self.most);
        let is_soon = earlier.iter().any(|at| now < *at + self.apart);
        is_often || is_soon
    }
}

#[cfg(test)]
mod tests;
