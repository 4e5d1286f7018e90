//! Password hashes as Magento stores them: `hash:salt:version`, with several versions when a hash was made stronger
//! without the password: the result of one is what the next one hashes.
//!
//! Version 0 is MD5, 1 is SHA-256, 2 is Argon2id with fixed costs, and `3_<bytes>_<passes>_<memory>` is Argon2id with
//! these costs, as libsodium computes it: version 1.3, one lane.

use std::fmt::Write as _;

use argon2::{Algorithm, Argon2, Params, Version};
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// What is read of a salt; a shorter one is repeated up to here.
const ARGON2_SALT: usize = 16;
/// What version 2 costs.
const VERSION_2: Costs = Costs { bytes: 32, passes: 2, memory: 64 * 1024 * 1024 };
/// Costs beyond these are no password's of ours, and could stop the server.
const MAX_COSTS: Costs = Costs { bytes: 128, passes: 8, memory: 256 * 1024 * 1024 };

#[derive(Debug, Clone, Copy)]
struct Costs {
    bytes: usize,
    passes: u32,
    /// In bytes.
    memory: usize,
}

/// Whether the password is the hashed one; not, when the text is no hash of Magento's.
pub(super) fn verify(password: &Secret, stored: &str) -> bool {
    let mut parts = stored.split(':');
    let (Some(hash), Some(salt)) = (parts.next(), parts.next()) else { return false };
    let mut text = password.expose().to_owned();
    let mut is_hashed = false;
    for version in parts {
        let Some(hashed) = hashed(&text, salt, version) else { return false };
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

fn hashed(text: &str, salt: &str, version: &str) -> Option<String> {
    match version {
        "0" => Some(hex(&Md5::digest(format!("{salt}{text}")))),
        "1" => Some(hex(&Sha256::digest(format!("{salt}{text}")))),
        "2" => argon2(text, salt, VERSION_2),
        _ => argon2(text, salt, costs(version.strip_prefix("3_")?)?),
    }
}

fn costs(text: &str) -> Option<Costs> {
    let mut numbers = text.split('_').map(|number| number.parse::<usize>().ok());
    let (bytes, passes, memory) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let is_affordable =
        bytes <= MAX_COSTS.bytes && passes <= MAX_COSTS.passes as usize && memory <= MAX_COSTS.memory;
    let passes = u32::try_from(passes).ok()?;
    (numbers.next().is_none() && is_affordable).then_some(Costs { bytes, passes, memory })
}

fn argon2(text: &str, salt: &str, costs: Costs) -> Option<String> {
    let kib = u32::try_from(costs.memory / 1024).ok()?;
    let params = Params::new(kib, costs.passes, 1, Some(costs.bytes)).ok()?;
    let salt: Vec<u8> = salt.bytes().cycle().take(ARGON2_SALT).collect();
    let mut out = vec![0; costs.bytes];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_into(text.as_bytes(), &salt, &mut out).ok()?;
    Some(hex(&out))
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
