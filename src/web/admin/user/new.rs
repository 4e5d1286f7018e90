//! The form of a new user.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::form::{Content, Form};
use super::list_left;
use crate::app::App;
use crate::domain::role::{self, Role};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// The form of a new user.
#[derive(Template)]
#[template(path = "admin/user/new.html")]
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
/// Those of session and database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let roles = app.store.read(role::all).await?;
    Ok(render(&page(&admin, &req, &roles, &Content::empty())?)?)
}

/// The form with this content.
pub(super) fn page(
    admin: &Admin,
    req: &HttpRequest,
    roles: &[Role],
    content: &Content,
) -> Result<NewPage, Error> {
    let back_href = list_left(req);
    Ok(NewPage {
        chrome: admin.chrome(text::get("user-new-title"))?,
        form: Form::of(admin, None, roles, content, &back_href),
        back_href,
    })
}
