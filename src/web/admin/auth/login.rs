//! Signing in. Every failure reads alike and takes the same time.

use actix_session::{Session, SessionExt as _};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::{self, admin_user};
use crate::secret::Secret;
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::session::ENDED;
use crate::web::{Error, PageError, filters, links};

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
    if session.remove(ENDED).is_some() {
        flash::add(&session, Flash::error(text::get("login-session-ended")))?;
    }
    Ok(render(&page(&session, &onward, String::new())?)?)
}

/// Signs in.
///
/// # Errors
/// When too many passwords are being checked, and those of session and database.
pub async fn sign_in(
    session: Session,
    app: Data<App>,
    onward: Query<Onward>,
    Checked(given): Checked<Credentials>,
) -> Result<HttpResponse, PageError> {
    let Some((user, now)) = admit(&app, &given).await? else {
        log::warn!("sign-in refused");
        flash::add(&session, Flash::error(text::get("login-failed")))?;
        let page = page(&session, &onward, given.username)?;
        return Ok(render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
    };
    super::begin(&session, &user, now)?;
    log::info!("signed in admin.id={}", user.id.0);
    Ok(see_other(&onward.page()))
}

type Admitted = (admin_user::AdminUser, chrono::DateTime<chrono::Utc>);

async fn admit(app: &App, given: &Credentials) -> Result<Option<Admitted>, Error> {
    if given.username.is_empty() || given.password.is_empty() {
        return Ok(None);
    }
    let username = given.username.clone();
    let candidate = app.store.read(move |work| admin_user::candidate(work, &username)).await?;
    let hash = candidate.as_ref().map(|(_, hash)| hash.clone());
    let is_right = app.hashing.verify(given.password.clone(), hash).await?;
    let Some(user) = admin_user::admitted(candidate, is_right) else { return Ok(None) };
    let id = user.id;
    let signed_in = app.store.write(move |work| {
        admin_user::signed_in(work, id)?;
        Ok::<_, domain::Error>(work.now)
    });
    Ok(Some((user, signed_in.await?)))
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
