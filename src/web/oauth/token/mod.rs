//! The token endpoints: how a request for a token is read, and how it is answered. The rules are in
//! `domain::handshake`.
//!
//! A stranger costs little: an unknown key is answered from memory, and nobody takes the database's write lock before
//! their signature was seen to hold.

pub mod access;
pub mod request;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use crate::app::App;
use crate::domain::consumer::Consumer;
use crate::domain::gate::Call;
use crate::domain::handshake::{Answer, Checked};
use crate::domain::token::Fresh;
use crate::domain::{self, Source};
use crate::oauth1::header::challenge;
use crate::oauth1::{Problem, Rejected, Requirement, Signed, answer};
use crate::store::{Unready, Work};
use crate::web::gateway::{Trouble, called_by, is_form, read_form, text_of};
use crate::web::{Error, OauthError, PageError, source};

/// Bytes of the largest form.
const FORM_LIMIT: usize = 64 * 1024;

/// One of the two endpoints.
struct Endpoint {
    address: &'static str,
    requirement: Requirement,
    /// What is judged before anything is written.
    check: fn(&mut Work<'_>, &Signed) -> Result<Checked, domain::Error>,
    convert: fn(&mut Work<'_>, &Signed, &Source) -> Result<Answer, domain::Error>,
    body: fn(&str, &str) -> String,
    /// For the log.
    issues: &'static str,
}

/// Why there is no token.
enum Failure {
    Refused(Problem),
    /// No address of ours leads here, or not by this method.
    Missed(Error),
    Failed(OauthError),
}

async fn serve(
    endpoint: &Endpoint,
    request: &HttpRequest,
    payload: Payload,
    app: &App,
) -> Result<HttpResponse, OauthError> {
    let issued = match read(endpoint, request, payload, app).await {
        Ok(signed) => exchange(endpoint, signed, source::of(request, app), app).await,
        Err(failure) => Err(failure),
    };
    match issued {
        Ok(fresh) => {
            let body = (endpoint.body)(fresh.value.expose(), fresh.secret.expose());
            Ok(HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .content_type(answer::CONTENT_TYPE)
                .body(body))
        }
        Err(Failure::Refused(problem)) => Ok(refusal(&problem, app.config.base_url.as_str())),
        Err(Failure::Missed(error)) => Ok(PageError(error).error_response()),
        Err(Failure::Failed(error)) => Err(error),
    }
}

/// Takes the request apart. Method, path and query count as they were received: they were signed.
async fn read(
    endpoint: &Endpoint,
    request: &HttpRequest,
    payload: Payload,
    app: &App,
) -> Result<Signed, Failure> {
    if !matches!(*request.method(), Method::GET | Method::POST) {
        return Err(Failure::Missed(Error::Method("GET, POST")));
    }
    let authorization = request.headers().get_all(header::AUTHORIZATION).map(text_of);
    let authorization = authorization.collect::<Option<Vec<_>>>().ok_or(Rejected::Header)?;
    let form = if is_form(request) { Some(read_form(request, payload, FORM_LIMIT).await?) } else { None };
    let call = Call {
        method: request.method().as_str(),
        target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
        perhaps_shortened: true,
        told: called_by(request, app),
        authorization: &authorization,
        form: form.as_deref(),
    };
    let signed = app.gate.read_exchange(&call, endpoint.address, endpoint.requirement);
    Ok(signed.ok_or(Failure::Missed(Error::NoPage))??)
}

/// Converts the token, with a line in the log that names whose it is.
async fn exchange(endpoint: &Endpoint, signed: Signed, source: Source, app: &App) -> Result<Fresh, Failure> {
    let known = app.gate.known(signed.consumer_key()).await?.ok_or(Problem::ConsumerUnknown)?;
    let issued = convert(endpoint, signed, source, app).await;
    let Consumer { id, integration, .. } = &known.consumer;
    let ids = format!("consumer.id={} integration.id={}", id.0, integration.0);
    match &issued {
        Ok(_) => log::info!("{} issued {ids}", endpoint.issues),
        Err(Failure::Refused(problem)) => log::info!("{} refused: {problem} {ids}", endpoint.issues),
        Err(_) => log::warn!("{} not issued {ids}", endpoint.issues),
    }
    issued
}

async fn convert(endpoint: &Endpoint, signed: Signed, source: Source, app: &App) -> Result<Fresh, Failure> {
    let (check, convert) = (endpoint.check, endpoint.convert);
    let signed = app.store.read(move |work| Ok::<_, domain::Error>(check(work, &signed)?.map(|()| signed)));
    let signed = signed.await??;
    Ok(app.store.write(move |work| convert(work, &signed, &source)).await??)
}

fn refusal(problem: &Problem, realm: &str) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let mut refusal = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        refusal.insert_header((header::WWW_AUTHENTICATE, challenge(realm)));
    }
    refusal
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(answer::CONTENT_TYPE)
        .body(answer::refusal(problem))
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self::Refused(rejected.into())
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Broken | Trouble::Late => Rejected::BodyMissing.into(),
            Trouble::TooLarge => Rejected::TooLarge.into(),
            Trouble::Crowded => Self::Failed(OauthError(Error::Busy)),
        }
    }
}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Unready> for Failure {
    fn from(unready: Unready) -> Self {
        log::warn!("no token can be issued: {unready}");
        Self::Failed(OauthError(Error::Busy))
    }
}
