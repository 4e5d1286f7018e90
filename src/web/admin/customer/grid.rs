//! The list of customers, with its frame or alone.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::act::Act;
use super::asked;
use crate::app::App;
use crate::domain::customer::{self, Listed};
use crate::store::Page;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::extract::admin::Admin;
use crate::web::form::Choice;
use crate::web::grid::{Asked, Head, Pager, Pairs};
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters, part};

/// The list with its frame.
#[derive(Template)]
#[template(path = "admin/customer/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// The list, which `grid` answers alone.
    pub grid: Grid,
}

/// The list as it is drawn.
#[derive(Template)]
#[template(path = "admin/customer/_grid_block.html")]
pub struct Block<'p> {
    /// The anti-forgery token for the forms in the rows.
    form_key: &'p str,
    grid: &'p Grid,
}

/// The list with its filter, order and pages.
pub struct Grid {
    /// The filter on e-mail address and names, as typed.
    pub name: String,
    /// The filter on the state.
    pub states: Vec<Choice>,
    /// Order and page size as hidden fields, for the filter and its reset.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// Address without a filter.
    pub reset_href: String,
    /// Number of customers that fit the filter.
    pub total: usize,
    /// Sortable column heads, in order.
    pub heads: Vec<Head>,
    /// One page of customers.
    pub rows: Vec<Row>,
    /// Where we are among the pages.
    pub pager: Pager,
}

/// One customer in the list.
pub struct Row {
    /// E-mail address.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// Code of the website.
    pub website: String,
    /// Whether tokens are given.
    pub is_active: bool,
    /// Whether the e-mail address is confirmed.
    pub is_confirmed: bool,
    /// How many tokens there are.
    pub tokens: i64,
    /// When a token was last given.
    pub logged_in: Option<DateTime<Utc>>,
    /// When the customer was made.
    pub created: DateTime<Utc>,
    /// Where it is asked about deactivating; none when that is done.
    pub deactivate_href: Option<String>,
    /// Where the customer is activated; none when that is done.
    pub activate_href: Option<String>,
    /// Where it is asked about revoking tokens; none when there are none.
    pub revoke_href: Option<String>,
}

/// Shows the list.
///
/// # Errors
/// Those of the database.
pub async fn index(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("customer-grid-title"))?;
    let grid = read(&app, &req).await?;
    Ok(render(&IndexPage { chrome, grid })?)
}

/// Answers with the messages and the block alone.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("customer-grid-title"))?;
    let grid = read(&app, &req).await?;
    Ok(render(&part::refresh(&chrome.flashes, &grid.block(&chrome.form_key)))?)
}

async fn read(app: &App, req: &HttpRequest) -> Result<Grid, Error> {
    let asked = asked::read(req.query_string());
    let query = asked::query(&asked);
    let page = app.store.read(move |work| customer::list(work, &query)).await?;
    Ok(Grid::of(&asked, page))
}

impl Grid {
    /// Draws it; the anti-forgery token is for the forms in the rows.
    pub fn block<'p>(&'p self, form_key: &'p str) -> Block<'p> {
        Block { form_key, grid: self }
    }

    fn of(asked: &Asked, page: Page<Listed>) -> Self {
        let state = |(value, is_active): (&str, bool)| Choice {
            value: value.to_owned(),
            label: state_label(is_active),
            is_chosen: asked::is_active(asked) == Some(is_active),
        };
        Self {
            name: asked.value("name").unwrap_or_default().to_owned(),
            states: [("1", true), ("0", false)].map(state).into(),
            state: asked.state(),
            is_filtered: asked.is_filtered(),
            reset_href: asked.reset_href(),
            total: usize::try_from(page.total).unwrap_or_default(),
            heads: vec![
                asked.head("email", text::get("customer-column-email")),
                asked.head("lastname", text::get("customer-column-name")),
                asked.head("created", text::get("customer-column-created")),
            ],
            pager: asked.pager(&page),
            rows: page.rows.into_iter().map(Row::of).collect(),
        }
    }
}

impl Row {
    fn of(listed: Listed) -> Self {
        let Listed { customer, tokens } = listed;
        let id = customer.id;
        Self {
            name: customer.full_name(),
            is_active: customer.is_active,
            is_confirmed: customer.confirmed,
            tokens,
            logged_in: customer.logged_in_at,
            created: customer.created_at,
            deactivate_href: customer.is_active.then(|| Act::Deactivate.question_href(id)),
            activate_href: (!customer.is_active).then(|| Act::Activate.href(id)),
            revoke_href: (tokens > 0).then(|| Act::RevokeTokens.question_href(id)),
            email: customer.email,
            website: customer.website,
        }
    }
}

fn state_label(is_active: bool) -> String {
    if is_active { text::get("user-state-active") } else { text::get("user-state-inactive") }
}
