//! The second factor of the own account: set up, recovery codes renewed, taken away. Each asks for the password, when
//! that was not given in the last ten minutes.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::enrolment::{CodesPage, Enrolment};
use crate::app::App;
use crate::domain::otp::{self, State};
use crate::domain::{self, Actor, Conflict, Invalid, session};
use crate::secret::Secret;
use crate::text;
use crate::text::reason;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::{Error, PageError, filters};

/// The second factor of the own account.
pub(in crate::web) const ADDRESS: &str = "/admin/account/otp";

/// How it stands.
#[derive(Template)]
#[template(path = "admin/account/otp.html")]
pub struct OtpPage {
    /// The frame.
    pub chrome: Chrome,
    /// How it stands.
    pub standing: Standing,
    /// Whether the account is open elsewhere too: whoever changes what guards it may want to end that.
    pub is_open_elsewhere: bool,
}

/// How it stands with somebody's second factor.
pub struct Standing {
    /// Whether it is set up, and whether it has to be.
    pub state: State,
    /// Recovery codes that are left, in words.
    pub codes_left: String,
}

/// What is to be scanned.
#[derive(Template)]
#[template(path = "admin/account/enrol.html")]
pub struct EnrolPage {
    /// The frame.
    pub chrome: Chrome,
    /// What is to be scanned, and the code that confirms it.
    pub enrolment: Enrolment,
}

/// What the form with the first code sends.
#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    otp: Secret,
}

/// Shows how it stands.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>) -> Result<HttpResponse, PageError> {
    let id = admin.user.id;
    let read = app
        .store
        .read(move |work| Ok::<_, domain::Error>((otp::state(work, id)?, session::list(work, id)?.len())));
    let (state, sessions) = read.await?;
    let chrome = admin.chrome(text::get("otp-own-title"))?;
    Ok(render(&OtpPage { chrome, standing: Standing::of(state), is_open_elsewhere: sessions > 1 })?)
}

impl Standing {
    /// With the number of recovery codes in words.
    pub(super) fn of(state: State) -> Self {
        let codes_left = text::on_page("otp-codes-left", &[("count", state.recovery_codes.into())]);
        Self { state, codes_left }
    }
}

/// Shows what is to be scanned.
///
/// # Errors
/// Those of the database.
pub async fn begin(
    admin: Admin,
    app: Data<App>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    if let Some(question) = question(&admin, &proof, "begin", "otp-begin").await? {
        return Ok(question);
    }
    Ok(enrolment(&admin, &app, None).await?)
}

/// Takes the first code. With it the session gets a new id, since it is worth more from now on.
///
/// # Errors
/// Those of session and database.
pub async fn confirm(
    admin: Admin,
    app: Data<App>,
    Checked(given): Checked<Code>,
) -> Result<HttpResponse, PageError> {
    // The page shows the secret again when the code is wrong, so whoever sends it must have been asked.
    if !admin.is_confirmed() {
        admin.flash(Flash::error(text::get("otp-too-late")))?;
        return Ok(see_other(ADDRESS));
    }
    let (user, source) = (admin.user.clone(), admin.actor().source.clone());
    match app.store.write(move |work| otp::confirm(work, &user, &source, &given.otp)).await {
        Ok(codes) => {
            admin.renew_session()?;
            log::info!("second factor set up admin.id={}", admin.user.id.0);
            Ok(render(&CodesPage::new(codes_chrome(&admin)?, &codes, ADDRESS.to_owned()))?)
        }
        Err(domain::Error::Invalid(invalid)) => Ok(enrolment(&admin, &app, Some(invalid)).await?),
        Err(domain::Error::Conflict(conflict)) => Ok(refused(&admin, &conflict)?),
        Err(other) => Err(other.into()),
    }
}

/// Shows other recovery codes in the place of those that are left.
///
/// # Errors
/// Those of the database.
pub async fn renew_codes(
    admin: Admin,
    app: Data<App>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    if let Some(question) = question(&admin, &proof, "codes", "otp-renew").await? {
        return Ok(question);
    }
    let (user, source) = (admin.user.clone(), admin.actor().source.clone());
    match app.store.write(move |work| otp::renew_codes(work, &user, &source)).await {
        Ok(codes) => Ok(render(&CodesPage::new(codes_chrome(&admin)?, &codes, ADDRESS.to_owned()))?),
        Err(domain::Error::Conflict(conflict)) => Ok(refused(&admin, &conflict)?),
        Err(other) => Err(other.into()),
    }
}

/// Takes the second factor away.
///
/// # Errors
/// Those of the database.
pub async fn remove(
    admin: Admin,
    app: Data<App>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    if let Some(question) = question(&admin, &proof, "remove", "otp-remove").await? {
        return Ok(question);
    }
    let by: Actor = admin.actor().clone();
    let id = admin.user.id;
    app.store.write(move |work| otp::reset(work, &by, id)).await?;
    log::info!("second factor taken away admin.id={}", id.0);
    admin.flash(Flash::success(text::get("otp-removed")))?;
    Ok(see_other(ADDRESS))
}

async fn enrolment(admin: &Admin, app: &App, invalid: Option<Invalid>) -> Result<HttpResponse, Error> {
    let id = admin.user.id;
    let secret = match app.store.write(move |work| otp::begin(work, id)).await {
        Ok(secret) => secret,
        Err(domain::Error::Conflict(conflict)) => return refused(admin, &conflict),
        Err(other) => return Err(other.into()),
    };
    let status = if invalid.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let enrolment = Enrolment::new(app, &admin.user, &secret, format!("{ADDRESS}/confirm"), invalid);
    render_as(status, &EnrolPage { chrome: admin.chrome(text::get("otp-enrol-title"))?, enrolment })
}

/// The page that asks for the password, unless it was confirmed in the last ten minutes.
async fn question(
    admin: &Admin,
    proof: &Proof,
    act: &str,
    label: &str,
) -> Result<Option<HttpResponse>, Error> {
    let Some(field) = missing_proof(admin, proof).await? else { return Ok(None) };
    let status = if field.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = confirm_page(admin, act, label, field)?;
    Ok(Some(render_as(status, &page)?))
}

fn confirm_page(admin: &Admin, act: &str, label: &str, field: Field) -> Result<ConfirmPage, Error> {
    Ok(ConfirmPage {
        chrome: admin.chrome(text::get("identity-title"))?,
        fragment: admin.wants_fragment(),
        close_href: None,
        subject: None,
        paragraphs: Vec::new(),
        action: format!("{ADDRESS}/{act}"),
        hidden: Vec::new(),
        password: Some(field),
        submit: text::on_page(label, &[]),
        is_danger: act == "remove",
        back_href: ADDRESS.to_owned(),
    })
}

fn codes_chrome(admin: &Admin) -> Result<Chrome, Error> {
    admin.chrome(text::get("otp-codes-title"))
}

fn refused(admin: &Admin, conflict: &Conflict) -> Result<HttpResponse, Error> {
    admin.flash(Flash::error(reason::conflict(conflict, text::on_page)))?;
    Ok(see_other(ADDRESS))
}
