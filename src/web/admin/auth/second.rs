//! The second stage of signing in: a code after the password, or setting up the second factor that everybody needs.
//!
//! Between the stages nobody is signed in. That the password was right stands sealed in the stranger's cookie, for five
//! minutes; it opens nothing but these pages.

use actix_session::{Session, SessionExt as _};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::login::{Onward, welcome};
use super::open;
use crate::app::App;
use crate::domain::admin_user::AdminUserId;
use crate::domain::otp::{self, Demand};
use crate::domain::sign_in::{self, Coded, Enrolled, Half};
use crate::domain::{self, Error as DomainError, Source};
use crate::secret::Secret;
use crate::store::Work;
use crate::text;
use crate::web::admin::account::enrolment::{CodesPage, Enrolment};
use crate::web::flash::{self, Flash};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::{Error, PageError, filters, links, source};

/// Where a second factor is set up before anything else.
pub const ENROL: &str = "/admin/login/enrol";

/// Longest time between the stages.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

const PASSED: &str = "password_passed";

/// Asks for the code.
#[derive(Template)]
#[template(path = "admin/auth/otp.html")]
pub struct CodePage {
    /// The frame.
    pub chrome: Chrome,
    /// Where the form is sent.
    pub action: String,
    /// Where one begins again, with another name.
    pub restart_href: String,
}

/// Asks to set up a second factor.
#[derive(Template)]
#[template(path = "admin/auth/enrol.html")]
pub struct EnrolPage {
    /// The frame.
    pub chrome: Chrome,
    /// What is to be scanned, and the code that confirms it.
    pub enrolment: Enrolment,
    /// Where one begins again, with another name.
    pub restart_href: String,
}

/// Whose password was right, which one that was, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Passed {
    user: i64,
    /// Empty in a cookie of the version before, which counts no longer.
    #[serde(default)]
    password: String,
    at: DateTime<Utc>,
}

impl From<Passed> for Half {
    fn from(passed: Passed) -> Self {
        Self { user: AdminUserId(passed.user), password: passed.password }
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    otp: Secret,
}

/// Remembers that the password was right, and leads to the stage that follows.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn begin(
    session: &Session,
    half: Half,
    demand: Demand,
    onward: &Onward,
    now: DateTime<Utc>,
) -> Result<HttpResponse, Error> {
    session.clear();
    session.renew();
    session.insert(PASSED, Passed { user: half.user.0, password: half.password, at: now })?;
    Ok(see_other(&onward.append_to(if demand == Demand::Enrolment { ENROL } else { links::LOGIN })))
}

/// Whose password was right a moment ago.
///
/// # Errors
/// When the session cannot be read.
pub(super) fn passed(session: &Session, now: DateTime<Utc>) -> Result<Option<Passed>, Error> {
    let passed: Option<Passed> = session.get(PASSED)?;
    Ok(passed.filter(|passed| now < passed.at + PATIENCE))
}

/// Leads whoever gave the right password a moment ago to what is left to be given; nowhere, when they begin again.
///
/// # Errors
/// Those of session and database.
pub(super) async fn resume(
    session: &Session,
    app: &App,
    onward: &Onward,
    passed: Passed,
) -> Result<Option<HttpResponse>, Error> {
    let half = Half::from(passed);
    match app.store.read(move |work| sign_in::stage(work, &half)).await? {
        Some(Demand::Enrolment) => Ok(Some(see_other(&onward.append_to(ENROL)))),
        Some(_) => Ok(Some(render(&page(session, onward)?)?)),
        None => {
            restart(session);
            Ok(None)
        }
    }
}

/// Forgets whose password was right.
pub(super) fn restart(session: &Session) {
    session.remove(PASSED);
}

/// The page that asks for the code.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn page(session: &Session, onward: &Onward) -> Result<CodePage, Error> {
    Ok(CodePage {
        chrome: Chrome::stranger(session, text::get("otp-title"))?,
        action: onward.append_to(links::LOGIN),
        restart_href: restart_href(onward),
    })
}

/// Takes the code: the right one signs in. Says too whether it was a wrong one.
pub(super) async fn take(
    req: &HttpRequest,
    app: &App,
    onward: &Onward,
    passed: Passed,
    source: Source,
    code: Secret,
) -> (Result<HttpResponse, Error>, bool) {
    let half = Half::from(passed);
    let id = half.user;
    let (key, opening) = open(app, source);
    let second = move |work: &mut Work<'_>| sign_in::second(work, &half, &code, &opening);
    let coded = app.store.write(second).await;
    let was_guess = matches!(coded, Ok(Coded::Wrong | Coded::Refused));
    let answer = coded.map_err(Error::from).and_then(|coded| answer(req, &key, onward, id, coded));
    (answer, was_guess)
}

