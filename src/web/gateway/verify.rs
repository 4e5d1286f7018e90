//! `/gateway/verify`: may this call pass? Asked by nginx (`auth_request`), Traefik (ForwardAuth), Caddy
//! (`forward_auth`) or Envoy, with the call's headers and a description of the rest.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{self, Fault, Manner};
use super::body::{self, FORM_LIMIT, Trouble};
use super::original::{self, Original};
use super::peer::is_trusted;
use crate::app::App;
use crate::domain::decision::Refusal;
use crate::domain::gate::{Call, Refused};
use crate::oauth1::{Problem, Rejected};
use crate::text;

/// Why there is nothing to decide, or what was decided.
enum Failure<'g> {
    Fault(Fault),
    Refused(Refused<'g>),
}

/// Answers whether a call may pass.
pub async fn verify(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    let manner = if is_for_nginx(request.query_string()) { Manner::Nginx } else { Manner::Plain };
    let realm = app.config.base_url.as_str();
    match decide(&request, payload, &app).await {
        Ok(answer) => answer,
        Err(Failure::Fault(fault)) => answer::faulty(fault, realm, manner),
        Err(Failure::Refused(refused)) => answer::refused(&refused, realm, manner),
    }
}

async fn decide<'a>(
    request: &HttpRequest,
    payload: Payload,
    app: &'a App,
) -> Result<HttpResponse, Failure<'a>> {
    if !is_trusted(request, app) {
        return Err(fault(StatusCode::FORBIDDEN, text::get("gateway-untrusted")));
    }
    let headers = request.headers();
    let Original { method, target } =
        original::read(headers).map_err(|remedy| fault(StatusCode::BAD_REQUEST, remedy))?;
    let authorization =
        headers.get_all(header::AUTHORIZATION).map(original::text_of).collect::<Option<Vec<_>>>();
    let authorization = authorization.ok_or(Rejected::Header)?;
    let form = if body::is_form(request) { Some(read_form(request, method, payload).await?) } else { None };
    let call = Call {
        method,
        target,
        perhaps_shortened: false,
        told: original::told(headers),
        authorization: &authorization,
        form: form.as_deref(),
    };
    let passed = app.gate.decide(&call).await.map_err(Failure::Refused)?;
    Ok(answer::passed(&passed))
}

/// The fields of a form are signed, and may hold the credentials: without them nothing can be decided. Proxies tend
/// to ask without the body. Many a GET says the type of a body that it does not have; none that says how long it is.
async fn read_form<'g>(request: &HttpRequest, method: &str, payload: Payload) -> Result<Bytes, Failure<'g>> {
    let form = match body::read_form(request, payload, FORM_LIMIT).await {
        Ok(form) => form,
        Err(Trouble::Broken | Trouble::Late) => return Err(Rejected::BodyMissing.into()),
        Err(Trouble::Crowded) => return Err(Failure::Fault(Fault::crowded())),
        Err(Trouble::TooLarge) => return Err(Failure::Fault(Fault::too_large())),
    };
    let has_none = matches!(method, "GET" | "HEAD") && !body::is_announced(request);
    if form.is_empty() && !has_none {
        return Err(Rejected::BodyMissing.into());
    }
    Ok(form)
}

fn is_for_nginx(query: &str) -> bool {
    query.split('&').any(|field| field == "for=nginx")
}

fn fault<'g>(status: StatusCode, message: String) -> Failure<'g> {
    Failure::Fault(Fault { status, message })
}

impl From<Rejected> for Failure<'_> {
    fn from(rejected: Rejected) -> Self {
        let refusal = Refusal::Oauth(Problem::from(rejected));
        Self::Refused(Refused { refusal, route: None, integration: None })
    }
}
