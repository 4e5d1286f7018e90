//! `POST /rest/V1/integration/admin/token`, and `POST /rest/V1/tfa/provider/google/authenticate` for accounts with a
//! second factor.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::attempt::{TRIES, counted};
use super::body::json;
use super::input::{Credentials, Input};
use super::refusal::{GENERIC, Refusal};
use crate::app::App;
use crate::domain::Source;
use crate::domain::admin_token::{self, Answer, Given};
use crate::domain::sign_in;
use crate::secret::Secret;
use crate::store::Work;
use crate::web::source;

/// The second factor that there is, by Magento's name: codes that change every thirty seconds.
const PROVIDER: &str = "google";

const WHAT: &str = "admin token";

/// Gives a token for name and password.
pub(super) async fn give(request: &HttpRequest, payload: Payload, app: &App) -> HttpResponse {
    let given = async {
        let given = Input::read(request, payload).await?.credentials()?;
        ask(app, given, None, source::of(request, app)).await
    };
    told(given.await, app)
}

/// Gives a token for name, password and code.
pub(super) async fn give_by_code(request: &HttpRequest, payload: Payload, app: &App) -> HttpResponse {
    let given = async {
        let (given, code) = Input::read(request, payload).await?.credentials_and_code()?;
        ask(app, given, Some(code), source::of(request, app)).await
    };
    told(given.await, app)
}

fn told(given: Result<Secret, Refusal>, app: &App) -> HttpResponse {
    match given {
        Ok(token) => {
            log::info!("{WHAT} given");
            json(&token.expose())
        }
        Err(refusal) => refusal.answer(WHAT, app.config.base_url.as_str()),
    }
}

async fn ask(app: &App, given: Credentials, code: Option<Secret>, source: Source) -> Result<Secret, Refusal> {
    let asked = counted(app, &source, async {
        let answer = judge(app, given, code, source.clone()).await?;
        let is_guess = answer.is_guess();
        Ok((answer, is_guess))
    });
    match asked.await? {
        Answer::Token(token) => Ok(token),
        Answer::Refused | Answer::Again => Err(Refusal::unauthorized(GENERIC)),
        Answer::HoldsNothing => Err(Refusal::unauthorized("More permissions are needed to access this.")),
        Answer::NeedsCode => Err(Refusal::needs_provider(vec![PROVIDER])),
        Answer::NeedsEnrolment => Err(Refusal::needs_provider(Vec::new())),
        Answer::NotEnrolled => Err(Refusal::bad("Provider is not configured.")),
        Answer::WrongCode => Err(Refusal::unauthorized("Invalid code.")),
    }
}

async fn judge(
    app: &App,
    given: Credentials,
    code: Option<Secret>,
    source: Source,
) -> Result<Answer, Refusal> {
    let Credentials { username, password } = given;
    for _ in 0..TRIES {
        let (username, source) = (username.clone(), source.clone());
        let candidate = app.store.read(move |work| sign_in::candidate(work, &username)).await?;
        let hash = candidate.hash.clone();
        let (is_right, upgraded) = app.hashing.verify_and_upgrade(password.clone(), hash).await?;
        let given = Given { is_right, upgraded, code: code.clone() };
        let create = move |work: &mut Work<'_>| admin_token::create(work, &candidate, &given, &source);
        match app.store.write(create).await? {
            Answer::Again => {}
            answer => return Ok(answer),
        }
    }
    Ok(Answer::Refused)
}
