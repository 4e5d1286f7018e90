//! `/oauth/token/request`: a verifier becomes a request token (RFC 5849 section 2.1).

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{Endpoint, serve};
use crate::app::App;
use crate::domain::handshake;
use crate::oauth1::{Requirement, answer};
use crate::web::OauthError;

/// Where it is, below the public address.
pub const ADDRESS: &str = "/oauth/token/request";

static ENDPOINT: Endpoint = Endpoint {
    address: ADDRESS,
    requirement: Requirement::RequestToken,
    check: handshake::check_request,
    convert: handshake::request_token,
    body: answer::request_token,
    issues: "request token",
};

/// Issues a request token.
///
/// # Errors
/// When the server fails; a refusal is an answer.
pub async fn issue(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, OauthError> {
    serve(&ENDPOINT, &request, payload, &app).await
}
