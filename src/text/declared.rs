//! What is told of declared integrations, and of those that are left as they are, on pages, by commands and in the log.

use super::reason;
use crate::domain::declaration::Source;
use crate::domain::declared::{Refused, Why};

/// What was left as it is and why, in one line, with the place.
pub fn refusal(refused: &Refused) -> String {
    let place = refused.sources.first().map(|source| format!("{}: ", self::place(source)));
    super::printable(&format!("{}{}: {}", place.unwrap_or_default(), refused.name, why(&refused.why)))
}

/// A place in a file.
pub fn place(source: &Source) -> String {
    let values = [("file", source.file.as_str().into()), ("line", source.line.into())];
    super::with("declared-source", &values)
}

/// Why it was left.
pub fn why(why: &Why) -> String {
    match why {
        Why::Manual => super::get("cli-plan-manual"),
        Why::Unreadable(file) => super::with("cli-plan-unreadable", &[("file", file.as_str().into())]),
        Why::Invalid(invalid) => {
            let reasons = invalid.iter().map(|(field, why)| {
                format!("{}: {}", field.name(), reason::sentence(why, field, super::with))
            });
            reasons.collect::<Vec<_>>().join(" ")
        }
    }
}
