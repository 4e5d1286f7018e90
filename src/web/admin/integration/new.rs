//! The form of a new integration.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::form::{Content, Form};
use super::list_left;
use crate::app::App;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::routes::ACTIVATE_INTEGRATIONS;
use crate::web::{Error, PageError, filters};

/// The form of a new integration.
#[derive(Template)]
#[template(path = "admin/integration/new.html")]
pub struct NewPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Whether `Save & Activate` is offered.
    pub may_activate: bool,
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
    let list = list_left(req);
    Ok(NewPage {
        chrome: admin.chrome(text::get("integration-new-title"))?,
        form: Form::editable(admin, app, None, content, &list),
        may_activate: admin.may(ACTIVATE_INTEGRATIONS),
        back_href: list,
    })
}
