//! `latchkey migrate`: brings the database up to date.

use super::{Console, Failure};
use crate::keys::{self, Tables};
use crate::text;

pub(super) fn run(console: &mut Console<'_>) -> Result<(), Failure> {
    let opened = keys::open_store(&console.config, &console.clock, &console.entropy, Tables::Migrate, 1)?;
    for name in &opened.migrated {
        console.say(&text::with("cli-migrated", &[("name", name.as_str().into())]))?;
    }
    if opened.migrated.is_empty() { console.say(&text::get("cli-migrated-none")) } else { Ok(()) }
}
