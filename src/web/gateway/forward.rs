//! `/rest/…`: a call of the store's Web API, decided here and then passed on to the upstream.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use super::answer::{self, Fault, Manner};
use super::body::{self, FORM_LIMIT, Trouble};
use super::original::text_of;
use super::passage;
use super::peer::{called_by, is_trusted};
use super::signature::{self, SIGNATURE};
use crate::app::App;
use crate::domain::gate::{Call, Passed, Refused};
use crate::oauth1::{Problem, Rejected};
use crate::outbound::upstream::{self, Answer, Arriving, Body, Outgoing, Upstream};
use crate::text;
use crate::web::session::is_https;
use crate::web::{Error, RestError};

/// Why the upstream has not answered.
enum Failure<'g> {
    Fault(Fault),
    Refused(Refused<'g>),
    Unanswered(upstream::Failure),
}

/// Decides the call, and answers what the upstream answers.
pub async fn forward(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    let (realm, metrics) = (app.config.base_url.as_str(), app.store.metrics());
    let mut answer = match request.app_data::<Rc<Upstream>>() {
        None => RestError(Error::NoPage).error_response(),
        Some(upstream) => match pass(&request, payload, &app, upstream).await {
            Ok(answer) => {
                metrics.passed_on("answered");
                answer
            }
            Err(Failure::Fault(fault)) => answer::faulty(fault, realm, Manner::Plain),
            Err(Failure::Refused(refused)) => answer::refused(&refused, realm, Manner::Plain),
            Err(Failure::Unanswered(failure)) => {
                metrics.passed_on(failure.outcome());
                answer::unanswered(&failure, realm)
            }
        },
    };
    passage::narrow(answer.headers_mut(), is_https(&app));
    answer
}

async fn pass<'a>(
    request: &HttpRequest,
    payload: Payload,
    app: &'a App,
    upstream: &Upstream,
) -> Result<HttpResponse, Failure<'a>> {
    if asks_for_upgrade(request) {
        return Err(fault(StatusCode::NOT_IMPLEMENTED, "gateway-upgrade"));
    }
    let authorization = request.headers().get_all(header::AUTHORIZATION).map(text_of);
    let authorization = authorization.collect::<Option<Vec<_>>>().ok_or(Rejected::Header)?;
    let call = Call {
        method: request.method().as_str(),
        target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
        perhaps_shortened: true,
        told: called_by(request, app),
        authorization: &authorization,
        form: None,
    };
    let (form, body) = read_body(request, payload, app, &call).await?;
    let call = Call { form: form.as_deref(), ..call };
    let place = upstream.place().map_err(Failure::Unanswered)?;
    let passed = app.gate.decide(&call).await.map_err(Failure::Refused)?;
    let outgoing = outgoing(request, app, &call, &passed, upstream, body)?;
    let answer = upstream.send(outgoing, place).await.map_err(Failure::Unanswered)?;
    log::debug!(
        "call passed: status={} route=\"{} {}\" {}.id={}",
        answer.status(),
        passed.route.method.name(),
        passed.route.template,
        passed.caller.kind(),
        passed.caller.id()
    );
    returned(answer)
}

/// The form, if the body is one, and the body as it is passed on. What leads to no route is refused whatever its form
/// says, so that one is not read.
async fn read_body<'g>(
    request: &HttpRequest,
    payload: Payload,
    app: &App,
    call: &Call<'_>,
) -> Result<(Option<Bytes>, Body), Failure<'g>> {
    if !body::is_form(request) {
        return Ok((None, body::stream(request, payload)));
    }
    if app.gate.route(call).is_none() {
        return Ok((None, Body::none()));
    }
    match body::read_form(request, payload, FORM_LIMIT).await {
        Ok(form) => Ok((Some(form.clone()), Body::whole(form))),
        Err(Trouble::Crowded) => Err(Failure::Fault(Fault::crowded())),
        Err(Trouble::TooLarge) => Err(Failure::Fault(Fault::too_large())),
        Err(Trouble::Late) => Err(Failure::Unanswered(upstream::Failure::ClientSlow)),
        Err(Trouble::Broken) => Err(Failure::Unanswered(upstream::Failure::ClientGone)),
    }
}

/// The call as it goes on: as it came, with what we say about it in place of what it says about itself.
fn outgoing<'g>(
    request: &HttpRequest,
    app: &App,
    call: &Call<'_>,
    passed: &Passed<'_, '_>,
    upstream: &Upstream,
    body: Body,
) -> Result<Outgoing, Failure<'g>> {
    let target = upstream.target(passed.target);
    let outgoing = Outgoing::new(call.method, &target, body);
    let mut outgoing = outgoing.ok_or_else(|| fault(StatusCode::BAD_REQUEST, "gateway-unsendable"))?;
    let is_trusted = is_trusted(request, app);
    passage::copy_request(request, is_trusted, &mut outgoing);
    passage::add_forwarded(request, is_trusted, call.told, &mut outgoing);
    let headers = answer::headers(passed);
    for (name, value) in &headers {
        outgoing.header(name, value.as_bytes());
    }
    if let Some(secret) = &app.config.upstream_secret {
        let time = app.clock.now().timestamp();
        let signature = signature::sign(secret, time, call.method, &target, &headers);
        outgoing.header(SIGNATURE, signature.unwrap_or_default().as_bytes());
    }
    if let Some(fixed) = &app.config.upstream_authorization {
        outgoing.header("authorization", fixed.expose().as_bytes());
    }
    Ok(outgoing)
}

/// The answer as it goes back.
fn returned<'g>(answer: Answer) -> Result<HttpResponse, Failure<'g>> {
    // Nobody asked for another protocol, and a client would not know which one it is.
    let status = StatusCode::from_u16(answer.status()).ok().filter(|status| status.as_u16() >= 200);
    let unexpected = || upstream::Failure::Lost(format!("it answered the status {}", answer.status()));
    let status = status.ok_or_else(|| Failure::Unanswered(unexpected()))?;
    let mut returned = HttpResponse::new(status);
    passage::copy_answer(&answer, returned.headers_mut());
    Ok(returned.set_body(Returning(answer.into_body())).map_into_boxed_body())
}

/// Whether the client wants another protocol. Java's client offers h2c with every call, which may be passed over
/// (RFC 9110 section 7.8); what begins with another one could not go on in this one.
fn asks_for_upgrade(request: &HttpRequest) -> bool {
    let wanted = request.headers().get_all(header::UPGRADE).map(|value| value.as_bytes().trim_ascii());
    wanted.into_iter().any(|protocol| !protocol.eq_ignore_ascii_case(b"h2c"))
}

fn fault<'g>(status: StatusCode, message: &str) -> Failure<'g> {
    Failure::Fault(Fault { status, message: text::get(message) })
}

/// The body of an answer, read from the upstream as fast as the client takes it.
struct Returning(Arriving);

impl MessageBody for Returning {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.0.length().map_or(BodySize::Stream, BodySize::Sized)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.0.poll_next(context).map_err(Into::into)
    }
}

impl From<Rejected> for Failure<'_> {
    fn from(rejected: Rejected) -> Self {
        Self::Refused(Refused { refusal: Problem::from(rejected).into(), route: None, integration: None })
    }
}
