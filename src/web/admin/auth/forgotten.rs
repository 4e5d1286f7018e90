//! Asking for a link to choose a new password by. The answer tells nothing: whoever has the address gets a mail, in the
//! background.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::password_reset::{self, Asked};
use crate::domain::{self, Field as Name};
use crate::text;
use crate::web::flash::{self, Flash};
use crate::web::form::{Field, FormState};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::{Error, PageError, filters, links, source};

/// Where it is.
pub const ADDRESS: &str = "/admin/forgotpassword";

/// Asks for the e-mail address.
#[derive(Template)]
#[template(path = "admin/auth/forgotten.html")]
pub struct ForgottenPage {
    /// The frame.
    pub chrome: Chrome,
    /// Whether a mail can be sent at all.
    pub has_mail: bool,
    /// `email`
    pub email: Field,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Input {
    #[serde(default)]
    email: String,
}

/// Shows the form; without a mail server, what else can be done.
///
/// # Errors
/// When the session cannot be written.
pub async fn show(session: Session, app: Data<App>) -> Result<HttpResponse, PageError> {
    Ok(render(&page(&app, &session, &FormState::default())?)?)
}

/// Notes the wish and answers.
///
/// # Errors
/// Those of the database.
pub async fn ask(
    req: HttpRequest,
    session: Session,
    app: Data<App>,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let form = FormState::new([(Name::Email, input.email.as_str())]);
    if app.mailer.is_none() {
        return Ok(render(&page(&app, &session, &form)?)?);
    }
    let email = match password_reset::check_email(&input.email) {
        Ok(email) => email,
        Err(domain::Error::Invalid(invalid)) => {
            let page = page(&app, &session, &form.refused(invalid))?;
            return Ok(render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
        }
        Err(other) => return Err(other.into()),
    };
    let from = source::of(&req, &app);
    let (asked, asking) = (email.clone(), from.clone());
    match app.store.write(move |work| password_reset::ask(work, &asked, &asking)).await? {
        Asked::Noted => {
            app.mail_password_link(email, from);
            flash::add(&session, Flash::success(text::get("forgotten-sent")))?;
        }
        Asked::TooMany => {
            log::warn!("password link refused: asked for too often");
            let contact = app.config.mail_from.as_deref().unwrap_or_default();
            let sentence = text::on_page("forgotten-too-many", &[("contact", contact.into())]);
            flash::add(&session, Flash::error(sentence))?;
        }
    }
    Ok(see_other(links::LOGIN))
}

/// The same form for whoever opened a link that is not valid any more. Said here and not kept in the session: opening
/// a page changes nothing.
///
/// # Errors
/// When the session cannot be written.
pub(super) fn link_expired(app: &App, session: &Session) -> Result<HttpResponse, Error> {
    let mut page = page(app, session, &FormState::default())?;
    page.chrome.flashes.push(Flash::error(text::get("missing-password-link")));
    render_as(StatusCode::NOT_FOUND, &page)
}

fn page(app: &App, session: &Session, form: &FormState) -> Result<ForgottenPage, Error> {
    Ok(ForgottenPage {
        chrome: Chrome::stranger(session, text::get("forgotten-title"))?,
        has_mail: app.mailer.is_some(),
        email: form.field(Name::Email),
    })
}
