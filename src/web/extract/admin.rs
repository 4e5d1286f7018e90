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
use crate::domain::admin_user::{self, AdminUser, AdminUserId};
use crate::domain::session::confirmation_holds;
use crate::domain::{self, Actor};
use crate::secret::Secret;
use crate::text;
use crate::web::error::{Error, PageError};
use crate::web::flash::{self, Flash};
use crate::web::form_key;
use crate::web::page::{Chrome, NavEntry, wants_fragment};
use crate::web::routes::VIEW_INTEGRATIONS;
use crate::web::session::{ADMIN, CONFIRMED};

/// The signed-in person.
#[derive(Clone)]
pub struct Admin {
    /// The account.
    pub user: AdminUser,
    /// The one `now` of this request's page.
    pub now: DateTime<Utc>,
    actor: Actor,
    app: App,
    session: Session,
    path: String,
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
        let Some(id) = session.get::<i64>(ADMIN)?.map(AdminUserId) else { return Ok(None) };
        let present =
            app.store.read(move |work| Ok::<_, domain::Error>((work.now, admin_user::present(work, id)?)));
        let (now, Some((user, actor))) = present.await? else {
            session.clear();
            session.renew();
            flash::add(&session, Flash::error(text::get("login-failed")))?;
            return Ok(None);
        };
        let app = App::clone(app);
        let (path, is_fragment) = (req.path().to_owned(), wants_fragment(req));
        Ok(Some(Self { user, now, actor, app, session, path, is_fragment }))
    }

    /// As whom operations are asked for.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the person holds this resource.
    pub fn may(&self, resource: &str) -> bool {
        self.actor.holds.allows_id(self.app.tree, resource)
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
        Ok(Chrome { flashes: flash::take(&self.session), ..self.chrome_without_messages(title)? })
    }

    /// The same for a page that is asked for by the way: waiting messages go on waiting.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn chrome_without_messages(&self, title: impl Into<String>) -> Result<Chrome, Error> {
        Ok(Chrome {
            user_name: Some(self.user.username.clone()),
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
    /// When too many passwords are being checked, and those of the database.
    pub async fn confirm(&self, password: Option<&Secret>) -> Result<Confirmation, Error> {
        if self.is_confirmed() {
            return Ok(Confirmation::Confirmed);
        }
        let Some(password) = password.filter(|password| !password.is_empty()) else {
            return Ok(Confirmation::AskAgain);
        };
        let id = self.user.id;
        let hash = self.app.store.read(move |work| admin_user::password_hash(work, id)).await?;
        if !self.app.hashing.verify(password.clone(), hash).await? {
            return Ok(Confirmation::Wrong);
        }
        self.session.insert(CONFIRMED, self.now)?;
        Ok(Confirmation::Confirmed)
    }

    fn nav(&self) -> Vec<NavEntry> {
        let entries = [("frame-nav-integrations", "/admin/integration", VIEW_INTEGRATIONS)];
        let visible = entries.into_iter().filter(|(_, _, resource)| self.may(resource));
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
