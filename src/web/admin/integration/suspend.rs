//! Stops every call of an integration; its tokens are kept.

use actix_web::HttpResponse;

use super::act::Act;
use crate::domain::activation;
use crate::web::PageError;
use crate::web::admin::press::Order;

/// Suspends.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn suspend(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Suspend, activation::suspend).await
}
