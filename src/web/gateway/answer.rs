//! What a decision looks like on the wire: headers for a call that passes, Magento's JSON for one that does not.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;

use crate::domain::bearer;
use crate::domain::decision::{Caller, Refusal};
use crate::domain::gate::{Passed, Refused};
use crate::domain::route::Miss;
use crate::oauth1::{Problem, Rejected, Sentence};
use crate::outbound::upstream::Failure;
use crate::web::rest::body::{Body, Entry, Parameters, headed};
use crate::{text, web};

/// The true status, for nginx.
pub(super) const STATUS: HeaderName = HeaderName::from_static("x-latchkey-status");
/// The JSON, base64url, for nginx.
pub(super) const ERROR: HeaderName = HeaderName::from_static("x-latchkey-error");

/// Headers that tell about a call that passes.
pub(super) const USER_TYPE: &str = "x-latchkey-user-type";
pub(super) const USER_ID: &str = "x-latchkey-user-id";
pub(super) const INTEGRATION: &str = "x-latchkey-integration";
pub(super) const CONSUMER_ID: &str = "x-latchkey-consumer-id";
pub(super) const RESOURCES: &str = "x-latchkey-resources";

/// Which statuses the one who asks understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// All of them.
    Plain,
    /// 200, 401 and 403 only: nginx turns every other one into its own error.
    Nginx,
}

/// A request that is not decided, with the status and the remedy.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) message: String,
}

impl Fault {
    /// A form beyond the limit.
    pub(super) fn too_large() -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, message: text::get("gateway-too-large") }
    }

    /// A form for which there is no room.
    pub(super) fn crowded() -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, message: text::get("gateway-crowded") }
    }
}

/// What is said about a call that passes: names and values of headers, always in this order.
pub(super) fn headers<'p>(passed: &'p Passed<'_, '_>) -> Vec<(&'static str, Cow<'p, str>)> {
    let mut headers = Vec::with_capacity(5);
    headers.push((USER_TYPE, passed.caller.kind().into()));
    headers.push((USER_ID, passed.caller.id().to_string().into()));
    if let Caller::Integration(known) = &passed.caller {
        headers.push((INTEGRATION, known.name.encoded().into()));
        headers.push((CONSUMER_ID, known.consumer.id.0.to_string().into()));
    }
    headers.push((RESOURCES, passed.route.joined_names.as_str().into()));
    headers
}

/// The call passes: who makes it, and what the route needs. The same as [`headers`], without writing names and what is known
/// for long anew for each call.
pub(super) fn passed(passed: &Passed<'_, '_>) -> HttpResponse {
    const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, NO_STORE));
    answer.insert_header((
        const { HeaderName::from_static(USER_TYPE) },
        HeaderValue::from_static(passed.caller.kind()),
    ));
    answer.insert_header((const { HeaderName::from_static(USER_ID) }, HeaderValue::from(passed.caller.id())));
    if let Caller::Integration(known) = &passed.caller {
        let (name, id) = (known.name.encoded().as_bytes(), HeaderValue::from(known.consumer.id.0));
        answer.insert_header((const { HeaderName::from_static(INTEGRATION) }, name));
        answer.insert_header((const { HeaderName::from_static(CONSUMER_ID) }, id));
    }
    let resources = passed.route.joined_names.as_bytes();
    answer.insert_header((const { HeaderName::from_static(RESOURCES) }, resources));
    answer.finish()
}

