//! `latchkey serve`: brings the database up to date, shows the way in to whoever has no administrator yet, serves.

use super::{Console, Failure};
use crate::app::App;
use crate::domain::setup;
use crate::{text, web};

pub(super) fn run(console: Console<'_>) -> Result<(), Failure> {
    let Console { config, clock, entropy, out } = console;
    for name in config.without_effect() {
        log::warn!("the setting {name} has no effect in this version");
    }
    let app = App::open(config, clock, entropy)?;
    app.store.check_durable()?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Server)?;
    runtime.block_on(async {
        // First of all: a start on an address that is taken must not void the link that the other one printed.
        let servers = web::listen(&app).map_err(Failure::Server)?;
        if let Some(token) = app.store.write_now(setup::renew_link)? {
            writeln!(out, "{}", text::get("cli-serve-setup-link"))?;
            writeln!(out, "{}", super::admin::setup_link(&app.config, &token))?;
            out.flush()?;
        }
        web::run(servers).await.map_err(Failure::Server)
    })
}
