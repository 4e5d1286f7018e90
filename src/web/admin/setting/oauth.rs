//! Shows the settings.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::form::{Content, Form};
use crate::app::App;
use crate::domain::setting;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// The settings.
#[derive(Template)]
#[template(path = "admin/setting/oauth.html")]
pub struct OauthPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The stored version, when somebody saved it after this form was drawn.
    pub newer_href: Option<&'static str>,
}

/// Shows the settings.
///
/// # Errors
/// Those of session and database.
pub async fn show(admin: Admin, app: Data<App>) -> Result<HttpResponse, PageError> {
    let current = app.store.read(setting::list).await?;
    Ok(render(&page(&admin, &Content::stored(&current))?)?)
}

/// The page, with this content in its form.
pub(super) fn page(admin: &Admin, content: &Content) -> Result<OauthPage, Error> {
    let chrome = admin.chrome(text::get("setting-title"))?;
    Ok(OauthPage { chrome, form: content.form(admin), newer_href: None })
}
