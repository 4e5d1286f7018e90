//! The credentials of an integration, masked until revealed.

use actix_web::HttpResponse;
use askama::Template;

use super::act::Act;
use super::edit::{self, EditPage, Stored};
use super::edit_href;
use super::form::Content;
use crate::domain;
use crate::domain::activation::{self, Credentials};
use crate::secret::Secret;
use crate::web::admin::confirm::refused;
use crate::web::admin::press::{Asked, Order};
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
pub async fn reveal(order: Order) -> Result<HttpResponse, PageError> {
    let id = match order.proven(Act::Reveal).await? {
        Ok(id) => id,
        Err(question) => return Ok(question),
    };
    let Asked { admin, app, req, .. } = &order.asked;
    let by = admin.actor().clone();
    let credentials = match app.store.write(move |work| activation::reveal(work, &by, id)).await {
        Ok(credentials) => credentials,
        Err(domain::Error::Conflict(conflict)) => {
            return Ok(refused(admin, &conflict, &edit_href(id))?);
        }
        Err(other) => return Err(other.into()),
    };
    admin.log(Act::Reveal, id);
    let stored = Stored::read(app, id).await?;
    let details = stored.details(admin, Some(credentials.into()))?;
    if admin.wants_fragment() {
        return Ok(render(&DetailsFragment { details })?);
    }
    let page = edit::page(admin, app, req, &stored, &Content::stored(&stored))?;
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
