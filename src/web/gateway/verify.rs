//! `/gateway/verify`: may this call pass? Asked by nginx (`auth_request`), Traefik (ForwardAuth), Caddy
//! (`forward_auth`) or Envoy, with the call's headers and a description of the rest.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use tokio::time::timeout;

use super::answer::{self, Fault, Manner};
use super::original::{self, Original};
use crate::app::App;
use crate::domain::decision::Refusal;
use crate::domain::gate::{Call, Refused};
use crate::oauth1::{Problem, Rejected, encoding};
use crate::text;
use crate::web::server::READ_BODY_WITHIN;

/// Bytes of the largest form that is checked.
const FORM_LIMIT: usize = 1024 * 1024;

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
    let form = if is_form(request) { Some(read_form(method, payload).await?) } else { None };
    let call = Call {
        method,
        target,
        told: original::told(headers),
        authorization: &authorization,
        form: form.as_deref(),
    };
    let passed = app.gate.decide(&call).await.map_err(Failure::Refused)?;
    Ok(answer::passed(&passed))
}

/// Whether whoever asks may speak for others: this machine, and the proxies that were configured.
pub(in crate::web) fn is_trusted(request: &HttpRequest, app: &App) -> bool {
    let Some(peer) = request.peer_addr() else { return false };
    let peer = peer.ip().to_canonical();
    peer.is_loopback() || app.config.trusted_proxies.iter().any(|net| net.contains(&peer))
}

/// Whether the body is a form, whose fields are signed.
pub(in crate::web) fn is_form(request: &HttpRequest) -> bool {
    let kinds = request.headers().get_all(header::CONTENT_TYPE).filter_map(original::text_of);
    kinds.into_iter().any(encoding::is_form)
}

/// The fields of a form are signed, and may hold the credentials: without them nothing can be decided. Proxies tend
/// to ask without the body.
async fn read_form<'g>(method: &str, payload: Payload) -> Result<Bytes, Failure<'g>> {
    let form = match timeout(READ_BODY_WITHIN, payload.to_bytes_limited(FORM_LIMIT)).await {
        Ok(Ok(Ok(form))) => form,
        Ok(Ok(Err(_))) | Err(_) => return Err(Rejected::BodyMissing.into()),
        Ok(Err(_)) => return Err(fault(StatusCode::PAYLOAD_TOO_LARGE, text::get("gateway-too-large"))),
    };
    if form.is_empty() && !matches!(method, "GET" | "HEAD") {
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
