//! Saves a new or a changed role, and shows the form again when it was not accepted.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::edit::{self, EditPage, Stored};
use super::form::Content;
use super::{id_of, list_left, new};
use crate::app::App;
use crate::domain::permission::{Grants, Wish};
use crate::domain::role::{self, Draft};
use crate::domain::{self, Conflict, Field, Invalid, Reason};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Again, refused};
use crate::web::admin::resources;
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
    rolename: String,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default, rename = "resource[]")]
    resource: Vec<String>,
    /// An ancestor to be ticked as well: the form is only drawn again.
    include: Option<String>,
    current_password: Option<Secret>,
}

/// Saves.
///
/// # Errors
/// When there is no role of that id, when it may do more than whoever asks, and those of the database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    Checked(mut input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let stored = match input.id.is_empty() {
        true => None,
        false => Some(Stored::read(&app, id_of(&input.id)?).await?),
    };
    if let Some(include) = input.include.take() {
        input.resource.push(include);
        return Ok(again(&admin, &app, &req, stored.as_ref(), &input, Again::Include)?);
    }
    if let Some(why) = Again::of(admin.confirm(input.current_password.as_ref()).await?) {
        return Ok(again(&admin, &app, &req, stored.as_ref(), &input, why)?);
    }
    let by = admin.actor().clone();
    let draft = match input.wish() {
        Ok(wish) => Draft { name: input.rolename.clone(), grants: wish },
        Err(reason) => {
            let invalid = Invalid::one(Field::All, reason);
            return Ok(again(&admin, &app, &req, stored.as_ref(), &input, Again::Invalid(invalid))?);
        }
    };
    let id = stored.as_ref().map(|stored| stored.role.id);
    // No version is never the stored one.
    let version = input.version.parse().unwrap_or(-1);
    let save = app.store.write(move |work| role::save(work, &by, id.map(|id| (id, version)), &draft));
    match save.await {
        Ok(saved) => {
            log::info!("role saved role.id={} admin.id={}", saved.id.0, admin.user.id.0);
            admin.flash(Flash::success(text::get("role-saved")))?;
            Ok(see_other(&list_left(&req)))
        }
        Err(domain::Error::Invalid(invalid)) => {
            Ok(again(&admin, &app, &req, stored.as_ref(), &input, Again::Invalid(invalid))?)
        }
        Err(domain::Error::Conflict(Conflict::ChangedMeanwhile)) => {
            // What is stored now, not what was before the attempt.
            let newer = Stored::read(&app, id_of(&input.id)?).await?;
            Ok(again(&admin, &app, &req, Some(&newer), &input, Again::Newer)?)
        }
        Err(domain::Error::Conflict(conflict)) => {
            let next = stored.map_or_else(|| list_left(&req), |stored| stored.href());
            Ok(refused(&admin, &conflict, &next)?)
        }
        Err(other) => Err(other.into()),
    }
}

/// The form again, with everything that was typed but the password.
fn again(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: Option<&Stored>,
    input: &Input,
    why: Again,
) -> Result<HttpResponse, Error> {
    let (status, notice, is_asked) = (why.status(), why.notice(), matches!(why, Again::Ask));
    let newer_href = stored.filter(|_| matches!(why, Again::Newer)).map(Stored::href);
    let content = input.content(app, stored, why.invalid(), is_asked);
    let Some(stored) = stored else {
        let mut page = new::page(admin, app, req, &content)?;
        page.chrome.flashes.extend(notice);
        return render_as(status, &page);
    };
    let mut page = edit::page(admin, app, req, stored, &content)?;
    page.chrome.flashes.extend(notice);
    render_as(status, &EditPage { newer_href, ..page })
}

impl Input {
    fn wish(&self) -> Result<Wish, Reason> {
        resources::wish(&self.all, &self.resource)
    }

    fn content(&self, app: &App, stored: Option<&Stored>, invalid: Invalid, is_asked: bool) -> Content {
        let wish = self.wish();
        let ticked = match stored {
            Some(stored) if resources::shows_stored(&wish, &self.resource) => stored.grants.clone(),
            _ => Grants::these(app.tree.set_of(self.resource.iter().map(String::as_str)).0),
        };
        Content {
            state: FormState::new([(Field::Rolename, self.rolename.as_str())]).refused(invalid),
            is_all: wish == Ok(Wish::Everything) || ticked.is_everything(),
            ticked,
            version: self.version.parse().ok(),
            is_asked,
        }
    }
}
