//! The list of webhooks, with how their deliveries go.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::edit_href;
use crate::app::App;
use crate::domain::event::observer::Wants;
use crate::domain::webhook::{self, Listed};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{PageError, filters};

/// The list.
#[derive(Template)]
#[template(path = "admin/webhook/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// Every webhook.
    pub rows: Vec<Row>,
}

/// A webhook.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// Of what it hears, in words.
    pub hears: String,
    /// How it is, as a style of pills.
    pub style: &'static str,
    /// How it is, as read.
    pub label: String,
    /// Deliveries that were given up.
    pub failed: i64,
    /// Its page.
    pub edit_href: String,
    /// Its deliveries that were given up.
    pub failed_href: String,
}

/// Shows the list.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>) -> Result<HttpResponse, PageError> {
    let webhooks = app.store.read(webhook::list).await?;
    let chrome = admin.chrome(text::get("webhook-title"))?;
    Ok(render(&IndexPage { chrome, rows: webhooks.iter().map(Row::of).collect() })?)
}

impl Row {
    fn of(listed: &Listed) -> Self {
        let Listed { webhook, failed, is_retried } = listed;
        let (style, label) = match (webhook.is_enabled, *failed, *is_retried) {
            (false, ..) => ("inactive", text::get("webhook-state-off")),
            (true, 1.., _) => ("suspended", text::get("webhook-state-failing")),
            (true, _, true) => ("reset", text::get("webhook-state-retrying")),
            (true, ..) => ("active", text::get("webhook-state-on")),
        };
        Self {
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            hears: hears(&webhook.wants),
            style,
            label,
            failed: *failed,
            edit_href: edit_href(webhook.id),
            failed_href: format!("{}?state=failed#deliveries", edit_href(webhook.id)),
        }
    }
}

fn hears(wants: &Wants) -> String {
    match wants {
        Wants::Everything => text::get("webhook-kinds-all"),
        Wants::These(kinds) => text::on_page("webhook-kinds-some", &[("count", kinds.len().into())]),
    }
}
