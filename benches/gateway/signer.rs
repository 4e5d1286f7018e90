//! Signs a fresh request each time, as a partner's client would; written for speed, since it shares the cores.

use std::fmt::Write as _;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use latchkey::entropy::{Entropy as _, SystemEntropy};
use sha2::Sha256;

/// What a partner signs with; token and verifier as far as it has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: String,
    pub(crate) token: Option<(String, String)>,
    pub(crate) verifier: Option<String>,
}

/// Signs requests of one method to one address.
#[derive(Clone)]
pub(crate) struct Signer {
    keyed: Hmac<Sha256>,
    /// The base string as far as it stays the same.
    start: String,
    end: String,
    /// The header as far as it stays the same.
    header: String,
    /// Where the nonces are drawn from.
    state: u64,
    base_string: String,
}

impl Signer {
    /// For an address without query, path and credentials without anything to be escaped.
    pub(crate) fn new(credentials: &Credentials, method: &str, address: &str) -> Self {
        let Credentials { consumer_key, consumer_secret, token, verifier } = credentials;
        let secret = token.as_ref().map_or("", |(_, secret)| secret);
        let key = format!("{consumer_secret}&{secret}");
        let address = address.replace(':', "%3A").replace('/', "%2F");
        let mut end = String::new();
        let mut header = format!(
            "OAuth oauth_consumer_key=\"{consumer_key}\", oauth_signature_method=\"HMAC-SHA256\", oauth_version=\"1.0\""
        );
        for (name, value) in
            [("oauth_token", token.as_ref().map(|(token, _)| token)), ("oauth_verifier", verifier.as_ref())]
        {
            let Some(value) = value else { continue };
            let _ = write!(header, ", {name}=\"{value}\"");
            let _ = write!(end, "%26{name}%3D{value}");
        }
        end.push_str("%26oauth_version%3D1.0");
        let mut seed = [0; 8];
        SystemEntropy.fill(&mut seed);
        Self {
            keyed: Hmac::new_from_slice(key.as_bytes()).unwrap(),
            start: format!("{method}&{address}&oauth_consumer_key%3D{consumer_key}%26oauth_nonce%3D"),
            end,
            header,
            state: u64::from_ne_bytes(seed),
            base_string: String::new(),
        }
    }

    /// Appends the value of an `Authorization` header with a nonce that was never sent before.
    pub(crate) fn authorize(&mut self, into: &mut String) {
        let timestamp = UNIX_EPOCH.elapsed().unwrap().as_secs();
        let (high, low) = (self.draw(), self.draw());
        let Self { keyed, start, end, header, base_string, .. } = self;
        base_string.clear();
        let _ = write!(
            base_string,
            "{start}{high:016x}{low:016x}%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D{timestamp}{end}"
        );
        let mut mac = keyed.clone();
        mac.update(base_string.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let _ = write!(
            into,
            "{header}, oauth_timestamp=\"{timestamp}\", oauth_nonce=\"{high:016x}{low:016x}\", oauth_signature=\"{signature}\""
        );
    }

    /// SplitMix64: nonces spread over the whole range, as random ones do.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut drawn = self.state;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        drawn ^ (drawn >> 31)
    }
}
