//! The list of roles, with its frame or alone.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{asked, edit_href};
use crate::app::App;
use crate::domain::permission;
use crate::domain::role::{self, Listed};
use crate::text;
use crate::web::admin::integration::permissions_in_words;
use crate::web::extract::admin::Admin;
use crate::web::grid::{Head, Pager, Pairs};
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters, part};

/// The list with its frame.
#[derive(Template)]
#[template(path = "admin/role/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// The list, which `grid` answers alone.
    pub grid: Grid,
}

/// The list as it is drawn.
#[derive(Template)]
#[template(path = "admin/role/_grid_block.html")]
pub struct Block<'p> {
    grid: &'p Grid,
}

/// The list with its filter, order and pages.
pub struct Grid {
    /// The filter on the name, as typed.
    pub name: String,
    /// Order and page size as hidden fields, for the filter and its reset.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// Address without a filter.
    pub reset_href: String,
    /// Number of roles that fit the filter.
    pub total: usize,
    /// The sortable column head.
    pub head: Head,
    /// One page of roles.
    pub rows: Vec<Row>,
    /// Where we are among the pages.
    pub pager: Pager,
}

impl Grid {
    /// Draws it.
    pub fn block(&self) -> Block<'_> {
        Block { grid: self }
    }
}

/// One role in the list.
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it holds: "All", "12 of 272".
    pub permissions: String,
    /// How many people have it.
    pub members: i64,
    /// Its page.
    pub edit_href: String,
}

/// Shows the list.
///
/// # Errors
/// Those of the database.
pub async fn index(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("role-grid-title"))?;
    let grid = read(&app, &req).await?;
    Ok(render(&IndexPage { chrome, grid })?)
}

/// Answers with the messages and the block alone.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("role-grid-title"))?;
    let grid = read(&app, &req).await?;
    Ok(render(&part::refresh(&chrome.flashes, &grid.block()))?)
}

async fn read(app: &App, req: &HttpRequest) -> Result<Grid, Error> {
    let asked = asked::read(req.query_string());
    let query = asked::query(&asked);
    let page = app.store.read(move |work| role::list(work, &query)).await?;
    let row = |listed: &Listed| Row {
        permissions: permissions_in_words(permission::summary(app.tree.for_roles(), &listed.grants)),
        members: listed.members,
        edit_href: edit_href(listed.role.id),
        name: listed.role.name.clone(),
    };
    Ok(Grid {
        name: asked.value("name").unwrap_or_default().to_owned(),
        state: asked.state(),
        is_filtered: asked.is_filtered(),
        reset_href: asked.reset_href(),
        total: usize::try_from(page.total).unwrap_or_default(),
        head: asked.head("rolename", text::get("role-field-name")),
        rows: page.rows.iter().map(row).collect(),
        pager: asked.pager(&page),
    })
}
