//! Lets the calls of a suspended integration pass again.

use actix_web::HttpResponse;

use super::act::Act;
use crate::domain::activation;
use crate::web::PageError;
use crate::web::admin::press::Order;

/// Resumes.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn resume(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Resume, activation::resume).await
}
