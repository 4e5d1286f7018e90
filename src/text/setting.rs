//! What settings are called. Their keys follow from their paths, so that a setting is named nowhere but in its table
//! and in the catalogue.

use crate::domain::setting::{Group, Kind, Setting};
use crate::text;

/// What a setting is called.
pub fn label(setting: Setting) -> String {
    text::get(&key(setting))
}

/// What there is to know about it.
pub fn hint(setting: Setting) -> String {
    text::attribute(&key(setting), "hint").unwrap_or_default()
}

/// What a group of settings is called.
pub fn group(group: Group) -> String {
    text::get(&group_key(group))
}

/// A value in words, as far as there are words for it.
pub fn word(setting: Setting, value: &str) -> String {
    match (setting.kind, value) {
        (Kind::Flag, "1") => text::get("setting-yes"),
        (Kind::Flag, _) => text::get("setting-no"),
        (Kind::OneOf(_), _) => {
            text::attribute(&key(setting), &format!("is-{value}")).unwrap_or_else(|| value.to_owned())
        }
        _ => value.to_owned(),
    }
}

/// The key of a setting's message.
pub(super) fn key(setting: Setting) -> String {
    format!("setting-{}", setting.path.replace('/', "-"))
}

/// The key of a group's message.
pub(super) fn group_key(group: Group) -> String {
    format!("setting-group-{}", group.key)
}
