//! The list of users, with its frame or alone.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::act::Act;
use super::asked::{self, STATES};
use super::edit_href;
use crate::app::App;
use crate::domain;
use crate::domain::admin_user::{self, AdminUser, Listed, State};
use crate::domain::permission::holds_all;
use crate::domain::role::{self, Role};
use crate::store::Page;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::extract::admin::Admin;
use crate::web::form::Choice;
use crate::web::grid::{Asked, Head, Pager, Pairs};
use crate::web::page::{Chrome, render};
use crate::web::routes::UNLOCK_USERS;
use crate::web::{Error, PageError, filters, part};

/// The list with its frame.
#[derive(Template)]
#[template(path = "admin/user/index.html")]
pub struct IndexPage {
    /// The frame.
    pub chrome: Chrome,
    /// The list, which `grid` answers alone.
    pub grid: Grid,
}

/// The list as it is drawn.
#[derive(Template)]
#[template(path = "admin/user/_grid_block.html")]
pub struct Block<'p> {
    /// The anti-forgery token for the forms in the rows.
    form_key: &'p str,
    grid: &'p Grid,
}

/// The list with its filter, order and pages.
pub struct Grid {
    /// The filter on names and e-mail address, as typed.
    pub name: String,
    /// The filter on the state.
    pub states: Vec<Choice>,
    /// The filter on the role.
    pub roles: Vec<Choice>,
    /// Order and page size as hidden fields, for the filter and its reset.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// Address without a filter.
    pub reset_href: String,
    /// Number of users that fit the filter.
    pub total: usize,
    /// Sortable column heads, in order.
    pub heads: Vec<Head>,
    /// One page of users.
    pub rows: Vec<Row>,
    /// Where we are among the pages.
    pub pager: Pager,
}

/// One user in the list.
pub struct Row {
    /// Name to sign in with.
    pub username: String,
    /// Whether it is the reader.
    pub is_own: bool,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// E-mail address.
    pub email: String,
    /// Name of the role.
    pub role: String,
    /// State as a style name.
    pub state: &'static str,
    /// State as read.
    pub state_label: String,
    /// Until when it is locked, for signing in and for tokens, or since when it has been past its end.
    pub notes: Vec<String>,
    /// Last sign-in.
    pub logged_in: Option<DateTime<Utc>>,
    /// The page of the user.
    pub edit_href: String,
    /// Where the account is unlocked, when it is locked and the reader may.
    pub unlock_href: Option<String>,
    /// Where it is asked about revoking tokens, when there are some and the reader may.
    pub revoke_href: Option<String>,
}

/// Shows the list.
///
/// # Errors
/// Those of the database.
pub async fn index(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("user-grid-title"))?;
    let grid = read(&admin, &app, &req).await?;
    Ok(render(&IndexPage { chrome, grid })?)
}

/// Answers with the messages and the block alone.
///
/// # Errors
/// Those of the database.
pub async fn show(admin: Admin, app: Data<App>, req: HttpRequest) -> Result<HttpResponse, PageError> {
    let chrome = admin.chrome(text::get("user-grid-title"))?;
    let grid = read(&admin, &app, &req).await?;
    Ok(render(&part::refresh(&chrome.flashes, &grid.block(&chrome.form_key)))?)
}

async fn read(admin: &Admin, app: &App, req: &HttpRequest) -> Result<Grid, Error> {
    let asked = asked::read(req.query_string());
    let query = asked::query(&asked);
    let listed = app
        .store
        .read(move |work| Ok::<_, domain::Error>((admin_user::page(work, &query)?, role::all(work)?)));
    let (page, roles) = listed.await?;
    Ok(Grid::of(admin, &asked, page, &roles))
}

impl Grid {
    /// Draws it; the anti-forgery token is for the forms in the rows.
    pub fn block<'p>(&'p self, form_key: &'p str) -> Block<'p> {
        Block { form_key, grid: self }
    }

