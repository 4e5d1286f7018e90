//! Signing in. Every failure reads alike and takes the same time.

use actix_session::{Session, SessionExt as _};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

use super::{begin, forgotten, open, second};
use crate::app::App;
use crate::domain::admin_user::AdminUser;
use crate::domain::candidate::Verified;
use crate::domain::session::Opening;
use crate::domain::sign_in::{self, Admitted, Entered};
use crate::domain::{self, Source, setting};
use crate::secret::Secret;
use crate::store::Work;
use crate::text;
use crate::throttle::Try;
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::password::judged;
use crate::web::session::tell_end;
use crate::web::{Error, PageError, filters, links, source};

/// The sign-in form. Only the user name is ever drawn again.
#[derive(Template)]
#[template(path = "admin/auth/login.html")]
pub struct LoginPage {
    /// The frame.
    pub chrome: Chrome,
    /// Where the form is sent.
    pub action: String,
    /// The user name as typed.
    pub username: String,
    /// Where a forgotten password is asked for.
    pub forgotten_href: &'static str,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Onward {
    next: Option<String>,
    /// Whether to begin again with the name, after the password was right already.
    #[serde(default)]
    restart: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: Secret,
    /// A code of the second factor: alone on its own page, or beside the password.
    #[serde(default)]
    otp: Secret,
}

/// Shows the form; whoever is signed in already goes on.
///
/// # Errors
/// Those of session and database.
pub async fn show(
    req: HttpRequest,
    app: Data<App>,
    onward: Query<Onward>,
) -> Result<HttpResponse, PageError> {
    if Admin::of(&req).await?.is_some() {
        return Ok(see_other(&onward.page()));
    }
    let session = req.get_session();
    tell_end(&session)?;
    if !onward.restart.is_empty() {
        second::restart(&session);
    }
    if let Some(passed) = second::passed(&session, app.clock.now())?
        && let Some(stage) = second::resume(&session, &app, &onward, passed).await?
    {
        return Ok(stage);
    }
    Ok(render(&page(&session, &onward, String::new())?)?)
}

/// Signs in.
///
/// # Errors
/// When too many passwords are being checked, and those of session and database.
pub async fn sign_in(
    req: HttpRequest,
    app: Data<App>,
    onward: Query<Onward>,
    Checked(given): Checked<Credentials>,
) -> Result<HttpResponse, PageError> {
    let session = req.get_session();
    let source = source::of(&req, &app);
    let is_code_alone = given.password.is_empty() && given.username.is_empty();
    let passed = if is_code_alone { second::passed(&session, app.clock.now())? } else { None };
    let tried = match count(&app, &source).await? {
        Ok(tried) => tried,
        Err(wait) => return Ok(wait_a_while(&session, &onward, &given, passed.is_some(), wait)?),
    };
    let (outcome, was_guess) = match passed {
        Some(passed) => second::take(&req, &app, &onward, passed, source, given.otp).await,
        None => first(&req, &app, &onward, given, source).await,
    };
    if !was_guess {
        tried.forgive();
    }
    Ok(outcome?)
}

/// Counts a try for its client's address; answers how long to wait when there were too many.
async fn count(app: &App, source: &Source) -> Result<Result<Try, TimeDelta>, Error> {
    let Some(address) = source.address else { return Ok(Ok(Try::default())) };
    let limit = app.store.read(|work| setting::number(work, setting::LOGIN_ATTEMPTS)).await?;
    let counted = app.throttle.count(address, limit, app.clock.now());
    let limited = match counted {
        Ok(tried) => return Ok(Ok(tried)),
        Err(limited) => limited,
    };
    log::warn!("sign-ins limited address={address}: a proxy of yours belongs into trusted_proxies");
    if limited.is_first {
        let source = source.clone();
        let note = app.store.write(move |work| {
            sign_in::limited(work, &source);
            Ok::<_, domain::Error>(())
        });
        note.await?;
    }
    Ok(Err(limited.wait))
}

