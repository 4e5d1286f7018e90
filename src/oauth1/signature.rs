//! The signature methods `HMAC-SHA1` (RFC 5849 section 3.4.2) and `HMAC-SHA256`, which differs in the
//! hash alone. It knows base strings and secrets as text, not whose they are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encoding;

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMethod {
    /// `HMAC-SHA1`: what older clients send.
    HmacSha1,
    /// `HMAC-SHA256`: what Magento expects since 2.4.4.
    HmacSha256,
}

impl SignatureMethod {
    /// The method of that name, which is case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "HMAC-SHA1" => Some(Self::HmacSha1),
            "HMAC-SHA256" => Some(Self::HmacSha256),
            _ => None,
        }
    }

    /// The name in `oauth_signature_method`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// The signature of this base string under both secrets; the token's is empty while there is none.
    pub fn sign(self, base_string: &str, consumer_secret: &str, token_secret: &str) -> String {
        let key = key(consumer_secret, token_secret);
        match self {
            Self::HmacSha1 => STANDARD.encode(keyed::<Hmac<Sha1>>(&key, base_string).finalize().as_bytes()),
            Self::HmacSha256 => {
                STANDARD.encode(keyed::<Hmac<Sha256>>(&key, base_string).finalize().as_bytes())
            }
        }
    }

    /// Whether this is the signature that [`Self::sign`] would make, compared in constant time.
    pub fn verify(
        self,
        signature: &str,
        base_string: &str,
        consumer_secret: &str,
        token_secret: &str,
    ) -> bool {
        let mut buffer = [0; 64];
        // Canonical base64 only, so comparing the bytes is comparing the text.
        let Ok(length) = STANDARD.decode_slice(signature, &mut buffer) else {
            return false;
        };
        let received = &buffer[..length];
        let key = key(consumer_secret, token_secret);
        match self {
            Self::HmacSha1 => keyed::<Hmac<Sha1>>(&key, base_string).verify_slice(received).is_ok(),
            Self::HmacSha256 => keyed::<Hmac<Sha256>>(&key, base_string).verify_slice(received).is_ok(),
        }
    }
}

/// Both secrets, encoded, joined by `&`. Room for the worst case, so that no copy is left behind.
fn key(consumer_secret: &str, token_secret: &str) -> Zeroizing<String> {
    let mut key = Zeroizing::new(String::with_capacity(3 * (consumer_secret.len() + token_secret.len()) + 1));
    encoding::encode_into(consumer_secret, &mut key);
    key.push('&');
    encoding::encode_into(token_secret, &mut key);
    key
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 section 2)")]
fn keyed<M: Mac + KeyInit>(key: &str, base_string: &str) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).expect("a key of any length");
    mac.update(base_string.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [SignatureMethod; 2] = [SignatureMethod::HmacSha1, SignatureMethod::HmacSha256];

    #[test]
    fn names_are_read_back_and_case_matters() {
        for method in METHODS {
            assert_eq!(SignatureMethod::from_name(method.name()), Some(method));
        }
        for name in ["hmac-sha1", "RSA-SHA1", "PLAINTEXT", "HMAC-SHA512", ""] {
            assert_eq!(SignatureMethod::from_name(name), None);
        }
    }

    #[test]
    fn secrets_are_encoded_before_they_are_joined() {
        assert_eq!(key("a&b", "c d").as_str(), "a%26b&c%20d");
        assert_eq!(key("a", "").as_str(), "a&");
        let method = SignatureMethod::HmacSha256;
        assert_ne!(method.sign("x", "a&", "b"), method.sign("x", "a", "&b"));
    }

    #[test]
    fn only_the_exact_text_of_a_signature_verifies() {
        for method in METHODS {
            let good = method.sign("GET&x&y", "consumer", "token");
            assert!(method.verify(&good, "GET&x&y", "consumer", "token"));
            let unpadded = good.trim_end_matches('=').to_owned();
            let long = good.repeat(20);
            for bad in ["", "=", "%%%", &unpadded, &long, &format!(" {good}"), &format!("{good}=")] {
                assert!(!method.verify(bad, "GET&x&y", "consumer", "token"), "{bad}");
            }
        }
    }
}
