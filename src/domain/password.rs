//! Passwords: what is accepted, hashing and verifying (Argon2id, 19 MiB, 2 passes, 1 lane).
//!
//! Hashes that were taken over from Magento verify too, and are replaced when the person signs in.
//!
//! Hashing is slow on purpose; callers do it outside transactions and off the threads that serve requests.

mod argon2id;
mod common;
mod magento;

use argon2id::{Costs, Done, Stored, TODAY};

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

/// Fewest letters of a password beside the names of its owner, where it holds any.
const OWN_LETTERS: usize = 3;

/// The salt of what is computed in vain.
const NOBODY: &[u8] = b"latchkey-nobody!";

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
    let names: Vec<String> = names.iter().map(|name| store::fold(name)).collect();
    if names.iter().any(|name| name.len() > 3 && folded.contains(name)) || is_made_of(&folded, &names) {
        return Err(Reason::PasswordHoldsName);
    }
    if common::is_common(&folded) { Err(Reason::PasswordCommon) } else { Ok(()) }
}

/// Whether hardly anything but digits, signs and blanks is left of a password without these names and their parts: the
/// atoms of an e-mail address, the labels of its domain. A short name in a password that says more is nothing.
fn is_made_of(password: &str, names: &[String]) -> bool {
    let parts = names.iter().flat_map(|name| name.split(|letter: char| !letter.is_alphanumeric()));
    let mut parts: Vec<&str> = parts.filter(|part| part.contains(char::is_alphabetic)).collect();
    // The longest first: of "bobby" nothing is to be left where there is a "bob" too.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut left = password.to_owned();
    for part in parts {
        while left.contains(part) {
            left = left.replace(part, "");
        }
    }
    let own_letters = left.chars().filter(|letter| letter.is_alphabetic()).count();
    left.len() < password.len() && own_letters < OWN_LETTERS
}

/// Hashes a password with a fresh salt; the text carries algorithm and costs.
///
/// # Errors
/// When the costs are not accepted, which a test rules out.
pub fn hash(password: &Secret, entropy: &dyn Entropy) -> Result<String, argon2::Error> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    argon2id::hash(password.expose().as_bytes(), &salt)
}

/// Whether the password is the hashed one. That never costs less than a hash of today does, so that the time tells
/// nothing: what a quicker one lacks, as Magento's first ones do, is computed in vain.
pub fn verify(password: &Secret, hash: &str) -> bool {
    compare(password, hash).0
}

/// The same work, for a name that nobody has: what the hash of `like` costs, or, without one, what those of today cost.
pub fn verify_in_vain(password: &Secret, like: Option<&str>) {
    in_vain(password, like);
}

/// Whether it is the hashed one, and what was computed.
fn compare(password: &Secret, hash: &str) -> (bool, Done) {
    let mut done = Done::new();
    let is_right = match Stored::read(hash) {
        Some(stored) => stored.is_of(password.expose().as_bytes(), &mut done),
        None => magento::verify(password, hash, &mut done),
    };
    top_up(password, &mut done);
    (is_right, done)
}

fn in_vain(password: &Secret, like: Option<&str>) -> Done {
    match like {
        Some(hash) => compare(password, hash).1,
        None => {
            let mut done = Done::new();
            top_up(password, &mut done);
            done
        }
    }
}

