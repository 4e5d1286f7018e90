//! Administrators: who they are, making and listing them, and what a signed-in one holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{self, Act, Changes, Thing};
use super::permission::Grants;
use super::role::{Role, RoleId};
use super::{Actor, Error, Field, Missing, Reason, Source, Who, bearer, otp, setting, token_throttle};
use crate::store::{self, Page, Paging, Work};

mod change;
mod draft;
mod keep;

pub use change::{
    Change, deactivate, deactivate_expired, delete, force_sign_in, hashes_used, reactivate, save, set_locale,
};
pub(crate) use draft::names;
pub use draft::{Checked, NewAdmin, moment};
pub use keep::owners;
pub(crate) use keep::{check_holds, unless_last};

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
    /// Until when the account may be used; for ever, without it.
    pub expires_at: Option<DateTime<Utc>>,
    /// Language of the pages.
    pub interface_locale: String,
    /// Rises with every change of the account.
    pub version: i64,
    /// When the password was set.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// Until when wrong passwords have locked the account; may have passed.
    pub locked_until: Option<DateTime<Utc>>,
}

impl AdminUser {
    /// Whether the person may come in at this moment, locks aside.
    pub fn is_admitted(&self, now: DateTime<Utc>) -> bool {
        self.is_active && self.expires_at.is_none_or(|end| now < end)
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname)
    }

    /// Where the account stands at this moment.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if !self.is_admitted(now) {
            State::Inactive
        } else if self.locked_until.is_some_and(|until| now < until) {
            State::Locked
        } else {
            State::Active
        }
    }
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Deactivated, or past its end.
    Inactive,
    /// May sign in.
    Active,
    /// Too many wrong passwords.
    Locked,
}

/// A person in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The person.
    pub user: AdminUser,
    /// What the person holds.
    pub held: Grants,
    /// How many tokens there are.
    pub tokens: i64,
    /// Until when wrong passwords at the token services keep tokens from them; nothing, when they do not.
    pub tokens_locked_until: Option<DateTime<Utc>>,
}

/// What is asked of the list.
#[derive(Debug, Clone)]
pub struct Query {
    /// Part of user name, first name, last name or e-mail address.
    pub text: Option<String>,
    /// Where the account stands.
    pub state: Option<State>,
    /// Role.
    pub role: Option<RoleId>,
    /// Order.
    pub sort: Sort,
    /// Whether the order goes down.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

/// Order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By user name.
    Username,
    /// By first name.
    Firstname,
    /// By last name.
    Lastname,
    /// By e-mail address.
    Email,
    /// By name of the role.
    Role,
    /// By last sign-in.
    LoggedIn,
}

/// Whether a password is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordAge {
    /// It need not be.
    Fresh,
    /// It should be.
    Recommended,
    /// It must be, before anything else.
    Forced,
}

/// The person of a session.
#[derive(Debug, Clone)]
pub struct Present {
    /// The account.
    pub user: AdminUser,
    /// As whom operations are asked for.
    pub actor: Actor,
    /// Whether the password is to be changed.
    pub password_age: PasswordAge,
    /// Whether the second factor that everybody needs is still to be set up.
    pub lacks_factor: bool,
}

/// Makes an administrator; `hash` is that of the checked password.
///
/// # Errors
/// `Invalid` when the user name or the e-mail address is taken.
pub fn create(
    work: &mut Work<'_>,
    by: &Actor,
    admin: &Checked,
    hash: &str,
    role: &Role,
) -> Result<AdminUser, Error> {
    let made = insert(work, admin, hash, role)?;
    let changes = changes(None, Some(&made)).secret(Field::Password.name());
    audit::record(work, by, Act::UserCreated, Thing::user(&made), changes);
    Ok(made)
}

fn insert(work: &mut Work<'_>, admin: &Checked, hash: &str, role: &Role) -> Result<AdminUser, Error> {
    let made = named_freely(store::admin_user::insert(work, admin, hash, role))?;
    store::admin_password::insert(work, made.id, hash)?;
    Ok(made)
}

/// The administrator with that id.
///
/// # Errors
/// [`Missing::AdminUserId`].
pub fn find(work: &mut Work<'_>, id: AdminUserId) -> Result<AdminUser, Error> {
    store::admin_user::by_id(work, id)?.ok_or_else(|| Missing::AdminUserId(id.0.to_string()).into())
}

/// The administrator of that user name, without regard to case.
///
/// # Errors
/// [`Missing::AdminUser`].
pub fn find_by_name(work: &mut Work<'_>, username: &str) -> Result<AdminUser, Error> {
    let found = store::admin_user::by_username(work, username)?;
    found.map(|(user, _)| user).ok_or_else(|| Missing::AdminUser(username.to_owned()).into())
}

