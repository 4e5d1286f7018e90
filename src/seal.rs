//! Sealing of secrets at rest (XChaCha20-Poly1305) and digests of tokens. Knows neither database nor HTTP.
//!
//! A sealed text is `<key id>:<base64 of nonce and ciphertext>`. Table, column and row are associated data, so a
//! value copied to another place does not open there.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::entropy::Entropy;
use crate::secret::Secret;

const NONCE_LENGTH: usize = 24;

/// The keys of an installation: the first seals, every one of them opens.
#[derive(Clone)]
pub struct KeyRing(Vec<Key>);

#[derive(Clone, ZeroizeOnDrop)]
struct Key {
    id: String,
    bytes: [u8; 32],
}

/// Where a sealed value lives.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
    /// What identifies the row for ever: a unique, unchanging value of it.
    pub row: &'a str,
}

/// Why keys or a sealed value could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key text is not what [`KeyRing::write`] writes.
    #[error("line {0} of the keys is not `<id>:<base64 of 32 bytes>`")]
    BadKey(usize),
    /// There is not a single key.
    #[error("there is no key")]
    NoKey,
    /// A value was sealed with a key that is not here.
    #[error("a value was sealed with the key `{0}`, which is not among the keys")]
    UnknownKey(String),
    /// The value was altered, moved, or sealed with another key of the same id.
    #[error("a sealed value does not open: it was altered or belongs to another place or key")]
    DoesNotOpen,
}

impl KeyRing {
    /// Draws a ring with one new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut id = [0_u8; 4];
        let mut bytes = [0_u8; 32];
        entropy.fill(&mut id);
        entropy.fill(&mut bytes);
        Self(vec![Key { id: hex(&id), bytes }])
    }

    /// Reads keys separated by line ends or commas, newest first; lines that begin with `#` are comments.
    ///
    /// # Errors
    /// Names the line that is no key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with('#') {
                continue;
            }
            for key in line.split(',').map(str::trim).filter(|key| !key.is_empty()) {
                keys.push(Key::parse(key).ok_or(Error::BadKey(index + 1))?);
            }
        }
        if keys.is_empty() { Err(Error::NoKey) } else { Ok(Self(keys)) }
    }

    /// The text that [`KeyRing::parse`] reads.
    pub fn write(&self) -> Secret {
        let mut text =
            String::from("# Latchkey's keys, newest first. Without them no stored secret can be read.\n");
        for key in &self.0 {
            let mut encoded = BASE64.encode(key.bytes);
            text.push_str(&format!("{}:{encoded}\n", key.id));
            encoded.zeroize();
        }
        Secret::new(text)
    }

    /// Id and fingerprint of every key. A fingerprint tells keys apart and reveals nothing of them.
    pub fn fingerprints(&self) -> Vec<(String, String)> {
        self.0.iter().map(|key| (key.id.clone(), hex(&key.derive("fingerprint")[..8]))).collect()
    }

    /// A key for another purpose, derived from the newest key; 64 bytes.
    pub fn derive(&self, purpose: &str) -> [u8; 64] {
        let mut bytes = [0_u8; 64];
        if let Some(key) = self.0.first() {
            bytes[..32].copy_from_slice(&key.derive(&format!("{purpose}/1")));
            bytes[32..].copy_from_slice(&key.derive(&format!("{purpose}/2")));
        }
        bytes
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the ring is empty.
    pub fn seal(&self, secret: &Secret, place: Place<'_>, entropy: &dyn Entropy) -> Result<String, Error> {
        let key = self.0.first().ok_or(Error::NoKey)?;
        let mut nonce = [0_u8; NONCE_LENGTH];
        entropy.fill(&mut nonce);
        let associated = place.associated();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: associated.as_bytes() };
        let ciphertext =
            key.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::DoesNotOpen)?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&ciphertext);
        Ok(format!("{}:{}", key.id, BASE64.encode(sealed)))
    }

    /// Opens what [`KeyRing::seal`] sealed for the same place.
    ///
    /// # Errors
    /// When the key is not here, or the value was altered or moved.
    pub fn open(&self, sealed: &str, place: Place<'_>) -> Result<Secret, Error> {
        let (id, body) = sealed.split_once(':').ok_or(Error::DoesNotOpen)?;
        let key = self.0.iter().find(|key| key.id == id).ok_or_else(|| Error::UnknownKey(id.to_owned()))?;
        let body = BASE64.decode(body).map_err(|_| Error::DoesNotOpen)?;
        let (nonce, ciphertext) = body.split_first_chunk::<NONCE_LENGTH>().ok_or(Error::DoesNotOpen)?;
        let associated = place.associated();
        let payload = Payload { msg: ciphertext, aad: associated.as_bytes() };
        let text = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::DoesNotOpen)?;
        String::from_utf8(text).map(Secret::new).map_err(|_| Error::DoesNotOpen)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl Key {
    fn parse(line: &str) -> Option<Self> {
        let (id, encoded) = line.split_once(':')?;
        let is_id = !id.is_empty() && id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut decoded = BASE64.decode(encoded.trim()).ok()?;
        let bytes = <[u8; 32]>::try_from(decoded.as_slice()).ok();
        decoded.zeroize();
        is_id.then(|| bytes.map(|bytes| Self { id: id.to_owned(), bytes }))?
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.bytes.into())
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        keyed_digest(&self.bytes, format!("latchkey/{purpose}").as_bytes())
    }
}

