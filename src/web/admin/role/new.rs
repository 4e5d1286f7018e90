//! The form of a new role.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::form::{Content, Form};
use super::list_left;
use crate::app::App;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// The form of a new role.
#[derive(Template)]
#[template(path = "admin/role/new.html")]
pub struct NewPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The grid.
    pub back_href: String,
}

/// Shows the empty form.
///
/// # Errors
/// Those of the session.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    Ok(render(&page(&admin, &app, &req, &Content::default())?)?)
}

/// The form with this content.
pub(super) fn page(admin: &Admin, app: &App, req: &HttpRequest, content: &Content) -> Result<NewPage, Error> {
    let back_href = list_left(req);
    Ok(NewPage {
        chrome: admin.chrome(text::get("role-new-title"))?,
        form: Form::of(admin, app, None, content, &back_href, true),
        back_href,
    })
}
