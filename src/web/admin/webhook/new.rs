//! The form of a new webhook.

use actix_web::HttpResponse;
use askama::Template;

use super::LIST;
use super::form::{Content, Form};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// The form of a new webhook.
#[derive(Template)]
#[template(path = "admin/webhook/new.html")]
pub struct NewPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The list.
    pub back_href: &'static str,
}

/// Shows the empty form.
///
/// # Errors
/// When the session cannot be written.
pub async fn show(admin: Admin) -> Result<HttpResponse, PageError> {
    Ok(render(&page(&admin, &Content::new())?)?)
}

/// The page, with this content in its form.
pub(super) fn page(admin: &Admin, content: &Content) -> Result<NewPage, Error> {
    let chrome = admin.chrome(text::get("webhook-new-title"))?;
    Ok(NewPage { chrome, form: Form::of(admin, None, content), back_href: LIST })
}