/// The call does not pass. Logged in one line, under the reference that the partner sees.
pub(super) fn refused(refused: &Refused<'_>, realm: &str, manner: Manner) -> HttpResponse {
    let status = status(&refused.refusal);
    let reference = web::error::reference();
    let route = refused
        .route
        .map_or_else(String::new, |route| format!(" route=\"{} {}\"", route.method.name(), route.template));
    let integration = refused.integration.map_or_else(String::new, |id| format!(" integration.id={}", id.0));
    let line = format!(
        "call refused: {} reference={reference} status={}{route}{integration}",
        refused.refusal,
        status.as_u16()
    );
    if status.is_server_error() {
        log::warn!("{line}");
    } else {
        log::info!("{line}");
    }
    let mut answer = told(status, &body(&refused.refusal, reference), realm, manner);
    if let Refusal::Bearer(fault) = refused.refusal
        && let Ok(challenge) = HeaderValue::try_from(bearer_challenge(fault))
    {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// [`refused`] for a call that came to us itself.
pub(in crate::web) fn refused_call(refused: &Refused<'_>, realm: &str) -> HttpResponse {
    self::refused(refused, realm, Manner::Plain)
}

/// The head of the call cannot be read.
pub(in crate::web) fn malformed(realm: &str) -> HttpResponse {
    let refusal = Problem::from(Rejected::Header).into();
    refused_call(&Refused { refusal, route: None, integration: None }, realm)
}

/// What goes with every refusal of a bearer token (RFC 6750 section 3).
fn bearer_challenge(fault: bearer::Fault) -> String {
    format!("Bearer error=\"invalid_token\", error_description=\"{}\"", sentence_of(fault))
}

/// Why a bearer token does not count. None of these sentences holds what cannot stand in a header.
fn sentence_of(fault: bearer::Fault) -> String {
    match fault {
        bearer::Fault::Malformed => text::get("bearer-malformed"),
        bearer::Fault::Unknown => text::get("bearer-unknown"),
        bearer::Fault::Expired => text::get("bearer-expired"),
        bearer::Fault::Closed => text::get("bearer-closed"),
        bearer::Fault::SignedOnly => text::get("bearer-signed-only"),
        bearer::Fault::Suspended => text::get("bearer-suspended"),
        bearer::Fault::Revoked => text::get("bearer-revoked"),
    }
}

/// The request is not decided at all.
pub(super) fn faulty(fault: Fault, realm: &str, manner: Manner) -> HttpResponse {
    let reference = web::error::reference();
    log::info!("call not decided: {} reference={reference} status={}", fault.message, fault.status.as_u16());
    told(fault.status, &Body::ours(fault.message, reference), realm, manner)
}

/// The call passed, but the upstream did not answer it.
pub(super) fn unanswered(failure: &Failure, realm: &str) -> HttpResponse {
    let (status, message) = match failure {
        Failure::Unreachable(_) | Failure::Lost(_) => (StatusCode::BAD_GATEWAY, "gateway-upstream-down"),
        Failure::Slow => (StatusCode::GATEWAY_TIMEOUT, "gateway-upstream-slow"),
        Failure::Crowded => (StatusCode::SERVICE_UNAVAILABLE, "gateway-upstream-crowded"),
        Failure::ClientSlow => (StatusCode::REQUEST_TIMEOUT, "gateway-client-slow"),
        Failure::ClientGone => (StatusCode::BAD_REQUEST, "gateway-client-gone"),
    };
    let reference = web::error::reference();
    let line = format!("call not answered: {failure} reference={reference} status={}", status.as_u16());
    if status.is_server_error() {
        log::warn!("{line}");
    } else {
        log::info!("{line}");
    }
    told(status, &Body::ours(text::get(message), reference), realm, Manner::Plain)
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Miss(Miss::Route) => StatusCode::NOT_FOUND,
        Refusal::Miss(Miss::Path(_) | Miss::Method) => StatusCode::BAD_REQUEST,
        Refusal::Oauth(problem) => StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNAUTHORIZED),
        Refusal::Guest(_) | Refusal::Bearer(_) => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden(_) => StatusCode::FORBIDDEN,
        Refusal::Unready(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn body(refusal: &Refusal, reference: String) -> Body {
    let ours = |message: String| Body::ours(message, reference.clone());
    match refusal {
        Refusal::Miss(Miss::Route) => ours("Request does not match any route.".to_owned()),
        Refusal::Miss(Miss::Method) => ours("Request method is invalid.".to_owned()),
        Refusal::Miss(Miss::Path(fault)) => {
            ours(text::with("gateway-path", &[("fault", text::reason::path(*fault).into())]))
        }
        Refusal::Unready(_) => ours(text::get("gateway-unready")),
        Refusal::Oauth(problem) => {
            Body { oauth_problem: Some(problem.code()), ..sentences(problem, reference) }
        }
        Refusal::Bearer(fault) => Body { oauth_problem: Some(fault.code()), ..ours(sentence_of(*fault)) },
        Refusal::Guest(resources) | Refusal::Forbidden(resources) => {
            sentences(&Problem::PermissionDenied(resources.clone()), reference)
        }
    }
}

/// Magento's sentences, raw, with what belongs into them beside.
fn sentences(problem: &Problem, reference: String) -> Body {
    let Sentence { template, argument } = problem.sentence();
    let entry = |sentence: Sentence| Entry {
        message: sentence.template,
        parameters: sentence.argument.map(Parameters::from),
    };
    Body {
        message: template.to_owned(),
        errors: problem.errors().into_iter().map(entry).collect(),
        parameters: argument.map(Parameters::from),
        oauth_problem: None,
        reference,
    }
}

fn told(status: StatusCode, body: &Body, realm: &str, manner: Manner) -> HttpResponse {
    let json = serde_json::to_string(body).unwrap_or_default();
    let understood = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let sent = if manner == Manner::Nginx && !understood { StatusCode::FORBIDDEN } else { status };
    let mut answer = headed(status, realm);
    answer.status(sent);
    if manner == Manner::Nginx {
        answer.insert_header((STATUS, status.as_str()));
        answer.insert_header((ERROR, URL_SAFE_NO_PAD.encode(&json)));
    }
    answer.body(json)
}

/// A refusal that was told to nginx, as the caller is to see it: status and JSON out of the two headers. `None` when
/// they hold no such thing.
pub(super) fn retold(status: &str, error: &str, realm: &str) -> Option<HttpResponse> {
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let json = URL_SAFE_NO_PAD.decode(error).ok()?;
    let is_json = serde_json::from_slice::<IgnoredAny>(&json).is_ok();
    let is_refusal = status.is_client_error() || status.is_server_error();
    (is_json && is_refusal).then(|| headed(status, realm).body(json))
}
