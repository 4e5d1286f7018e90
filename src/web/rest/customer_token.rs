//! `POST /rest/V1/integration/customer/token`.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::attempt::{TRIES, counted};
use super::body::json;
use super::input::{Credentials, Input};
use super::refusal::{GENERIC, Refusal};
use crate::app::App;
use crate::domain::Source;
use crate::domain::customer_token::{self, Answer, Given};
use crate::secret::Secret;
use crate::store::Work;
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
    let asked = counted(app, &source, async {
        let answer = judge(app, given, source.clone()).await?;
        let is_guess = answer.is_guess();
        Ok((answer, is_guess))
    });
    match asked.await? {
        Answer::Token(token) => Ok(token),
        Answer::Refused | Answer::Again => Err(Refusal::unauthorized(GENERIC)),
        Answer::NotConfirmed => {
            Err(Refusal::unauthorized("This account isn't confirmed. Verify and try again."))
        }
    }
}

async fn judge(app: &App, given: Credentials, source: Source) -> Result<Answer, Refusal> {
    let Credentials { username: email, password } = given;
    for _ in 0..TRIES {
        let (email, source) = (email.clone(), source.clone());
        let candidate = app.store.read(move |work| customer_token::candidate(work, &email)).await?;
        let hash = candidate.hash.clone();
        let (is_right, upgraded) = app.hashing.verify_and_upgrade(password.clone(), hash).await?;
        let given = Given { is_right, upgraded };
        let create = move |work: &mut Work<'_>| customer_token::create(work, &candidate, &given, &source);
        match app.store.write(create).await? {
            Answer::Again => {}
            answer => return Ok(answer),
        }
    }
    Ok(Answer::Refused)
}
