//! `latchkey integration plan`, `apply` and `lint`: what files declare.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::planned;
use crate::cli::{Console, Failure};
use crate::declarations::{self, Loaded};
use crate::domain::Actor;
use crate::domain::acl::Tree;
use crate::domain::declaration::{self, Declarations, Problem};
use crate::domain::declared::{self, Options, Plan, Why};
use crate::keys::Opened;
use crate::text;

/// Exit status of a plan that has something to do.
const CHANGES: u8 = 3;

#[derive(Args)]
pub(in crate::cli) struct Asked {
    #[arg(long, help = text::get("cli-help-adopt"))]
    adopt: bool,
    #[arg(long, help = text::get("cli-help-json"))]
    json: bool,
}

#[derive(Args)]
pub(in crate::cli) struct Files {
    #[arg(required = true, value_name = "FILE", help = text::get("cli-help-lint"))]
    files: Vec<PathBuf>,
    #[arg(long, help = text::get("cli-help-json"))]
    json: bool,
}

/// Says what applying would change: status 3 when there is something, 0 when nothing. What is left out for an error
/// is told on standard error, and makes the status 1 where it would be 0.
pub(super) fn plan(asked: &Asked, console: &mut Console<'_>) -> Result<(), Failure> {
    let Opened { store, loaded, .. } = console.opened()?;
    let declared = declared_files(loaded)?;
    let options = Options { adopt: asked.adopt, exceptions: &console.config.egress_allow };
    let plan = store.read_now(|work| declared::plan(work, declared, &options))?;
    let shown = planned::Shown::of(&plan, declared, loaded.tree);
    if asked.json {
        console.say_json(&shown)?;
    } else {
        let none = plan.steps.is_empty().then(|| text::get("cli-plan-nothing"));
        none.into_iter().chain(shown.lines()).try_for_each(|line| console.say(&line))?;
    }
    complain(console, declared, &plan)?;
    match (plan.steps.is_empty(), is_wrong(declared, &plan)) {
        (false, _) => Err(Failure::Status(CHANGES)),
        (true, true) => Err(Failure::Status(1)),
        (true, false) => Ok(()),
    }
}

/// Applies, in one transaction, and says what has changed.
pub(super) fn apply(asked: &Asked, console: &mut Console<'_>) -> Result<(), Failure> {
    let Opened { store, loaded, .. } = console.opened()?;
    let declared = declared_files(loaded)?;
    let options = Options { adopt: asked.adopt, exceptions: &console.config.egress_allow };
    let plan = store.write_now(|work| declared::apply(work, &Actor::command(), declared, &options))?;
    let shown = planned::Shown::of(&plan, declared, loaded.tree);
    if asked.json {
        console.say_json(&shown)?;
    } else {
        shown.lines().into_iter().try_for_each(|line| console.say(&line))?;
        console.say(&text::with("cli-applied", &[("count", plan.steps.len().into())]))?;
    }
    complain(console, declared, &plan)?;
    if is_wrong(declared, &plan) { Err(Failure::Status(1)) } else { Ok(()) }
}

/// Checks files for whoever writes them. They are read together, on top of what the program carries.
pub(in crate::cli) fn lint(asked: &Files, out: &mut dyn io::Write) -> Result<(), Failure> {
    let files = declarations::files(&asked.files);
    let count = files.len();
    let declared = declaration::read(files);
    if asked.json {
        let problems: Vec<_> = declared.problems.iter().map(planned::Told::of).collect();
        let json = serde_json::to_string_pretty(&problems).map_err(io::Error::from)?;
        writeln!(out, "{json}")?;
    } else {
        declared.problems.iter().try_for_each(|problem| writeln!(out, "{}", planned::sentence(problem)))?;
    }
    let wrong = declared.problems.iter().filter(|problem| is_mistake(problem)).count();
    if wrong > 0 {
        return Err(Failure::Said(text::with("cli-lint-found", &[("count", wrong.into())])));
    }
    if !asked.json {
        writeln!(out, "{}", text::with("cli-lint-fine", &[("count", count.into())]))?;
    }
    Ok(())
}

/// What somebody who writes a file has to mend: a name that nobody knows, or not any more, is a mistake there.
fn is_mistake(problem: &Problem) -> bool {
    use declaration::Fault::{Renamed, Unknown};
    problem.is_error() || matches!(problem.fault, Unknown { .. } | Renamed { .. })
}

fn declared_files(loaded: Loaded) -> Result<&'static Declarations, Failure> {
    loaded.declared.ok_or_else(|| Failure::Said(text::get("cli-declarations-none")))
}

fn complain(console: &Console<'_>, declared: &Declarations, plan: &Plan) -> Result<(), Failure> {
    declared.problems.iter().try_for_each(|problem| console.warn(&planned::sentence(problem)))?;
    let refused = plan.refused.iter().filter(|refused| refused.why != Why::Manual);
    refused.into_iter().try_for_each(|refused| console.warn(&text::declared::refusal(refused)))
}

/// Whether something was left out that a file asks for; what a person made is left alone on purpose.
fn is_wrong(declared: &Declarations, plan: &Plan) -> bool {
    declared.has_errors() || plan.refused.iter().any(|refused| refused.why != Why::Manual)
}

/// The title of a resource, and its name.
pub(super) fn titled(tree: &Tree, id: &str) -> String {
    match tree.title(id) {
        Some(title) => format!("{title} ({id})"),
        None => id.to_owned(),
    }
}
