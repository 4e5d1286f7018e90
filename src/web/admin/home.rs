//! The start page. There is no dashboard yet: it leads to the integrations.

use actix_web::HttpResponse;

use crate::web::page::see_other;

/// Leads to the integrations.
pub async fn show() -> HttpResponse {
    see_other("/admin/integration")
}
