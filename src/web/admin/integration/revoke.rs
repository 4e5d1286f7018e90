//! Takes access away from an integration: its tokens are deleted.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::act::Act;
use super::confirm::Order;
use crate::app::App;
use crate::domain::activation;
use crate::web::PageError;
use crate::web::admin::confirm::Proof;
use crate::web::extract::admin::Admin;
use crate::web::form_key::Checked;

/// Revokes.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn revoke(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let order = Order { admin: &admin, app: &app, req: &req, id: &id, proof: &proof };
    order.carry_out(Act::Revoke, activation::revoke).await
}
