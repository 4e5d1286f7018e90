//! `latchkey integration`: everything that the pages do with an integration, by its name.

mod approved;
mod declared;
mod exported;
mod import;
mod planned;
mod shown;

pub(super) use declared::lint;

use clap::{Args, Subcommand};

use super::{Console, Failure};
use crate::app;
use crate::domain::activation::{self, Done, Replace};
use crate::domain::attempt;
use crate::domain::integration::{self, Draft, Integration, IntegrationId, Query, Sort};
use crate::domain::permission::Wish;
use crate::domain::{self, Actor, Missing};
use crate::outbound::Http;
use crate::store::{Paging, Work};
use crate::{handover, text};

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-integration-create"))]
    Create(New),
    #[command(about = text::get("cli-about-integration-list"))]
    List {
        #[arg(long, help = text::get("cli-help-json"))]
        json: bool,
    },
    #[command(about = text::get("cli-about-integration-show"))]
    Show(NamedOrJson),
    #[command(about = text::get("cli-about-integration-activate"))]
    Activate(NamedOrJson),
    #[command(about = text::get("cli-about-integration-reauthorize"))]
    Reauthorize(NamedOrJson),
    #[command(about = text::get("cli-about-integration-suspend"))]
    Suspend(Named),
    #[command(about = text::get("cli-about-integration-resume"))]
    Resume(Named),
    #[command(about = text::get("cli-about-integration-revoke"))]
    Revoke(Named),
    #[command(about = text::get("cli-about-integration-delete"))]
    Delete(Named),
    #[command(about = text::get("cli-about-integration-plan"))]
    Plan(declared::Asked),
    #[command(about = text::get("cli-about-integration-apply"))]
    Apply(declared::Asked),
    #[command(about = text::get("cli-about-integration-lint"))]
    Lint(declared::Files),
    #[command(about = text::get("cli-about-integration-export"))]
    Export(Named),
    #[command(about = text::get("cli-about-integration-import"))]
    Import(import::Asked),
}

#[derive(Args)]
pub(super) struct New {
    #[arg(long, help = text::get("cli-help-new-name"))]
    name: String,
    #[arg(long, default_value = "", hide_default_value = true, help = text::get("cli-help-email"))]
    email: String,
    #[arg(long, default_value = "", hide_default_value = true, help = text::get("cli-help-endpoint"))]
    endpoint: String,
    #[arg(long, default_value = "", hide_default_value = true, help = text::get("cli-help-identity-link-url"))]
    identity_link_url: String,
    #[arg(long = "resource", value_name = "ID", help = text::get("cli-help-resource"))]
    resources: Vec<String>,
    #[arg(long, conflicts_with = "resources", help = text::get("cli-help-all-resources"))]
    all_resources: bool,
}

#[derive(Args)]
pub(super) struct Named {
    #[arg(help = text::get("cli-help-integration"))]
    name: String,
}

#[derive(Args)]
pub(super) struct NamedOrJson {
    #[arg(help = text::get("cli-help-integration"))]
    name: String,
    #[arg(long, help = text::get("cli-help-json"))]
    json: bool,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    match command {
        Command::Create(new) => create(new, console),
        Command::List { json } => list(json, console),
        Command::Show(asked) => show(&asked, console),
        Command::Activate(asked) => issue(&asked, Done::Activated, console),
        Command::Reauthorize(asked) => issue(&asked, Done::Reauthorized, console),
        Command::Suspend(named) => change(&named, console, "integration-suspended", activation::suspend),
        Command::Resume(named) => change(&named, console, "integration-resumed", activation::resume),
        Command::Revoke(named) => change(&named, console, "integration-revoked", activation::revoke),
        Command::Delete(named) => change(&named, console, "integration-deleted", integration::delete),
        Command::Plan(asked) => declared::plan(&asked, console),
        Command::Apply(asked) => declared::apply(&asked, console),
        // Needs neither configuration nor database.
        Command::Lint(files) => declared::lint(&files, console.out),
        Command::Export(named) => exported::run(&named, console),
        Command::Import(asked) => import::run(&asked, console),
    }
}

fn create(new: New, console: &mut Console<'_>) -> Result<(), Failure> {
    let New { name, email, endpoint, identity_link_url, resources, all_resources } = new;
    let grants = if all_resources { Wish::Everything } else { Wish::These(resources) };
    let draft = Draft { name, email, endpoint, identity_link_url, grants, ..Draft::default() };
    let store = console.store()?;
    let exceptions = &console.config.egress_allow;
    let saved = store.write_now(|work| integration::create(work, &Actor::command(), &draft, exceptions))?;
    console.say(&text::with("integration-saved", &[("name", saved.name.into())]))
}

