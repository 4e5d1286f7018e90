//! Signs requests with a library that is not ours: else signer and verifier could agree on the same mistake.

use std::fmt::Display;
use std::num::NonZeroU64;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth1_request::signature_method::{HmacSha1, Sign, SignatureMethod};
use oauth1_request::{Builder, ParameterList, Token};
use sha2::Sha256;

/// The four values of an activated integration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: String,
    pub(crate) access_token: String,
    pub(crate) access_token_secret: String,
}

/// A request to sign; changed by hand where a test wants it wrong.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Scheme, host and path, without query.
    pub(crate) uri: &'a str,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) nonce: &'a str,
    pub(crate) timestamp: i64,
}

impl Credentials {
    /// The `Authorization` header, by HMAC-SHA256.
    pub(crate) fn sha256(&self, request: &Request<'_>) -> String {
        self.authorize(request, HmacSha256)
    }

    /// The `Authorization` header, by HMAC-SHA1.
    pub(crate) fn sha1(&self, request: &Request<'_>) -> String {
        self.authorize(request, HmacSha1::new())
    }

    fn authorize<M: SignatureMethod + Clone>(&self, request: &Request<'_>, method: M) -> String {
        let token = Token::from_parts(
            self.consumer_key.as_str(),
            self.consumer_secret.as_str(),
            self.access_token.as_str(),
            self.access_token_secret.as_str(),
        );
        let timestamp = NonZeroU64::new(u64::try_from(request.timestamp).unwrap()).unwrap();
        let query = ParameterList::new(request.query.to_vec());
        Builder::with_token(token, method).nonce(request.nonce).timestamp(timestamp).authorize(
            request.method,
            request.uri,
            &query,
        )
    }
}

/// HMAC-SHA256 for the library, which brings HMAC-SHA1 only; base string and header stay the library's.
#[derive(Clone)]
pub(crate) struct HmacSha256;

pub(crate) struct Sha256Sign(Hmac<Sha256>);

impl SignatureMethod for HmacSha256 {
    type Sign = Sha256Sign;

    fn sign_with(self, consumer_secret: &str, token_secret: Option<&str>) -> Sha256Sign {
        // Our secrets are letters and digits, which need no encoding.
        let key = format!("{consumer_secret}&{}", token_secret.unwrap_or_default());
        Sha256Sign(Hmac::new_from_slice(key.as_bytes()).unwrap())
    }
}

impl Sign for Sha256Sign {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA256"
    }

    fn request_method(&mut self, method: &str) {
        self.0.update(format!("{method}&").as_bytes());
    }

    fn uri<T: Display>(&mut self, uri: T) {
        self.0.update(format!("{uri}&").as_bytes());
    }

    fn parameter<V: Display>(&mut self, key: &str, value: V) {
        self.0.update(format!("{key}%3D{value}").as_bytes());
    }

    fn delimiter(&mut self) {
        self.0.update(b"%26");
    }

    fn end(self) -> String {
        let signature = STANDARD.encode(self.0.finalize().into_bytes());
        signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
    }
}
