//! A user: where the account stands, what can be done to it, and its form.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::act::Act;
use super::form::{Content, Form};
use super::grid::{self, Locks};
use super::{edit_href, id_of, list_left};
use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, AdminUserId};
use crate::domain::bearer::{self, Holder, Kind};
use crate::domain::permission::{Grants, holds_all};
use crate::domain::role::{self, Role};
use crate::domain::{otp, session, token_throttle};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::routes::UNLOCK_USERS;
use crate::web::{Error, PageError, filters};

/// A user.
#[derive(Template)]
#[template(path = "admin/user/edit.html")]
pub struct EditPage {
    /// The frame.
    pub chrome: Chrome,
    /// Where the account stands.
    pub account: Account,
    /// The form.
    pub form: Form,
    /// The stored version, when somebody saved it after this form was drawn.
    pub newer_href: Option<String>,
    /// The grid.
    pub back_href: String,
}

/// Where an account stands.
pub struct Account {
    /// State as a style name.
    pub state: &'static str,
    /// State as read.
    pub label: String,
    /// What the state does not say by itself.
    pub notes: Vec<String>,
    /// Last sign-in.
    pub logged_in: Option<DateTime<Utc>>,
    /// Sessions that hold now.
    pub sessions: usize,
    /// Tokens that hold now.
    pub tokens: usize,
    /// What can be done, the likeliest first.
    pub acts: Vec<ActLink>,
}

/// Something that can be done to an account.
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

/// What is stored about a user, as far as the page shows it.
pub(super) struct Stored {
    pub(super) user: AdminUser,
    pub(super) roles: Vec<Role>,
    held: Grants,
    sessions: usize,
    tokens: usize,
    tokens_locked_until: Option<DateTime<Utc>>,
    has_otp: bool,
}

/// Shows the page of a user.
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
    let content = Content::stored(&stored.user);
    Ok(render(&page(&admin, &req, &stored, &content)?)?)
}

/// The page, with this content in its form.
pub(super) fn page(
    admin: &Admin,
    req: &HttpRequest,
    stored: &Stored,
    content: &Content,
) -> Result<EditPage, Error> {
    let back_href = list_left(req);
    let is_editable = holds_all(&admin.actor().holds, &stored.held);
    let form = Form::of(admin, Some(&stored.user), &stored.roles, content, &back_href);
    Ok(EditPage {
        chrome: admin.chrome(text::isolated(&stored.user.full_name()))?,
        account: Account::of(admin, stored, is_editable),
        form: Form { is_editable, ..form },
        newer_href: None,
        back_href,
    })
}

impl Stored {
    /// Reads it.
    pub(super) async fn read(app: &App, id: AdminUserId) -> Result<Self, Error> {
        Ok(app.store.read(move |work| Self::load(work, id)).await?)
    }

    fn load(work: &mut Work<'_>, id: AdminUserId) -> Result<Self, crate::domain::Error> {
        let user = admin_user::find(work, id)?;
        let locked = token_throttle::locked_until(work, Kind::Admin, &[&user.username])?;
        Ok(Self {
            roles: role::all(work)?,
            held: role::grants(work, user.role)?,
            sessions: session::list(work, id)?.len(),
            tokens: usize::try_from(bearer::count(work, Holder::Admin(id))?).unwrap_or(0),
            tokens_locked_until: locked.into_iter().flatten().next(),
            has_otp: otp::state(work, id)?.is_enrolled,
            user,
        })
    }

    /// Its address.
    pub(super) fn href(&self) -> String {
        edit_href(self.user.id)
    }
}

impl Account {
    fn of(admin: &Admin, stored: &Stored, is_editable: bool) -> Self {
        let user = &stored.user;
        let locks = Locks::of(user, stored.tokens_locked_until, admin.now);
        Self {
            state: grid::state_name(locks.state),
            label: grid::state_label(locks.state),
            notes: locks.notes(user),
            logged_in: user.logged_in_at,
            sessions: stored.sessions,
            tokens: stored.tokens,
            acts: acts(admin, stored, locks, is_editable),
        }
    }
}

/// What can be done, as far as state and rights allow; to the own account no more than revoking its tokens, and nothing to who may do more.
fn acts(admin: &Admin, stored: &Stored, locks: Locks, is_editable: bool) -> Vec<ActLink> {
    let id = stored.user.id;
    let question =
        |act: Act, look| ActLink { label: act.label(), href: act.question_href(id), is_post: false, look };
    let mut acts = Vec::new();
    if locks.is_any() && admin.may(UNLOCK_USERS) {
        let (label, href) = (Act::Unlock.label(), Act::Unlock.href(id));
        acts.push(ActLink { label, href, is_post: true, look: "primary" });
    }
    let revoke_tokens = (is_editable && stored.tokens > 0).then(|| question(Act::RevokeTokens, "plain"));
    if !is_editable || id == admin.user.id {
        acts.extend(revoke_tokens);
        return acts;
    }
    if stored.sessions > 0 {
        acts.push(question(Act::ForceSignIn, "plain"));
    }
    acts.extend(revoke_tokens);
    if stored.has_otp {
        let (label, href) = (Act::ResetOtp.label(), Act::ResetOtp.href(id));
        acts.push(ActLink { label, href, is_post: true, look: "plain" });
    }
    if stored.user.is_active {
        acts.push(question(Act::Deactivate, "danger"));
    } else {
        let (label, href) = (Act::Reactivate.label(), Act::Reactivate.href(id));
        acts.push(ActLink { label, href, is_post: true, look: "plain" });
    }
    acts.push(question(Act::Delete, "danger"));
    acts
}
