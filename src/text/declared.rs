//! What is told of declarations that are left as they are, by commands and in the log.

use super::reason;
use crate::domain::declared::{Refused, Why};

/// What was left as it is and why, in one line, with the place.
pub fn refusal(refused: &Refused) -> String {
    let place = refused.sources.first().map(|source| format!("{}, line {}: ", source.file, source.line));
    let text = format!("{}{}: {}", place.unwrap_or_default(), refused.name, why(&refused.why));
    // A name comes from a file: one line in every log, and nothing that a terminal would obey.
    text.replace(char::is_control, "\u{fffd}")
}

/// Why it was left.
pub fn why(why: &Why) -> String {
    match why {
        Why::Manual => super::get("cli-plan-manual"),
        Why::Unreadable(file) => super::with("cli-plan-unreadable", &[("file", file.as_str().into())]),
        Why::Invalid(invalid) => {
            let reasons = invalid
                .iter()
                .map(|(field, why)| format!("{}: {}", field.name(), reason::sentence(why, field)));
            reasons.collect::<Vec<_>>().join(" ")
        }
    }
}
