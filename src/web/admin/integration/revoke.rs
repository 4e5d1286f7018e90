//! Takes access away from an integration: its tokens are deleted.

use actix_web::HttpResponse;

use super::act::Act;
use crate::domain::activation;
use crate::web::PageError;
use crate::web::admin::press::Order;

/// Revokes.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn revoke(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Revoke, activation::revoke).await
}
