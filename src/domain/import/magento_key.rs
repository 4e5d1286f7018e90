//! Secrets as a Magento database keeps them: `<key version>:3:<base64>`, ChaCha20-Poly1305 of RFC 8439 with the nonce
//! as associated data, under a key of `app/etc/env.php`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::domain::Reason;
use crate::secret::Secret;

/// The cipher that current versions of Magento seal with.
const CHACHA20_POLY1305: &str = "3";
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;
/// What newer versions write before a key that is base64.
const ENCODED: &str = "base64";

/// The keys of an installation of Magento, by version: the first is number 0. None at all is allowed.
#[derive(Default, ZeroizeOnDrop)]
pub struct MagentoKeys(Vec<[u8; KEY_LENGTH]>);

/// Why a text is no list of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadKey {
    /// The one of that number: neither 32 characters nor base64 of 32 bytes.
    Length(usize),
}

/// What a text was.
#[derive(Debug)]
pub enum Unsealed {
    /// Not sealed.
    Plain,
    /// Sealed, and this was in it.
    Opened(Secret),
}

impl MagentoKeys {
    /// Reads the value of `crypt/key` in `app/etc/env.php`: one key a line.
    ///
    /// # Errors
    /// Which one is none.
    pub fn parse(text: &Secret) -> Result<Self, BadKey> {
        let mut keys = Vec::new();
        for (number, line) in text.expose().split_whitespace().enumerate() {
            let mut bytes = match line.strip_prefix(ENCODED) {
                Some(encoded) => STANDARD.decode(encoded).map_err(|_| BadKey::Length(number))?,
                None => line.as_bytes().to_vec(),
            };
            let key = <[u8; KEY_LENGTH]>::try_from(bytes.as_slice());
            bytes.zeroize();
            keys.push(key.map_err(|_| BadKey::Length(number))?);
        }
        Ok(Self(keys))
    }

    /// Opens a text that is sealed.
    pub(super) fn open(&self, text: &Secret) -> Result<Unsealed, Reason> {
        let mut parts = text.expose().splitn(3, ':');
        let (Some(version), Some(cipher), Some(sealed)) = (parts.next(), parts.next(), parts.next()) else {
            return Ok(Unsealed::Plain);
        };
        if cipher != CHACHA20_POLY1305 {
            return Err(Reason::SealedOtherwise);
        }
        let key = version.parse().ok().and_then(|version: usize| self.0.get(version));
        let key = key.ok_or_else(|| Reason::NoMagentoKey(version.chars().take(20).collect()))?;
        let bytes = STANDARD.decode(sealed).map_err(|_| Reason::NotOpened)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LENGTH).ok_or(Reason::NotOpened)?;
        let cipher = ChaCha20Poly1305::new_from_slice(key).map_err(|_| Reason::NotOpened)?;
        let bare = Nonce::try_from(nonce).map_err(|_| Reason::NotOpened)?;
        let opened =
            cipher.decrypt(&bare, Payload { msg: sealed, aad: nonce }).map_err(|_| Reason::NotOpened)?;
        String::from_utf8(opened)
            .map(|text| Unsealed::Opened(Secret::new(text)))
            .map_err(|_| Reason::NotOpened)
    }
}

impl std::fmt::Debug for MagentoKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "MagentoKeys({} keys)", self.0.len())
    }
}
