//! What every page needs around its own content, and the two ways to answer: a page, or a way to another one.

use actix_session::Session;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::flash::Flash;
use super::system_message::SystemMessage;
use super::{assets, flash, form_key};
use crate::domain::session::Lasts;

/// The frame of a page: who looks at it, what they may go to, what they are to be told.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// Heading of the page and first part of the browser's title.
    pub title: String,
    /// The signed-in administrator, by user name; leads to their account.
    pub account: Option<NavEntry>,
    /// The anti-forgery token that every form of this page carries.
    pub form_key: String,
    /// The main menu: only what this administrator may open.
    pub nav: Vec<NavEntry>,
    /// Standing messages about the whole system.
    pub system_messages: Vec<SystemMessage>,
    /// Those of them that were not there on the page before: shown once more, in a window of their own.
    pub new_messages: Vec<SystemMessage>,
    /// What the previous request has to say.
    pub flashes: Vec<Flash>,
    /// How long the session lasts from now on; of strangers nothing is known.
    pub lasts: Option<Lasts>,
    /// After how many seconds the page loads itself again where there is no script; never, without it.
    pub refresh: Option<u32>,
    /// Address of the style sheet, with its content hash.
    pub css_href: String,
    /// Addresses of the scripts, with the hashes of their content.
    pub js_hrefs: Vec<String>,
}

/// One entry of the main menu.
#[derive(Debug, Clone)]
pub struct NavEntry {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether this page belongs to it.
    pub is_current: bool,
}

impl Chrome {
    /// A frame without a person and without a form.
    pub fn plain(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            css_href: assets::href("admin.css"),
            js_hrefs: ["admin.js", "tree.js", "settings.js", "session.js"].map(assets::href).into(),
            ..Self::default()
        }
    }

    /// A frame for somebody who has not signed in, but has a form to send.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn stranger(session: &Session, title: impl Into<String>) -> Result<Self, super::Error> {
        let form_key = form_key::of(session)?;
        Ok(Self { form_key, flashes: flash::take(session), ..Self::plain(title) })
    }
}

/// Answers with a page.
///
/// # Errors
/// When the template fails.
pub fn render(page: &impl Template) -> Result<HttpResponse, super::Error> {
    render_as(StatusCode::OK, page)
}

/// Answers with a page and a status of its own, such as 422 for a form that was not accepted.
///
/// # Errors
/// When the template fails.
pub fn render_as(status: StatusCode, page: &impl Template) -> Result<HttpResponse, super::Error> {
    let html = page.render()?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// Leads to another page after something was done.
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// Whether script asks for a part of a page.
pub fn wants_fragment(req: &HttpRequest) -> bool {
    let asked = req.headers().get("X-Requested-With");
    asked.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"XMLHttpRequest"))
}
