//! What an integration asks for, before it is allowed.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::edit::Stored;
use super::{LIST, edit_href, id_of, page_left, tokens_exchange};
use crate::app::App;
use crate::domain::acl::{ALL, Node};
use crate::domain::integration::IntegrationId;
use crate::domain::permission::Grants;
use crate::domain::{self, activation};
use crate::text::{self, reason};
use crate::web::admin::tree;
use crate::web::extract::admin::Admin;
use crate::web::form::Field;
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

/// What a declaration changes, in words.
pub struct Difference {
    /// What it would hold and does not.
    pub granted: Vec<Changed>,
    /// What it holds and would not.
    pub withdrawn: Vec<Changed>,
    /// That its callback URL is another one, when it is.
    pub endpoint: Option<String>,
}

/// A resource that is granted or withdrawn.
pub struct Changed {
    /// Its name.
    pub id: String,
    /// Its title, with those above it.
    pub title: String,
}

const AFTER_SAVE: &str = "after=save";

/// What an integration asks for, before it is allowed.
#[derive(Template)]
#[template(path = "admin/integration/permissions_dialog.html")]
pub struct PermissionsDialog {
    /// The frame; `title` is the integration's name.
    pub chrome: Chrome,
    /// Whether only the inside of a dialog is wanted.
    pub fragment: bool,
    /// Where closing the dialog leads; without it, it leads nowhere.
    pub close_href: Option<String>,
    /// Way back on the whole page.
    pub back_href: String,
    /// What its declaration changes, when that waits for approval.
    pub difference: Option<Difference>,
    /// The version that is shown: what changes meanwhile is not allowed by this page.
    pub version: i64,
    /// Whether everything is granted.
    pub is_all: bool,
    /// The granted resources under their granted ancestors.
    pub nodes: Vec<tree::Node>,
    /// Why it cannot be allowed; then there is no button.
    pub refusal: Option<String>,
    /// Where `Allow` is sent.
    pub action: String,
    /// Whether a live token is there already.
    pub is_reauthorize: bool,
    /// What allowing sets in motion with the partner's server; nothing when the tokens are shown here.
    pub exchange: Option<String>,
    /// Whether "Replace the token now" is ticked.
    pub is_now: bool,
    /// The password field, when the last confirmation is too old.
    pub password: Option<Field>,
}

/// Where the dialog is.
pub(super) fn href(id: IntegrationId) -> String {
    format!("{LIST}/permissions_dialog/{}", id.0)
}

/// Where the dialog is that is closed to the page of the integration, having come from the form.
pub(super) fn href_after_save(id: IntegrationId) -> String {
    format!("{}?{AFTER_SAVE}", href(id))
}

/// Shows what is asked for.
///
/// # Errors
/// When there is no integration of that id.
pub async fn show(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    let proof = (!admin.is_confirmed()).then(Field::default);
    Ok(render(&page(&admin, &app, &req, id_of(&id)?, proof).await?)?)
}

/// The dialog, with this password field.
pub(super) async fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    id: IntegrationId,
    password: Option<Field>,
) -> Result<PermissionsDialog, Error> {
    let stored = Stored::read(app, id).await?;
    let (by, integration) = (admin.actor().clone(), stored.integration.clone());
    let checked = app.store.read(move |work| activation::check(work, &by, &integration)).await;
    let is_after_save = req.query_string() == AFTER_SAVE;
    let query = if is_after_save { format!("?{AFTER_SAVE}") } else { String::new() };
    let page = edit_href(id);
    let exchange = exchange(&stored);
    let send =
        if exchange.is_some() { tokens_exchange::href(id) } else { format!("{LIST}/tokens_dialog/{}", id.0) };
    Ok(PermissionsDialog {
        chrome: admin.chrome(text::isolated(&stored.integration.name))?,
        fragment: admin.wants_fragment(),
        close_href: is_after_save.then(|| page.clone()),
        back_href: if is_after_save { page } else { page_left(req, id) },
        is_all: stored.asked_for().is_everything(),
        nodes: stored.marked(app.tree, tree::read(app, app.tree.for_integrations(), stored.asked_for())),
        difference: Difference::of(app, &stored),
        version: stored.integration.version,
        refusal: refusal(checked)?,
        action: format!("{send}{query}"),
        is_reauthorize: stored.has_live_token,
        exchange,
        is_now: false,
        password,
    })
}

impl Difference {
    pub(super) fn of(app: &App, stored: &Stored) -> Option<Self> {
        let pending = stored.pending()?;
        let (before, after) = (&stored.grants, stored.asked_for());
        let endpoint = pending.approved_endpoint.as_ref().map(|approved| {
            let text = |address: &Option<String>| {
                address.clone().unwrap_or_else(|| text::get("declared-endpoint-none"))
            };
            let values =
                [("before", text(approved).into()), ("after", text(&stored.integration.endpoint).into())];
            text::on_page("declared-endpoint-changed", &values)
        });
        Some(Self { granted: changed(app, after, before), withdrawn: changed(app, before, after), endpoint })
    }
}

/// What one holds and the other does not.
fn changed(app: &App, of: &Grants, without: &Grants) -> Vec<Changed> {
    if of.is_everything() && !without.is_everything() {
        let title = text::get("integration-resources-everything");
        return vec![Changed { id: ALL.to_owned(), title }];
    }
    let nodes = app.tree.for_integrations().nodes();
    let differs = nodes.filter(|node| of.allows(node.index) && !without.allows(node.index));
    let title = |node: &Node| {
        let mut titles: Vec<&str> =
            app.tree.ancestors(node.index).map(|above| above.title.as_str()).collect();
        titles.reverse();
        titles.push(&node.title);
        titles.join(" › ")
    };
    differs.map(|node| Changed { id: node.id.clone(), title: title(node) }).collect()
}

/// What allowing sets in motion, said before it is allowed.
fn exchange(stored: &Stored) -> Option<String> {
    let endpoint =
        stored.integration.endpoint.as_deref().filter(|_| stored.integration.exchanges_tokens())?;
    let endpoint = [("endpoint", endpoint.into())];
    Some(if stored.has_live_token {
        text::on_page("integration-permissions-exchange-again", &endpoint)
    } else {
        text::on_page("integration-permissions-exchange", &endpoint)
    })
}

fn refusal(checked: Result<(), domain::Error>) -> Result<Option<String>, Error> {
    match checked {
        Ok(()) => Ok(None),
        Err(domain::Error::Conflict(conflict)) => Ok(Some(reason::conflict(&conflict, text::on_page))),
        Err(domain::Error::Denied(holder, lacking)) => Ok(Some(reason::denied(holder, &lacking))),
        Err(other) => Err(other.into()),
    }
}
