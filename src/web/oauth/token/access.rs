//! `/oauth/token/access`: a request token becomes the access token, and the integration active (RFC 5849 section 2.3).

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{Endpoint, serve};
use crate::app::App;
use crate::domain::handshake;
use crate::oauth1::{Requirement, answer};
use crate::web::OauthError;

/// Where it is, below the public address.
pub const ADDRESS: &str = "/oauth/token/access";

static ENDPOINT: Endpoint = Endpoint {
    address: ADDRESS,
    requirement: Requirement::AccessToken,
    check: handshake::check_access,
    convert: handshake::access_token,
    body: answer::access_token,
    issues: "access token",
};

/// Issues an access token.
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
