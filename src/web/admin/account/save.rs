//! Saves the own account, and shows it again when it was not accepted.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::{Content, page};
use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, Change};
use crate::domain::{self, Conflict, Field, Invalid, Reason};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Again, refused};
use crate::web::admin::person::{Prepared, Typed};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::FormState;
use crate::web::form_key::Checked;
use crate::web::page::{render_as, see_other};
use crate::web::{Error, PageError, links};

/// What the form sends. Role, state and end of the account are for others to change.
#[derive(Deserialize)]
pub struct Input {
    #[serde(default)]
    version: String,
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
    #[serde(default)]
    interface_locale: String,
    current_password: Option<Secret>,
}

/// Saves. A new password or e-mail address needs the present password, however fresh the last confirmation is: whoever
/// finds an open session must not keep the account by a password of their own, or have one mailed to themselves.
///
/// # Errors
/// When the account is locked, and those of session and database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let proof = input.current_password.as_ref();
    let confirmation = match input.typed().changes_way_in(&admin.user) {
        false => admin.confirm(proof).await?,
        true => admin.prove(proof).await?,
    };
    let why = match Again::of(confirmation) {
        Some(why) => why,
        None => match write(&admin, &app, &input).await {
            Ok(saved) => {
                log::info!("account saved admin.id={}", admin.user.id.0);
                app.mail_changes(&admin.user, &saved, !input.password.is_empty());
                admin.flash(Flash::success(text::get("account-saved")))?;
                return Ok(see_other(links::ACCOUNT));
            }
            Err(Error::Domain(domain::Error::Invalid(invalid))) => Again::Invalid(invalid),
            Err(Error::Domain(domain::Error::Conflict(Conflict::ChangedMeanwhile))) => Again::Newer,
            Err(Error::Domain(domain::Error::Conflict(conflict))) => {
                return Ok(refused(&admin, &conflict, links::ACCOUNT)?);
            }
            Err(other) => return Err(other.into()),
        },
    };
    let (status, notice) = (why.status(), why.notice());
    let newer = matches!(why, Again::Newer).then(|| text::get("conflict-changed-meanwhile"));
    let content = input.content(matches!(why, Again::Ask)).refused(why.invalid());
    let mut page = page(&admin, &app, &content).await?;
    page.chrome.flashes.extend(notice);
    page.chrome.flashes.extend(newer.map(Flash::error));
    Ok(render_as(status, &page)?)
}

async fn write(admin: &Admin, app: &App, input: &Input) -> Result<AdminUser, Error> {
    let user = admin.user.clone();
    let mut invalid = Invalid::default();
    // A page of before there were languages sends none.
    let locale = Some(input.interface_locale.clone()).filter(|locale| !locale.is_empty());
    let locale = locale.unwrap_or_else(|| user.interface_locale.clone());
    if !text::LANGUAGES.iter().any(|(code, _)| *code == locale) {
        invalid.add(Field::InterfaceLocale, Reason::UnknownLocale);
    }
    let Prepared { person, hash } = input.typed().prepare(app, Some(user.id), invalid).await?;
    let (by, spared) = (admin.actor().clone(), admin.session_id());
    if hash.is_some() {
        admin.renew_session()?;
    }
    // No version is never the stored one.
    let version = input.version.parse().unwrap_or(-1);
    let write = app.store.write(move |work| {
        let (expires_at, role) = (user.expires_at, user.role);
        let hash = hash.as_deref();
        let change = Change { person: &person, hash, is_active: true, expires_at, role, spared };
        let saved = admin_user::save(work, &by, Some((user.id, version)), &change)?;
        admin_user::set_locale(work, &by, user.id, &locale)?;
        Ok::<_, domain::Error>(saved)
    });
    Ok(write.await?)
}

impl Input {
    fn typed(&self) -> Typed<'_> {
        Typed {
            username: &self.username,
            firstname: &self.firstname,
            lastname: &self.lastname,
            email: &self.email,
            password: &self.password,
            password_confirmation: &self.password_confirmation,
        }
    }

    fn content(&self, is_asked: bool) -> Content {
        Content {
            state: FormState::new(self.typed().lines()),
            locale: self.interface_locale.clone(),
            version: self.version.parse().unwrap_or(-1),
            is_asked,
        }
    }
}
