//! The form of the settings: what it is drawn from, what it sends, and the names in it.

use crate::domain::setting::{self, Current, GROUPS, Kind, Setting, Wanted};
use crate::domain::{self, Invalid, Reason};
use crate::secret::Secret;
use crate::text::{self, reason};
use crate::web::extract::admin::Admin;
use crate::web::form::{Choice, Field, Problem};

/// The form.
pub struct Form {
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: String,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// The settings.
    pub groups: Vec<Group>,
    /// `current_password`, when the last confirmation is too old.
    pub proof: Option<Field>,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
}

/// Settings that belong together.
pub struct Group {
    /// Element id of its heading.
    pub element: String,
    /// What it is called.
    pub title: String,
    /// Its settings.
    pub lines: Vec<Line>,
}

/// One setting.
pub struct Line {
    /// Element id of its input.
    pub element: String,
    /// Name of its inputs, without what each adds.
    pub send: String,
    /// What it is called.
    pub label: String,
    /// What there is to know about it.
    pub hint: String,
    /// Its value.
    pub field: Field,
    /// What may be chosen; empty where something is typed.
    pub choices: Vec<Choice>,
    /// Keyboard that a telephone should show.
    pub keyboard: &'static str,
    /// Its default, in words.
    pub default: String,
    /// Whether it has its default, whatever that may become.
    pub is_default: bool,
}

/// What the form shows: what is stored, or what was typed.
pub(super) struct Content {
    values: Vec<Value>,
    version: String,
    invalid: Invalid,
    is_asked: bool,
}

/// A setting as it stands in the form.
struct Value {
    setting: Setting,
    value: String,
    is_default: bool,
}

/// What a form sent.
pub(super) struct Sent(pub(super) Vec<(String, String)>);

impl Content {
    /// What is stored.
    pub(super) fn stored(current: &[Current]) -> Self {
        let value = |current: &Current| Value {
            setting: current.setting,
            value: current.value.clone(),
            is_default: !current.is_set,
        };
        Self {
            values: current.iter().map(value).collect(),
            version: setting::version(current),
            invalid: Invalid::default(),
            is_asked: false,
        }
    }

    /// The same form, not accepted.
    pub(super) fn refused(self, invalid: Invalid, is_asked: bool) -> Self {
        Self { invalid, is_asked, ..self }
    }

    pub(super) fn form(&self, admin: &Admin) -> Form {
        let group = |group: &setting::Group| Group {
            element: format!("oauth_{}-head", group.key),
            title: text::setting::group(*group),
            lines: self
                .values
                .iter()
                .filter(|it| group.settings.contains(&it.setting))
                .map(|it| self.line(it))
                .collect(),
        };
        Form {
            version: self.version.clone(),
            problems: self.invalid.iter().map(|(field, reason)| problem(field, reason)).collect(),
            groups: GROUPS.iter().map(group).collect(),
            proof: (!admin.is_confirmed()).then(|| self.field(domain::Field::CurrentPassword, String::new())),
            is_asked: self.is_asked,
        }
    }

    fn line(&self, value: &Value) -> Line {
        let Value { setting, value, is_default } = value;
        let words: &[&str] = match setting.kind {
            Kind::Flag => &["1", "0"],
            Kind::OneOf(words) => words,
            Kind::Number { .. } | Kind::Hours | Kind::Schedule => &[],
        };
        let choice = |word: &&str| Choice {
            value: (*word).to_owned(),
            label: text::setting::word(*setting, word),
            is_chosen: value == word,
        };
        Line {
            element: element(*setting),
            send: name(*setting),
            label: text::setting::label(*setting),
            hint: text::setting::hint(*setting),
            field: self.field(domain::Field::Setting(setting.path), value.clone()),
            choices: words.iter().map(choice).collect(),
            keyboard: match setting.kind {
                Kind::Number { .. } => "numeric",
                Kind::Hours => "decimal",
                _ => "text",
            },
            default: match setting.default {
                "" => text::get("setting-empty"),
                default => text::setting::word(*setting, default),
            },
            is_default: *is_default,
        }
    }

