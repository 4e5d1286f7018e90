//! An integration: its state, its credentials and its form; to be read only when it is declared by a file, or when
//! the administrator may not change it.

use std::collections::HashSet;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::act::Act;
use super::attempts::{self, Tried};
use super::declared::Declared;
use super::form::{Content, Form};
use super::reveal::{Details, Secrets};
use super::{id_of, list_left, permissions_dialog, words};
use crate::app::App;
use crate::domain::acl::Tree;
use crate::domain::activation::{self, exchange};
use crate::domain::attempt::progress::{self, Limits};
use crate::domain::attempt::{self, Attempt};
use crate::domain::audit::{self, Listed, ThingKind};
use crate::domain::declared::{self, Pending, Record};
use crate::domain::integration::{self, Integration, IntegrationId, Origin, Status};
use crate::domain::permission::Grants;
use crate::domain::setting;
use crate::store::Work;
use crate::text;
use crate::web::admin::activity;
use crate::web::admin::activity::entry::Shown;
use crate::web::admin::press::Press as _;
use crate::web::admin::tree::Node;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::routes::{
    ACTIVATE_INTEGRATIONS, DELETE_INTEGRATIONS, MANAGE_INTEGRATIONS, REVEAL_INTEGRATIONS, VIEW_AUDIT,
};
use crate::web::{Error, PageError, filters};

/// How many entries of the audit trail are shown.
const SHOWN_ENTRIES: i64 = 5;

/// An integration: its state, its credentials and its form.
#[derive(Template)]
#[template(path = "admin/integration/edit.html")]
pub struct EditPage {
    /// The frame.
    pub chrome: Chrome,
    /// Where it stands and what can be done about it.
    pub state: State,
    /// What files say of it, when they do.
    pub declared: Option<Declared>,
    /// The four values.
    pub details: Details,
    /// What was handed to the partner's server, and what came of it.
    pub handovers: Handovers,
    /// What was done to it lately, for whoever may read the audit trail.
    pub activity: Option<Activity>,
    /// The form.
    pub form: Form,
    /// The stored version, when somebody saved it after this form was drawn.
    pub newer_href: Option<String>,
    /// The grid.
    pub back_href: String,
}

/// Where an integration stands.
pub struct State {
    /// Status as a style name: `inactive`, `active`, `reset`, `suspended`.
    pub status: &'static str,
    /// Status as read.
    pub label: String,
    /// What that means for calls and what comes next.
    pub note: String,
    /// Whether an address of it is not https.
    pub is_insecure: bool,
    /// Whether calls pass with its token alone.
    pub accepts_bearer: bool,
    /// What can be done, the likeliest first.
    pub acts: Vec<ActLink>,
    /// What still works beside the credentials of today.
    pub ending: Option<Ending>,
}

/// What still works beside the credentials of today.
pub struct Ending {
    /// What, and until when: one sentence each.
    pub sentences: Vec<String>,
    /// Ends it at once, when the administrator may.
    pub end_now: Option<ActLink>,
}

/// The attempts to hand over the credentials.
pub struct Handovers {
    /// Whether there is anything to be shown at all.
    pub is_shown: bool,
    /// The latest ones, newest first.
    pub tried: Vec<Tried>,
    /// Leads to sending the credentials again, when the administrator may.
    pub again_href: Option<String>,
}

/// The latest entries of the audit trail.
pub struct Activity {
    /// Newest first.
    pub entries: Vec<Shown>,
    /// Leads to all of them.
    pub all_href: String,
}

/// Something that can be done to an integration.
pub struct ActLink {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it acts at once (POST) instead of opening a dialog (GET).
    pub is_post: bool,
    /// `primary`, `plain` or `danger`.
    pub look: &'static str,
}

/// What is stored about an integration, as far as its pages show it.
pub(super) struct Stored {
    pub(super) integration: Integration,
    pub(super) grants: Grants,
    pub(super) has_live_token: bool,
    accepts_bearer: bool,
    pub(super) record: Option<Record>,
    requested: Option<Grants>,
    latest: Vec<Listed>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) limits: Limits,
    ending: exchange::Ending,
    consumer_key: String,
    can_be_revealed: bool,
}

