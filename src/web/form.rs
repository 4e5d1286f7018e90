//! What a form shows when it is drawn again: values as typed, and reasons beside the fields. Never a password.

use std::collections::HashMap;

use crate::domain::{self, Invalid, Reason};
use crate::text;

/// One field as it is to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// What was typed, or what is stored.
    pub value: String,
    /// Why it was not accepted; empty when nothing is wrong.
    pub errors: Vec<String>,
}

/// One line of the summary above a form: the reason and the field it is about.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Element id of the field.
    pub field: String,
    /// Label and reason in one sentence.
    pub text: String,
}

/// A choice of a drop-down.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the chosen one.
    pub is_chosen: bool,
}

/// The state of a form: what was typed into each field and why some were not accepted.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    values: HashMap<domain::Field, String>,
    invalid: Invalid,
}

impl FormState {
    /// A form with these values; leave passwords out.
    pub fn new<'a>(values: impl IntoIterator<Item = (domain::Field, &'a str)>) -> Self {
        let values = values.into_iter().map(|(field, value)| (field, value.to_owned())).collect();
        Self { values, invalid: Invalid::default() }
    }

    /// The same form with one more value.
    #[must_use]
    pub fn with(mut self, field: domain::Field, value: &str) -> Self {
        self.values.insert(field, value.to_owned());
        self
    }

    /// The same form, not accepted.
    #[must_use]
    pub fn refused(mut self, invalid: Invalid) -> Self {
        self.invalid = invalid;
        self
    }

    /// A field with its value and reasons.
    pub fn field(&self, field: domain::Field) -> Field {
        let errors = self.invalid.iter().filter(|(wrong, _)| *wrong == field);
        Field {
            value: self.values.get(&field).cloned().unwrap_or_default(),
            errors: errors.map(|(_, reason)| text::reason::sentence(reason, field, text::on_page)).collect(),
        }
    }

    /// The summary, in the order in which the problems were found; `place` gives the key of a field's label and
    /// the element id of its input.
    pub fn problems(&self, place: impl Fn(domain::Field) -> (&'static str, &'static str)) -> Vec<Problem> {
        let problem = |(field, reason): (domain::Field, &Reason)| {
            let (label, element) = place(field);
            Problem {
                field: element.to_owned(),
                text: format!(
                    "{}: {}",
                    text::get(label),
                    text::reason::sentence(reason, field, text::on_page)
                ),
            }
        };
        self.invalid.iter().map(problem).collect()
    }
}