    fn field(&self, field: domain::Field, value: String) -> Field {
        let wrong = self.invalid.iter().filter(|(wrong, _)| *wrong == field);
        Field {
            value,
            errors: wrong.map(|(_, reason)| reason::sentence(reason, field, text::on_page)).collect(),
        }
    }
}

impl Sent {
    /// The administrator's own password.
    pub(super) fn password(&self) -> Option<Secret> {
        self.value("current_password").map(Secret::new)
    }

    /// The version that the form was drawn from.
    pub(super) fn version(&self) -> Option<String> {
        self.value("version").map(str::to_owned)
    }

    /// What is wanted of each setting that is in the form.
    ///
    /// # Errors
    /// Where a value was typed and the default chosen, and what is no value of its kind: typing is not undone by a tick
    /// that was there before, as it is where no script takes the field out of reach.
    pub(super) fn wanted(&self, current: &[Current]) -> Result<Vec<(Setting, Wanted)>, Invalid> {
        let mut invalid = Invalid::default();
        let mut wanted = Vec::new();
        for current in current {
            let setting = current.setting;
            let value = self.value(&format!("{}[value]", name(setting)));
            if self.has_default(setting) {
                let is_typed =
                    |value: &&str| ![setting.default, current.value.as_str()].contains(&value.trim());
                if value.filter(is_typed).is_some() {
                    invalid.add(domain::Field::Setting(setting.path), Reason::DefaultChosen);
                }
                wanted.push((setting, Wanted::Default));
            } else if let Some(value) = value {
                wanted.push((setting, Wanted::Value(value.to_owned())));
            }
        }
        if let Err(more) = setting::check(&wanted) {
            invalid.extend(more);
        }
        invalid.check()?;
        Ok(wanted)
    }

    /// The form again as it was sent; what it did not send is as stored.
    pub(super) fn content(&self, current: &[Current]) -> Content {
        let value = |current: &Current| {
            let setting = current.setting;
            let sent = self.value(&format!("{}[value]", name(setting)));
            Value {
                setting,
                value: sent.unwrap_or(&current.value).to_owned(),
                is_default: self.has_default(setting) || (sent.is_none() && !current.is_set),
            }
        };
        Content {
            values: current.iter().map(value).collect(),
            version: self.version().unwrap_or_else(|| setting::version(current)),
            invalid: Invalid::default(),
            is_asked: false,
        }
    }

    fn has_default(&self, setting: Setting) -> bool {
        self.value(&format!("{}[inherit]", name(setting))) == Some("1")
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }
}

fn problem(field: domain::Field, reason: &Reason) -> Problem {
    let (label, element) = match field {
        domain::Field::Setting(path) => match setting::by_path(path) {
            Ok(setting) => (text::setting::label(setting), element(setting)),
            Err(_) => (path.to_owned(), String::new()),
        },
        _ => (text::get("identity-password"), "setting_current_password".to_owned()),
    };
    Problem { field: element, text: format!("{label}: {}", reason::sentence(reason, field, text::on_page)) }
}

/// Element id of a setting's input, as Magento has it.
fn element(setting: Setting) -> String {
    setting.path.replace('/', "_")
}

/// Name of a setting's inputs, as Magento has it; those beside its section `oauth` carry the section too.
fn name(setting: Setting) -> String {
    let (place, field) = setting.path.rsplit_once('/').unwrap_or(("", setting.path));
    let group = place.strip_prefix("oauth/").unwrap_or(place);
    format!("groups[{group}][fields][{field}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_named_as_magento_names_them() {
        assert_eq!(name(setting::POST_TIMEOUT), "groups[consumer][fields][post_timeout]");
        assert_eq!(element(setting::POST_TIMEOUT), "oauth_consumer_post_timeout");
        assert_eq!(name(setting::TOKEN_GRACE), "groups[latchkey/token][fields][grace]");
    }
}
