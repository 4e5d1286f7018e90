//! Customers of the store, as far as their tokens need them: who they are, making them, switching them off and on.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::admin_user::{MAX_EMAIL, checked_line, is_email, names};
use super::audit::{self, Act, Changes, Thing};
use super::bearer::{self, Holder};
use super::password::{self, Rule};
use super::{Actor, Error, Field, Invalid, Missing, Reason, event};
use crate::secret::Secret;
use crate::store::{self, Page, Paging, Work};

pub mod import;

#[cfg(test)]
mod tests;

const MAX_NAME: usize = 255;
const MAX_WEBSITE: usize = 32;

/// Website of a customer for whom none is given.
pub const WEBSITE: &str = "base";

/// Identifies a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CustomerId(pub i64);

/// A customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Identifies the customer.
    pub id: CustomerId,
    /// E-mail address, which is the name to sign in with.
    pub email: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// Code of the website that the customer belongs to.
    pub website: String,
    /// Whether the customer may have tokens.
    pub is_active: bool,
    /// Whether the e-mail address is confirmed.
    pub confirmed: bool,
    /// When a token was last given.
    pub logged_in_at: Option<DateTime<Utc>>,
    /// When the customer was made.
    pub created_at: DateTime<Utc>,
}

/// A customer as entered.
#[derive(Debug, Clone, Default)]
pub struct NewCustomer {
    /// E-mail address.
    pub email: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// Code of the website.
    pub website: String,
    /// Whether the customer may have tokens.
    pub is_active: bool,
    /// Whether the e-mail address is confirmed.
    pub confirmed: bool,
}

/// What passed [`NewCustomer::check`].
#[derive(Debug, Clone)]
pub struct Checked {
    pub(crate) email: String,
    pub(crate) firstname: String,
    pub(crate) lastname: String,
    pub(crate) website: String,
    pub(crate) is_active: bool,
    pub(crate) confirmed: bool,
}

/// What is asked of the list.
#[derive(Debug, Clone)]
pub struct Query {
    /// What the e-mail address, the first or the last name begins with.
    pub text: Option<String>,
    /// Whether the customer may have tokens.
    pub is_active: Option<bool>,
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
    /// In the order in which they came.
    Created,
    /// By e-mail address.
    Email,
    /// By last name.
    Lastname,
}

/// A customer in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The customer.
    pub customer: Customer,
    /// How many tokens there are.
    pub tokens: i64,
}

impl Customer {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname)
    }
}

impl NewCustomer {
    /// Checks every field; the password, when there is one to be chosen, by [`Checked::check_password`].
    ///
    /// # Errors
    /// Every field that cannot be accepted, with its reason.
    pub fn check(self) -> Result<Checked, Invalid> {
        let mut invalid = Invalid::default();
        let mut line = |field, text: &str, max| invalid.kept(field, checked_line(text, max));
        let email = line(Field::Email, &self.email, MAX_EMAIL);
        let firstname = line(Field::Firstname, &self.firstname, MAX_NAME);
        let lastname = line(Field::Lastname, &self.lastname, MAX_NAME);
        let website = line(Field::Website, &self.website, MAX_WEBSITE);
        if !email.is_empty() && !is_email(&email) {
            invalid.add(Field::Email, Reason::NotAnEmail);
        }
        if !website.is_empty() && !is_code(&website) {
            invalid.add(Field::Website, Reason::NotACode);
        }
        invalid.check()?;
        let (is_active, confirmed) = (self.is_active, self.confirmed);
        Ok(Checked { email, firstname, lastname, website, is_active, confirmed })
    }
}

impl Checked {
    /// Checks a password for this customer.
    ///
    /// # Errors
    /// The reason, at its field.
    pub fn check_password(&self, password: &Secret, rule: Rule) -> Result<(), Invalid> {
        // A customer signs in with the e-mail address.
        let names = names(&self.email, &self.firstname, &self.lastname, &self.email);
        password::check(password, rule, &names).map_err(|reason| Invalid::one(Field::Password, reason))
    }
}

/// Makes a customer; `hash` is that of the checked password, or one of Magento's.
///
/// # Errors
/// `Invalid` when the e-mail address is taken.
pub fn create(work: &mut Work<'_>, by: &Actor, customer: &Checked, hash: &str) -> Result<Customer, Error> {
    let made = match store::customer::insert(work, customer, hash) {
        Err(store::Error::Duplicate) => Err(Error::invalid(Field::Email, Reason::CustomerTaken)),
        other => Ok(other?),
    }?;
    let changes = changes(None, Some(&made)).secret(Field::Password.name());
    audit::record(work, by, Act::CustomerCreated, Thing::customer(&made), changes);
    Ok(made)
}

