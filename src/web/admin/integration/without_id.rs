//! Addresses of an integration from which its id is missing: the same answer as where it is none.

use actix_web::HttpResponse;

use crate::web::admin::confirm::Proof;
use crate::web::form_key::Checked;
use crate::web::{Error, PageError};

/// Says that a page needs an id.
///
/// # Errors
/// Always.
pub async fn show() -> Result<HttpResponse, PageError> {
    Err(Error::NoId.into())
}

/// Says that an act needs an id.
///
/// # Errors
/// Always.
pub async fn act(_: Checked<Proof>) -> Result<HttpResponse, PageError> {
    Err(Error::NoId.into())
}
