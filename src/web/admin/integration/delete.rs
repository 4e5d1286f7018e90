//! Deletes an integration with everything it has.

use actix_web::HttpResponse;

use super::act::Act;
use crate::domain::integration;
use crate::web::PageError;
use crate::web::admin::press::Order;

/// Deletes.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn delete(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Delete, integration::delete).await
}
