//! The start page. There is no dashboard yet: it leads to the first page of the menu.

use actix_web::HttpResponse;

use crate::web::extract::admin::Admin;
use crate::web::links::HOME;
use crate::web::page::see_other;

/// Leads whoever typed nothing but the name of the server to the start page.
pub async fn lead() -> HttpResponse {
    see_other(HOME)
}

/// Leads to the first page that the person may open.
pub async fn show(admin: Admin) -> HttpResponse {
    see_other(admin.start_page())
}
