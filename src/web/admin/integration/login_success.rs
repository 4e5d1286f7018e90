//! Where the partner's window ends: it closes itself. Open to everybody, the same for everybody, without a session;
//! nothing is learnt from it, since the exchange alone decides.

use actix_web::HttpResponse;
use askama::Template;

use crate::text;
use crate::web::page::{Chrome, render};
use crate::web::{PageError, filters};

/// Where it is.
pub const ADDRESS: &str = "/admin/integration/login_success";

/// The page that closes its window.
#[derive(Template)]
#[template(path = "admin/integration/login_success.html")]
pub struct LoginSuccess {
    /// A frame without a person.
    pub chrome: Chrome,
}

/// Shows it.
///
/// # Errors
/// When the template fails.
pub async fn show() -> Result<HttpResponse, PageError> {
    Ok(render(&LoginSuccess { chrome: Chrome::plain(text::get("exchange-login-success")) })?)
}
