//! The permission tree, with search: which routes each resource opens, which integrations and roles hold it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded;

use crate::app::App;
use crate::domain;
use crate::domain::acl::{Node, ResourceSet};
use crate::domain::holding::{self, Counts, Holders, NAMED};
use crate::domain::route::Route;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::routes::ROLES;
use crate::web::{PageError, filters};

/// Where the page is.
pub const ADDRESS: &str = "/admin/resource";

/// The permission tree.
#[derive(Template)]
#[template(path = "admin/resource/index.html")]
pub struct ResourcePage {
    /// The frame.
    pub chrome: Chrome,
    /// What is searched for.
    pub search: String,
    /// The resources that fit, with those above them.
    pub rows: Vec<Row>,
    /// How many fit.
    pub found: usize,
    /// The resource that was chosen.
    pub chosen: Option<Chosen>,
}

/// One resource of the tree.
pub struct Row {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How deep it stands; 1 is the top.
    pub depth: usize,
    /// How many routes need it.
    pub routes: usize,
    /// How many integrations hold it.
    pub integrations: usize,
    /// How many roles hold it.
    pub roles: usize,
    /// Leads to its details.
    pub href: String,
    /// Whether its details are shown.
    pub is_chosen: bool,
    /// Whether it stands here only for what fits below it.
    pub is_way: bool,
}

/// The resource that was chosen.
pub struct Chosen {
    /// Its name.
    pub id: String,
    /// Its title, with those above it.
    pub title: String,
    /// The routes that need it: method, address, and what else each needs.
    pub routes: Vec<Opened>,
    /// Integrations that hold it.
    pub integrations: Vec<Holder>,
    /// How many more of them there are.
    pub more_integrations: usize,
    /// Roles that hold it; none for whoever may not see roles.
    pub roles: Option<Vec<Holder>>,
    /// How many more of them there are.
    pub more_roles: usize,
}

/// A route that a resource opens.
pub struct Opened {
    /// Its method.
    pub method: &'static str,
    /// Its address.
    pub template: String,
    /// What it needs beside the resource.
    pub others: Vec<String>,
}

/// Who holds a resource.
pub struct Holder {
    /// The name.
    pub name: String,
    /// The page.
    pub href: String,
}

/// What is asked for.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    resource: String,
}

/// Shows the tree.
///
/// # Errors
/// Those of the database.
pub async fn show(
    admin: Admin,
    app: Data<App>,
    Query(asked): Query<Asked>,
) -> Result<HttpResponse, PageError> {
    let search = asked.q.trim().chars().take(255).collect::<String>();
    let chosen = app.tree.for_roles().find(&asked.resource).map(|index| app.tree.node(index));
    let id = chosen.map(|node| node.id.clone());
    let (counts, holders) = app
        .store
        .read(move |work| {
            let holders = id.map(|id| holding::of(work, &id)).transpose()?;
            Ok::<_, domain::Error>((holding::counts(work)?, holders))
        })
        .await?;
    let rows = rows(&app, &search, chosen, &counts);
    let found = rows.iter().filter(|row| !row.is_way).count();
    let chosen = chosen.zip(holders).map(|(node, holders)| Chosen::of(&admin, &app, node, holders, &counts));
    let chrome = admin.chrome(text::get("resource-title"))?;
    Ok(render(&ResourcePage { chrome, search, rows, found, chosen })?)
}

/// What fits the search by name, title or a route that it opens, with the way down to it.
fn rows(app: &App, search: &str, chosen: Option<&Node>, counts: &Counts) -> Vec<Row> {
    let wanted = search.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let fits = |node: &Node| {
        let mut routes = app.routes.guarded_by(node.index);
        has(&node.id) || has(&node.title) || routes.any(|route| has(&route.template))
    };
    let view = app.tree.for_roles();
    let fitting: ResourceSet = view.nodes().filter(|node| fits(node)).map(|node| node.index).collect();
    let leads = |node: &Node| view.descendants(node.index).any(|below| fitting.contains(below.index));
    let shown = view.nodes().filter(|node| fitting.contains(node.index) || leads(node));
    let row = |node: &Node| Row {
        id: node.id.clone(),
        title: node.title.clone(),
        depth: node.depth,
        routes: app.routes.guarded_by(node.index).len(),
        integrations: counts.integrations(&node.id),
        roles: counts.roles(&node.id),
        href: href(search, &node.id),
        is_chosen: chosen.is_some_and(|chosen| chosen.index == node.index),
        is_way: !fitting.contains(node.index),
    };
    shown.map(row).collect()
}

/// The page with this resource chosen, and the search kept.
fn href(search: &str, id: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !search.is_empty() {
        query.append_pair("q", search);
    }
    format!("{ADDRESS}?{}#chosen", query.append_pair("resource", id).finish())
}

impl Chosen {
    fn of(admin: &Admin, app: &App, node: &Node, holders: Holders, counts: &Counts) -> Self {
        let mut titles: Vec<&str> =
            app.tree.ancestors(node.index).map(|above| above.title.as_str()).collect();
        titles.reverse();
        titles.push(&node.title);
        let opened = |route: &Route| Opened {
            method: route.method.name(),
            template: route.template.clone(),
            others: route.names().filter(|name| *name != node.id).map(str::to_owned).collect(),
        };
        let Holders { integrations, roles } = holders;
        let integrations: Vec<Holder> = integrations
            .into_iter()
            .map(|(id, name)| Holder { name, href: format!("/admin/integration/edit/{}", id.0) })
            .collect();
        let roles: Vec<Holder> = roles
            .into_iter()
            .map(|(id, name)| Holder { name, href: format!("/admin/role/edit/{}", id.0) })
            .collect();
        let more = |count: usize, named: usize| if named < NAMED { 0 } else { count.saturating_sub(named) };
        Self {
            id: node.id.clone(),
            title: titles.join(" › "),
            routes: app.routes.guarded_by(node.index).map(opened).collect(),
            more_integrations: more(counts.integrations(&node.id), integrations.len()),
            integrations,
            more_roles: more(counts.roles(&node.id), roles.len()),
            roles: admin.may(ROLES).then_some(roles),
        }
    }
}
