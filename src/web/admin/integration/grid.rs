//! The block that lists integrations, and its address of its own: for refreshing it in place.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::act::Act;
use super::asked::{self, STATUSES};
use super::{LIST, edit_href, permissions_dialog, words};
use crate::app::App;
use crate::domain;
use crate::domain::integration::{self, Listed, Origin, Status};
use crate::store::Page;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::extract::admin::Admin;
use crate::web::flash::{Flash, FlashKind};
use crate::web::form::Choice;
use crate::web::grid::{Asked, Head, Pager, Pairs};
use crate::web::page::render;
use crate::web::routes::{ACTIVATE_INTEGRATIONS, DELETE_INTEGRATIONS, MANAGE_INTEGRATIONS};
use crate::web::{Error, PageError, filters, part};

/// The list as it is drawn.
#[derive(Template)]
#[template(path = "admin/integration/_grid_block.html")]
pub struct Block<'p> {
    /// The anti-forgery token for the forms in the rows.
    form_key: &'p str,
    grid: &'p Grid,
}

/// The list with its filter, order and pages.
pub struct Grid {
    /// The filter on the name, as typed.
    pub name: String,
    /// The filter on the status.
    pub statuses: Vec<Choice>,
    /// Order and page size as hidden fields, for the filter and its reset.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// Address without a filter.
    pub reset_href: String,
    /// Where a new integration is made, when the administrator may.
    pub new_href: Option<String>,
    /// Number of integrations that fit the filter.
    pub total: usize,
    /// Sortable column heads.
    pub name_head: Head,
    /// Sortable column heads.
    pub status_head: Head,
    /// Sortable column heads.
    pub created_head: Head,
    /// One page of integrations.
    pub rows: Vec<Row>,
    /// Where we are among the pages.
    pub pager: Pager,
}

/// One integration in the list.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Whether an address of it is not https.
    pub is_insecure: bool,
    /// Status as a style name: `inactive`, `active`, `reset`, `suspended`.
    pub status: &'static str,
    /// Status as read.
    pub status_label: String,
    /// What that status means, where the word does not say it.
    pub status_note: Option<String>,
    /// Made by hand or declared.
    pub kind: String,
    /// How it gets its tokens.
    pub exchange: String,
    /// Contact address.
    pub email: Option<String>,
    /// "All", "12 of 265".
    pub permissions: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Activate, Reauthorize or Resume, when the administrator may.
    pub act: Option<RowAct>,
    /// Address of the edit or view page.
    pub edit_href: String,
    /// Whether it can only be viewed.
    pub is_view: bool,
    /// The delete control, when the administrator may delete at all.
    pub delete: Option<RowDelete>,
}

/// The one act offered in the list.
pub struct RowAct {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it acts at once (POST) instead of opening a dialog (GET).
    pub is_post: bool,
}

/// The delete control of a row.
pub struct RowDelete {
    /// Address of the confirmation; none for a declared integration.
    pub href: Option<String>,
}

/// Answers with the messages and the block alone.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let mut chrome = admin.chrome(text::get("integration-grid-title"))?;
    let (grid, notice) = read(&admin, &app, &req).await?;
    chrome.flashes.extend(notice);
    Ok(render(&part::refresh(&chrome.flashes, &grid.block(&chrome.form_key)))?)
}

/// The list that the address asks for, and the notice about integrations that are not secure.
pub(super) async fn read(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
) -> Result<(Grid, Option<Flash>), Error> {
    let asked = asked::read(req.query_string());
    let query = asked::query(&asked);
    let listed = app.store.read(move |work| {
        Ok::<_, domain::Error>((integration::list(work, &query)?, integration::count_insecure(work)?))
    });
    let (page, insecure) = listed.await?;
    let notice = Flash { kind: FlashKind::Notice, text: text::get("integration-insecure-notice") };
    Ok((Grid::of(admin, &asked, page), (insecure > 0).then_some(notice)))
}

impl Grid {
    /// Draws it; the anti-forgery token is for the forms in the rows.
    pub fn block<'p>(&'p self, form_key: &'p str) -> Block<'p> {
        Block { form_key, grid: self }
    }

    fn of(admin: &Admin, asked: &Asked, page: Page<Listed>) -> Self {
        let choice = |(number, status): &(&str, Status)| Choice {
            value: (*number).to_owned(),
            label: words::status_label(*status),
            is_chosen: asked::status(asked) == Some(*status),
        };
        Self {
            name: asked.value("name").unwrap_or_default().to_owned(),
            statuses: STATUSES.iter().map(choice).collect(),
            state: asked.state(),
            is_filtered: asked.is_filtered(),
            reset_href: asked.reset_href(),
            new_href: admin.may(MANAGE_INTEGRATIONS).then(|| format!("{LIST}/new")),
            total: usize::try_from(page.total).unwrap_or_default(),
            name_head: asked.head("name", text::get("integration-column-name")),
            status_head: asked.head("status", text::get("integration-column-status")),
            created_head: asked.head("created", text::get("integration-column-created")),
            pager: asked.pager(&page),
            rows: page.rows.into_iter().map(|listed| Row::of(admin, listed)).collect(),
        }
    }
}

impl Row {
    fn of(admin: &Admin, listed: Listed) -> Self {
        let Listed { integration, has_live_token, summary, is_orphaned } = listed;
        let id = integration.id;
        let is_manual = integration.origin == Origin::Manual;
        let is_removable = is_manual || is_orphaned;
        let is_reset = integration.status == Status::Reset;
        let delete = RowDelete { href: is_removable.then(|| Act::Delete.question_href(id)) };
        Self {
            is_insecure: integration.is_insecure(),
            status: integration.status.name(),
            status_label: words::status_label(integration.status),
            status_note: is_reset.then(|| words::status_note(&integration, has_live_token)),
            kind: words::kind(integration.origin, is_orphaned),
            exchange: words::exchange(&integration),
            permissions: words::permissions(summary),
            created: integration.created_at,
            act: row_act(admin, &integration, has_live_token),
            edit_href: edit_href(id),
            is_view: !(is_manual && admin.may(MANAGE_INTEGRATIONS)),
            delete: admin.may(DELETE_INTEGRATIONS).then_some(delete),
            email: Some(integration.email).filter(|email| !email.is_empty()),
            name: integration.name,
        }
    }
}

fn row_act(admin: &Admin, integration: &integration::Integration, has_live_token: bool) -> Option<RowAct> {
    if integration.status == Status::Suspended {
        let href = Act::Resume.href(integration.id);
        let resume = RowAct { label: Act::Resume.label(), href, is_post: true };
        return admin.may(MANAGE_INTEGRATIONS).then_some(resume);
    }
    let href = permissions_dialog::href(integration.id);
    let activate = RowAct { label: words::activate(has_live_token), href, is_post: false };
    admin.may(ACTIVATE_INTEGRATIONS).then_some(activate)
}
