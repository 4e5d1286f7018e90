//! Passwords that are guessed first: common words one after the other, digits and signs around them, rows of keys.

/// The words that lists of leaked passwords are made of, rows of letters on keyboards among them.
const WORDS: &str = include_str!("common.txt");

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
        || is_made_of_words(&as_letters(folded.trim_matches(|letter: char| !letter.is_alphabetic())))
        || (if words.is_empty() { is_row(folded) } else { is_made_of_words(&words) })
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
    fn words_are_as_they_are_compared() {
        for word in WORDS.lines() {
            assert!(!word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase()), "{word}");
        }
    }
}
