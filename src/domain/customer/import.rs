//! Taking customers in from elsewhere, many at once. Who is there already stays as they are, so that a file can be taken
//! in again after it broke off.

use super::{Checked, NewCustomer, WEBSITE};
use crate::domain::audit::{self, Act, Changes, Thing};
use crate::domain::{Actor, Error, Field, Invalid, Reason, password};
use crate::store::{self, Work};

/// Customers that are taken in by one transaction.
pub const BATCH: usize = 2_000;

/// A customer as a file has it.
#[derive(Debug, Clone, Default)]
pub struct Record<'a> {
    /// E-mail address.
    pub email: &'a str,
    /// First name.
    pub firstname: &'a str,
    /// Last name.
    pub lastname: &'a str,
    /// Hash of the password: ours, or one of Magento's.
    pub password_hash: &'a str,
    /// Code of the website; the usual one when it is empty.
    pub website: &'a str,
    /// 1 or 0; 1 when it is empty.
    pub is_active: &'a str,
    /// 1 or 0; 1 when it is empty.
    pub confirmed: &'a str,
}

/// A customer who can be taken in.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who it is.
    pub(crate) customer: Checked,
    /// The hash, as it was given.
    pub(crate) hash: String,
}

/// Checks a record.
///
/// # Errors
/// Every field that cannot be accepted, with its reason.
pub fn check(record: &Record<'_>) -> Result<Newcomer, Invalid> {
    let mut invalid = Invalid::default();
    let mut flag = |field, text: &str| match text.trim() {
        "" | "1" => true,
        "0" => false,
        _ => {
            invalid.add(field, Reason::NotAFlag);
            false
        }
    };
    let (is_active, confirmed) =
        (flag(Field::IsActive, record.is_active), flag(Field::Confirmed, record.confirmed));
    let hash = record.password_hash.trim();
    if let Err(reason) = password::check_hash(hash) {
        invalid.add(Field::PasswordHash, reason);
    }
    let website = Some(record.website.trim()).filter(|code| !code.is_empty()).unwrap_or(WEBSITE);
    let customer = NewCustomer {
        email: record.email.to_owned(),
        firstname: record.firstname.to_owned(),
        lastname: record.lastname.to_owned(),
        website: website.to_owned(),
        is_active,
        confirmed,
    };
    match customer.check() {
        Ok(customer) => {
            invalid.check()?;
            Ok(Newcomer { customer, hash: hash.to_owned() })
        }
        Err(mut wrong) => {
            wrong.extend(invalid);
            Err(wrong)
        }
    }
}

/// Takes customers in; those whose e-mail address is there already are left out. Answers how many are new. `source` is
/// what the audit trail says about where they come from.
///
/// # Errors
/// Those of the database.
pub fn take_in(
    work: &mut Work<'_>,
    by: &Actor,
    source: &str,
    newcomers: &[Newcomer],
) -> Result<usize, Error> {
    let count = store::customer::insert_new(work, newcomers)?;
    if count > 0 {
        let changes = Changes::none().note("file", source).note("customers", &count.to_string());
        audit::record(work, by, Act::CustomersImported, Thing::installation(), changes);
    }
    Ok(count)
}

/// How many of these e-mail addresses are there already.
///
/// # Errors
/// Those of the database.
pub fn count_known(work: &mut Work<'_>, newcomers: &[Newcomer]) -> Result<usize, Error> {
    Ok(store::customer::count_known(work, newcomers)?)
}

impl Newcomer {
    /// The e-mail address, as it is compared.
    pub fn key(&self) -> String {
        store::fold(&self.customer.email)
    }
}
