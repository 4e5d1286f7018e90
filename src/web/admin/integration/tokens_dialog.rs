//! Activates or re-authorizes an integration, and shows the four values to be handed over.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::permissions_dialog::{self, PermissionsDialog};
use super::{edit_href, id_of, list_left};
use crate::app::App;
use crate::domain::activation::{self, Done, Replace, Shown};
use crate::domain::{self, declared, setting, token};
use crate::secret::Secret;
use crate::text;
use crate::web::admin::confirm::{Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form_key::Checked;
use crate::web::page::{Chrome, render, render_as};
use crate::web::{Error, PageError, filters};

/// The four values of an activated integration, shown to be handed over.
#[derive(Template)]
#[template(path = "admin/integration/tokens_dialog.html")]
pub struct TokensDialog {
    /// The frame; `title` is the integration's name.
    pub chrome: Chrome,
    /// Whether only the inside of a dialog is wanted.
    pub fragment: bool,
    /// Where closing the dialog leads, the same as `Done`.
    pub close_href: Option<String>,
    /// Where `Done` leads.
    pub done_href: String,
    /// What was done.
    pub message: String,
    /// What became of an earlier token.
    pub earlier: Option<String>,
    /// Whether the secrets are never shown again.
    pub is_only_time: bool,
    /// Consumer key.
    pub consumer_key: String,
    /// Consumer secret.
    pub consumer_secret: String,
    /// Access token.
    pub token: String,
    /// Access token secret.
    pub token_secret: String,
}

/// What the permissions dialog sends.
#[derive(Deserialize)]
pub struct Consent {
    #[serde(default)]
    now: String,
    version: Option<i64>,
    current_password: Option<Secret>,
}

/// Activates or re-authorizes, whichever follows from the state.
///
/// # Errors
/// When there is no integration of that id, or the administrator does not hold all that it holds.
pub async fn activate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(consent): Checked<Consent>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    let replace = if consent.now == "1" { Replace::Now } else { Replace::AfterGrace };
    let proof = Proof { current_password: consent.current_password };
    if let Some(field) = missing_proof(&admin, &proof).await? {
        let status = status_of(&field);
        let page = permissions_dialog::page(&admin, &app, &req, id, Some(field)).await?;
        let page = PermissionsDialog { is_now: replace == Replace::Now, ..page };
        return Ok(render_as(status, &page)?);
    }
    let (by, seen) = (admin.actor().clone(), consent.version);
    let activated = app.store.write(move |work| {
        declared::check_seen(work, id, seen)?;
        let grace = token::grace_when_shown(work)?;
        let is_only_time = !setting::flag(work, setting::TOKEN_REVEAL)?;
        Ok::<_, domain::Error>((activation::activate(work, &by, id, replace)?, grace, is_only_time))
    });
    match activated.await {
        Ok((shown, grace, is_only_time)) => {
            log::info!("integration activated integration.id={} admin.id={}", id.0, admin.user.id.0);
            let grace = if replace == Replace::Now { TimeDelta::zero() } else { grace };
            Ok(render(&TokensDialog { is_only_time, ..page(&admin, &req, shown, grace)? })?)
        }
        Err(domain::Error::Conflict(conflict)) => Ok(refused(&admin, &conflict, &edit_href(id))?),
        Err(other) => Err(other.into()),
    }
}

fn page(admin: &Admin, req: &HttpRequest, shown: Shown, grace: TimeDelta) -> Result<TokensDialog, Error> {
    let done_href = list_left(req);
    let open = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned()).unwrap_or_default();
    let name = [("name", shown.integration.name.as_str().into())];
    let message = match shown.done {
        Done::Activated => text::on_page("integration-activated", &name),
        Done::Reauthorized => text::on_page("integration-reauthorized", &name),
    };
    let chrome = admin.chrome(text::isolated(&shown.integration.name))?;
    // The list says it too, once the dialog is closed.
    admin.flash(Flash::success(&message))?;
    Ok(TokensDialog {
        chrome,
        fragment: admin.wants_fragment(),
        close_href: Some(done_href.clone()),
        done_href,
        message,
        earlier: (shown.done == Done::Reauthorized).then(|| earlier(admin.now, grace)),
        is_only_time: false,
        consumer_key: shown.credentials.consumer_key,
        consumer_secret: shown.credentials.consumer_secret.expose().to_owned(),
        token: open(shown.credentials.access_token),
        token_secret: open(shown.credentials.access_token_secret),
    })
}

/// What became of the token before.
fn earlier(now: DateTime<Utc>, grace: TimeDelta) -> String {
    if grace <= TimeDelta::zero() {
        return text::get("integration-earlier-ended");
    }
    text::on_page("integration-earlier-retires", &[("until", filters::moment(now + grace).into())])
}