/// Shows the page of an integration.
///
/// # Errors
/// When there is none of that id.
pub async fn show(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    let stored = Stored::read(&app, id_of(&id)?).await?;
    let content = Content::stored(&stored);
    Ok(render(&page(&admin, &app, &req, &stored, &content)?)?)
}

/// The page, with this content in its form.
pub(super) fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: &Stored,
    content: &Content,
) -> Result<EditPage, Error> {
    let Stored { integration, .. } = stored;
    let is_editable = integration.origin == Origin::Manual && admin.may(MANAGE_INTEGRATIONS);
    let name = [("name", integration.name.as_str().into())];
    let list = list_left(req);
    let (title, form) = if is_editable {
        let form = Form::editable(admin, app, Some(integration.id.0), content, &list);
        (text::on_page("integration-edit-title", &name), form)
    } else {
        let mut form = Form::viewed(admin, app, content);
        form.resources.nodes = stored.marked(app.tree, form.resources.nodes);
        (text::on_page("integration-view-title", &name), form)
    };
    Ok(EditPage {
        chrome: admin.chrome(title)?,
        state: State::of(admin, stored),
        declared: Declared::of(admin, app, stored),
        details: stored.details(admin, None)?,
        handovers: Handovers::of(admin, stored),
        activity: Activity::of(admin, stored),
        form,
        newer_href: None,
        back_href: list,
    })
}

impl Stored {
    /// Reads it.
    pub(super) async fn read(app: &App, id: IntegrationId) -> Result<Self, Error> {
        Ok(app.store.read(move |work| Self::load(work, id)).await?)
    }

    fn load(work: &mut Work<'_>, id: IntegrationId) -> Result<Self, crate::domain::Error> {
        let integration = integration::find(work, id)?;
        Ok(Self {
            accepts_bearer: integration
                .bearer_mode
                .accepts(setting::flag(work, setting::INTEGRATION_AS_BEARER)?),
            integration,
            grants: integration::grants(work, id)?,
            has_live_token: activation::has_live_token(work, id)?,
            record: declared::record(work, id)?,
            requested: declared::requested(work, id)?,
            latest: audit::latest(work, id, SHOWN_ENTRIES)?,
            attempts: attempt::latest(work, id)?,
            limits: progress::limits(work)?,
            ending: exchange::ending(work, id)?,
            consumer_key: activation::consumer_key(work, id)?,
            can_be_revealed: setting::flag(work, setting::TOKEN_REVEAL)?,
        })
    }

    /// What waits for approval.
    pub(super) fn pending(&self) -> Option<&Pending> {
        self.record.as_ref()?.pending.as_ref()
    }

    /// What it holds once what waits is approved.
    pub(super) fn asked_for(&self) -> &Grants {
        self.requested.as_ref().unwrap_or(&self.grants)
    }

    /// A tree to be read in which what is held only because it stands above what the files list is marked as included.
    pub(super) fn marked(&self, tree: &Tree, mut nodes: Vec<Node>) -> Vec<Node> {
        let Some(record) = &self.record else { return nodes };
        let listed = record.listed.iter().filter_map(|id| tree.find(id));
        let above: HashSet<&str> =
            listed.flat_map(|index| tree.ancestors(index)).map(|node| node.id.as_str()).collect();
        for node in &mut nodes {
            node.is_included = above.contains(node.id.as_str()) && !record.listed.contains(&node.id);
        }
        nodes
    }

    /// Whether a person may delete it: those that a file declares go with the file.
    fn is_removable(&self) -> bool {
        let is_orphaned = self.record.as_ref().is_some_and(|record| record.orphaned_at.is_some());
        self.integration.origin == Origin::Manual || is_orphaned
    }

    /// The four values: masked, unless they are to be revealed.
    pub(super) fn details(&self, admin: &Admin, secrets: Option<Secrets>) -> Result<Details, Error> {
        let may_reveal = self.can_be_revealed && admin.may(REVEAL_INTEGRATIONS);
        Ok(Details {
            form_key: admin.form_key()?,
            consumer_key: self.consumer_key.clone(),
            secrets,
            has_token: self.has_live_token,
            reveal_href: may_reveal.then(|| Act::Reveal.href(self.integration.id)),
            is_shown_once: !self.can_be_revealed,
        })
    }
}

