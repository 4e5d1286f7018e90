//! Every text a person sees, by key, from one Fluent catalogue. Knows no page and no handler, and of the layers below only
//! the reasons that [`reason`] puts into sentences, the settings that [`setting`] names, the refusals of [`declared`],
//! what [`problem`] finds wrong in declarations and the errors of which [`failure`] tells; what is inserted comes in as
//! plain text or number and is escaped by whoever draws it.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// A text or a number to be inserted where a message names it.
pub use fluent_bundle::FluentValue as Value;

pub mod declared;
pub mod failure;
pub mod problem;
pub mod reason;
pub mod setting;

#[cfg(test)]
mod tests;

/// How a message is said: [`with`], or [`on_page`].
pub type Say = fn(&str, &[(&str, Value<'_>)]) -> String;

/// The languages that the catalogue has, each in its own words.
pub const LANGUAGES: [(&str, &str); 1] = [("en", "English")];

const ENGLISH: &str = include_str!("en.ftl");

static CATALOGUE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle =
        FluentBundle::new_concurrent(vec!["en".parse::<LanguageIdentifier>().unwrap_or_default()]);
    // Isolation marks would show up at terminals and in mails; pages ask for them by `on_page`.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(ENGLISH.to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
});

/// The text of a message that is nothing but words, as the catalogue has it; any other key is answered with itself,
/// visibly.
pub fn plain(key: &'static str) -> &'static str {
    let pattern = CATALOGUE.get_message(key).and_then(|message| message.value());
    match pattern.map(|pattern| CATALOGUE.format_pattern(pattern, None, &mut Vec::new())) {
        Some(Cow::Borrowed(words)) => words,
        _ => key,
    }
}

/// The text of a message that takes no values.
pub fn get(key: &str) -> String {
    with(key, &[])
}

/// What stands beside a message: a hint, or one of several words.
pub fn attribute(key: &str, name: &str) -> Option<String> {
    let pattern = CATALOGUE.get_message(key)?.get_attribute(name)?.value();
    Some(CATALOGUE.format_pattern(pattern, None, &mut Vec::new()).into_owned())
}

/// The text of a message with its values filled in; an unknown key is answered with itself, visibly.
pub fn with(key: &str, values: &[(&str, Value<'_>)]) -> String {
    let Some(pattern) = CATALOGUE.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
    CATALOGUE.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

/// As [`with`], for a page: the direction in which a value is written turns nothing of the sentence around it.
pub fn on_page(key: &str, values: &[(&str, Value<'_>)]) -> String {
    let isolate = |value: &Value<'_>| match value {
        Value::String(words) => isolated(words).into(),
        other => other.clone().into_owned(),
    };
    let values: Vec<(&str, Value<'_>)> = values.iter().map(|(name, value)| (*name, isolate(value))).collect();
    with(key, &values)
}

/// What somebody wrote, for a page, between the marks that keep its direction of writing to itself. In sentences that are
/// written from left to right, ASCII turns nothing, and stays as it is.
pub fn isolated(words: &str) -> String {
    if words.is_ascii() { words.to_owned() } else { format!("\u{2068}{words}\u{2069}") }
}

/// A line that repeats what a file says: one line in every log, and nothing that a terminal would obey.
fn printable(line: &str) -> String {
    line.replace(char::is_control, "\u{fffd}")
}
