//! Reading what a service of the Web API is sent, with Magento's words for what is wrong with it.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE};
use actix_web::http::{StatusCode, header::HeaderName};
use actix_web::web::{Bytes, Payload};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::timeout;

use super::refusal::Refusal;
use crate::secret::Secret;
use crate::text;
use crate::web::gateway::text_of;
use crate::web::server::READ_BODY_WITHIN;

/// Bytes of the largest body.
const LIMIT: usize = 64 * 1024;

/// What the token services take. What is no text counts as missing.
#[derive(Default, Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    username: Text,
    #[serde(default)]
    password: Text,
    #[serde(default)]
    otp: Text,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Given(Secret),
    Other(IgnoredAny),
}

/// A name with its password, neither of them empty.
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: Secret,
}

impl Input {
    /// Reads the body.
    pub(super) async fn read(request: &HttpRequest, payload: Payload) -> Result<Self, Refusal> {
        check_accept(&joined(request, &ACCEPT))?;
        check_type(&joined(request, &CONTENT_TYPE))?;
        let body = read_body(payload).await?;
        let broken = |_| Refusal::bad("Decoding error.");
        if body.trim_ascii_start().starts_with(b"{") {
            return serde_json::from_slice(&body).map_err(broken);
        }
        serde_json::from_slice::<IgnoredAny>(&body).map_err(broken)?;
        Ok(Self::default())
    }

    /// Name and password.
    pub(super) fn credentials(&self) -> Result<Credentials, Refusal> {
        self.demand(&[("username", &self.username), ("password", &self.password)])?;
        Ok(Credentials {
            username: self.username.secret().expose().to_owned(),
            password: self.password.secret(),
        })
    }

    /// Name, password and code.
    pub(super) fn credentials_and_code(&self) -> Result<(Credentials, Secret), Refusal> {
        self.demand(&[("username", &self.username), ("password", &self.password), ("otp", &self.otp)])?;
        Ok((self.credentials()?, self.otp.secret()))
    }

    fn demand(&self, fields: &[(&'static str, &Text)]) -> Result<(), Refusal> {
        let missing = fields.iter().filter(|(_, text)| text.secret().is_empty());
        let missing: Vec<_> = missing.map(|(name, _)| *name).collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::Missing(missing)) }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Given(Secret::default())
    }
}

impl Text {
    fn secret(&self) -> Secret {
        match self {
            Self::Given(text) => text.clone(),
            Self::Other(_) => Secret::default(),
        }
    }
}

/// Nobody's connection is kept for a body that does not come.
async fn read_body(payload: Payload) -> Result<Bytes, Refusal> {
    match timeout(READ_BODY_WITHIN, payload.to_bytes_limited(LIMIT)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) | Err(_) => {
            Err(Refusal::Said(StatusCode::REQUEST_TIMEOUT, text::get("token-body-late"), None))
        }
        Ok(Err(_)) => Err(Refusal::Said(StatusCode::PAYLOAD_TOO_LARGE, text::get("token-body-large"), None)),
    }
}

/// A header as one text, which it is when it comes in several lines too.
fn joined(request: &HttpRequest, name: &HeaderName) -> String {
    let lines = request.headers().get_all(name).map(|value| text_of(value).unwrap_or_default());
    lines.collect::<Vec<_>>().join(", ")
}

fn check_type(header: &str) -> Result<(), Refusal> {
    if header.trim_ascii().is_empty() {
        return Err(Refusal::bad("Content-Type header is empty."));
    }
    let mut parts = header.split(';').map(str::trim_ascii);
    let kind = parts.next().unwrap_or_default();
    let is_token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    if !kind.split_once('/').is_some_and(|(kind, part)| is_token(kind) && is_token(part)) {
        return Err(Refusal::bad("Content-Type header is invalid."));
    }
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| is(name, "charset"));
    if charset.is_some_and(|(_, value)| !is(value.trim_matches('"'), "utf-8")) {
        return Err(Refusal::bad("UTF-8 is the only supported charset."));
    }
    if is(kind, "application/json") {
        return Ok(());
    }
    Err(Refusal::bad(format!("Server cannot understand Content-Type HTTP header media type {kind}")))
}

/// Answers are JSON: whoever wants something else, and not this too, gets none.
fn check_accept(header: &str) -> Result<(), Refusal> {
    let takes = |range: &str| {
        let mut parts = range.split(';').map(str::trim_ascii);
        let kind = parts.next().unwrap_or_default();
        let weight = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| is(name, "q"));
        let is_refused = weight.is_some_and(|(_, weight)| weight.trim_ascii().parse() == Ok(0.0));
        !is_refused && (is(kind, "application/json") || is(kind, "application/*") || kind == "*/*")
    };
    if header.trim_ascii().is_empty() || header.split(',').any(takes) {
        return Ok(());
    }
    let message = format!(
        "Server cannot match any of the given Accept HTTP header media type(s) from the request: \"{header}\" with \
         media types from the config of response renderer."
    );
    Err(Refusal::Said(StatusCode::NOT_ACCEPTABLE, message, None))
}

fn is(word: &str, other: &str) -> bool {
    word.trim_ascii().eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(outcome: Result<(), Refusal>) -> Option<String> {
        match outcome {
            Ok(()) => None,
            Err(Refusal::Said(_, message, _)) => Some(message),
            Err(_) => panic!("another kind of refusal"),
        }
    }

    #[test]
    fn json_in_utf_8_is_taken_and_nothing_else() {
        for kind in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\"; x=y"]
        {
            assert_eq!(said(check_type(kind)), None, "{kind}");
        }
        for (kind, message) in [
            ("", "Content-Type header is empty."),
            ("json", "Content-Type header is invalid."),
            ("application/json, text/plain", "Content-Type header is invalid."),
            ("application/json; charset=latin1", "UTF-8 is the only supported charset."),
            ("text/plain", "Server cannot understand Content-Type HTTP header media type text/plain"),
        ] {
            assert_eq!(said(check_type(kind)).as_deref(), Some(message), "{kind}");
        }
    }

    #[test]
    fn whoever_takes_json_gets_it() {
        for accept in ["", "*/*", "application/json", "text/html, application/*;q=0.1", "text/html,*/*;q=0.8"]
        {
            assert_eq!(said(check_accept(accept)), None, "{accept}");
        }
        for accept in ["text/html", "application/xml", "application/json;q=0, text/html"] {
            assert!(said(check_accept(accept)).is_some_and(|message| message.contains(accept)), "{accept}");
        }
    }

    #[test]
    fn what_is_no_text_is_missing() {
        let input: Input = serde_json::from_str(r#"{"username": 5, "password": null, "x": {}}"#).unwrap();
        let Err(Refusal::Missing(fields)) = input.credentials() else { panic!("not missing") };
        assert_eq!(fields, ["username", "password"]);
        let input: Input = serde_json::from_str(r#"{"username": "jo", "password": "x", "otp": ""}"#).unwrap();
        assert!(input.credentials().is_ok());
        let Err(Refusal::Missing(fields)) = input.credentials_and_code() else { panic!("not missing") };
        assert_eq!(fields, ["otp"]);
    }
}
