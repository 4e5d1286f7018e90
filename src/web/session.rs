//! Sessions: the store that actix-session keeps them in, and the cookie.
//!
//! A signed-in session is a row, found by the digest of a random key in the cookie. What a stranger has (the key of
//! the sign-in form, a message) lies sealed in the cookie itself, so strangers cannot fill the table.

use std::collections::HashMap;

use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};

use super::error::log_failure;
use super::flash::{self, Flash};
use super::{Error, prefix};
use crate::app::App;
use crate::domain;
use crate::domain::session::End;
use crate::entropy::credential;
use crate::seal::{Place, digest};
use crate::secret::Secret;
use crate::store::session::Stored;
use crate::store::{self, session};
use crate::text;

/// State: who is signed in. Its presence is what makes a session a row.
pub(super) const ADMIN: &str = "admin_id";
/// State: when the password was last confirmed.
pub(super) const CONFIRMED: &str = "confirmed_at";
/// State: the key under which the row of whoever signs in has begun already; never stored.
pub(super) const KEY: &str = "key";
/// State: asks for another key, under which the session goes on; never stored.
pub(super) const RENEW: &str = "renew";
/// State: the session's id in the registry; never stored.
pub(super) const ID: &str = "session_id";
/// State: when the session began; never stored.
pub(super) const STARTED: &str = "started";
/// State: the session in the cookie has ended; holds why; never stored.
pub(super) const ENDED: &str = "ended";
/// State: the session goes on under another key, which the browser has or is about to get; never stored.
pub(super) const REPLACED: &str = "replaced";
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

/// Whether a cookie of that name is ours, in whichever letters. A browser may have both: from the time before https too.
pub(super) fn is_our_cookie(name: &str) -> bool {
    [COOKIE, SECURE_COOKIE].iter().any(|ours| ours.eq_ignore_ascii_case(name))
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
            Ok(Loaded::Here(stored)) => read(&stored).unwrap_or_else(|_| mark(ENDED, End::SignedOut)),
            Ok(Loaded::Ended(why)) => mark(ENDED, why),
            Ok(Loaded::Replaced) => mark(REPLACED, true),
            Err(error) => mark(BROKEN, log_failure(&error)),
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
    async fn load_row(&self, digest: String) -> Result<Loaded, domain::Error> {
        let wanted = digest.clone();
        let found = self.app.store.read(move |work| {
            let (idle, now) = (domain::session::idle(work)?, work.now);
            let Some(stored) = session::find(work, &wanted)? else {
                let was_renewed = session::was_renewed(work, &wanted)?;
                let gone = if was_renewed { Loaded::Replaced } else { Loaded::Ended(End::SignedOut) };
                return Ok((gone, false));
            };
            Ok::<_, domain::Error>(match stored.end {
                Some(why) => (Loaded::Ended(why), false),
                None if stored.times.hold(idle, now) => {
                    let is_to_be_noted = stored.times.should_touch(now);
                    (Loaded::Here(stored), is_to_be_noted)
                }
                None => (Loaded::Ended(End::SignedOut), true),
            })
        });
        let (loaded, is_to_be_noted) = found.await?;
        if is_to_be_noted {
            let holds = matches!(loaded, Loaded::Here(..));
            let note = self.app.store.write(move |work| match holds {
                true => session::touch(work, &digest),
                false => session::end_one(work, &digest, End::SignedOut),
            });
            note.await?;
        }
        Ok(loaded)
    }

    /// Keeps a stranger's state under a new key, and a person's in the row that began with the sign-in. Should that have
    /// ended meanwhile, from elsewhere, its key leads to why.
    async fn put(&self, mut state: State) -> Result<SessionKey, Failure> {
        if !state.contains_key(ADMIN) {
            return self.seal(state);
        }
        let key: String = serde_json::from_str(&state.remove(KEY).ok_or(Failure::NotBegun)?)?;
        let key = Secret::new(key);
        let (digest, text) = (digest(&key), write(state)?);
        self.app.store.write(move |work| session::update(work, &digest, &text)).await?;
        row_key(&key)
    }

    /// Keeps a state under the key it has, unless it changed from a stranger's to a person's or back, or asks for
    /// another one.
    async fn replace(&self, key: SessionKey, mut state: State) -> Result<SessionKey, Failure> {
        let is_row = key.as_ref().starts_with(ROW);
        if !is_row || !state.contains_key(ADMIN) {
            self.delete_row(&key).await?;
            return self.put(state).await;
        }
        let new_key = state.remove(RENEW).map(|_| credential(&*self.app.entropy));
        let (old, new) = (digest_of(&key), new_key.as_ref().map(digest));
        let text = write(state)?;
        let update = self.app.store.write(move |work| match new {
            None => session::update(work, &old, &text),
            Some(new) => session::renew(work, &old, &new, &text),
        });
        // Ended meanwhile, from elsewhere: it must not rise again, and its key leads to why.
        if !update.await? {
            return Ok(key);
        }
        new_key.map_or(Ok(key), |new| row_key(&new))
    }

    async fn delete_row(&self, key: &SessionKey) -> Result<(), store::Error> {
        if !key.as_ref().starts_with(ROW) {
            return Ok(());
        }
        let digest = digest_of(key);
        self.app.store.write(move |work| session::end_one(work, &digest, End::SignedOut)).await
    }

    fn seal(&self, state: State) -> Result<SessionKey, Failure> {
        let text = Secret::new(write(state)?);
        let sealed = self.app.store.keys().seal(&text, PLACE, &*self.app.entropy)?;
        session_key(format!("{SEALED}{sealed}"))
    }
}

