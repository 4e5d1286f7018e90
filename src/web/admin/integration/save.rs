//! Saves a new or a changed integration, and shows the form again when it was not accepted.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::edit::{self, Stored};
use super::form::Content;
use super::{edit_href, id_of, list_left, new, permissions_dialog};
use crate::app::App;
use crate::domain::integration::{self, Draft, Integration, IntegrationId, Origin};
use crate::domain::permission::{Grants, Wish};
use crate::domain::{self, Conflict, Field, Reason};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Again, refused};
use crate::web::admin::resources;
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::FormState;
use crate::web::form_key::Checked;
use crate::web::page::{render_as, see_other};
use crate::web::routes::ACTIVATE_INTEGRATIONS;
use crate::web::{Error, PageError};

/// What the form sends. Nothing else of a posted body is ever read.
#[derive(Deserialize)]
pub struct Input {
    #[serde(default)]
    id: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    identity_link_url: String,
    #[serde(default)]
    bearer_mode: String,
    #[serde(default)]
    all_resources: Vec<String>,
    #[serde(default, rename = "resource[]")]
    resource: Vec<String>,
    /// An ancestor to be ticked as well: the form is only drawn again.
    include: Option<String>,
    #[serde(default)]
    activate: String,
    current_password: Option<Secret>,
}

/// Saves.
///
/// # Errors
/// When there is no integration of that id, and those of the database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    Checked(mut input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let id = if input.id.is_empty() { None } else { Some(id_of(&input.id)?) };
    let stored = match id {
        Some(id) => Some(Stored::read(&app, id).await?),
        None => None,
    };
    if let Some(Stored { integration: Integration { id, origin: Origin::Declared, .. }, .. }) = stored {
        return Ok(refused(&admin, &Conflict::DeclaredCannotBeEdited, &edit_href(id))?);
    }
    let again = |input: &Input, why| again(&admin, &app, &req, stored.as_ref(), input, why);
    if let Some(include) = input.include.take() {
        input.resource.push(include);
        return Ok(again(&input, Again::Include)?);
    }
    if let Some(why) = Again::of(admin.confirm(input.current_password.as_ref()).await?) {
        return Ok(again(&input, why)?);
    }
    match write(&admin, &app, id, &input).await {
        Ok(saved) => Ok(saved_answer(&admin, &req, &saved, !input.activate.is_empty())?),
        Err(domain::Error::Invalid(invalid)) => Ok(again(&input, Again::Invalid(invalid))?),
        Err(domain::Error::Conflict(Conflict::ChangedMeanwhile)) => {
            // What is stored now, not what was before the attempt.
            let newer = Stored::read(&app, id.ok_or(Error::NoId)?).await?;
            Ok(self::again(&admin, &app, &req, Some(&newer), &input, Again::Newer)?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn write(
    admin: &Admin,
    app: &App,
    id: Option<IntegrationId>,
    input: &Input,
) -> Result<Integration, domain::Error> {
    let wish = input.wish().map_err(|reason| domain::Error::invalid(Field::AllResources, reason))?;
    let (by, draft, config) = (admin.actor().clone(), input.draft(wish), Arc::clone(&app.config));
    // No version is never the stored one.
    let version = input.version.parse().unwrap_or(-1);
    let write = app.store.write(move |work| match id {
        None => integration::create(work, &by, &draft, &config.egress_allow),
        Some(id) => integration::update(work, &by, id, version, &draft, &config.egress_allow),
    });
    write.await
}

fn saved_answer(
    admin: &Admin,
    req: &HttpRequest,
    saved: &Integration,
    activate: bool,
) -> Result<HttpResponse, Error> {
    log::info!("integration saved integration.id={} admin.id={}", saved.id.0, admin.user.id.0);
    admin
        .flash(Flash::success(text::on_page("integration-saved", &[("name", saved.name.as_str().into())])))?;
    Ok(match activate && admin.may(ACTIVATE_INTEGRATIONS) {
        true => see_other(&permissions_dialog::href_after_save(saved.id)),
        false => see_other(&list_left(req)),
    })
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
    let (status, ask) = (why.status(), why.notice());
    let newer_href =
        stored.filter(|_| matches!(why, Again::Newer)).map(|stored| edit_href(stored.integration.id));
    let mut content = Content { is_asked: matches!(why, Again::Ask), ..input.content(admin, app, stored) };
    content.state = content.state.refused(why.invalid());
    let Some(stored) = stored else {
        let mut page = new::page(admin, app, req, &content)?;
        page.chrome.flashes.extend(ask);
        return render_as(status, &page);
    };
    let mut page = edit::page(admin, app, req, stored, &content)?;
    page.chrome.flashes.extend(ask);
    render_as(status, &edit::EditPage { newer_href, ..page })
}

impl Input {
    fn draft(&self, grants: Wish) -> Draft {
        Draft {
            name: self.name.clone(),
            email: self.email.clone(),
            endpoint: self.endpoint.clone(),
            identity_link_url: self.identity_link_url.clone(),
            bearer_mode: self.bearer_mode.clone(),
            grants,
        }
    }

    fn wish(&self) -> Result<Wish, Reason> {
        resources::wish(&self.all_resources, &self.resource)
    }

    /// What was typed. What the editor does not hold was not sent, being locked, and stays as it is stored.
    fn content(&self, admin: &Admin, app: &App, stored: Option<&Stored>) -> Content {
        let lines = [
            (Field::Name, self.name.as_str()),
            (Field::Email, self.email.as_str()),
            (Field::Endpoint, self.endpoint.as_str()),
            (Field::IdentityLinkUrl, self.identity_link_url.as_str()),
            (Field::BearerMode, self.bearer_mode.as_str()),
        ];
        let (is_all, ticked) = self.chosen(admin, app, stored.map(|stored| &stored.grants));
        Content {
            state: FormState::new(lines),
            is_all,
            ticked,
            version: self.version.parse().ok(),
            is_asked: false,
        }
    }

    /// Whether everything is chosen, and the ticks of the tree.
    fn chosen(&self, admin: &Admin, app: &App, before: Option<&Grants>) -> (bool, Grants) {
        let wish = self.wish();
        if let Some(before) = before
            && resources::shows_stored(&wish, &self.resource)
        {
            return (before.is_everything(), before.clone());
        }
        let held = admin.actor().holds.listed();
        let (typed, _) = app.tree.set_of(self.resource.iter().map(String::as_str));
        let kept = before.and_then(Grants::listed).zip(held).map(|(before, held)| before.difference(held));
        let is_locked = held.is_some() && before.is_some_and(Grants::is_everything);
        let ticked = Grants::these(typed.union(&kept.unwrap_or_default()));
        (wish == Ok(Wish::Everything) || is_locked, ticked)
    }
}
