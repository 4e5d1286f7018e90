//! Asks before an act that takes something away.

use actix_web::HttpResponse;

use super::act::Act;
use crate::web::PageError;
use crate::web::admin::press::Asked;

/// Asks before deleting.
///
/// # Errors
/// When there is no integration of that id.
pub async fn delete(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Delete).await
}

/// Asks before suspending.
///
/// # Errors
/// When there is no integration of that id.
pub async fn suspend(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Suspend).await
}

/// Asks before revoking.
///
/// # Errors
/// When there is no integration of that id.
pub async fn revoke(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Revoke).await
}

/// Asks before a new consumer secret is made.
///
/// # Errors
/// When there is no integration of that id.
pub async fn renew_secret(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::RenewSecret).await
}
