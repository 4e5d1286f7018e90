//! `latchkey serve`: brings the database up to date, shows the way in to whoever has no administrator yet, serves.

use super::{Console, Failure};
use crate::app::App;
use crate::domain::declaration::Declarations;
use crate::domain::declared::{self, Options, Why};
use crate::domain::{Actor, setup};
use crate::{declarations, text, web};

pub(super) fn run(console: Console<'_>) -> Result<(), Failure> {
    let Console { config, clock, entropy, out } = console;
    let app = App::open(config, clock, entropy)?;
    if let Some(declared) = app.declared {
        declarations::log_problems(&declared.problems);
        apply(&app, declared)?;
    }
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

/// Applies what the files declare, when they are others than those applied last.
fn apply(app: &App, declared: &Declarations) -> Result<(), Failure> {
    let options = Options { adopt: false, exceptions: &app.config.egress_allow };
    let by = Actor::system();
    let plan = app.store.write_now(|work| declared::apply_if_changed(work, &by, declared, &options))?;
    for step in plan.iter().flat_map(|plan| &plan.steps) {
        log::info!("declaration applied: {:?} integration.name={:?}", step.kind, step.name);
    }
    for refused in plan.iter().flat_map(|plan| &plan.refused) {
        match &refused.why {
            // Nothing is wrong: a person may have made it for good reasons.
            Why::Manual => {
                log::info!("declaration not applied: made by a person integration.name={:?}", refused.name)
            }
            why => log::error!("declaration not applied: {why:?} integration.name={:?}", refused.name),
        }
    }
    Ok(())
}