/// The customer as events tell of one.
pub(crate) fn subject(it: &Customer) -> event::Subject {
    let about = json!({
        "id": it.id.0,
        "email": it.email,
        "firstname": it.firstname,
        "lastname": it.lastname,
        "website": it.website,
    });
    event::Subject::customer(it.id.0, about)
}

/// The customer with that id.
///
/// # Errors
/// [`Missing::CustomerId`].
pub fn find(work: &mut Work<'_>, id: CustomerId) -> Result<Customer, Error> {
    store::customer::by_id(work, id)?.ok_or_else(|| Missing::CustomerId(id.0.to_string()).into())
}

/// The customer of that e-mail address, without regard to case.
///
/// # Errors
/// [`Missing::Customer`].
pub fn find_by_email(work: &mut Work<'_>, email: &str) -> Result<Customer, Error> {
    let found = store::customer::by_email(work, email)?;
    found.map(|(customer, _)| customer).ok_or_else(|| Missing::Customer(email.to_owned()).into())
}

/// One page of the list, in a number of queries that does not depend on its length.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>, query: &Query) -> Result<Page<Listed>, Error> {
    let page = store::customer::page(work, query)?;
    let ids: Vec<CustomerId> = page.rows.iter().map(|customer| customer.id).collect();
    let moment = bearer::issued_after(work, bearer::Kind::Customer)?;
    let tokens = store::bearer_token::count_of_customers(work, &ids, moment)?;
    let listed =
        |customer: Customer| Listed { tokens: tokens.get(&customer.id).copied().unwrap_or(0), customer };
    Ok(Page {
        rows: page.rows.into_iter().map(listed).collect(),
        total: page.total,
        page: page.page,
        pages: page.pages,
    })
}

/// Lets a customer have tokens, or not any more: those that there are end at once.
///
/// # Errors
/// [`Missing::CustomerId`].
pub fn set_active(
    work: &mut Work<'_>,
    by: &Actor,
    id: CustomerId,
    is_active: bool,
) -> Result<Customer, Error> {
    let before = find(work, id)?;
    if before.is_active == is_active {
        return Ok(before);
    }
    if !is_active {
        bearer::revoke(work, Holder::Customer(id))?;
    }
    store::customer::set_active(work, id, is_active)?;
    let after = find(work, id)?;
    let act = if is_active { Act::CustomerActivated } else { Act::CustomerDeactivated };
    audit::record(work, by, act, Thing::customer(&after), changes(Some(&before), Some(&after)));
    Ok(after)
}

/// Gives a customer another password, by its hash. Every token ends.
///
/// # Errors
/// [`Missing::CustomerId`].
pub fn set_password(work: &mut Work<'_>, by: &Actor, id: CustomerId, hash: &str) -> Result<(), Error> {
    let customer = find(work, id)?;
    bearer::revoke(work, Holder::Customer(id))?;
    store::customer::set_password(work, id, hash)?;
    let changes = Changes::none().secret(Field::Password.name());
    audit::record(work, by, Act::PasswordChanged, Thing::customer(&customer), changes);
    Ok(())
}

/// Deletes a customer with all tokens. Answers who it was.
///
/// # Errors
/// [`Missing::CustomerId`].
pub fn delete(work: &mut Work<'_>, by: &Actor, id: CustomerId) -> Result<Customer, Error> {
    let customer = find(work, id)?;
    bearer::revoke(work, Holder::Customer(id))?;
    store::customer::delete(work, id)?;
    audit::record(work, by, Act::CustomerDeleted, Thing::customer(&customer), changes(Some(&customer), None));
    Ok(customer)
}

/// What a customer was and is, field by field.
fn changes(before: Option<&Customer>, after: Option<&Customer>) -> Changes {
    type Read = fn(&Customer) -> String;
    let flag = |is_set: bool| if is_set { "1" } else { "0" }.to_owned();
    let fields: [(Field, Read); 4] = [
        (Field::Email, |customer| customer.email.clone()),
        (Field::Firstname, |customer| customer.firstname.clone()),
        (Field::Lastname, |customer| customer.lastname.clone()),
        (Field::Website, |customer| customer.website.clone()),
    ];
    let changes = fields.into_iter().fold(Changes::none(), |changes, (field, read)| {
        let text = |customer: Option<&Customer>| customer.map(read).unwrap_or_default();
        changes.field(field.name(), &text(before), &text(after))
    });
    let flags = |customer: Option<&Customer>| {
        customer.map_or_else(Default::default, |known| (flag(known.is_active), flag(known.confirmed)))
    };
    let (was, is): ((String, String), (String, String)) = (flags(before), flags(after));
    changes.field(Field::IsActive.name(), &was.0, &is.0).field(Field::Confirmed.name(), &was.1, &is.1)
}

/// Whether a text can be the code of a website.
fn is_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
