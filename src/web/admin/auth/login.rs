//! Signing in. Every failure reads alike and takes the same time.

use actix_session::{Session, SessionExt as _};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::app::App;
use crate::domain::admin_user::AdminUser;
use crate::domain::sign_in::{self, Entered};
use crate::domain::{self, password, setting};
use crate::secret::Secret;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::session::tell_end;
use crate::web::{Error, PageError, client_address, filters, links};

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
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Onward {
    next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: Secret,
}

/// Shows the form; whoever is signed in already goes on.
///
/// # Errors
/// Those of session and database.
pub async fn show(req: HttpRequest, onward: Query<Onward>) -> Result<HttpResponse, PageError> {
    if Admin::of(&req).await?.is_some() {
        return Ok(see_other(&onward.page()));
    }
    let session = req.get_session();
    tell_end(&session)?;
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
    let Some(address) = client_address::of(&req, &app) else {
        return Ok(answer(&req, &app, &onward, &given, admit(&app, &given).await?)?);
    };
    let limit = app.store.read(|work| setting::number(work, setting::LOGIN_ATTEMPTS)).await?;
    if let Err(wait) = app.throttle.count(address, limit, app.clock.now()) {
        log::warn!("sign-ins limited address={address}: a proxy of yours belongs into trusted_proxies");
        return Ok(wait_a_while(&session, &onward, &given, wait)?);
    }
    let admitted = admit(&app, &given).await;
    if !matches!(admitted, Ok(None)) {
        app.throttle.forgive(address);
    }
    Ok(answer(&req, &app, &onward, &given, admitted?)?)
}

/// The person, when it is the person; what is not right is counted. Each attempt is judged in one write transaction.
async fn admit(app: &App, given: &Credentials) -> Result<Option<(AdminUser, Entered)>, Error> {
    if given.username.is_empty() || given.password.is_empty() {
        return Ok(None);
    }
    let username = given.username.clone();
    let candidate = app.store.read(move |work| sign_in::candidate(work, &username)).await?;
    let hash = candidate.hash.clone();
    let is_right = app.hashing.verify(given.password.clone(), hash.clone()).await?;
    let is_outdated = is_right && hash.is_some_and(|hash| !password::is_current(&hash));
    let upgraded = if is_outdated { Some(app.hashing.hash(given.password.clone()).await?) } else { None };
    let admit = app.store.write(move |work| {
        let Some(user) = sign_in::admit(work, &candidate, is_right, upgraded.as_deref())? else {
            return Ok(None);
        };
        let entered = sign_in::enter(work, &user)?;
        Ok::<_, domain::Error>(Some((user, entered)))
    });
    Ok(admit.await?)
}

fn answer(
    req: &HttpRequest,
    app: &App,
    onward: &Onward,
    given: &Credentials,
    admitted: Option<(AdminUser, Entered)>,
) -> Result<HttpResponse, Error> {
    let Some((user, entered)) = admitted else {
        log::warn!("sign-in refused");
        let session = req.get_session();
        flash::add(&session, Flash::error(text::get("login-failed")))?;
        let page = page(&session, onward, given.username.clone())?;
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let session = super::begin(req, app, &user, entered.at)?;
    tell(&session, &entered)?;
    log::info!("signed in admin.id={}", user.id.0);
    Ok(see_other(&onward.page()))
}

/// What the person should know before anything else.
fn tell(session: &Session, entered: &Entered) -> Result<(), Error> {
    if entered.failures > 0 {
        let count = ("count", entered.failures.into());
        let text = match entered.previous {
            Some(at) => text::with("login-failures", &[count, ("since", filters::moment(at).into())]),
            None => text::with("login-failures-ever", &[count]),
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
    wait: TimeDelta,
) -> Result<HttpResponse, Error> {
    let minutes = wait.num_minutes() + 1;
    flash::add(session, Flash::error(text::with("login-too-many", &[("count", minutes.into())])))?;
    let page = page(session, onward, given.username.clone())?;
    let mut answer = render_as(StatusCode::TOO_MANY_REQUESTS, &page)?;
    answer.headers_mut().insert(RETRY_AFTER, wait.num_seconds().max(1).into());
    Ok(answer)
}

fn page(session: &Session, onward: &Onward, username: String) -> Result<LoginPage, Error> {
    let action = match onward.local() {
        Some(next) => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
            format!("{}?{query}", links::LOGIN)
        }
        None => links::LOGIN.to_owned(),
    };
    Ok(LoginPage { chrome: Chrome::stranger(session, text::get("login-title"))?, action, username })
}

impl Onward {
    fn local(&self) -> Option<String> {
        links::local_page(self.next.as_deref()?)
    }

    fn page(&self) -> String {
        self.local().unwrap_or_else(|| links::HOME.to_owned())
    }
}
