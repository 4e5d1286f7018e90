//! Passwords that are guessed first: those that leaked, common words one after the other, digits and signs around
//! them, rows of keys.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The words that lists of leaked passwords are made of, rows of letters on keyboards among them.
const WORDS: &str = include_str!("common.txt");

/// What is tried first of the passwords that leaked: the 3,000 most frequent ones of seven characters or more with a
/// letter and a digit, the 4,000 most frequent ones of letters alone, and every one of twelve characters or more, of
/// the 40,000 in the lists of zxcvbn (MIT licence) and Django (BSD licence).
const LEAKED: &str = include_str!("leaked.txt");

static LEAKED_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| LEAKED.lines().collect());

/// Rows that digits are typed in; they go round.
const ROWS: [&str; 2] = ["1234567890", "0987654321"];

/// Fewest different characters.
const MIN_VARIETY: usize = 4;

/// Whether the password, its case folded, is guessed first.
pub(super) fn is_common(folded: &str) -> bool {
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let words: String = folded.chars().filter(|letter| letter.is_alphabetic()).collect();
    letters.len() < MIN_VARIETY
        || is_leaked(folded)
        || is_made_of_words(&as_letters(folded.trim_matches(|letter: char| !letter.is_alphabetic())))
        || (if words.is_empty() { is_row(folded) } else { is_made_of_words(&words) })
}

/// A leaked password itself, with digits and signs around it, or several times in a row.
fn is_leaked(folded: &str) -> bool {
    let core = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    let is_repeated = |part: usize| {
        let first = folded.get(..part).unwrap_or_default();
        part * (folded.len() / part) == folded.len()
            && LEAKED_SET.contains(first)
            && folded == first.repeat(folded.len() / part)
    };
    LEAKED_SET.contains(folded)
        || LEAKED_SET.contains(core)
        || LEAKED_SET.contains(as_letters(core).as_str())
        || (6..=folded.len() / 2).any(is_repeated)
}

/// Signs that stand for letters, read as these; what is no letter then is left out.
fn as_letters(text: &str) -> String {
    let read = |letter| match letter {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(read).filter(|letter| letter.is_alphabetic()).collect()
}

fn is_made_of_words(text: &str) -> bool {
    // By byte: whether the text up to there is made of words.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for start in 0..text.len() {
        if reached[start] {
            let rest = &text[start..];
            for word in WORDS.lines().filter(|word| rest.starts_with(word)) {
                reached[start + word.len()] = true;
            }
        }
    }
    !text.is_empty() && reached[text.len()]
}

fn is_row(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    ROWS.iter().any(|row| row.repeat(digits.len() / row.len() + 2).contains(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_common() {
        for text in [
            "password1234",
            "passwordpassword",
            "p@ssw0rd2024!",
            "adminadmin123",
            "welcometomagento",
            "qwertyuiop123",
            "1q2w3e4r5t6y",
            "aaaaaaaaaaaa",
            "121212121212",
            "123456789012",
            "987654321098",
            "iloveyou-1999",
            "letmein.please",
            "q1w2e3r4t5y6",
            "sonyericsson",
            "finalfantasy",
            "contortionist77!",
            "sojdlg123aljg",
            "abc123abc123",
            "!!metallica2024",
        ] {
            assert!(is_common(text), "{text}");
        }
    }

    #[test]
    fn other_passwords_are_not() {
        for text in
            ["correct horse battery", "twelve chars", "żółwżółwżółw", "839274650138", "my admin likes tea"]
        {
            assert!(!is_common(text), "{text}");
        }
    }

    #[test]
    fn three_thousand_fit_each_rule() {
        let leaked: Vec<&str> = LEAKED.lines().collect();
        let is_mixed = |text: &&&str| {
            text.len() >= 7
                && text.contains(char::is_alphabetic)
                && text.contains(|letter: char| letter.is_ascii_digit())
        };
        assert!(leaked.iter().filter(is_mixed).count() >= 3000);
        // Twelve characters are reached with what people add to a word.
        let stretched = leaked.iter().filter(|text| text.chars().all(char::is_alphabetic));
        let stretched: Vec<String> = stretched.map(|text| format!("{text}123456")).collect();
        assert!(stretched.len() >= 3000 && stretched.iter().all(|text| text.len() >= 12 && is_common(text)));
        assert!(leaked.iter().all(|text| is_common(text)));
    }

    #[test]
    fn words_are_as_they_are_compared() {
        for word in WORDS.lines() {
            assert!(!word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase()), "{word}");
        }
    }
}
