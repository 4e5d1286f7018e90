//! Ends at once what still works beside the credentials of today: the token and the consumer secret before them.

use actix_web::HttpResponse;

use super::act::Act;
use crate::domain::activation::exchange;
use crate::web::PageError;
use crate::web::admin::press::Order;

/// Ends it.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn end(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::EndNow, exchange::end_now).await
}
