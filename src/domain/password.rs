//! Passwords: what is accepted, hashing and verifying (Argon2id, 19 MiB, 2 passes, 1 lane).
//!
//! Hashes that were taken over from Magento verify too, and are replaced when the person signs in.
//!
//! Hashing is slow on purpose; callers do it outside transactions and off the threads that serve requests.

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;

mod common;
mod kept;
mod magento;

use super::{Error, Reason, setting};
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::store::{self, Work};

/// What a new password must be, besides not being one that is guessed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// At least twelve characters.
    Length,
    /// Magento's: at least seven characters, with a letter and a digit.
    Magento,
}

impl Rule {
    /// Fewest characters of a password.
    pub fn min_length(self) -> usize {
        match self {
            Self::Length => 12,
            Self::Magento => 7,
        }
    }
}

/// The rule that is set.
///
/// # Errors
/// Those of the database.
pub fn rule(work: &mut Work<'_>) -> Result<Rule, Error> {
    let is_magento = setting::text(work, setting::PASSWORD_RULE)? == "magento";
    Ok(if is_magento { Rule::Magento } else { Rule::Length })
}

/// The hash of a text that nobody knows, at the costs of today.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bGF0Y2hrZXktbm9ib2R5IQ$7bW1m0k7vZ2xHk3Jb0m9yqvJ8wQ4l0sT1dF5nC6aE2U";

/// Checks a new password against the rule and against the texts that an attacker would try first.
///
/// # Errors
/// The reason to show at the field.
pub fn check(password: &Secret, rule: Rule, names: &[&str]) -> Result<(), Reason> {
    let text = password.expose();
    if text.is_empty() {
        return Err(Reason::Required);
    }
    if text.chars().count() < rule.min_length() {
        return Err(Reason::TooShort(rule.min_length()));
    }
    let is_mixed = text.contains(|letter: char| letter.is_ascii_alphabetic())
        && text.contains(|letter: char| letter.is_ascii_digit());
    if rule == Rule::Magento && !is_mixed {
        return Err(Reason::PasswordNotMixed);
    }
    if text.chars().count() > 1024 {
        return Err(Reason::TooLong(1024));
    }
    let folded = store::fold(text);
    let holds_name =
        names.iter().map(|name| store::fold(name)).any(|name| name.len() > 3 && folded.contains(&name));
    if holds_name {
        return Err(Reason::PasswordHoldsName);
    }
    if common::is_common(&folded) { Err(Reason::PasswordCommon) } else { Ok(()) }
}

/// Hashes a password with a fresh salt; the text carries algorithm and costs.
///
/// # Errors
/// When the costs are not accepted, which a test rules out.
pub fn hash(password: &Secret, entropy: &dyn Entropy) -> Result<String, argon2::Error> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    kept::hash(password.expose().as_bytes(), &salt)
}

/// Whether the password is the hashed one. Without a hash (nobody has that name) the same work is done in vain, and on
/// top of Magento's quick hashes too, so that the time tells nothing.
pub fn verify(password: &Secret, hash: Option<&str>) -> bool {
    let fits = |stored: &str| {
        let bytes = password.expose().as_bytes();
        // Others carry their costs, which `check_hash` has found bearable.
        kept::verify(bytes, stored)
            .unwrap_or_else(|| Argon2::default().verify_password(bytes, stored).is_ok())
    };
    match hash {
        Some(stored) if stored.starts_with('$') => fits(stored),
        Some(stored) => {
            fits(NOBODY);
            magento::verify(password, stored)
        }
        None => {
            fits(NOBODY);
            false
        }
    }
}

/// Checks a hash that comes from elsewhere: one of ours or of Magento's, which [`verify`] can compare with at a cost
/// that stops no server.
///
/// # Errors
/// The reason to show at the field.
pub fn check_hash(hash: &str) -> Result<(), Reason> {
    if hash.is_empty() {
        return Err(Reason::Required);
    }
    if hash.len() > 255 {
        return Err(Reason::TooLong(255));
    }
    let is_known = if hash.starts_with('$') { is_affordable(hash) } else { magento::is_hash(hash) };
    if is_known { Ok(()) } else { Err(Reason::NotAHash) }
}

