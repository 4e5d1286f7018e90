//! `/rest/…`: calls of the store's Web API. The services that give and revoke tokens are served here, at whichever of
//! our addresses and with whichever store in it; every other call is decided and passed on (`super::gateway`).

use actix_web::http::Method;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::gateway::{self, called_by};
use super::session::is_https;
use crate::app::App;
use crate::domain::gate::Call;
use crate::domain::route::Service;

pub(super) mod body;

mod admin_token;
mod attempt;
mod customer_token;
mod input;
mod refusal;
mod revoke_customer_token;

/// Serves a call here, or passes it on.
pub async fn call(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    let Some(service) = served(&request, &app) else {
        return gateway::forward(request, payload, app).await;
    };
    let mut answer = match service {
        Service::AdminToken => admin_token::give(&request, payload, &app).await,
        Service::AdminTokenByCode => admin_token::give_by_code(&request, payload, &app).await,
        Service::CustomerToken => customer_token::give(&request, payload, &app).await,
        Service::RevokeCustomerToken => revoke_customer_token::revoke(&request, &app).await,
    };
    gateway::narrow(answer.headers_mut(), is_https(&app));
    answer
}

/// The service that a request is for. Credentials in its head are not looked at: a client whose token has expired may
/// still send it along when it asks for another one.
fn served(request: &HttpRequest, app: &App) -> Option<Service> {
    // All of them are asked by POST, and most calls are not.
    if *request.method() != Method::POST {
        return None;
    }
    app.gate.route(&addressed(request, app, &[]))?.service
}

/// A request as a call with these credentials.
fn addressed<'c>(request: &'c HttpRequest, app: &App, authorization: &'c [&'c str]) -> Call<'c> {
    Call {
        method: request.method().as_str(),
        target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
        perhaps_shortened: true,
        told: called_by(request, app),
        authorization,
        form: None,
    }
}
