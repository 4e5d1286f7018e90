//! Choosing a new password behind a one-time link.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::forgotten;
use crate::app::App;
use crate::domain::{self, Field as Name, Missing, Reason, admin_user, password, password_reset};
use crate::secret::Secret;
use crate::text;
use crate::web::flash::{self, Flash};
use crate::web::form::{Field, FormState, Problem};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render_as, see_other};
use crate::web::{Error, PageError, filters, links, source};

/// Where it is; `mailing` writes the link.
pub const ADDRESS: &str = "/admin/resetpassword";

/// The form on which a new password is chosen.
#[derive(Template)]
#[template(path = "admin/auth/reset.html")]
pub struct ResetPage {
    /// The frame.
    pub chrome: Chrome,
    /// The one-time token of the link, sent back with the form.
    pub token: String,
    /// The user name, for password managers.
    pub username: String,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `password`; its value stays empty.
    pub password: Field,
    /// `password_confirmation`; its value stays empty.
    pub password_confirmation: Field,
}

/// What the link holds.
#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    token: Secret,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Input {
    #[serde(default)]
    token: Secret,
    #[serde(default)]
    password: Secret,
    #[serde(default)]
    password_confirmation: Secret,
}

/// Shows the form, when the link is valid. Opening it does not make it last longer.
///
/// # Errors
/// Those of the database.
pub async fn show(session: Session, app: Data<App>, link: Query<Link>) -> Result<HttpResponse, PageError> {
    let token = link.into_inner().token;
    Ok(form(&app, &session, token, None).await?)
}

/// Sets the password. Whoever knows it signs in with it, and with the second factor, if there is one.
///
/// # Errors
/// When too many passwords are being hashed, and those of the database.
pub async fn choose(
    req: HttpRequest,
    session: Session,
    app: Data<App>,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    match set(&app, &req, &input).await {
        Ok(()) => {
            flash::add(&session, Flash::success(text::get("reset-done")))?;
            Ok(see_other(links::LOGIN))
        }
        Err(Error::Domain(domain::Error::Invalid(invalid))) => {
            Ok(form(&app, &session, input.token, Some(invalid)).await?)
        }
        Err(Error::Domain(domain::Error::NotFound(Missing::PasswordLink))) => {
            flash::add(&session, Flash::error(text::get("missing-password-link")))?;
            Ok(see_other(links::LOGIN))
        }
        Err(other) => Err(other.into()),
    }
}

async fn set(app: &App, req: &HttpRequest, input: &Input) -> Result<(), Error> {
    let token = input.token.clone();
    let user = app.store.read(move |work| password_reset::holder(work, &token)).await?;
    let rule = app.store.read(password::rule).await?;
    password_reset::check_password(&user, rule, &input.password, &input.password_confirmation)?;
    let used = app.store.read(move |work| admin_user::hashes_used(work, user.id)).await?;
    if app.hashing.verify_any(input.password.clone(), used).await? {
        return Err(domain::Error::invalid(Name::Password, Reason::PasswordUsedBefore).into());
    }
    let hash = app.hashing.hash(input.password.clone()).await?;
    let (token, from) = (input.token.clone(), source::of(req, app));
    let chosen = app.store.write(move |work| password_reset::choose(work, &token, &hash, &from)).await?;
    log::info!("password chosen by link admin.id={}", chosen.id.0);
    Ok(())
}

async fn form(
    app: &App,
    session: &Session,
    token: Secret,
    invalid: Option<domain::Invalid>,
) -> Result<HttpResponse, Error> {
    let asked = token.clone();
    let user = match app.store.read(move |work| password_reset::holder(work, &asked)).await {
        Ok(user) => user,
        Err(domain::Error::NotFound(Missing::PasswordLink)) => return forgotten::link_expired(app, session),
        Err(other) => return Err(other.into()),
    };
    let status = if invalid.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let state = FormState::default().refused(invalid.unwrap_or_default());
    let page = ResetPage {
        chrome: Chrome::stranger(session, text::get("reset-title"))?,
        token: token.expose().to_owned(),
        username: user.username,
        problems: state.problems(place),
        password: state.field(Name::Password),
        password_confirmation: state.field(Name::PasswordConfirmation),
    };
    render_as(status, &page)
}

/// Label and element of each field.
fn place(field: Name) -> (&'static str, &'static str) {
    match field {
        Name::PasswordConfirmation => ("reset-confirmation", "password_confirmation"),
        _ => ("reset-password", "password"),
    }
}