/// What the key in a cookie leads to.
enum Loaded {
    /// A session that holds.
    Here(Stored),
    /// One that has ended.
    Ended(End),
    /// One that goes on under another key.
    Replaced,
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
    #[error("a person's session that began with no sign-in")]
    NotBegun,
}

fn session_key(text: String) -> Result<SessionKey, Failure> {
    SessionKey::try_from(text).map_err(|_| Failure::TooLong)
}

fn row_key(key: &Secret) -> Result<SessionKey, Failure> {
    session_key(format!("{ROW}{}", key.expose()))
}

fn digest_of(key: &SessionKey) -> String {
    digest(&Secret::new(key.as_ref().strip_prefix(ROW).unwrap_or_default()))
}

fn mark(name: &str, value: impl Into<serde_json::Value>) -> State {
    State::from([(name.to_owned(), value.into().to_string())])
}

/// The state of a session that holds, with what the registry knows of it.
fn read(stored: &Stored) -> Result<State, serde_json::Error> {
    let mut state: State = serde_json::from_str(&stored.state)?;
    state.insert(ID.to_owned(), serde_json::to_string(&stored.id.0)?);
    state.insert(STARTED.to_owned(), serde_json::to_string(&stored.times.started)?);
    Ok(state)
}

fn write(mut state: State) -> Result<String, serde_json::Error> {
    for never_stored in [ENDED, REPLACED, BROKEN, ID, STARTED, RENEW, KEY] {
        state.remove(never_stored);
    }
    serde_json::to_string(&state)
}

/// Why a session ended travels through the state as the key of its sentence.
impl From<End> for serde_json::Value {
    fn from(end: End) -> Self {
        ended_key(end).into()
    }
}

/// The sentence that tells why a session ended.
fn ended_key(end: End) -> &'static str {
    match end {
        End::SignedOut => "login-session-ended",
        End::SignedInElsewhere => "login-session-elsewhere",
        End::EndedByPerson => "login-session-terminated",
        End::Locked => "login-locked",
        End::PasswordChanged => "login-session-password",
        End::Deactivated => "login-failed",
        End::EndedByAdministrator => "login-session-administrator",
    }
}

/// Says why the session in the cookie has ended, when it has; it is said once.
pub(super) fn tell_end(session: &Session) -> Result<bool, Error> {
    let Some(key) = session.remove_as::<String>(ENDED).and_then(Result::ok) else { return Ok(false) };
    flash::add(session, Flash::error(text::get(&key)))?;
    Ok(true)
}
