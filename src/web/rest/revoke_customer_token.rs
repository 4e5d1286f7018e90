//! `POST /rest/V1/integration/customer/revoke-customer-token`: a customer revokes all of their own tokens. Whose they
//! are follows from the token that the call came with, never from what it says.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse};

use super::addressed;
use super::body::json;
use super::refusal::Refusal;
use crate::app::App;
use crate::domain::bearer::Holder;
use crate::domain::customer::CustomerId;
use crate::domain::customer_token;
use crate::domain::decision::Caller;
use crate::web::gateway::{self, text_of};

/// Revokes the caller's tokens.
pub(super) async fn revoke(request: &HttpRequest, app: &App) -> HttpResponse {
    let realm = app.config.base_url.as_str();
    let authorization = request.headers().get_all(AUTHORIZATION).map(text_of);
    let Some(authorization) = authorization.collect::<Option<Vec<_>>>() else {
        return gateway::malformed(realm);
    };
    let decided = app.gate.decide(&addressed(request, app, &authorization)).await;
    let customer = match &decided {
        Ok(passed) => customer(&passed.caller),
        Err(refused) => return gateway::refused_call(refused, realm),
    };
    let Some(id) = customer else {
        // The route is for customers only, so nobody else comes as far as this.
        return Refusal::unauthorized("More permissions are needed to access this.").answer(WHAT, realm);
    };
    match app.store.write(move |work| customer_token::revoke_own(work, id)).await {
        Ok(revoked) => {
            log::info!("tokens revoked by their customer customer.id={} tokens={revoked}", id.0);
            json(&true)
        }
        Err(error) => Refusal::from(error).answer(WHAT, realm),
    }
}

const WHAT: &str = "revocation";

fn customer(caller: &Caller) -> Option<CustomerId> {
    match caller {
        Caller::Person(person) => match person.holder {
            Holder::Customer(id) => Some(id),
            Holder::Admin(_) => None,
        },
        _ => None,
    }
}
