//! `latchkey serve`: brings the database up to date, shows the way in to whoever has no administrator yet, serves.

use super::{Console, Failure};
use crate::app::App;
use crate::domain::{Actor, setup};
use crate::{text, web};

pub(super) fn run(console: Console<'_>) -> Result<(), Failure> {
    let Console { config, clock, entropy, out } = console;
    for name in config.without_effect() {
        log::warn!("the setting {name} has no effect in this version");
    }
    let app = App::open(config, clock, entropy)?;
    app.store.check_durable()?;
    // Before the link is renewed: a start where another server runs must not void the one that it printed.
    web::check_free(&app.config).map_err(Failure::Server)?;
    if let Some(token) = app.store.write_now(|work| setup::renew_link(work, &Actor::system()))? {
        writeln!(out, "{}", text::get("cli-serve-setup-link"))?;
        writeln!(out, "{}", super::admin::setup_link(&app.config, &token))?;
        out.flush()?;
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Server)?;
    runtime.block_on(web::run(app)).map_err(Failure::Server)
}
