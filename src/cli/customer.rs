//! `latchkey customer`: customers of the store, as far as their tokens need them.

use clap::Subcommand;

use super::{Console, Failure};
use crate::domain::{Actor, customer, customer_token};
use crate::text;

mod create;
mod import;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-customer-create"))]
    Create(create::New),
    #[command(about = text::get("cli-about-customer-import"))]
    Import(import::Import),
    #[command(about = text::get("cli-about-customer-revoke-tokens"))]
    RevokeTokens {
        #[arg(help = text::get("cli-help-customer"))]
        email: String,
    },
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::Create(new) => create::create(new, console),
        Command::Import(asked) => import::import(&asked, console),
        Command::RevokeTokens { email } => revoke_tokens(&email, console),
    }
}

fn revoke_tokens(email: &str, console: &mut Console<'_>) -> Result<(), Failure> {
    let (customer, revoked) = console.store()?.write_now(|work| {
        let id = customer::find_by_email(work, email)?.id;
        customer_token::revoke(work, &Actor::command(), id)
    })?;
    let name = ("name", customer.email.into());
    console.say(&text::with("cli-tokens-revoked", &[name, ("count", revoked.into())]))
}
