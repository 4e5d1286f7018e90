//! `latchkey audit`: whether the audit trail is whole.

use clap::Subcommand;

use super::{Console, Failure};
use crate::domain::audit::{self, Link, Walked};
use crate::text;

/// Batches between two lines that tell how far it is.
const TOLD_EVERY: usize = 20;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-audit-verify"))]
    Verify,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::Verify => verify(console),
    }
}

/// Walks the chain in batches, each in a transaction of its own, so that nobody waits for it.
fn verify(console: &mut Console<'_>) -> Result<(), Failure> {
    let store = console.store()?;
    let mut link = Link::default();
    for batch in 1_usize.. {
        match store.read_now(|work| audit::verify(work, &link))? {
            Walked::SoFar(next) => link = next,
            Walked::Whole(last) if last.number == 0 => return console.say(&text::get("cli-audit-empty")),
            Walked::Whole(last) => {
                let told =
                    [("count", (last.number - last.removed).into()), ("hash", last.hash.as_str().into())];
                console.say(&text::with("cli-audit-whole", &told))?;
                if last.removed > 0 {
                    let removed = [("number", last.removed.into())];
                    console.say(&text::with("cli-audit-removed", &removed))?;
                }
                return Ok(());
            }
            Walked::Missing(number) => return Err(broken("cli-audit-missing", number)),
            Walked::Altered(number) => return Err(broken("cli-audit-altered", number)),
        }
        if batch % TOLD_EVERY == 0 {
            console.say(&text::with("cli-audit-so-far", &[("count", link.number.into())]))?;
        }
    }
    Ok(())
}

fn broken(what: &str, number: i64) -> Failure {
    Failure::Said(text::with(what, &[("number", number.into())]))
}