/// The account with that id, if its owner may come in at this moment.
///
/// # Errors
/// Those of the database.
pub fn admitted(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<AdminUser>, Error> {
    let now = work.now;
    Ok(store::admin_user::by_id(work, id)?.filter(|user| user.is_admitted(now)))
}

/// The hash of a person's password.
///
/// # Errors
/// Those of the database.
pub fn password_hash(work: &mut Work<'_>, id: AdminUserId) -> Result<Option<String>, Error> {
    Ok(store::admin_user::password_hash(work, id)?)
}

/// The person of a session with what they hold; `None` when the account is gone, no longer active or past its end.
///
/// # Errors
/// Those of the database.
pub fn present(work: &mut Work<'_>, id: AdminUserId, source: Source) -> Result<Option<Present>, Error> {
    let Some(user) = admitted(work, id)? else { return Ok(None) };
    let holds: Grants = store::grant::of_role(work, user.role)?;
    let actor = Actor { who: Who::Admin(user.id, user.username.clone()), holds, source };
    let settings = setting::Values::read(work)?;
    let password_age = password_age(&settings, &user, work.now);
    let lacks_factor = settings.flag(setting::OTP_REQUIRED) && !otp::is_set_up(work, id)?;
    Ok(Some(Present { user, actor, password_age, lacks_factor }))
}

fn password_age(settings: &setting::Values, user: &AdminUser, now: DateTime<Utc>) -> PasswordAge {
    let days = settings.number(setting::PASSWORD_LIFETIME);
    let lifetime = TimeDelta::try_days(days).unwrap_or(TimeDelta::MAX);
    let is_young = |set_at: DateTime<Utc>| now.signed_duration_since(set_at) < lifetime;
    if days == 0 || user.password_changed_at.is_none_or(is_young) {
        PasswordAge::Fresh
    } else if settings.flag(setting::PASSWORD_IS_FORCED) {
        PasswordAge::Forced
    } else {
        PasswordAge::Recommended
    }
}

/// One page of the list, in a number of queries that does not depend on its length.
///
/// # Errors
/// Those of the database.
pub fn page(work: &mut Work<'_>, query: &Query) -> Result<Page<Listed>, Error> {
    let Page { rows, total, page, pages } = store::admin_user::page(work, query)?;
    let ids: Vec<AdminUserId> = rows.iter().map(|user| user.id).collect();
    let moment = bearer::issued_after(work, bearer::Kind::Admin)?;
    let tokens = store::bearer_token::count_of_admins(work, &ids, moment)?;
    let roles: Vec<RoleId> = rows.iter().map(|user| user.role).collect();
    let held = store::grant::of_roles(work, &roles)?;
    let names: Vec<&str> = rows.iter().map(|user| user.username.as_str()).collect();
    let locked = token_throttle::locked_until(work, bearer::Kind::Admin, &names)?;
    let listed = |(user, tokens_locked_until): (AdminUser, Option<DateTime<Utc>>)| Listed {
        tokens: tokens.get(&user.id).copied().unwrap_or(0),
        held: held.get(&user.role).cloned().unwrap_or_else(Grants::nothing),
        tokens_locked_until,
        user,
    };
    Ok(Page { rows: rows.into_iter().zip(locked).map(listed).collect(), total, page, pages })
}

/// Every administrator, by user name.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>) -> Result<Vec<AdminUser>, Error> {
    Ok(store::admin_user::list(work)?)
}

/// What an account was and is, field by field; nothing before it was made, nothing after it was deleted.
fn changes(before: Option<&AdminUser>, after: Option<&AdminUser>) -> Changes {
    type Read = fn(&AdminUser) -> String;
    let fields: [(Field, Read); 7] = [
        (Field::Username, |user| user.username.clone()),
        (Field::Firstname, |user| user.firstname.clone()),
        (Field::Lastname, |user| user.lastname.clone()),
        (Field::Email, |user| user.email.clone()),
        (Field::IsActive, |user| if user.is_active { "1" } else { "0" }.to_owned()),
        (Field::ExpiresAt, |user| user.expires_at.map(|end| end.to_rfc3339()).unwrap_or_default()),
        (Field::Role, |user| user.role_name.clone()),
    ];
    fields.into_iter().fold(Changes::none(), |changes, (field, read)| {
        let text = |user: Option<&AdminUser>| user.map(read).unwrap_or_default();
        changes.field(field.name(), &text(before), &text(after))
    })
}

/// Two that ask for the same name at once both find it free; the unique keys decide between them.
fn named_freely<T>(outcome: Result<T, store::Error>) -> Result<T, Error> {
    match outcome {
        Err(store::Error::Duplicate) => Err(Error::invalid(Field::Username, Reason::UserTaken)),
        other => Ok(other?),
    }
}

/// A text of one line, trimmed.
pub(crate) fn checked_line(text: &str, max: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.is_empty() {
        Err(Reason::Required)
    } else if text.chars().count() > max {
        Err(Reason::TooLong(max))
    } else if text.chars().any(|letter| letter.is_control() || turns_direction(letter)) {
        Err(Reason::ControlCharacter)
    } else {
        Ok(text.to_owned())
    }
}

/// Whether a character turns the direction of whatever is written after it.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    fn the_list_costs_the_same_statements_however_long_it_is() {
        use crate::store::testing::{TestStore, fill_people, statements};
        let count = |rows: i64, limit: i64| {
            let test = TestStore::new();
            let ask = |work: &mut Work<'_>, name: Option<&str>, sort| {
                let paging = Paging { page: 1, limit };
                let text = name.map(str::to_owned);
                let query =
                    Query { text, state: Some(State::Active), role: None, sort, descending: true, paging };
                let page = page(work, &query).unwrap();
                assert_eq!(page.rows.len(), usize::try_from(limit.min(rows)).unwrap());
                assert!(page.rows.iter().all(|row| row.user.role_name.starts_with("Part ")));
            };
            let counted = test.store.write_now(|work| {
                fill_people(work, rows);
                let (_, plain) = statements(work, |work| ask(work, None, Sort::Username));
                let (_, filtered) = statements(work, |work| ask(work, Some("PART"), Sort::Role));
                assert_eq!(plain, filtered);
                Ok::<_, Error>(plain)
            });
            counted.unwrap()
        };
        assert_eq!(count(2, 20), count(1_000, 200));
    }
}
