//! Text that compares the same on both databases and in every script.

use unicase::UniCase;

/// Trims, and folds case by Unicode's full mapping: two texts with the same fold are the same name.
pub fn fold(text: &str) -> String {
    UniCase::unicode(text.trim()).to_folded_case()
}

/// A pattern that finds folded text containing `part`; to be used with `ESCAPE '\'`.
pub(super) fn containing(part: &str) -> String {
    let mut pattern = String::from("%");
    for letter in fold(part).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A pattern that finds folded text beginning with `part`; to be used with `ESCAPE '\\'`.
pub(super) fn beginning_with(part: &str) -> String {
    containing(part).split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};
    use sha2::{Digest as _, Sha256};

    #[test]
    fn folding_ignores_case_and_outer_blanks_in_every_script() {
        assert_eq!(fold("  STRASSE "), fold("straße"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert_ne!(fold("Acme"), fold("Acne"));
    }

    /// Folded names are stored, and looked up by what today's tables say: with others somebody could not sign in any more.
    #[test]
    fn every_character_folds_as_it_did_when_names_were_stored() {
        let folded: String = ('\0'..=char::MAX).map(|letter| fold(letter.encode_utf8(&mut [0; 4]))).collect();
        let digest = Sha256::digest(folded);
        assert_eq!(STANDARD.encode(digest), "9tVo4TebcNnnQjTeMX72ZVPaSFyhPzlPRUWKAgwn3wc=");
    }

    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(beginning_with("50%_"), "50\\%\\_%");
        assert_eq!(containing("50%_a\\b"), "%50\\%\\_a\\\\b%");
    }
}
