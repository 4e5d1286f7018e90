//! The list of integrations.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::grid::{self, Grid};
use crate::app::App;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{PageError, filters};

/// The list of integrations with its frame.
#[derive(Template)]
#[template(path = "admin/integration/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// The list, which `grid` answers alone.
    pub grid: Grid,
}

/// Shows the list.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let mut chrome = admin.chrome(text::get("integration-grid-title"))?;
    let (grid, notice) = grid::read(&admin, &app, &req).await?;
    chrome.flashes.extend(notice);
    Ok(render(&IndexPage { chrome, grid })?)
}