    fn of(admin: &Admin, asked: &Asked, page: Page<Listed>, roles: &[Role]) -> Self {
        let state = |(number, state): &(&str, State)| Choice {
            value: (*number).to_owned(),
            label: state_label(*state),
            is_chosen: asked::state(asked) == Some(*state),
        };
        let role = |role: &Role| Choice {
            value: role.id.0.to_string(),
            label: role.name.clone(),
            is_chosen: asked::role(asked) == Some(role.id),
        };
        Self {
            name: asked.value("name").unwrap_or_default().to_owned(),
            states: STATES.iter().map(state).collect(),
            roles: roles.iter().map(role).collect(),
            state: asked.state(),
            is_filtered: asked.is_filtered(),
            reset_href: asked.reset_href(),
            total: usize::try_from(page.total).unwrap_or_default(),
            heads: vec![
                asked.head("username", text::get("setup-username")),
                asked.head("firstname", text::get("setup-firstname")),
                asked.head("lastname", text::get("setup-lastname")),
                asked.head("email", text::get("setup-email")),
                asked.head("role", text::get("user-field-role")),
                asked.head("logged_in", text::get("user-column-logged-in")),
            ],
            pager: asked.pager(&page),
            rows: page.rows.into_iter().map(|listed| Row::of(admin, listed)).collect(),
        }
    }
}

impl Row {
    fn of(admin: &Admin, listed: Listed) -> Self {
        let Listed { user, held, tokens, tokens_locked_until } = listed;
        let locks = Locks::of(&user, tokens_locked_until, admin.now);
        let may_revoke = tokens > 0 && holds_all(&admin.actor().holds, &held);
        let may_unlock = locks.is_any() && admin.may(UNLOCK_USERS);
        Self {
            is_own: admin.user.id == user.id,
            state: state_name(locks.state),
            state_label: state_label(locks.state),
            notes: locks.notes(&user),
            edit_href: edit_href(user.id),
            unlock_href: may_unlock.then(|| Act::Unlock.href(user.id)),
            revoke_href: may_revoke.then(|| Act::RevokeTokens.question_href(user.id)),
            logged_in: user.logged_in_at,
            role: user.role_name,
            username: user.username,
            firstname: user.firstname,
            lastname: user.lastname,
            email: user.email,
        }
    }
}

/// A state as a style name.
pub(super) fn state_name(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Inactive => "inactive",
        State::Locked => "suspended",
    }
}

/// A state as read.
pub(super) fn state_label(state: State) -> String {
    match state {
        State::Active => text::get("user-state-active"),
        State::Inactive => text::get("user-state-inactive"),
        State::Locked => text::get("user-state-locked"),
    }
}

/// What an account is locked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Locks {
    /// Where it stands, signing in included.
    pub(super) state: State,
    /// Until when its owner gets no tokens; of one that is not open to them anyway nothing is told.
    tokens_until: Option<DateTime<Utc>>,
}

impl Locks {
    pub(super) fn of(user: &AdminUser, tokens_until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let state = user.state(now);
        Self { state, tokens_until: tokens_until.filter(|_| state != State::Inactive) }
    }

    /// Whether there is something to unlock.
    pub(super) fn is_any(self) -> bool {
        self.state == State::Locked || self.tokens_until.is_some()
    }

    /// What the state does not say by itself.
    pub(super) fn notes(self, user: &AdminUser) -> Vec<String> {
        let at = |moment: DateTime<Utc>| [("at", filters::moment(moment).into())];
        let of_state = match self.state {
            State::Locked => user.locked_until.map(|until| text::on_page("user-note-locked", &at(until))),
            State::Inactive if user.is_active => {
                user.expires_at.map(|end| text::on_page("user-note-expired", &at(end)))
            }
            State::Active => user.expires_at.map(|end| text::on_page("user-note-expires", &at(end))),
            State::Inactive => None,
        };
        let of_tokens = self.tokens_until.map(|until| text::on_page("user-note-tokens-locked", &at(until)));
        of_state.into_iter().chain(of_tokens).collect()
    }
}
