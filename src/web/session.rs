//! Sessions: the store that actix-session keeps them in, and the cookie.
//!
//! A signed-in session is a row, found by the digest of a random key in the cookie. What a stranger has (the key of
//! the sign-in form, a message) lies sealed in the cookie itself, so strangers cannot fill the table.

use std::collections::HashMap;

use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use chrono::TimeDelta;

use super::error::log_failure;
use super::prefix;
use crate::app::App;
use crate::domain::admin_user::AdminUserId;
use crate::domain::session::ABSOLUTE_LIFETIME;
use crate::domain::{self, setting};
use crate::entropy::credential;
use crate::seal::{Place, digest};
use crate::secret::Secret;
use crate::store::{self, session};

/// State: who is signed in. Its presence is what makes a session a row.
pub(super) const ADMIN: &str = "admin_id";
/// State: when the password was last confirmed.
pub(super) const CONFIRMED: &str = "confirmed_at";
/// State: the session in the cookie has ended; never stored.
pub(super) const ENDED: &str = "ended";
/// State: sessions cannot be read now; holds the reference of the log entry; never stored.
pub(super) const BROKEN: &str = "broken";

/// The one cookie, and its name where browsers reach us by https.
const COOKIE: &str = "latchkey";
const SECURE_COOKIE: &str = "__Secure-latchkey";

const ROW: &str = "r.";
const SEALED: &str = "s.";
const PLACE: Place<'_> = Place { table: "cookie", column: "session", row: "stranger" };

type State = HashMap<String, String>;

/// Sessions over the database.
pub(super) struct Sessions {
    app: App,
}

/// The middleware that gives the pages of the administration their session.
pub(super) fn middleware(app: &App) -> SessionMiddleware<Sessions> {
    let is_https = is_https(app);
    let name = if is_https { SECURE_COOKIE } else { COOKIE };
    let key = Key::from(&app.store.keys().derive("session cookie"));
    SessionMiddleware::builder(Sessions { app: app.clone() }, key)
        .cookie_name(name.to_owned())
        .cookie_path(format!("{}/admin", prefix::of(app)))
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_secure(is_https)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(BrowserSession::default())
        .build()
}

/// Whether a cookie of that name is ours. A browser may have both: from the time before https too.
pub(super) fn is_our_cookie(name: &[u8]) -> bool {
    [COOKIE, SECURE_COOKIE].iter().any(|ours| ours.as_bytes() == name)
}

/// Whether browsers reach the server by https.
pub(super) fn is_https(app: &App) -> bool {
    app.config.base_url.scheme() == "https"
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        if let Some(sealed) = key.as_ref().strip_prefix(SEALED) {
            let opened = self.app.store.keys().open(sealed, PLACE).ok();
            return Ok(opened.and_then(|text| serde_json::from_str(text.expose()).ok()));
        }
        let loaded = self.load_row(digest_of(key)).await;
        Ok(Some(match loaded {
            Ok(Some(text)) => serde_json::from_str(&text).unwrap_or_else(|_| mark(ENDED, "")),
            Ok(None) => mark(ENDED, ""),
            Err(error) => mark(BROKEN, &log_failure(&error)),
        }))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        self.put(state).await.map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        self.replace(key, state).await.map_err(|error| UpdateError::Other(error.into()))
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        // The time of the last request is noted while loading.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.delete_row(key).await?)
    }
}

impl Sessions {
    /// The state of a session that still holds; notes that it was seen.
    async fn load_row(&self, digest: String) -> Result<Option<String>, domain::Error> {
        let wanted = digest.clone();
        let found = self.app.store.read(move |work| {
            let idle = TimeDelta::seconds(setting::number(work, setting::SESSION_LIFETIME)?);
            let now = work.now;
            let stored = session::find(work, &wanted)?;
            let judged = stored.map(|it| (it.times.hold(idle, now), it.times.should_touch(now), it.state));
            Ok::<_, domain::Error>(judged)
        });
        match found.await? {
            None => Ok(None),
            Some((true, false, state)) => Ok(Some(state)),
            Some((true, true, state)) => {
                self.app.store.write(move |work| session::touch(work, &digest)).await?;
                Ok(Some(state))
            }
            Some((false, _, _)) => {
                self.app.store.write(move |work| session::delete(work, &digest)).await?;
                Ok(None)
            }
        }
    }

    /// Keeps a state under a new key.
    async fn put(&self, state: State) -> Result<SessionKey, Failure> {
        let Some(user) = admin_of(&state) else { return self.seal(state) };
        let key = credential(&*self.app.entropy);
        let text = write(state)?;
        let digest = digest(&key);
        let insert = self.app.store.write(move |work| {
            let long_ago = work.now - ABSOLUTE_LIFETIME;
            session::delete_seen_before(work, long_ago)?;
            session::insert(work, &digest, user, &text)
        });
        insert.await?;
        session_key(format!("{ROW}{}", key.expose()))
    }

    /// Keeps a state under the key it has, unless it changed from a stranger's to a person's or back.
    async fn replace(&self, key: SessionKey, state: State) -> Result<SessionKey, Failure> {
        let is_row = key.as_ref().starts_with(ROW);
        if !is_row || admin_of(&state).is_none() {
            self.delete_row(&key).await?;
            return self.put(state).await;
        }
        let (digest, text) = (digest_of(&key), write(state)?);
        let is_there = self.app.store.write(move |work| session::update(work, &digest, &text)).await?;
        // Ended meanwhile, from elsewhere: it must not rise again.
        if is_there { Ok(key) } else { self.seal(State::new()) }
    }

    async fn delete_row(&self, key: &SessionKey) -> Result<(), store::Error> {
        if !key.as_ref().starts_with(ROW) {
            return Ok(());
        }
        let digest = digest_of(key);
        self.app.store.write(move |work| session::delete(work, &digest)).await
    }

    fn seal(&self, state: State) -> Result<SessionKey, Failure> {
        let text = Secret::new(write(state)?);
        let sealed = self.app.store.keys().seal(&text, PLACE, &*self.app.entropy)?;
        session_key(format!("{SEALED}{sealed}"))
    }
}

/// Why a session could not be kept.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Sealed(#[from] crate::seal::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("longer than a cookie may be")]
    TooLong,
}

fn session_key(text: String) -> Result<SessionKey, Failure> {
    SessionKey::try_from(text).map_err(|_| Failure::TooLong)
}

fn digest_of(key: &SessionKey) -> String {
    digest(&Secret::new(key.as_ref().strip_prefix(ROW).unwrap_or_default()))
}

fn admin_of(state: &State) -> Option<AdminUserId> {
    state.get(ADMIN)?.parse().ok().map(AdminUserId)
}

fn mark(name: &str, value: &str) -> State {
    State::from([(name.to_owned(), serde_json::Value::from(value).to_string())])
}

fn write(mut state: State) -> Result<String, serde_json::Error> {
    state.remove(ENDED);
    state.remove(BROKEN);
    serde_json::to_string(&state)
}