impl State {
    fn of(admin: &Admin, stored: &Stored) -> Self {
        let Stored { integration, has_live_token, .. } = stored;
        Self {
            status: integration.status.name(),
            label: words::status_label(integration.status),
            note: words::status_note(integration, *has_live_token),
            is_insecure: integration.is_insecure(),
            accepts_bearer: stored.accepts_bearer,
            acts: acts(admin, stored),
            ending: Ending::of(admin, stored),
        }
    }
}

impl Ending {
    fn of(admin: &Admin, stored: &Stored) -> Option<Self> {
        let exchange::Ending { token, secret } = stored.ending;
        let until = |at| [("until", filters::exact_moment(at).into())];
        let token = token.map(|at| text::on_page("integration-ending-token", &until(at)));
        let secret = secret.map(|at| text::on_page("integration-ending-secret", &until(at)));
        let sentences: Vec<String> = token.into_iter().chain(secret).collect();
        let (label, href) = (Act::EndNow.label(), Act::EndNow.href(stored.integration.id));
        let end_now = ActLink { label, href, is_post: true, look: "danger" };
        let end_now = admin.may(ACTIVATE_INTEGRATIONS).then_some(end_now);
        (!sentences.is_empty()).then_some(Self { sentences, end_now })
    }
}

impl Activity {
    fn of(admin: &Admin, stored: &Stored) -> Option<Self> {
        let entries = stored.latest.iter().map(|listed| Shown::of(admin, listed)).collect();
        let all_href = activity::href_of(ThingKind::Integration, stored.integration.id.0);
        admin.may(VIEW_AUDIT).then_some(Self { entries, all_href })
    }
}

impl Handovers {
    fn of(admin: &Admin, stored: &Stored) -> Self {
        let Stored { integration, attempts, limits, .. } = stored;
        let may_send = integration.status != Status::Suspended && admin.may(ACTIVATE_INTEGRATIONS);
        let is_again = integration.exchanges_tokens() && !attempts.is_empty();
        Self {
            is_shown: integration.exchanges_tokens() || !attempts.is_empty(),
            tried: attempts::tried(attempts, *limits, admin.now),
            again_href: (may_send && is_again).then(|| permissions_dialog::href(integration.id)),
        }
    }
}

/// What can be done, as far as state and rights allow.
fn acts(admin: &Admin, stored: &Stored) -> Vec<ActLink> {
    let Stored { integration, has_live_token, .. } = stored;
    let has_live_token = *has_live_token;
    let (id, status) = (integration.id, integration.status);
    let question =
        |act: Act, look| ActLink { label: act.label(), href: act.question_href(id), is_post: false, look };
    let mut acts = Vec::new();
    if status != Status::Suspended && admin.may(ACTIVATE_INTEGRATIONS) {
        let look = if has_live_token { "plain" } else { "primary" };
        let (label, href) = (words::activate(has_live_token), permissions_dialog::href(id));
        acts.push(ActLink { label, href, is_post: false, look });
    }
    if admin.may(MANAGE_INTEGRATIONS) {
        match status {
            Status::Inactive => {}
            Status::Active | Status::Reset => acts.push(question(Act::Suspend, "plain")),
            Status::Suspended => {
                let (label, href) = (Act::Resume.label(), Act::Resume.href(id));
                acts.push(ActLink { label, href, is_post: true, look: "primary" });
            }
        }
    }
    if admin.may(ACTIVATE_INTEGRATIONS) {
        acts.push(question(Act::RenewSecret, "plain"));
    }
    if admin.may(MANAGE_INTEGRATIONS) && status != Status::Inactive {
        acts.push(question(Act::Revoke, "danger"));
    }
    if stored.is_removable() && admin.may(DELETE_INTEGRATIONS) {
        acts.push(question(Act::Delete, "danger"));
    }
    acts
}
