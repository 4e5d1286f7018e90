//! Saves a new or a changed user, and shows the form again when it was not accepted.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::edit::{self, EditPage, Stored};
use super::form::Content;
use super::{id_of, list_left, new};
use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, Change};
use crate::domain::role::{self, RoleId};
use crate::domain::{self, Conflict, Field, Invalid};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Again, refused};
use crate::web::admin::person::{Prepared, Typed};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::FormState;
use crate::web::form_key::Checked;
use crate::web::page::{render_as, see_other};
use crate::web::{Error, PageError};

/// What the form sends. Nothing else of a posted body is ever read.
#[derive(Deserialize)]
pub struct Input {
    #[serde(default)]
    id: String,
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
    is_active: Option<String>,
    expires_at: Option<String>,
    role: Option<String>,
    current_password: Option<Secret>,
}

/// Saves.
///
/// # Errors
/// When there is no user of that id, when they may do more than whoever asks, and those of the database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let stored = match input.id.is_empty() {
        true => None,
        false => Some(Stored::read(&app, id_of(&input.id)?).await?),
    };
    let is_own = stored.as_ref().is_some_and(|stored| stored.user.id == admin.user.id);
    let confirmation = match is_own && input.typed().changes_way_in(&admin.user) {
        // Whoever finds an open session must not keep the account.
        true => admin.prove(input.current_password.as_ref()).await?,
        false => admin.confirm(input.current_password.as_ref()).await?,
    };
    if let Some(why) = Again::of(confirmation) {
        return Ok(again(&admin, &app, &req, stored.as_ref(), &input, why).await?);
    }
    match write(&admin, &app, stored.as_ref(), &input).await {
        Ok(saved) => {
            log::info!("user saved user.id={} admin.id={}", saved.id.0, admin.user.id.0);
            match &stored {
                Some(stored) => app.mail_changes(&stored.user, &saved, !input.password.is_empty()),
                None => app.mail_new_administrator(&saved, admin.actor()),
            }
            admin.flash(Flash::success(text::get("user-saved")))?;
            Ok(see_other(&list_left(&req)))
        }
        Err(Error::Domain(domain::Error::Invalid(invalid))) => {
            let why = Again::Invalid(invalid);
            Ok(again(&admin, &app, &req, stored.as_ref(), &input, why).await?)
        }
        Err(Error::Domain(domain::Error::Conflict(Conflict::ChangedMeanwhile))) => {
            // What is stored now, not what was before the attempt.
            let newer = Stored::read(&app, id_of(&input.id)?).await?;
            Ok(again(&admin, &app, &req, Some(&newer), &input, Again::Newer).await?)
        }
        Err(Error::Domain(domain::Error::Conflict(conflict))) => {
            let next = stored.map_or_else(|| list_left(&req), |stored| stored.href());
            Ok(refused(&admin, &conflict, &next)?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn write(admin: &Admin, app: &App, stored: Option<&Stored>, input: &Input) -> Result<AdminUser, Error> {
    let before = stored.map(|stored| stored.user.clone());
    let mut invalid = Invalid::default();
    // What a form does not send, because it is disabled there, stays as it is.
    let expires_at = match &input.expires_at {
        None => before.as_ref().and_then(|user| user.expires_at),
        Some(text) => admin_user::moment(text).unwrap_or_else(|reason| {
            invalid.add(Field::ExpiresAt, reason);
            None
        }),
    };
    let is_active = match &input.is_active {
        None => before.as_ref().is_none_or(|user| user.is_active),
        Some(text) => text == "1",
    };
    // No role has the number 0.
    let role = input.role(before.as_ref()).unwrap_or(RoleId(0));
    let id = before.as_ref().map(|user| user.id);
    let Prepared { person, hash } = input.typed().prepare(app, id, invalid).await?;
    let by = admin.actor().clone();
    // No version is never the stored one.
    let version = input.version.parse().unwrap_or(-1);
    let spared = id.filter(|id| *id == admin.user.id).and_then(|_| admin.session_id());
    if spared.is_some() && hash.is_some() {
        admin.renew_session()?;
    }
    let write = app.store.write(move |work| {
        let hash = hash.as_deref();
        let change = Change { person: &person, hash, is_active, expires_at, role, spared };
        admin_user::save(work, &by, id.map(|id| (id, version)), &change)
    });
    Ok(write.await?)
}

/// The form again, with everything that was typed but the passwords.
async fn again(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: Option<&Stored>,
    input: &Input,
    why: Again,
) -> Result<HttpResponse, Error> {
    let (status, notice, is_asked) = (why.status(), why.notice(), matches!(why, Again::Ask));
    let newer_href = stored.filter(|_| matches!(why, Again::Newer)).map(Stored::href);
    let content = input.content(stored.map(|stored| &stored.user), why.invalid(), is_asked);
    let Some(stored) = stored else {
        let roles = app.store.read(role::all).await?;
        let mut page = new::page(admin, req, &roles, &content)?;
        page.chrome.flashes.extend(notice);
        return render_as(status, &page);
    };
    let mut page = edit::page(admin, req, stored, &content)?;
    page.chrome.flashes.extend(notice);
    render_as(status, &EditPage { newer_href, ..page })
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

    fn role(&self, before: Option<&AdminUser>) -> Option<RoleId> {
        match &self.role {
            Some(role) => role.parse().ok().map(RoleId),
            None => before.map(|user| user.role),
        }
    }

    fn content(&self, before: Option<&AdminUser>, invalid: Invalid, is_asked: bool) -> Content {
        let stored = before.map(Content::stored);
        let end = match &self.expires_at {
            Some(typed) => typed.clone(),
            None => stored.as_ref().map(|it| it.state.field(Field::ExpiresAt).value).unwrap_or_default(),
        };
        Content {
            state: FormState::new(self.typed().lines()).with(Field::ExpiresAt, &end).refused(invalid),
            is_active: match &self.is_active {
                Some(typed) => typed == "1",
                None => before.is_none_or(|user| user.is_active),
            },
            role: self.role(before),
            version: self.version.parse().ok(),
            is_asked,
        }
    }
}
