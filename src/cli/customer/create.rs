//! Makes a customer.

use clap::Args;

use crate::cli::{Console, Failure, password};
use crate::domain::customer::{self, NewCustomer};
use crate::domain::{Actor, Error};
use crate::text;

#[derive(Args)]
pub(in crate::cli) struct New {
    #[arg(long, help = text::get("cli-help-customer"))]
    email: String,
    #[arg(long, help = text::get("cli-help-first-name"))]
    first_name: String,
    #[arg(long, help = text::get("cli-help-last-name"))]
    last_name: String,
    #[arg(long, help = text::get("cli-help-website"), default_value = customer::WEBSITE)]
    website: String,
    #[arg(long, help = text::get("cli-help-password-stdin"))]
    password_stdin: bool,
}

pub(super) fn create(new: New, console: &mut Console<'_>) -> Result<(), Failure> {
    let store = console.store()?;
    let (password, again) = password::read(new.password_stdin)?;
    let customer = NewCustomer {
        email: new.email,
        firstname: new.first_name,
        lastname: new.last_name,
        website: new.website,
        is_active: true,
        confirmed: true,
    };
    let rule = store.read_now(crate::domain::password::rule)?;
    let customer = customer.check().map_err(Error::from)?;
    customer.check_password(&password, rule).map_err(Error::from)?;
    password::compare(&password, again.as_ref())?;
    let hash = password::hash(&password, console)?;
    let made = store.write_now(|work| customer::create(work, &Actor::command(), &customer, &hash))?;
    console.say(&text::with("cli-customer-created", &[("name", made.email.into())]))
}