/// Takes name and password; says too whether they were wrong.
async fn first(
    req: &HttpRequest,
    app: &App,
    onward: &Onward,
    given: Credentials,
    source: Source,
) -> (Result<HttpResponse, Error>, bool) {
    let username = given.username.clone();
    let (key, opening) = open(app, source);
    let admitted = admit(app, given, opening).await;
    let was_guess = matches!(admitted, Ok(Admitted::Refused));
    let answer = admitted.and_then(|admitted| answer(req, app, onward, username, &key, admitted));
    (answer, was_guess)
}

/// What comes of name and password. Each attempt is judged in one write transaction.
async fn admit(app: &App, given: Credentials, opening: Opening) -> Result<Admitted, Error> {
    if given.username.is_empty() || given.password.is_empty() {
        return Ok(Admitted::Refused);
    }
    let Credentials { username, password, otp } = given;
    let whose = move |work: &mut Work<'_>| sign_in::candidate(work, &username);
    let admit = move |work: &mut Work<'_>, id, verified: &Verified| {
        sign_in::admit(work, id, verified, &otp, &opening)
    };
    Ok(judged(app, &password, whose, admit).await?.unwrap_or(Admitted::Refused))
}

fn answer(
    req: &HttpRequest,
    app: &App,
    onward: &Onward,
    username: String,
    key: &Secret,
    admitted: Admitted,
) -> Result<HttpResponse, Error> {
    let session = req.get_session();
    match admitted {
        Admitted::Refused => {
            log::warn!("sign-in refused");
            flash::add(&session, Flash::error(text::get("login-failed")))?;
            let page = page(&session, onward, username)?;
            render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Admitted::Half(half, demand) => second::begin(&session, half, demand, onward, app.clock.now()),
        Admitted::In(user, entered) => {
            welcome(req, key, &user, &entered)?;
            log::info!("signed in admin.id={}", user.id.0);
            Ok(see_other(&onward.page()))
        }
    }
}

/// Makes the session that of the person, who is told what they should know before anything else.
pub(super) fn welcome(
    req: &HttpRequest,
    key: &Secret,
    user: &AdminUser,
    entered: &Entered,
) -> Result<(), Error> {
    let session = begin(req, key, user, entered.at)?;
    tell(&session, entered)
}

fn tell(session: &Session, entered: &Entered) -> Result<(), Error> {
    if entered.failures > 0 {
        let count = ("count", entered.failures.into());
        let text = match entered.previous {
            Some(at) => text::on_page("login-failures", &[count, ("since", filters::moment(at).into())]),
            None => text::on_page("login-failures-ever", &[count]),
        };
        flash::add(session, Flash::warning(text))?;
    }
    if entered.ended > 0 {
        flash::add(session, Flash::warning(text::get("login-others-terminated")))?;
    }
    Ok(())
}

/// Too many came from this address.
fn wait_a_while(
    session: &Session,
    onward: &Onward,
    given: &Credentials,
    asks_for_code: bool,
    wait: TimeDelta,
) -> Result<HttpResponse, Error> {
    let minutes = wait.num_minutes() + 1;
    flash::add(session, Flash::error(text::on_page("login-too-many", &[("count", minutes.into())])))?;
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut answer = match asks_for_code {
        true => render_as(status, &second::page(session, onward)?)?,
        false => render_as(status, &page(session, onward, given.username.clone())?)?,
    };
    answer.headers_mut().insert(RETRY_AFTER, wait.num_seconds().max(1).into());
    Ok(answer)
}

fn page(session: &Session, onward: &Onward, username: String) -> Result<LoginPage, Error> {
    Ok(LoginPage {
        chrome: Chrome::stranger(session, text::get("login-title"))?,
        action: onward.append_to(links::LOGIN),
        username,
        forgotten_href: forgotten::ADDRESS,
    })
}

impl Onward {
    fn local(&self) -> Option<String> {
        links::local_page(self.next.as_deref()?)
    }

    /// An address that leads on to the same page.
    pub(super) fn append_to(&self, address: &str) -> String {
        let Some(next) = self.local() else { return address.to_owned() };
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
        format!("{address}?{query}")
    }

    /// The page that follows.
    pub(super) fn page(&self) -> String {
        self.local().unwrap_or_else(|| links::HOME.to_owned())
    }
}
