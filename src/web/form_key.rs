//! Anti-forgery: the only form that a POST handler can receive is one that this session asked for.

use std::future::Future;
use std::pin::Pin;

use actix_session::{Session, SessionExt as _};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::error::{Error, PageError};
use super::server::READ_BODY_WITHIN;
use crate::app::App;
use crate::entropy::{SystemEntropy, credential};
use crate::oauth1::encoding;
use crate::secret::Secret;

/// Largest form, in bytes. The list of all resources is a tenth of it.
pub(super) const MAX_FORM: usize = 256 * 1024;

const KEY: &str = "form_key";
const FIELD: &str = "form_key";

/// A form whose key was right. There is no other way to get at a posted body.
#[derive(Debug)]
pub struct Checked<F>(pub F);

/// A form of nothing but its key.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// The key of this session, made when it is first asked for.
///
/// # Errors
/// When the session cannot be written.
pub fn of(session: &Session) -> Result<String, Error> {
    if let Some(key) = session.get(KEY)? {
        return Ok(key);
    }
    renew(session)
}

/// A new key; forms drawn before are void.
///
/// # Errors
/// When the session cannot be written.
pub fn renew(session: &Session) -> Result<String, Error> {
    let key = credential(&SystemEntropy).expose().to_owned();
    session.insert(KEY, &key)?;
    Ok(key)
}

impl<F: DeserializeOwned + 'static> FromRequest for Checked<F> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            if is_cross_site(&req) {
                return Err(Error::CrossSite.into());
            }
            let is_form = header(&req, &CONTENT_TYPE).is_some_and(|kind| {
                kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded")
            });
            let body = timeout(READ_BODY_WITHIN, body)
                .await
                .map_err(|_| Error::Unreadable("the body did not arrive in time".to_owned()))?;
            let body = body.map_err(|cause| match cause.as_response_error().status_code().as_u16() {
                413 => Error::TooLarge,
                _ => Error::Unreadable(cause.to_string()),
            })?;
            if !is_form || !has_key(&body, &req.get_session()) {
                return Err(Error::StaleForm { back: super::links::referring_page(&req) }.into());
            }
            if !is_text(&body) {
                return Err(Error::Unreadable("the form is not percent-encoded UTF-8".to_owned()).into());
            }
            let form = serde_html_form::from_bytes(&body);
            form.map(Self).map_err(|cause| Error::Unreadable(cause.to_string()).into())
        })
    }
}

/// Whether the body carries the key of this session; compared in constant time.
fn has_key(body: &[u8], session: &Session) -> bool {
    let Ok(Some(expected)) = session.get::<String>(KEY) else { return false };
    let given = url::form_urlencoded::parse(body).find(|(name, _)| name == FIELD);
    given.is_some_and(|(_, value)| Secret::new(value) == Secret::new(expected))
}

/// Whether nothing would be lost in reading it: parsers put a mark in the place of what is not UTF-8, and so a name
/// would be stored that nobody typed.
fn is_text(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| encoding::decode_form(text).is_ok())
}

/// Whether a browser says that another site sent this. The key alone would stop it; this stops it twice.
fn is_cross_site(req: &HttpRequest) -> bool {
    if let Some(site) = header(req, &HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = header(req, &ORIGIN) else { return false };
    let place = origin.split_once("://").map(|(_, place)| place);
    let public = req.app_data::<Data<App>>().and_then(|app| url::Url::parse(&app.config.admin_base()).ok());
    let is_public = public.is_some_and(|public| public.origin().ascii_serialization() == origin);
    place.is_none() || !(is_public || place == header(req, &HOST))
}

fn header<'a>(req: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    req.headers().get(name)?.to_str().ok()
}
