//! `POST /rest/V1/integration/admin/token`, and `POST /rest/V1/tfa/provider/google/authenticate` for accounts with a
//! second factor.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::attempt::counted;
use super::body::json;
use super::input::{Credentials, Input};
use super::refusal::{GENERIC, Refusal};
use crate::app::App;
use crate::domain::admin_token::{self, Answer};
use crate::domain::candidate::Verified;
use crate::domain::{Source, sign_in};
use crate::secret::Secret;
use crate::store::Work;
use crate::web::password::judged;
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
    let Credentials { username, password } = given;
    let by = source.clone();
    let whose = move |work: &mut Work<'_>| sign_in::candidate(work, &username);
    let create = move |work: &mut Work<'_>, id, verified: &Verified| {
        admin_token::create(work, id, verified, code.as_ref(), &by)
    };
    let asked = counted(app, &source, Answer::is_guess, judged(app, &password, whose, create));
    match asked.await?.unwrap_or(Answer::Refused) {
        Answer::Token(token) => Ok(token),
        Answer::Refused => Err(Refusal::unauthorized(GENERIC)),
        Answer::HoldsNothing => Err(Refusal::unauthorized("More permissions are needed to access this.")),
        Answer::NeedsCode => Err(Refusal::needs_provider(vec![PROVIDER])),
        Answer::NeedsEnrolment => Err(Refusal::needs_provider(Vec::new())),
        Answer::NotEnrolled => Err(Refusal::bad("Provider is not configured.")),
        Answer::WrongCode => Err(Refusal::unauthorized("Invalid code.")),
    }
}
