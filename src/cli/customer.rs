//! `latchkey customer`: customers of the store, as far as their tokens need them.

use clap::Subcommand;

use super::{Console, Failure};
use crate::domain::{Actor, customer, customer_token};
use crate::text;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-customer-revoke-tokens"))]
    RevokeTokens {
        #[arg(help = text::get("cli-help-customer"))]
        email: String,
    },
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
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