impl Place<'_> {
    fn associated(&self) -> String {
        format!("{}/{}/{}", self.table, self.column, self.row)
    }
}

/// SHA-256 in hexadecimal: how token values are found without being stored.
pub fn digest(secret: &Secret) -> String {
    hex(&Sha256::digest(secret.expose().as_bytes()))
}

fn keyed_digest(key: &[u8], message: &[u8]) -> [u8; 32] {
    use hmac::KeyInit as _;
    // HMAC takes keys of any length (RFC 2104 section 2); the error cannot occur.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mut mac| {
            mac.update(message);
            mac.finalize().into_bytes().into()
        })
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const PLACE: Place<'_> = Place { table: "oauth_consumer", column: "secret", row: "k1" };

    #[test]
    fn what_is_sealed_opens_at_its_place_only() {
        let entropy = SeededEntropy::new(1);
        let keys = KeyRing::generate(&entropy);
        let sealed = keys.seal(&Secret::new("s3cret"), PLACE, &entropy).unwrap();
        assert_eq!(keys.open(&sealed, PLACE).unwrap(), Secret::new("s3cret"));
        for moved in [
            Place { table: "oauth_token", ..PLACE },
            Place { column: "key", ..PLACE },
            Place { row: "k2", ..PLACE },
        ] {
            assert!(matches!(keys.open(&sealed, moved), Err(Error::DoesNotOpen)));
        }
    }

    #[test]
    fn an_altered_value_does_not_open() {
        let entropy = SeededEntropy::new(2);
        let keys = KeyRing::generate(&entropy);
        let sealed = keys.seal(&Secret::new("s3cret"), PLACE, &entropy).unwrap();
        let (id, body) = sealed.split_once(':').unwrap();
        let mut bytes = BASE64.decode(body).unwrap();
        for index in 0..bytes.len() {
            bytes[index] ^= 1;
            let altered = format!("{id}:{}", BASE64.encode(&bytes));
            assert!(matches!(keys.open(&altered, PLACE), Err(Error::DoesNotOpen)), "byte {index}");
            bytes[index] ^= 1;
        }
    }

    #[test]
    fn older_keys_still_open_and_the_newest_seals() {
        let entropy = SeededEntropy::new(3);
        let old = KeyRing::generate(&entropy);
        let new = KeyRing::generate(&entropy);
        let sealed = old.seal(&Secret::new("x"), PLACE, &entropy).unwrap();
        let both = KeyRing::parse(&format!("{}{}", new.write().expose(), old.write().expose())).unwrap();
        assert_eq!(both.open(&sealed, PLACE).unwrap(), Secret::new("x"));
        assert!(matches!(new.open(&sealed, PLACE), Err(Error::UnknownKey(_))));
        let resealed = both.seal(&Secret::new("x"), PLACE, &entropy).unwrap();
        assert!(new.open(&resealed, PLACE).is_ok());
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert!(matches!(KeyRing::parse("# keys\nnonsense"), Err(Error::BadKey(2))));
        assert!(matches!(KeyRing::parse("\n# none\n"), Err(Error::NoKey)));
    }

    #[test]
    fn neither_keys_nor_their_texts_are_printed() {
        let keys = KeyRing::generate(&SeededEntropy::new(4));
        let text = keys.write();
        let encoded = text.expose().lines().last().unwrap().split_once(':').unwrap().1;
        assert!(!format!("{keys:?}").contains(encoded));
    }
}
