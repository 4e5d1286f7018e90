//! `POST /rest/V1/integration/customer/token`.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::attempt::counted;
use super::body::json;
use super::input::{Credentials, Input};
use super::refusal::{GENERIC, Refusal};
use crate::app::App;
use crate::domain::Source;
use crate::domain::candidate::Verified;
use crate::domain::customer_token::{self, Answer};
use crate::secret::Secret;
use crate::store::Work;
use crate::web::password::judged;
use crate::web::source;

/// Gives a token for e-mail address and password.
pub(super) async fn give(request: &HttpRequest, payload: Payload, app: &App) -> HttpResponse {
    let given = async {
        let given = Input::read(request, payload).await?.credentials()?;
        ask(app, given, source::of(request, app)).await
    };
    match given.await {
        Ok(token) => json(&token.expose()),
        Err(refusal) => refusal.answer("customer token", app.config.base_url.as_str()),
    }
}

async fn ask(app: &App, given: Credentials, source: Source) -> Result<Secret, Refusal> {
    let Credentials { username: email, password } = given;
    let by = source.clone();
    let whose = move |work: &mut Work<'_>| customer_token::candidate(work, &email);
    let create =
        move |work: &mut Work<'_>, id, verified: &Verified| customer_token::create(work, id, verified, &by);
    let asked = counted(app, &source, Answer::is_guess, judged(app, &password, whose, create));
    match asked.await?.unwrap_or(Answer::Refused) {
        Answer::Token(token) => Ok(token),
        Answer::Refused => Err(Refusal::unauthorized(GENERIC)),
        Answer::NotConfirmed => {
            Err(Refusal::unauthorized("This account isn't confirmed. Verify and try again."))
        }
    }
}
