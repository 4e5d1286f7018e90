//! A partner's server in the exchange: is handed credentials, asks for its tokens, and signs with a library that is not
//! ours.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::http::header::HeaderMap;
use latchkey::domain::activation::exchange::Handover;
use oauth1_request::signature_method::HmacSha1;
use oauth1_request::{Builder, Credentials as Half, ParameterList};

use super::signer::{Credentials, HmacSha256};

/// Where request tokens are asked for.
pub const REQUEST: &str = "/oauth/token/request";
/// Where access tokens are asked for.
pub const ACCESS: &str = "/oauth/token/access";

/// What the callback brings.
#[derive(Debug, Clone)]
pub struct Handed {
    pub consumer_key: String,
    pub consumer_secret: String,
    pub verifier: String,
}

/// A token with its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub token: String,
    pub secret: String,
}

/// A request for a token; changed by hand where a test wants it otherwise.
#[derive(Debug, Clone)]
pub struct Asking<'a> {
    pub method: &'a str,
    /// Scheme, host and path.
    pub uri: String,
    /// Of query and form: plain words, by name.
    pub parameters: &'a [(&'a str, &'a str)],
    pub request: Option<&'a Pair>,
    pub verifier: Option<&'a str>,
    pub nonce: String,
    pub timestamp: i64,
    pub by_sha1: bool,
}

impl Handed {
    pub fn of(handover: &Handover) -> Self {
        Self {
            consumer_key: handover.consumer_key.clone(),
            consumer_secret: handover.consumer_secret.expose().to_owned(),
            verifier: handover.verifier.expose().to_owned(),
        }
    }

    /// Asks for a request token below that address, at that time.
    pub fn asking<'a>(&self, base: &str, timestamp: i64) -> Asking<'a> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        Asking {
            method: "POST",
            uri: format!("{base}{REQUEST}"),
            parameters: &[],
            request: None,
            verifier: None,
            nonce: format!("nonce{}", NUMBER.fetch_add(1, Ordering::Relaxed)),
            timestamp,
            by_sha1: false,
        }
    }

    /// Asks for an access token.
    pub fn exchanging<'a>(&'a self, base: &str, timestamp: i64, request: &'a Pair) -> Asking<'a> {
        Asking {
            uri: format!("{base}{ACCESS}"),
            request: Some(request),
            verifier: Some(&self.verifier),
            ..self.asking(base, timestamp)
        }
    }

    /// The `Authorization` header.
    pub fn header(&self, asking: &Asking<'_>) -> String {
        let parameters = ParameterList::new(asking.parameters.to_vec());
        let (method, uri) = (asking.method, asking.uri.as_str());
        if asking.by_sha1 {
            self.builder(asking, HmacSha1::new()).authorize(method, uri, &parameters)
        } else {
            self.builder(asking, HmacSha256).authorize(method, uri, &parameters)
        }
    }

    /// The same as fields of a form, with the other parameters.
    pub fn form(&self, asking: &Asking<'_>) -> String {
        let parameters = ParameterList::new(asking.parameters.to_vec());
        self.builder(asking, HmacSha256).to_form(asking.method, asking.uri.as_str(), &parameters)
    }

    /// What signs calls from then on.
    pub fn with(&self, access: &Pair) -> Credentials {
        Credentials {
            consumer_key: self.consumer_key.clone(),
            consumer_secret: self.consumer_secret.clone(),
            access_token: access.token.clone(),
            access_token_secret: access.secret.clone(),
        }
    }

    fn builder<'a, M>(&'a self, asking: &'a Asking<'_>, method: M) -> Builder<'a, M, &'a str, &'a str>
    where
        M: oauth1_request::signature_method::SignatureMethod,
    {
        let consumer = Half::new(self.consumer_key.as_str(), self.consumer_secret.as_str());
        let mut builder = Builder::new(consumer, method);
        builder
            .token(asking.request.map(|pair| Half::new(pair.token.as_str(), pair.secret.as_str())))
            .verifier(asking.verifier)
            .nonce(asking.nonce.as_str())
            .timestamp(NonZeroU64::new(asking.timestamp.try_into().unwrap()));
        builder
    }
}

/// The token in an answer, if there is one.
pub fn issued(body: &str) -> Option<Pair> {
    let field = |name: &str| field(body, name);
    Some(Pair { token: field("oauth_token")?, secret: field("oauth_token_secret")? })
}

/// A field of a form.
pub fn field(body: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(body.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The headers by which an answer of a token endpoint is known.
pub fn assert_is_wire_answer(headers: &HeaderMap) {
    assert_eq!(headers.get("content-type").unwrap(), "application/x-www-form-urlencoded");
    assert_eq!(headers.get("cache-control").unwrap(), "no-store");
    assert!(headers.get("set-cookie").is_none());
}
