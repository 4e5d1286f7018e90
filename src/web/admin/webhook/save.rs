//! Saves a webhook: makes one, and shows its secret, or changes one.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::edit::{self, EditPage, find};
use super::form::Content;
use super::{LIST, edit_href, id_of, new};
use crate::app::App;
use crate::domain::event::Kind;
use crate::domain::event::observer::Wants;
use crate::domain::webhook::{self, Draft, Webhook};
use crate::domain::{self, Conflict, Field, Invalid};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::Again;
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
    name: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    all: String,
    #[serde(default, rename = "kinds[]")]
    kinds: Vec<String>,
    #[serde(default)]
    is_enabled: String,
    current_password: Option<Secret>,
}

/// Saves.
///
/// # Errors
/// When there is no webhook of that id, and those of the database.
pub async fn save(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    Checked(input): Checked<Input>,
) -> Result<HttpResponse, PageError> {
    let stored = match input.id.is_empty() {
        true => None,
        false => Some(find(&app, id_of(&input.id)?).await?),
    };
    if let Some(why) = Again::of(admin.confirm(input.current_password.as_ref()).await?) {
        return Ok(again(&admin, &app, &req, stored.as_ref(), &input, why).await?);
    }
    let outcome = match &stored {
        None => create(&admin, &app, &req, &input).await,
        Some(stored) => update(&admin, &app, stored, &input).await,
    };
    match outcome {
        Ok(done) => Ok(done),
        Err(Error::Domain(domain::Error::Invalid(invalid))) => {
            Ok(again(&admin, &app, &req, stored.as_ref(), &input, Again::Invalid(invalid)).await?)
        }
        Err(Error::Domain(domain::Error::Conflict(Conflict::ChangedMeanwhile))) => {
            // What is stored now, not what was before the attempt.
            let newer = find(&app, id_of(&input.id)?).await?;
            Ok(again(&admin, &app, &req, Some(&newer), &input, Again::Newer).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Makes it, and shows the secret: unasked, only now.
async fn create(admin: &Admin, app: &App, req: &HttpRequest, input: &Input) -> Result<HttpResponse, Error> {
    let (by, draft, exceptions) = (admin.actor().clone(), input.draft(), app.config.egress_allow.clone());
    let create = app.store.write(move |work| webhook::create(work, &by, &draft, &exceptions));
    let (webhook, secret) = create.await?;
    log::info!("webhook created webhook.id={} admin.id={}", webhook.id.0, admin.user.id.0);
    admin
        .flash(Flash::success(text::on_page("webhook-created", &[("name", webhook.name.as_str().into())])))?;
    edit::shown(admin, app, req, &webhook, &secret).await
}

async fn update(admin: &Admin, app: &App, stored: &Webhook, input: &Input) -> Result<HttpResponse, Error> {
    let (by, draft, exceptions) = (admin.actor().clone(), input.draft(), app.config.egress_allow.clone());
    // No version is never the stored one.
    let (id, version) = (stored.id, input.version.parse().unwrap_or(-1));
    let update = app.store.write(move |work| webhook::update(work, &by, id, version, &draft, &exceptions));
    let webhook = update.await?;
    log::info!("webhook saved webhook.id={} admin.id={}", webhook.id.0, admin.user.id.0);
    admin.flash(Flash::success(text::on_page("webhook-saved", &[("name", webhook.name.as_str().into())])))?;
    Ok(see_other(LIST))
}

/// The form again, with everything that was typed but the password.
async fn again(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: Option<&Webhook>,
    input: &Input,
    why: Again,
) -> Result<HttpResponse, Error> {
    let (status, notice, is_asked) = (why.status(), why.notice(), matches!(why, Again::Ask));
    let newer_href = stored.filter(|_| matches!(why, Again::Newer)).map(|stored| edit_href(stored.id));
    let content = input.content(why.invalid(), is_asked);
    let Some(stored) = stored else {
        let mut page = new::page(admin, &content)?;
        page.chrome.flashes.extend(notice);
        return render_as(status, &page);
    };
    let mut page = edit::page(admin, app, req, stored, &content).await?;
    page.chrome.flashes.extend(notice);
    render_as(status, &EditPage { newer_href, ..page })
}

impl Input {
    fn draft(&self) -> Draft {
        Draft {
            name: self.name.clone(),
            url: self.url.clone(),
            all: self.all == "1",
            kinds: self.kinds.clone(),
            is_enabled: self.is_enabled == "1",
        }
    }

    fn content(&self, invalid: Invalid, is_asked: bool) -> Content {
        let kinds = self.kinds.iter().filter_map(|word| Kind::of(word)).collect();
        Content {
            state: FormState::new([(Field::Name, self.name.as_str()), (Field::Url, self.url.as_str())])
                .refused(invalid),
            wants: if self.all == "1" { Wants::Everything } else { Wants::These(kinds) },
            is_enabled: self.is_enabled == "1",
            version: self.version.parse().ok(),
            is_asked,
        }
    }
}
