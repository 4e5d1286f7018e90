//! The signed-in person: who it is, what they hold, when it is, and the frame of their pages.
//!
//! Handlers get it from the wall, which has checked the row of the route table; a handler cannot forget to.

use std::future::{Ready, ready};

use actix_session::{Session, SessionExt as _};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, AdminUserId, PasswordAge, Present};
use crate::domain::candidate::{Candidate, Verified};
use crate::domain::lockout::Verdict;
use crate::domain::session::{self, Lasts, SessionId, confirmation_holds};
use crate::domain::system_message::{self, Message, SHOW_LIST};
use crate::domain::{self, Actor, sign_in};
use crate::secret::Secret;
use crate::store::Work;
use crate::text;
use crate::web::error::{Error, PageError};
use crate::web::flash::{self, Flash};
use crate::web::page::{Chrome, NavEntry, wants_fragment};
use crate::web::password::judged;
use crate::web::routes::{
    CUSTOMERS, ROLES, SCHEDULE, SETTINGS, USERS, VIEW_AUDIT, VIEW_INTEGRATIONS, WEBHOOKS,
};
use crate::web::session::{ADMIN, CONFIRMED, ID, RENEW, STARTED};
use crate::web::system_message::{self as bar, Link, SystemMessage};
use crate::web::{form_key, links, source};

/// The pages of the menu, in its order: what each is called, where it is, and the right that it needs.
const MENU: [(&str, &str, &str); 9] = [
    ("frame-nav-integrations", "/admin/integration", VIEW_INTEGRATIONS),
    ("frame-nav-customers", "/admin/customer", CUSTOMERS),
    ("frame-nav-users", "/admin/user", USERS),
    ("frame-nav-roles", "/admin/role", ROLES),
    ("frame-nav-resources", "/admin/resource", VIEW_INTEGRATIONS),
    ("frame-nav-webhooks", "/admin/webhook", WEBHOOKS),
    ("frame-nav-schedule", "/admin/schedule", SCHEDULE),
    ("frame-nav-activity", "/admin/activity", VIEW_AUDIT),
    ("frame-nav-settings", "/admin/setting/oauth", SETTINGS),
];

/// The signed-in person.
#[derive(Clone)]
pub struct Admin {
    /// The account.
    pub user: AdminUser,
    /// The one `now` of this request's page.
    pub now: DateTime<Utc>,
    /// Whether the password is to be changed.
    pub password_age: PasswordAge,
    /// Whether the second factor that everybody needs is still to be set up.
    pub lacks_factor: bool,
    actor: Actor,
    lasts: Lasts,
    messages: Vec<Message>,
    app: App,
    session: Session,
    path: String,
    login: String,
    is_fragment: bool,
}

/// What came of asking for a fresh confirmation of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Go on.
    Confirmed,
    /// The last one is too old and no password was given: ask for it in place.
    AskAgain,
    /// The password given was wrong.
    Wrong,
}