/// Computes what lacks to a hash of today.
fn top_up(password: &Secret, done: &mut Done) {
    let spent = done.iter().map(|costs| costs.blocks()).sum();
    if let Some(costs) = Costs::filling(TODAY.blocks().saturating_sub(spent)) {
        let mut digest = [0; 32];
        let computed = argon2id::compute(password.expose().as_bytes(), NOBODY, costs, &mut digest, done);
        // Nobody looks at it, and it is to be computed all the same.
        std::hint::black_box((computed.is_ok(), digest));
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
    let is_known = Stored::read(hash).is_some() || magento::is_hash(hash);
    if is_known { Ok(()) } else { Err(Reason::NotAHash) }
}

/// Whether a hash is as they are made today. One that is not is replaced when its password is given next.
pub fn is_current(hash: &str) -> bool {
    hash.starts_with(&argon2id::prefix())
}

#[cfg(test)]
mod tests {
    use argon2::Argon2;
    use argon2::password_hash::PasswordVerifier as _;

    use super::*;
    use crate::entropy::SeededEntropy;

    /// Argon2id of one lane and two passes.
    fn twice(kib: u32) -> Costs {
        Costs { memory: kib, passes: 2, lanes: 1 }
    }

    #[test]
    fn the_hashed_password_verifies_and_no_other() {
        let hash = hash(&Secret::new("correct horse battery"), &SeededEntropy::new(1)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(&Secret::new("correct horse battery"), &hash));
        let independent = Argon2::default().verify_password(b"correct horse battery", hash.as_str());
        assert!(independent.is_ok(), "{independent:?}");
        assert!(!verify(&Secret::new("correct horse batterx"), &hash));
        assert!(!verify(&Secret::new(""), &hash));
    }

    #[test]
    fn no_hash_costs_less_than_one_of_today_and_nothing_comes_on_top_of_a_dear_one() {
        let ours = hash(&Secret::new("x"), &SeededEntropy::new(1)).unwrap();
        let with = |costs: &str| ours.replace("m=19456,t=2,p=1", costs);
        let magento =
            |version: &str| format!("{}:q4Fv7xZbN2mKc8LwPz0aTe5RyUgJ1hSd:{version}", "ab".repeat(32));
        let samples = [
            (ours.clone(), vec![TODAY]),
            // Quick ones, and what is none.
            (magento("0"), vec![TODAY]),
            (magento("1"), vec![TODAY]),
            (magento("0:1"), vec![TODAY]),
            ("no hash".to_owned(), vec![TODAY]),
            (with("m=4194304,t=2,p=1"), vec![TODAY]),
            // Some of the work is done.
            (with("m=8,t=1,p=1"), vec![Costs { memory: 8, passes: 1, lanes: 1 }, twice(19_452)]),
            (magento("3_32_2_8388608"), vec![twice(8 * 1024), twice(11 * 1024)]),
            (
                magento("1:3_32_3_8388608"),
                vec![Costs { memory: 8 * 1024, passes: 3, lanes: 1 }, twice(7 * 1024)],
            ),
            (with("m=19450,t=2,p=1"), vec![twice(19_450)]),
            // As dear, or dearer.
            (with("m=9728,t=4,p=2"), vec![Costs { memory: 9728, passes: 4, lanes: 2 }]),
            (magento("2"), vec![twice(64 * 1024)]),
            (magento("1:2"), vec![twice(64 * 1024)]),
            (magento("3_32_2_67108864"), vec![twice(64 * 1024)]),
        ];
        let wrong = Secret::new("wrong");
        for (stored, expected) in samples {
            assert_eq!(compare(&wrong, &stored), (false, expected.clone()), "{stored}");
            assert_eq!(in_vain(&wrong, Some(&stored)), expected, "{stored}, of a stranger");
            let blocks: u64 = expected.iter().map(|costs| costs.blocks()).sum();
            assert!(blocks + 2 * 8 > TODAY.blocks(), "{stored}: hardly less than a hash of today");
        }
        assert_eq!(in_vain(&wrong, None), [TODAY]);
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
    fn a_password_of_nothing_but_names_is_refused_however_short_they_are() {
        let check = |text: &str, names: &[&str]| check(&Secret::new(text), Rule::Length, names);
        let bob = ["bob", "Bob", "Lee", "bob.lee@mail.example.com", "bob.lee"];
        for text in [
            "bobbobbobbob1 bob",
            "bob lee bob lee",
            "BobLee-2026-!",
            "exampleexample",
            "mail bob 123456",
            "bbobobbobbobob",
            "xy bob 12345678",
        ] {
            assert_eq!(check(text, &bob), Err(Reason::PasswordHoldsName), "{text}");
        }
        for text in ["bobsleigh in july", "four leeks, please", "8302 1948 7755", "xyz bob 12345678"] {
            assert_eq!(check(text, &bob), Ok(()), "{text}");
        }
        assert_eq!(check("bobby bobby bob", &["bob", "bobby"]), Err(Reason::PasswordHoldsName));
        assert_eq!(check(&"李".repeat(12), &["李"]), Err(Reason::PasswordHoldsName));
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
