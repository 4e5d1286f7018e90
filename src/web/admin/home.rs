//! The start page. There is no dashboard yet: it leads to the integrations.

use actix_web::HttpResponse;

use crate::web::links::HOME;
use crate::web::page::see_other;

/// Leads whoever typed nothing but the name of the server to the start page.
pub async fn lead() -> HttpResponse {
    see_other(HOME)
}

/// Leads to the integrations.
pub async fn show() -> HttpResponse {
    see_other("/admin/integration")
}
