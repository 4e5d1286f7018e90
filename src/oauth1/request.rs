//! A signed request: what arrived, and what is left once its protocol parameters have been checked for
//! presence and form (RFC 5849 section 3.2). It does not know whether consumer or token exist.

use std::fmt;

use super::base_string::{self, BaseUri};
use super::parameters::Parameters;
use super::problem::{Echo, Problem, Rejected};
use super::signature::SignatureMethod;
use super::window;

/// Characters of every key, token, secret and verifier.
const LENGTH: usize = 32;
/// Characters of the longest nonce.
const NONCE_LIMIT: usize = 128;

/// A request as it came off the wire, whether signed or not.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Where partners reach us, by configuration.
    pub base: &'a BaseUri,
    /// The path behind `base`, exactly as received: never decoded, without the query.
    pub path: &'a str,
    /// What followed the `?`.
    pub query: Option<&'a str>,
    /// The value of every `Authorization` header.
    pub authorization: &'a [&'a str],
    /// The body, if its content type says that it is a form (see [`super::encoding::is_form`]).
    pub form: Option<&'a [u8]>,
}

/// What a request is for, which decides what it must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Asking for a request token: a consumer alone.
    RequestToken,
    /// Exchanging a request token for an access token: token and verifier too.
    AccessToken,
    /// Calling the API: token too.
    Call,
}

impl Requirement {
    /// The parameters that must be there.
    pub fn names(self) -> &'static [&'static str] {
        const ALL: [&str; 7] = [
            "oauth_consumer_key",
            "oauth_signature",
            "oauth_signature_method",
            "oauth_nonce",
            "oauth_timestamp",
            "oauth_token",
            "oauth_verifier",
        ];
        match self {
            Self::RequestToken => &ALL[..5],
            Self::Call => &ALL[..6],
            Self::AccessToken => &ALL,
        }
    }

    /// What to answer where a signed request was needed and none came.
    pub fn all_absent(self) -> Problem {
        Problem::ParametersAbsent(self.names().to_vec())
    }
}

/// A request that says it was signed, in good form. Nothing in it is believed before [`Self::verify`].
pub struct Signed {
    consumer_key: String,
    token: Option<String>,
    verifier: Option<String>,
    nonce: String,
    timestamp: i64,
    method: SignatureMethod,
    signature: String,
    base_string: String,
}

impl Signed {
    /// Reads a request. `None` means that it carries no OAuth credentials, which is no problem here.
    pub fn read(received: &Received<'_>, requirement: Requirement) -> Result<Option<Self>, Problem> {
        let Some(parameters) = Parameters::collect(received)? else {
            return Ok(None);
        };
        check_version(&parameters)?;
        check_presence(&parameters, requirement)?;
        check_token(&parameters)?;
        let text = |name| parameters.get(name).unwrap_or_default();
        let method = text("oauth_signature_method");
        let method = SignatureMethod::from_name(method)
            .ok_or_else(|| Problem::SignatureMethodRejected(Echo::of(method)))?;
        check_consumer_key(text("oauth_consumer_key"))?;
        check_nonce(text("oauth_nonce"))?;
        if requirement == Requirement::AccessToken {
            check_verifier(text("oauth_verifier"))?;
        }
        Ok(Some(Self {
            consumer_key: text("oauth_consumer_key").to_owned(),
            token: parameters.get("oauth_token").map(str::to_owned),
            verifier: parameters.get("oauth_verifier").map(str::to_owned),
            nonce: text("oauth_nonce").to_owned(),
            // An unreadable timestamp becomes one that no window accepts, so that it is refused at
            // the same step, and with the same remedy, as one that is merely wrong.
            timestamp: window::parse(text("oauth_timestamp")).unwrap_or(0),
            method,
            signature: text("oauth_signature").to_owned(),
            base_string: base_string::build(received.method, received.base, received.path, &parameters),
        }))
    }

    /// Who says to be asking.
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// The token; always there for an access token and a call.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The verifier; always there for an access token.
    pub fn verifier(&self) -> Option<&str> {
        self.verifier.as_deref()
    }

    /// The nonce, 1 to 128 characters.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Seconds since 1970 by the client's clock, for [`window::check`]; 0 when it was not a number.
    pub fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// How it was signed.
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// What was signed. It names key and token, so it is not for logs.
    pub fn base_string(&self) -> &str {
        &self.base_string
    }

    /// Checks the signature against both secrets (section 3.2); the token's is empty while there is none.
    pub fn verify(&self, consumer_secret: &str, token_secret: &str) -> Result<(), Problem> {
        if self.method.verify(&self.signature, &self.base_string, consumer_secret, token_secret) {
            Ok(())
        } else {
            Err(Problem::SignatureInvalid)
        }
    }
}

impl fmt::Debug for Signed {
    /// Says nothing that could be used: a request is not a secret, but its token soon may be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("method", &self.method)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

fn check_version(parameters: &Parameters<'_>) -> Result<(), Problem> {
    match parameters.get("oauth_version") {
        None | Some("1.0") => Ok(()),
        Some(other) => Err(Problem::VersionRejected(Echo::of(other))),
    }
}

fn check_presence(parameters: &Parameters<'_>, requirement: Requirement) -> Result<(), Problem> {
    let required = requirement.names().iter().copied();
    let absent: Vec<_> = required.filter(|name| parameters.get(name).is_none()).collect();
    if absent.is_empty() { Ok(()) } else { Err(Problem::ParametersAbsent(absent)) }
}

fn check_token(parameters: &Parameters<'_>) -> Result<(), Problem> {
    match parameters.get("oauth_token") {
        Some(token) if !is_random_word(token) => Err(Problem::TokenLength),
        _ => Ok(()),
    }
}

fn check_consumer_key(key: &str) -> Result<(), Problem> {
    match key {
        "" => Err(Problem::ConsumerUnknown),
        key if is_random_word(key) => Ok(()),
        _ => Err(Problem::ConsumerKeyLength),
    }
}

fn check_nonce(nonce: &str) -> Result<(), Problem> {
    // Control characters are refused because a database may be unable to store them.
    let good = (1..=NONCE_LIMIT).contains(&nonce.chars().count()) && !nonce.contains(char::is_control);
    if good { Ok(()) } else { Err(Rejected::Nonce.into()) }
}

fn check_verifier(verifier: &str) -> Result<(), Problem> {
    match verifier {
        verifier if verifier.chars().count() != LENGTH => Err(Problem::VerifierLength),
        verifier if !is_random_word(verifier) => Err(Problem::VerifierMalformed),
        _ => Ok(()),
    }
}

/// Whether the text could be a key, token or verifier: all are 32 visible ASCII characters.
fn is_random_word(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