fn answer(
    req: &HttpRequest,
    key: &Secret,
    onward: &Onward,
    id: AdminUserId,
    coded: Coded,
) -> Result<HttpResponse, Error> {
    let session = req.get_session();
    match coded {
        Coded::In(user, entered) => {
            welcome(req, key, &user, &entered)?;
            log::info!("signed in with second factor admin.id={}", user.id.0);
            Ok(see_other(&onward.page()))
        }
        Coded::Wrong => {
            log::warn!("code refused admin.id={}", id.0);
            flash::add(&session, Flash::error(text::get("otp-wrong")))?;
            render_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&session, onward)?)
        }
        Coded::Refused => refused(&session, onward, id),
        Coded::Unasked => Ok(sign_in_again(onward)),
    }
}

fn refused(session: &Session, onward: &Onward, id: AdminUserId) -> Result<HttpResponse, Error> {
    log::warn!("sign-in refused after the password admin.id={}", id.0);
    restart(session);
    flash::add(session, Flash::error(text::get("login-failed")))?;
    Ok(sign_in_again(onward))
}

/// Shows what is to be scanned.
///
/// # Errors
/// Those of session and database.
pub async fn show_enrolment(
    session: Session,
    app: Data<App>,
    onward: Query<Onward>,
) -> Result<HttpResponse, PageError> {
    let Some(passed) = passed(&session, app.clock.now())? else { return Ok(sign_in_again(&onward)) };
    Ok(enrolment(&app, &session, &onward, passed, None).await?)
}

/// Takes the first code: the right one sets the second factor up, and signs in.
///
/// # Errors
/// Those of session and database.
pub async fn enrol(
    req: HttpRequest,
    session: Session,
    app: Data<App>,
    onward: Query<Onward>,
    Checked(given): Checked<Code>,
) -> Result<HttpResponse, PageError> {
    let Some(passed) = passed(&session, app.clock.now())? else { return Ok(sign_in_again(&onward)) };
    let half = Half::from(passed.clone());
    let (key, opening) = open(&app, source::of(&req, &app));
    let enrol = move |work: &mut Work<'_>| sign_in::enrol(work, &half, &given.otp, &opening);
    match app.store.write(enrol).await {
        Ok(Enrolled::In(user, codes, entered)) => {
            welcome(&req, &key, &user, &entered)?;
            log::info!("second factor set up, signed in admin.id={}", user.id.0);
            let chrome = Chrome::plain(text::get("otp-codes-title"));
            Ok(render(&CodesPage::new(chrome, &codes, onward.page()))?)
        }
        Ok(Enrolled::Refused) => Ok(refused(&session, &onward, AdminUserId(passed.user))?),
        Ok(Enrolled::Wrong(invalid)) => Ok(enrolment(&app, &session, &onward, passed, Some(invalid)).await?),
        Err(domain::Error::Conflict(_)) => Ok(see_other(&onward.append_to(links::LOGIN))),
        Err(other) => Err(other.into()),
    }
}

async fn enrolment(
    app: &App,
    session: &Session,
    onward: &Onward,
    passed: Passed,
    invalid: Option<domain::Invalid>,
) -> Result<HttpResponse, Error> {
    let half = Half::from(passed);
    let begun = app.store.read(move |work| {
        let Some(user) = sign_in::passed(work, &half)? else { return Ok(None) };
        Ok::<_, DomainError>(Some((otp::pending(work, user.id)?, user)))
    });
    let (secret, user) = match begun.await {
        Ok(Some(begun)) => begun,
        Ok(None) => return Ok(sign_in_again(onward)),
        Err(DomainError::Conflict(_)) => return Ok(see_other(&onward.append_to(links::LOGIN))),
        Err(other) => return Err(other.into()),
    };
    let status = if invalid.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let action = onward.append_to(ENROL);
    let page = EnrolPage {
        chrome: Chrome::stranger(session, text::get("otp-enrol-title"))?,
        enrolment: Enrolment::new(app, &user, &secret, action, invalid),
        restart_href: restart_href(onward),
    };
    render_as(status, &page)
}

fn sign_in_again(onward: &Onward) -> HttpResponse {
    see_other(&onward.append_to(links::LOGIN))
}

fn restart_href(onward: &Onward) -> String {
    let address = onward.append_to(links::LOGIN);
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}restart=1")
}
