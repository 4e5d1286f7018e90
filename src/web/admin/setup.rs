//! Making the first administrator, behind the one-time link from the server's console.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{auth, person};
use crate::app::App;
use crate::domain::admin_user::{AdminUser, NewAdmin};
use crate::domain::session::Opening;
use crate::domain::sign_in::{self, Factors};
use crate::domain::{self, Actor, Field as Name, password, setup};
use crate::secret::Secret;
use crate::text;
use crate::web::flash::{self, Flash};
use crate::web::form::{Field, FormState, Problem};
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as, see_other};
use crate::web::{Error, PageError, filters, links, source};

/// The form on which the first administrator is made.
#[derive(Template)]
#[template(path = "admin/setup.html")]
pub struct SetupPage {
    /// The frame.
    pub chrome: Chrome,
    /// The one-time token of the link, sent back with the form.
    pub token: String,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `username`
    pub username: Field,
    /// `firstname`
    pub firstname: Field,
    /// `lastname`
    pub lastname: Field,
    /// `email`
    pub email: Field,
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
    username: String,
    #[serde(default)]
    firstname: String,
    #[serde(default)]
    lastname: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: Secret,
    #[serde(default)]
    password_confirmation: Secret,
}

/// Shows the form, when the link is valid.
///
/// # Errors
/// When it is not.
pub async fn show(session: Session, app: Data<App>, link: Query<Link>) -> Result<HttpResponse, PageError> {
    let token = link.into_inner().token;
    check(&app, &token).await?;
    Ok(render(&page(&session, &token, &FormState::default())?)?)
}

/// Makes the administrator and signs the session in as that person.
///
/// # Errors
/// When the link is not valid, and when too many passwords are being hashed.
pub async fn create(
    req: HttpRequest,
    session: Session,
    app: Data<App>,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    check(&app, &input.token).await?;
    let form = input.state();
    let token = input.token.clone();
    let (key, opening) = auth::open(&app, source::of(&req, &app));
    match make(&app, input, opening).await {
        Ok((user, now)) => {
            auth::begin(&req, &key, &user, now)?;
            flash::add(&session, Flash::success(text::get("setup-done")))?;
            log::info!("first administrator made admin.id={}", user.id.0);
            Ok(see_other(links::HOME))
        }
        Err(Error::Domain(domain::Error::Invalid(invalid))) => {
            let page = page(&session, &token, &form.refused(invalid))?;
            Ok(render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn check(app: &App, token: &Secret) -> Result<(), Error> {
    let token = token.clone();
    Ok(app.store.read(move |work| setup::check_link(work, &token)).await?)
}

async fn make(
    app: &App,
    input: Input,
    opening: Opening,
) -> Result<(AdminUser, chrono::DateTime<chrono::Utc>), Error> {
    let token = input.token.clone();
    let rule = app.store.read(password::rule).await?;
    let admin = input.into_admin().check(rule).map_err(domain::Error::from)?;
    let hash = app.hashing.hash(admin.password().clone()).await?;
    let made = app.store.write(move |work| {
        let user = setup::create_first(work, &Actor::stranger(&opening.source), &token, &admin, &hash)?;
        let entered = sign_in::enter(work, &user, &opening, Factors::One)?;
        Ok::<_, domain::Error>((user, entered.at))
    });
    Ok(made.await?)
}

fn page(session: &Session, token: &Secret, form: &FormState) -> Result<SetupPage, Error> {
    Ok(SetupPage {
        chrome: Chrome::stranger(session, text::get("setup-title"))?,
        token: token.expose().to_owned(),
        problems: form.problems(person::place),
        username: form.field(Name::Username),
        firstname: form.field(Name::Firstname),
        lastname: form.field(Name::Lastname),
        email: form.field(Name::Email),
        password: form.field(Name::Password),
        password_confirmation: form.field(Name::PasswordConfirmation),
    })
}

impl Input {
    fn state(&self) -> FormState {
        FormState::new([
            (Name::Username, self.username.as_str()),
            (Name::Firstname, self.firstname.as_str()),
            (Name::Lastname, self.lastname.as_str()),
            (Name::Email, self.email.as_str()),
        ])
    }

    fn into_admin(self) -> NewAdmin {
        NewAdmin {
            username: self.username,
            firstname: self.firstname,
            lastname: self.lastname,
            email: self.email,
            password: self.password,
            password_confirmation: Some(self.password_confirmation),
        }
    }
}
