//! Password hashes as Magento stores them: `hash:salt:version`, with several versions when a hash was made stronger
//! without the password: the result of one is what the next one hashes.
//!
//! Version 0 is MD5, 1 is SHA-256, 2 is Argon2id with fixed costs, and `3_<bytes>_<passes>_<memory>` is Argon2id with
//! these costs, as libsodium computes it: version 1.3, one lane.

use std::fmt::Write as _;

use md5::Md5;
use sha2::{Digest, Sha256};

use super::argon2id::{self, Done};
use crate::secret::Secret;

/// What is read of a salt; a shorter one is repeated up to here.
const ARGON2_SALT: usize = 16;
/// What version 2 costs.
const VERSION_2: Costs = Costs { bytes: 32, passes: 2, memory: 64 * 1024 * 1024 };
/// Longest digest.
const MAX_BYTES: usize = 128;

/// As Magento writes them.
#[derive(Debug, Clone, Copy)]
struct Costs {
    bytes: usize,
    passes: u32,
    /// In bytes.
    memory: usize,
}

impl Costs {
    /// Those of Argon2id, when they are bearable.
    fn of_argon2id(self) -> Option<argon2id::Costs> {
        let memory = u32::try_from(self.memory / 1024).ok()?;
        let costs = argon2id::Costs { memory, passes: self.passes, lanes: 1 };
        (self.bytes <= MAX_BYTES && costs.are_bearable()).then_some(costs)
    }
}

/// Whether the password is the hashed one; not, when the text is no hash of Magento's. Notes what was computed of
/// Argon2id: all else is done in no time.
pub(super) fn verify(password: &Secret, stored: &str, done: &mut Done) -> bool {
    let mut parts = stored.split(':');
    let (Some(hash), Some(salt)) = (parts.next(), parts.next()) else { return false };
    let mut text = password.expose().to_owned();
    let mut is_hashed = false;
    for version in parts {
        let Some(hashed) = hashed(&text, salt, version, done) else { return false };
        (text, is_hashed) = (hashed, true);
    }
    is_hashed && Secret::new(text) == Secret::new(hash.to_ascii_lowercase())
}

/// Whether a text is a hash of Magento's, of versions that are known.
pub(super) fn is_hash(stored: &str) -> bool {
    let mut parts = stored.split(':');
    let (Some(hash), Some(_)) = (parts.next(), parts.next()) else { return false };
    let is_hex = hash.len() >= 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let versions: Vec<&str> = parts.collect();
    let is_known = |version: &&str| {
        matches!(*version, "0" | "1" | "2") || version.strip_prefix("3_").and_then(costs).is_some()
    };
    is_hex && !versions.is_empty() && versions.iter().all(is_known)
}

fn hashed(text: &str, salt: &str, version: &str, done: &mut Done) -> Option<String> {
    match version {
        "0" => Some(hex(&Md5::digest(format!("{salt}{text}")))),
        "1" => Some(hex(&Sha256::digest(format!("{salt}{text}")))),
        "2" => argon2(text, salt, VERSION_2, done),
        _ => argon2(text, salt, costs(version.strip_prefix("3_")?)?, done),
    }
}

fn costs(text: &str) -> Option<Costs> {
    let mut numbers = text.split('_').map(|number| number.parse::<usize>().ok());
    let (bytes, passes, memory) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let costs = Costs { bytes, passes: u32::try_from(passes).ok()?, memory };
    (numbers.next().is_none() && costs.of_argon2id().is_some()).then_some(costs)
}

fn argon2(text: &str, salt: &str, costs: Costs, done: &mut Done) -> Option<String> {
    let salt: Vec<u8> = salt.bytes().cycle().take(ARGON2_SALT).collect();
    let mut digest = vec![0; costs.bytes];
    argon2id::compute(text.as_bytes(), &salt, costs.of_argon2id()?, &mut digest, done).ok()?;
    Some(hex(&digest))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with Python's hashlib and argon2-cffi, not with the crates that verify them.
    const PASSWORD: &str = "Roni cost3r żółw";
    const VECTORS: [&str; 9] = [
        "36bf5356c904ffb0dd6a3fe25dad0f39:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:0",
        "91b99fe361ed8bb4cd43b22f5269f48b4be9ab4596417f2e237aa42b6c93dd2a:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:1",
        "dc80dcdc97c3fae570bed1ed56498bb1612561957a41022e71c05f9ab9122b76:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:2",
        "dc80dcdc97c3fae570bed1ed56498bb1612561957a41022e71c05f9ab9122b76:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:3_32_2_67108864",
        "c0a85318b9eaafd30ed047f4a4c662bb3c1550fcd291b2a7ea82015b59d5fbe5:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:3_32_3_8388608",
        "a2482f7e59d4e60d87e8156325a0c9c8726472dd8ff49ce0b58f6d6652da13b5:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:0:1",
        "612693e24db0d1d92c041050b33005f847f3c4c196e7a3f8b7d88799d0a29da6:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:1:2",
        "489540938f565bf17b5e65f447f27a280cdf0606fd0259f1dc17bbb0477968f8:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:0:1:3_32_2_8388608",
        "21cbe1c2aba0fbaaf867c505b50b668c8a799eb3e702751b2f618cfc6caf52d5:short:3_32_2_8388608",
    ];

    fn verify(password: &Secret, stored: &str) -> bool {
        super::verify(password, stored, &mut Done::new())
    }

    #[test]
    fn hashes_of_every_version_and_chains_of_them_verify() {
        for stored in VECTORS {
            assert!(verify(&Secret::new(PASSWORD), stored), "{stored}");
            assert!(!verify(&Secret::new("Roni cost3r"), stored), "{stored}");
            assert!(!verify(&Secret::new(""), stored), "{stored}");
        }
    }

    #[test]
    fn what_is_no_hash_of_magentos_never_verifies() {
        for stored in [
            "",
            ":",
            "::",
            "x",
            "Roni cost3r żółw",
            "Roni cost3r żółw:salt",
            "Roni cost3r żółw::9",
            "::1",
            "a:b:3_32_2",
            "a:b:3_32_2_99999999999",
        ] {
            assert!(!verify(&Secret::new(PASSWORD), stored), "{stored}");
            assert!(!verify(&Secret::new(stored), stored), "{stored}");
        }
    }
}
