//! `latchkey acl`: the permission tree, the routes, and why a call of an integration may be made or not.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Console, Failure};
use crate::app;
use crate::declarations::{self, Loaded};
use crate::domain::acl::{Node, Tree};
use crate::domain::decision::Known;
use crate::domain::explanation::{self, Asked, Explanation, Step};
use crate::domain::integration;
use crate::domain::route::{Form, Need, Route, Routes};
use crate::domain::storefront::{Storefronts, Told};
use crate::keys::Opened;
use crate::text::{self, reason};

/// Exit status of a check that would refuse the call.
const REFUSED: u8 = 3;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-acl-tree"))]
    Tree(List),
    #[command(about = text::get("cli-about-acl-routes"))]
    Routes(List),
    #[command(about = text::get("cli-about-acl-check"))]
    Check(Check),
}

#[derive(Args)]
pub(super) struct List {
    #[arg(value_name = "TEXT", help = text::get("cli-help-search"))]
    search: Option<String>,
    #[arg(long, help = text::get("cli-help-json"))]
    json: bool,
}

#[derive(Args)]
pub(super) struct Check {
    #[arg(help = text::get("cli-help-method"))]
    method: String,
    #[arg(help = text::get("cli-help-url"))]
    url: String,
    #[arg(long, value_name = "NAME", help = text::get("cli-help-check-integration"))]
    integration: String,
    #[arg(long, help = text::get("cli-help-json"))]
    json: bool,
}

#[derive(Serialize)]
struct ResourceRow<'a> {
    id: &'a str,
    title: &'a str,
    parent: Option<&'a str>,
    depth: usize,
    routes: usize,
}

#[derive(Serialize)]
struct RouteRow<'a> {
    method: &'static str,
    url: &'a str,
    resources: Vec<&'a str>,
    module: &'a str,
}

#[derive(Serialize)]
struct Checked<'a> {
    integration: &'a str,
    method: &'a str,
    url: &'a str,
    allowed: bool,
    route: Option<RouteRow<'a>>,
    missing: Vec<&'a str>,
    steps: Vec<Reason>,
}

/// A step of the reasoning.
#[derive(Serialize)]
struct Reason {
    ok: bool,
    text: String,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::Tree(list) => {
            let Loaded { tree, routes, .. } = declarations::load(console.config.declarations.as_deref());
            tree_list(&list, tree, routes, console)
        }
        Command::Routes(list) => {
            let Loaded { routes, .. } = declarations::load(console.config.declarations.as_deref());
            route_list(&list, routes, console)
        }
        Command::Check(check) => explain(&check, console),
    }
}

fn tree_list(list: &List, tree: &Tree, routes: &Routes, console: &mut Console<'_>) -> Result<(), Failure> {
    let found: Vec<&Node> = tree.nodes().filter(|node| list.finds(&[&node.id, &node.title])).collect();
    if list.json {
        let row = |node: &&'_ Node| ResourceRow {
            id: &tree.node(node.index).id,
            title: &tree.node(node.index).title,
            parent: node.parent.map(|parent| tree.node(parent).id.as_str()),
            depth: node.depth,
            routes: routes.guarded_by(node.index).len(),
        };
        return console.say_json(&found.iter().map(row).collect::<Vec<_>>());
    }
    found.into_iter().try_for_each(|node| {
        let indent = "  ".repeat(node.depth);
        let count = routes.guarded_by(node.index).len();
        let routes = text::with("cli-acl-routes", &[("count", count.into())]);
        console.say(&format!("{indent}{} ({}){routes}", node.title, node.id))
    })
}

fn route_list(list: &List, routes: &Routes, console: &mut Console<'_>) -> Result<(), Failure> {
    let names = |route: &Route| route.names().collect::<Vec<_>>().join(", ");
    let found: Vec<&Route> = routes
        .iter()
        .filter(|route| list.finds(&[&format!("{} {}", route.method.name(), route.template), &names(route)]))
        .collect();
    if list.json {
        return console.say_json(&found.into_iter().map(RouteRow::of).collect::<Vec<_>>());
    }
    found.into_iter().try_for_each(|route| {
        console.say(&format!("{} {}\t{}", route.method.name(), route.template, names(route)))
    })
}