/// Whether it is `$argon2id$v=19$m=…,t=…,p=…$salt$hash` with costs within bounds.
fn is_affordable(hash: &str) -> bool {
    let parts: Vec<&str> = hash.split('$').collect();
    let &["", "argon2id", "v=19", costs, salt, digest] = parts.as_slice() else { return false };
    let mut names = ["m=", "t=", "p="].into_iter();
    let numbers: Option<Vec<u32>> =
        costs.split(',').map(|cost| cost.strip_prefix(names.next()?)?.parse().ok()).collect();
    let is_within = matches!(numbers.as_deref(), Some(&[memory, passes, lanes])
        if (8..=256 * 1024).contains(&memory) && (1..=8).contains(&passes) && (1..=8).contains(&lanes));
    let is_base64 = |text: &str| {
        text.len() >= 11
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    };
    is_within && is_base64(salt) && is_base64(digest)
}

/// Whether a hash is as they are made today. One that is not is replaced when its password is given next.
pub fn is_current(hash: &str) -> bool {
    hash.starts_with(&kept::prefix())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn the_hashed_password_verifies_and_no_other() {
        let hash = hash(&Secret::new("correct horse battery"), &SeededEntropy::new(1)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(&Secret::new("correct horse battery"), Some(&hash)));
        let independent = Argon2::default().verify_password(b"correct horse battery", hash.as_str());
        assert!(independent.is_ok(), "{independent:?}");
        assert!(!verify(&Secret::new("correct horse batterx"), Some(&hash)));
        assert!(!verify(&Secret::new(""), Some(&hash)));
    }

    #[test]
    fn a_password_for_nobody_costs_a_full_hash_and_never_verifies() {
        // A malformed stand-in would be refused before any hashing.
        assert_eq!(kept::verify(b"x", NOBODY), Some(false));
        let stand_in = Argon2::default().verify_password(b"x", NOBODY);
        assert!(matches!(stand_in, Err(argon2::password_hash::Error::PasswordInvalid)), "{stand_in:?}");
        assert!(!verify(&Secret::new("x"), None));
    }

    #[test]
    fn short_and_personal_passwords_are_refused() {
        let check = |text: &str| check(&Secret::new(text), Rule::Length, &["johanna", "jo@example.com"]);
        assert_eq!(check(""), Err(Reason::Required));
        assert_eq!(check("elevenchars"), Err(Reason::TooShort(12)));
        assert_eq!(check("my JoHanna 12345"), Err(Reason::PasswordHoldsName));
        assert_eq!(check("Password1234!"), Err(Reason::PasswordCommon));
        assert_eq!(check("twelve chars"), Ok(()));
        assert_eq!(check("żółwżółwżółw"), Ok(()));
    }

    #[test]
    fn magentos_rule_asks_for_seven_characters_with_a_letter_and_a_digit() {
        let check = |text: &str| check(&Secret::new(text), Rule::Magento, &["johanna", "jo@example.com"]);
        assert_eq!(check("zw7xk9"), Err(Reason::TooShort(7)));
        assert_eq!(check("zwqxkvpt"), Err(Reason::PasswordNotMixed));
        assert_eq!(check("8273649"), Err(Reason::PasswordNotMixed));
        assert_eq!(check("abc12345"), Err(Reason::PasswordCommon));
        assert_eq!(check("johanna7"), Err(Reason::PasswordHoldsName));
        assert_eq!(check("zw7xk9q"), Ok(()));
    }

    #[test]
    fn a_hash_of_other_costs_is_not_current() {
        let hash = hash(&Secret::new("correct horse battery"), &SeededEntropy::new(1)).unwrap();
        assert!(is_current(&hash));
        assert!(!is_current(&hash.replace("m=19456", "m=8")));
        assert!(!is_current("abc:salt:1"));
    }

    #[test]
    fn a_hash_from_elsewhere_is_one_that_can_be_compared_at_a_bearable_cost() {
        let ours = hash(&Secret::new("correct horse battery"), &SeededEntropy::new(1)).unwrap();
        assert_eq!(check_hash(&ours), Ok(()));
        assert_eq!(check_hash("36bf5356c904ffb0dd6a3fe25dad0f39:salt:0:1"), Ok(()));
        assert_eq!(check_hash(""), Err(Reason::Required));
        let dear =
            [ours.replace("m=19456", "m=4194304"), ours.replace("t=2", "t=99"), ours.replace("t=2,", "")];
        for hash in dear.iter().map(String::as_str).chain([
            "hunter2",
            "$2y$10$abcdefghijklmnopqrstuv",
            "36bf5356c904ffb0dd6a3fe25dad0f39:salt",
            "36bf:salt:9",
            "not hex:salt:1",
            "36bf5356c904ffb0dd6a3fe25dad0f39:salt:3_32_2_99999999999",
        ]) {
            assert_eq!(check_hash(hash), Err(Reason::NotAHash), "{hash}");
        }
        assert_eq!(check_hash(&"a".repeat(256)), Err(Reason::TooLong(255)));
    }
}
