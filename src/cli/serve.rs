//! `latchkey serve`: brings the database up to date, shows the way in to whoever has no administrator yet, serves.

use super::{Console, Failure};
use crate::app::App;

pub(super) fn run(console: Console<'_>) -> Result<(), Failure> {
    let Console { config, clock, entropy, out } = console;
    let app = App::builder(config).clock(clock).entropy(entropy).open()?;
    Ok(app.serve(out)?)
}