/// Explains a decision: status 0 when the call would pass, 3 when it would be refused.
fn explain(check: &Check, console: &mut Console<'_>) -> Result<(), Failure> {
    let Opened { store, loaded, .. } = console.opened()?;
    let config = &console.config;
    let sites = config.stores.iter().map(|site| (site.code.as_str(), site.base_url.as_str()));
    let storefronts = Storefronts::new(config.base_url.as_str(), sites).map_err(app::Error::from)?;
    let known = store.read_now(|work| {
        let integration = integration::find_by_name(work, &check.integration)?;
        explanation::known(work, integration.id)
    })?;
    let path = path(&storefronts, &check.url);
    let method = check.method.to_uppercase();
    let asked = Asked { method: &method, path: &path, stores: storefronts.codes() };
    let explanation = explanation::explain(loaded.routes, asked, &known, console.clock.now());
    let checked = Checked::of(check, &method, &explanation, &known, loaded.tree);
    if check.json {
        console.say_json(&checked)?;
    } else {
        checked.lines().into_iter().try_for_each(|line| console.say(&line))?;
    }
    if checked.allowed { Ok(()) } else { Err(Failure::Status(REFUSED)) }
}

/// The path below the public address, byte for byte. A whole address and one from `/V1` on are understood, too.
fn path(storefronts: &Storefronts, url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    let is_short =
        path.strip_prefix("/V").is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    if is_short {
        return format!("/rest{path}");
    }
    storefronts.below_or_at(path, Told::default()).path.to_owned()
}

impl List {
    fn finds(&self, texts: &[&str]) -> bool {
        let Some(search) = &self.search else { return true };
        let search = search.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&search))
    }
}

impl<'a> RouteRow<'a> {
    fn of(route: &'a Route) -> Self {
        Self {
            method: route.method.name(),
            url: &route.template,
            resources: route.names().collect(),
            module: &route.module,
        }
    }
}

impl<'a> Checked<'a> {
    fn of(
        check: &'a Check,
        method: &'a str,
        explanation: &'a Explanation<'_>,
        known: &'a Known,
        tree: &Tree,
    ) -> Self {
        let unmet = explanation.steps.iter().filter_map(|step| match step {
            Step::Required { name, is_met: false, .. } => Some(*name),
            _ => None,
        });
        Self {
            integration: known.name.as_str(),
            method,
            url: &check.url,
            allowed: explanation.refusal.is_none(),
            route: explanation.route.map(RouteRow::of),
            missing: unmet.collect(),
            steps: explanation.steps.iter().map(|step| Reason::of(step, known, tree)).collect(),
        }
    }

    fn lines(&self) -> Vec<String> {
        let mark = |told: &Reason| format!("{} {}", if told.ok { "✓" } else { "✗" }, told.text);
        let values = [("name", self.integration.into()), ("missing", self.missing.join(", ").into())];
        let verdict = match (self.allowed, self.missing.is_empty()) {
            (true, _) => "cli-acl-allowed",
            (false, true) => "cli-acl-refused",
            (false, false) => "cli-acl-refused-missing",
        };
        self.steps.iter().map(mark).chain([text::with(verdict, &values)]).collect()
    }
}

impl Reason {
    fn of(step: &Step<'_>, known: &Known, tree: &Tree) -> Self {
        let told = |ok: bool, text: String| Self { ok, text };
        let choose = |ok: bool, yes: &str, no: &str| told(ok, text::get(if ok { yes } else { no }));
        match step {
            Step::NoRoute(miss) => {
                told(false, text::with("cli-acl-no-route", &[("cause", reason::miss(*miss).into())]))
            }
            Step::Route(found) => {
                let form = match found.form {
                    Form::Direct => text::get("cli-acl-form-direct"),
                    Form::Async => text::get("cli-acl-form-async"),
                    Form::Bulk => text::get("cli-acl-form-bulk"),
                };
                let values = [
                    ("method", found.route.method.name().into()),
                    ("template", found.route.template.as_str().into()),
                    ("module", found.route.module.as_str().into()),
                    ("form", form.into()),
                ];
                told(true, text::with("cli-acl-route", &values))
            }
            Step::Token(is_there) => choose(*is_there, "cli-acl-token", "cli-acl-no-token"),
            Step::Standing(passes) => {
                let status = [("status", known.status.name().into())];
                let key = if *passes { "cli-acl-standing" } else { "cli-acl-not-standing" };
                told(*passes, text::with(key, &status))
            }
            Step::Required { name, need, is_met } => {
                told(*is_met, required(name, *need, *is_met, known, tree))
            }
        }
    }
}

fn required(name: &str, need: Need, is_met: bool, known: &Known, tree: &Tree) -> String {
    let titled = match need {
        Need::Resource(index) => format!("{} ({name})", tree.node(index).title),
        _ => name.to_owned(),
    };
    let key = match (need, is_met) {
        (Need::Nothing, _) => "cli-acl-need-nothing",
        (Need::BeingCustomer, _) => "cli-acl-need-customer",
        (_, true) if known.grants.is_everything() => "cli-acl-need-everything",
        (Need::Unknown, _) => "cli-acl-need-unknown",
        (_, true) => "cli-acl-need-held",
        (_, false) => "cli-acl-need-lacking",
    };
    text::with(key, &[("resource", titled.into())])
}