impl Admin {
    /// The person of this request's session; `None` when there is none, or when the account is gone or inactive:
    /// then the session has ended with this request.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(req: &HttpRequest) -> Result<Option<Self>, Error> {
        let session = req.get_session();
        let app = req.app_data::<Data<App>>().ok_or(Error::Unguarded)?;
        let (Some(id), Some(started)) = (session.get(ADMIN)?.map(AdminUserId), session.get(STARTED)?) else {
            return Ok(None);
        };
        let source = source::of(req, app);
        let installation = bar::installation(app);
        let present = app.store.read(move |work| {
            let present = admin_user::present(work, id, source)?;
            let sees = present.as_ref().is_some_and(|it| it.actor.holds.allows_id(work.tree, SHOW_LIST));
            let messages = if sees { system_message::current(work, installation)? } else { Vec::new() };
            Ok::<_, domain::Error>((work.now, session::lasts(work, started)?, messages, present))
        });
        let (now, lasts, messages, Some(Present { user, actor, password_age, lacks_factor })) =
            present.await?
        else {
            session.clear();
            session.renew();
            flash::add(&session, Flash::error(text::get("login-failed")))?;
            return Ok(None);
        };
        let app = App::clone(app);
        let (path, is_fragment) = (req.path().to_owned(), wants_fragment(req));
        let login = links::login_for(req);
        Ok(Some(Self {
            user,
            now,
            password_age,
            lacks_factor,
            actor,
            lasts,
            messages,
            app,
            session,
            path,
            login,
            is_fragment,
        }))
    }

    /// As whom operations are asked for.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the person holds this resource.
    pub fn may(&self, resource: &str) -> bool {
        self.actor.holds.allows_id(self.app.tree, resource)
    }

    /// Where the person begins: at the first page of the menu; at their own account when no page of it is open to them.
    pub fn start_page(&self) -> &'static str {
        MENU.iter().find(|(_, _, resource)| self.may(resource)).map_or(links::ACCOUNT, |(_, href, _)| *href)
    }

    /// What a resource is called; one that is not declared any more by its id.
    pub fn resource_title(&self, id: &str) -> String {
        self.app.tree.find(id).map_or(id, |index| &self.app.tree.node(index).title).to_owned()
    }

    /// Whether script asked for a part of a page.
    pub fn wants_fragment(&self) -> bool {
        self.is_fragment
    }

    /// The key that every form of the page carries.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn form_key(&self) -> Result<String, Error> {
        form_key::of(&self.session)
    }

    /// Keeps a message for the next page.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn flash(&self, flash: Flash) -> Result<(), Error> {
        flash::add(&self.session, flash)
    }

    /// The frame of a page with this title; waiting messages go into it.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn chrome(&self, title: impl Into<String>) -> Result<Chrome, Error> {
        let flashes = flash::take(&self.session);
        let new = if self.is_fragment { Vec::new() } else { bar::new_ones(&self.session, &self.messages)? };
        let new_messages = new.into_iter().map(SystemMessage::of).collect();
        Ok(Chrome { flashes, new_messages, ..self.chrome_without_messages(title)? })
    }

    /// The same for a page that is asked for by the way: waiting messages go on waiting.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn chrome_without_messages(&self, title: impl Into<String>) -> Result<Chrome, Error> {
        let account = links::ACCOUNT;
        Ok(Chrome {
            account: Some(NavEntry {
                label: self.user.username.clone(),
                href: account.to_owned(),
                is_current: self.path.starts_with(account),
            }),
            lasts: Some(self.lasts),
            system_messages: self.system_messages(),
            form_key: self.form_key()?,
            nav: self.nav(),
            ..Chrome::plain(title)
        })
    }

    /// Whether the password was confirmed in the last ten minutes; signing in counts.
    pub fn is_confirmed(&self) -> bool {
        let confirmed = self.session.get(CONFIRMED).ok().flatten();
        confirmed.is_some_and(|at| confirmation_holds(at, self.now))
    }

    /// Asks for a confirmation that is fresh enough; a right password renews it for ten minutes.
    ///
    /// # Errors
    /// As [`Admin::prove`].
    pub async fn confirm(&self, password: Option<&Secret>) -> Result<Confirmation, Error> {
        if self.is_confirmed() { Ok(Confirmation::Confirmed) } else { self.prove(password).await }
    }

    /// Asks for the password, however fresh the last confirmation is. A right one counts for ten minutes and gives the
    /// session another key; wrong ones count towards the lockout.
    ///
    /// # Errors
    /// When the account is locked, which ends the session; when too many passwords are being checked; and those of
    /// the database.
    pub async fn prove(&self, password: Option<&Secret>) -> Result<Confirmation, Error> {
        let Some(password) = password.filter(|password| !password.is_empty()) else {
            return Ok(Confirmation::AskAgain);
        };
        let (id, by, user) = (self.user.id, self.actor.clone(), self.user.clone());
        let session = self.session_id();
        let whose = move |work: &mut Work<'_>| {
            Ok(Candidate { id: Some(id), hash: admin_user::password_hash(work, id)?, like: None })
        };
        let confirm = move |work: &mut Work<'_>, _, verified: &Verified| {
            sign_in::confirm(work, &by, &user, session, verified)
        };
        match judged(&self.app, password, whose, confirm).await? {
            None | Some(Verdict::Wrong) => Ok(Confirmation::Wrong),
            Some(Verdict::Locked) => Err(self.lock_out()?),
            Some(Verdict::Right) => {
                self.session.insert(CONFIRMED, self.now)?;
                self.session.insert(RENEW, true)?;
                Ok(Confirmation::Confirmed)
            }
        }
    }

    /// Forgets the session, which has ended because the account is locked; the sign-in page says so.
    fn lock_out(&self) -> Result<Error, Error> {
        log::warn!("locked out admin.id={}", self.user.id.0);
        self.session.clear();
        self.session.renew();
        flash::add(&self.session, Flash::error(text::get("login-locked")))?;
        Ok(Error::SignedOut { login: self.login.clone(), is_fragment: self.is_fragment })
    }

    /// The session of this request, as the registry names it.
    pub fn session_id(&self) -> Option<SessionId> {
        self.session.get(ID).ok().flatten().map(SessionId)
    }

    /// Gives the session another key, under which it goes on.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn renew_session(&self) -> Result<(), Error> {
        Ok(self.session.insert(RENEW, true)?)
    }

    /// What the person is to do comes first, and is for everybody; then what concerns the whole system.
    fn system_messages(&self) -> Vec<SystemMessage> {
        let about_system = self.messages.iter().copied().map(SystemMessage::of);
        self.password_message().into_iter().chain(about_system).collect()
    }

    fn password_message(&self) -> Option<SystemMessage> {
        let (before, link) = match self.password_age {
            PasswordAge::Fresh => return None,
            PasswordAge::Recommended => ("account-password-due", "account-password-due-link"),
            PasswordAge::Forced => ("account-password-forced", "account-password-forced-link"),
        };
        let link = Link { words: text::get(link), href: links::ACCOUNT.to_owned() };
        Some(SystemMessage { before: text::get(before), link: Some(link), after: ".".to_owned() })
    }

    fn nav(&self) -> Vec<NavEntry> {
        let visible = MENU.into_iter().filter(|(_, _, resource)| self.may(resource));
        visible
            .map(|(label, href, _)| NavEntry {
                label: text::get(label),
                href: href.to_owned(),
                is_current: self.path.starts_with(href),
            })
            .collect()
    }
}

impl FromRequest for Admin {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| Error::Unguarded.into()))
    }
}
