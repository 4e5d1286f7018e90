//! The credentials of an integration, masked until revealed.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::act::Act;
use super::confirm;
use super::edit::{self, EditPage, Stored};
use super::form::Content;
use super::{edit_href, id_of};
use crate::app::App;
use crate::domain;
use crate::domain::activation::{self, Credentials};
use crate::secret::Secret;
use crate::web::admin::confirm::{Proof, refused};
use crate::web::extract::admin::Admin;
use crate::web::form_key::Checked;
use crate::web::page::render;
use crate::web::{PageError, filters};

/// The credentials alone: for revealing them in place.
#[derive(Template)]
#[template(path = "admin/integration/_details.html")]
pub struct DetailsFragment {
    /// The four values.
    pub details: Details,
}

/// The four values as the page draws them.
pub struct Details {
    /// The anti-forgery token.
    pub form_key: String,
    /// Never a secret.
    pub consumer_key: String,
    /// The three secrets, once revealed.
    pub secrets: Option<Secrets>,
    /// Whether there is an access token at all.
    pub has_token: bool,
    /// Where revealing is asked for, when the administrator may.
    pub reveal_href: Option<String>,
    /// Whether nobody may, because of the setting.
    pub is_shown_once: bool,
}

/// The values that are drawn only after revealing.
pub struct Secrets {
    /// Consumer secret.
    pub consumer_secret: String,
    /// Access token, when there is one.
    pub token: Option<String>,
    /// Access token secret, when there is one.
    pub token_secret: Option<String>,
}

/// Shows the secrets, on the page or alone. No answer of ours is kept by browsers or proxies, these least of all.
///
/// # Errors
/// When there is no integration of that id, or the administrator does not hold all that it holds.
pub async fn reveal(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    if let Some(question) = confirm::unproven(&admin, &app, &req, Act::Reveal, id, &proof).await? {
        return Ok(question);
    }
    let by = admin.actor().clone();
    let credentials = match app.store.write(move |work| activation::reveal(work, &by, id)).await {
        Ok(credentials) => credentials,
        Err(domain::Error::Conflict(conflict)) => {
            return Ok(refused(&admin, &conflict, &edit_href(id))?);
        }
        Err(other) => return Err(other.into()),
    };
    log::info!("integration secrets revealed integration.id={} admin.id={}", id.0, admin.user.id.0);
    let stored = Stored::read(&app, id).await?;
    let details = stored.details(&admin, Some(credentials.into()))?;
    if admin.wants_fragment() {
        return Ok(render(&DetailsFragment { details })?);
    }
    let page = edit::page(&admin, &app, &req, &stored, &Content::stored(&stored))?;
    Ok(render(&EditPage { details, ..page })?)
}

impl From<Credentials> for Secrets {
    fn from(credentials: Credentials) -> Self {
        let open = |secret: Secret| secret.expose().to_owned();
        Self {
            consumer_secret: open(credentials.consumer_secret),
            token: credentials.access_token.map(open),
            token_secret: credentials.access_token_secret.map(open),
        }
    }
}