fn list(json: bool, console: &mut Console<'_>) -> Result<(), Failure> {
    let integrations = console.store()?.read_now(all)?;
    if json {
        return console.say_json(&integrations.iter().map(shown::Row::from).collect::<Vec<_>>());
    }
    for integration in integrations {
        let status = integration.status.name();
        console.say(&format!("{}\t{status}\t{}", integration.id.0, integration.name))?;
    }
    Ok(())
}

fn all(work: &mut Work<'_>) -> Result<Vec<Integration>, domain::Error> {
    let paging = Paging { page: 1, limit: 500 };
    let mut query = Query { name: None, status: None, sort: Sort::Id, descending: false, paging };
    let mut integrations = Vec::new();
    loop {
        let page = integration::list(work, &query)?;
        integrations.extend(page.rows.into_iter().map(|listed| listed.integration));
        if query.paging.page >= page.pages {
            return Ok(integrations);
        }
        query.paging.page += 1;
    }
}

fn show(asked: &NamedOrJson, console: &mut Console<'_>) -> Result<(), Failure> {
    let shown = console.store()?.read_now(|work| {
        let integration = integration::find_by_name(work, &asked.name)?;
        shown::Shown::of(work, integration)
    })?;
    if asked.json { console.say_json(&shown) } else { console.say(&shown.lines()) }
}

/// Activates for the first time or once more: by an exchange with the partner's server, or by showing a token.
fn issue(asked: &NamedOrJson, wanted: Done, console: &mut Console<'_>) -> Result<(), Failure> {
    let (integration, is_live, change) = console.store()?.read_now(|work| {
        let integration = integration::find_by_name(work, &asked.name)?;
        activation::check(work, &Actor::command(), &integration)?;
        let is_live = activation::has_live_token(work, integration.id)?;
        let change = approved::Change::of(work, &integration)?;
        Ok::<_, domain::Error>((integration, is_live, change))
    })?;
    let done = if is_live { Done::Reauthorized } else { Done::Activated };
    if done != wanted {
        return Err(other_state(done, integration.name));
    }
    // On standard error: what is printed is read by programs.
    change.iter().flat_map(approved::Change::lines).try_for_each(|line| console.warn(&line))?;
    if integration.exchanges_tokens() {
        hand_over(asked, &integration, console)
    } else {
        show_issued(asked, &integration, wanted, console)
    }
}

/// Sends the callback and prints the attempt; a callback that failed is a failure.
fn hand_over(
    asked: &NamedOrJson,
    integration: &Integration,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let store = console.store()?;
    let outbound = Http::new(console.config.egress_allow.clone()).map_err(app::Error::from)?;
    let base_url = console.config.base_url.as_str();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(app::ServeError::from)?;
    let sending = handover::send(
        &store,
        &outbound,
        base_url,
        Actor::command(),
        (integration.id, Some(integration.version)),
    );
    let sent = runtime.block_on(sending)?;
    let attempts = store.read_now(|work| attempt::latest(work, integration.id))?;
    let attempt = attempts.iter().find(|attempt| attempt.id == sent.attempt);
    let attempt = attempt.ok_or_else(|| domain::Error::from(Missing::Integration(asked.name.clone())))?;
    let shown = shown::Attempt::from(attempt);
    if asked.json {
        console.say_json(&shown)?
    } else {
        console.say(&shown.lines())?
    }
    if sent.delivered {
        return Ok(());
    }
    let name = integration.name.as_str().into();
    Err(Failure::Said(text::with("cli-integration-not-handed-over", &[("name", name)])))
}

/// Prints the credentials of a token that is new, be it the first one or another one.
fn show_issued(
    asked: &NamedOrJson,
    integration: &Integration,
    wanted: Done,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let (id, seen) = (integration.id, Some(integration.version));
    let issued = console.store()?.write_now(|work| {
        crate::domain::declared::check_seen(work, id, seen)?;
        let issued = activation::activate(work, &Actor::command(), id, Replace::AfterGrace)?;
        // An error undoes what was issued.
        if issued.done == wanted {
            Ok(issued)
        } else {
            Err(other_state(issued.done, integration.name.clone()))
        }
    })?;
    let credentials = shown::Credentials::from(&issued.credentials);
    if asked.json { console.say_json(&credentials) } else { console.say(&credentials.lines()) }
}

fn other_state(done: Done, name: String) -> Failure {
    Failure::Said(match done {
        Done::Reauthorized => text::with("cli-integration-active-already", &[("name", name.into())]),
        Done::Activated => text::with("cli-integration-not-active", &[("name", name.into())]),
    })
}

/// Does something to the integration of that name, and says so.
fn change(
    named: &Named,
    console: &mut Console<'_>,
    said: &str,
    act: impl FnOnce(&mut Work<'_>, &Actor, IntegrationId) -> Result<Integration, domain::Error>,
) -> Result<(), Failure> {
    let integration = console.store()?.write_now(|work| {
        let found = integration::find_by_name(work, &named.name)?;
        act(work, &Actor::command(), found.id)
    })?;
    console.say(&text::with(said, &[("name", integration.name.into())]))
}
