//! What can go wrong between a request and its answer, and how it is told: as a page, as JSON, or as
//! a form.
//!
//! A handler's return type states its surface. An internal failure is logged once, here, under a reference that the
//! person sees; nothing of its cause leaves the server.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

use super::admin::account;
use super::{error_page, links};
use crate::domain::{self, Missing};
use crate::entropy::{SystemEntropy, credential};
use crate::store;
use crate::{hashing, oauth1, text};

/// What programs are told of a failure of ours.
const INTERNAL: &str = "Internal Error. Details are available in the log.";

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An operation answered something else than its result.
    #[error(transparent)]
    Domain(#[from] domain::Error),
    /// Nobody is signed in; carries the sign-in page, and whether script asked.
    #[error("signed out")]
    SignedOut {
        /// The sign-in page, leading on to what was asked for.
        login: String,
        /// Whether script asked: it cannot follow to a form.
        is_fragment: bool,
    },
    /// The person lacks the right for this address.
    #[error("forbidden")]
    Forbidden {
        /// The page that led here.
        back: Option<String>,
    },
    /// The password is past its lifetime: it comes first.
    #[error("password expired")]
    PasswordExpired,
    /// Everybody needs a second factor, and the person has none: it comes first.
    #[error("second factor missing")]
    FactorMissing,
    /// The form carries no key of this session.
    #[error("stale form")]
    StaleForm {
        /// The page with the form.
        back: Option<String>,
    },
    /// Another site sent the form.
    #[error("cross-site form")]
    CrossSite,
    /// The body is larger than any form of ours.
    #[error("form too large")]
    TooLarge,
    /// The body or a part of the address is not what the page sends.
    #[error("unreadable request: {0}")]
    Unreadable(String),
    /// There is no such page.
    #[error("no such page")]
    NoPage,
    /// Where an id should be there is none, or none that can be one.
    #[error("no id")]
    NoId,
    /// The page is there, but not for this method; carries the methods that it has.
    #[error("method not allowed")]
    Method(&'static str),
    /// Too much work of the slow kind is waiting.
    #[error("busy")]
    Busy,
    /// The session could not be read while the request came in; it is logged already, under this reference.
    #[error("session")]
    Broken(String),
    /// A page could not be drawn.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    /// A session value could not be read.
    #[error("session: {0}")]
    SessionRead(#[from] actix_session::SessionGetError),
    /// A session value could not be written.
    #[error("session: {0}")]
    SessionWrite(#[from] actix_session::SessionInsertError),
    /// A password could not be hashed.
    #[error("hashing: {0}")]
    Hashing(String),
    /// A handler asked for what its row in the route table does not provide.
    #[error("the route table does not guard this handler")]
    Unguarded,
}

/// An error told as a page.
#[derive(Debug)]
pub struct PageError(pub Error);

/// A failure of the server's own, told as the token endpoints tell what is wrong.
#[derive(Debug)]
pub struct OauthError(pub Error);

/// An error told as JSON.
#[derive(Debug)]
pub struct RestError(pub Error);

impl Error {
    /// The one place where a kind becomes a status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Domain(error) => match error {
                domain::Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                domain::Error::NotFound(_) => StatusCode::NOT_FOUND,
                domain::Error::Conflict(_) => StatusCode::CONFLICT,
                domain::Error::Denied(..) => StatusCode::FORBIDDEN,
                domain::Error::Store(store::Error::Pool(_)) => StatusCode::SERVICE_UNAVAILABLE,
                domain::Error::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::SignedOut { is_fragment: true, .. } => StatusCode::UNAUTHORIZED,
            Self::SignedOut { .. } | Self::PasswordExpired | Self::FactorMissing => StatusCode::SEE_OTHER,
            Self::Forbidden { .. } | Self::StaleForm { .. } | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::NoPage | Self::NoId => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_)
            | Self::Template(_)
            | Self::SessionRead(_)
            | Self::SessionWrite(_)
            | Self::Hashing(_)
            | Self::Unguarded => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Logs what is the server's own fault and answers the reference under which it is found.
    fn log(&self) -> Option<String> {
        match self {
            Self::Broken(reference) => Some(reference.clone()),
            _ if self.status().is_server_error() && !matches!(self, Self::Busy) => Some(log_failure(self)),
            _ => None,
        }
    }
}

/// Logs a failure and answers the reference under which it is found in the log.
pub fn log_failure(failure: &dyn fmt::Display) -> String {
    let reference = reference();
    log::error!("request failed: {failure} reference={reference}");
    reference
}

/// An id that leads from an answer to the log.
pub fn reference() -> String {
    credential(&SystemEntropy).expose().chars().take(12).collect()
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0.status());
        match &self.0 {
            Error::SignedOut { login, is_fragment: false } => {
                return answer.insert_header((header::LOCATION, login.as_str())).finish();
            }
            Error::PasswordExpired => {
                return answer.insert_header((header::LOCATION, links::ACCOUNT)).finish();
            }
            Error::FactorMissing => {
                return answer.insert_header((header::LOCATION, account::otp::ADDRESS)).finish();
            }
            Error::Method(allowed) => {
                answer.insert_header((header::ALLOW, *allowed));
            }
            error if error.status() == StatusCode::SERVICE_UNAVAILABLE => {
                answer.insert_header((header::RETRY_AFTER, hashing::RETRY_AFTER.to_string()));
            }
            _ => {}
        }
        let html = error_page::draw(&self.0, self.0.log());
        answer.content_type("text/html; charset=utf-8").body(html)
    }
}

impl ResponseError for OauthError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0.status());
        if self.0.status() == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, hashing::RETRY_AFTER.to_string()));
        }
        let reference = self.0.log().unwrap_or_else(reference);
        answer.content_type(oauth1::answer::CONTENT_TYPE).body(oauth1::answer::failure(INTERNAL, &reference))
    }
}

impl ResponseError for RestError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        let message = match &self.0 {
            Error::NoPage => "Request does not match any route.".to_owned(),
            Error::Busy => text::get("error-busy"),
            error if error.status().is_server_error() => INTERNAL.to_owned(),
            _ => "The request could not be read.".to_owned(),
        };
        let reference = self.0.log().unwrap_or_else(|| {
            let reference = reference();
            log::info!("answered {}: {message} reference={reference}", self.0.status().as_u16());
            reference
        });
        let body = serde_json::json!({ "message": message, "reference": reference });
        let mut answer = HttpResponse::build(self.0.status());
        if self.0.status() == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, hashing::RETRY_AFTER.to_string()));
        }
        answer.insert_header((header::CACHE_CONTROL, "no-store")).json(body)
    }
}

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<Error>> From<E> for OauthError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<Error>> From<E> for RestError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for OauthError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for RestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Domain(error.into())
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::Domain(missing.into())
    }
}

impl From<hashing::Error> for Error {
    fn from(error: hashing::Error) -> Self {
        match error {
            hashing::Error::Busy => Self::Busy,
            other => Self::Hashing(other.to_string()),
        }
    }
}
