//! The raw values of file and environment, merged: who is asked for a setting answers from one table.

use serde::Deserialize as _;
use toml::{Table, Value};

use super::settings::{self, Default, Form, SETTINGS};
use super::{Error, site};
use crate::text;

const PREFIX: &str = "LATCHKEY_";

/// Raw values by setting.
pub(super) struct Entries(Table);

/// The variables that concern us.
pub(super) fn environment() -> Result<Vec<(String, String)>, Error> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        if !name.starts_with(PREFIX) && !SETTINGS.iter().any(|setting| setting.variable == Some(&name)) {
            continue;
        }
        match (value.into_string(), SETTINGS.iter().find(|setting| setting.variable == Some(&name))) {
            (Ok(value), _) => variables.push((name, value)),
            (Err(_), Some(setting)) => return Err(Error::wrong(setting.name, text::get("config-not-utf8"))),
            (Err(_), None) => return Err(Error::UnknownVariable(name)),
        }
    }
    Ok(variables)
}

impl Entries {
    /// The file's values with the environment's over them.
    pub(super) fn merge(text: &str, variables: Vec<(String, String)>) -> Result<Self, Error> {
        let mut table = text.parse::<Table>().map_err(|cause| {
            // The parser's own rendering quotes the line, which may hold a secret.
            let start = cause.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            Error::Syntax { line, what: cause.message().to_owned() }
        })?;
        if let Some(unknown) = table.keys().find(|name| settings::find(name).is_none()) {
            return Err(Error::UnknownSetting(unknown.clone()));
        }
        for (variable, value) in variables {
            let setting = SETTINGS.iter().find(|setting| setting.variable == Some(&variable));
            let setting = setting.ok_or(Error::UnknownVariable(variable))?;
            let value = match setting.form {
                Form::Text | Form::Tables => Value::String(value),
                Form::Number => {
                    let wrong = |_| Error::wrong(setting.name, text::get("config-not-whole"));
                    Value::Integer(value.trim().parse().map_err(wrong)?)
                }
                Form::List => {
                    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                    Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
                }
            };
            table.insert(setting.name.to_owned(), value);
        }
        Ok(Self(table))
    }

    /// The value, or its default.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Error> {
        let default = settings::find(name).map(|setting| setting.default);
        match (self.text(name)?, default) {
            (Some(text), _) => parse(&text).map_err(|what| Error::wrong(name, what)),
            (None, Some(Default::Value(text))) => parse(text).map_err(|what| Error::wrong(name, what)),
            (None, _) => Err(Error::wrong(name, text::get("config-missing"))),
        }
    }

    /// The value, when it is set.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Error> {
        let text = self.text(name)?;
        text.map(|text| parse(&text)).transpose().map_err(|what| Error::wrong(name, what))
    }

    /// The values of a list; none when it is not set.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, Error> {
        let Some(value) = self.0.remove(name) else { return Ok(Vec::new()) };
        let parts = Vec::<String>::deserialize(value)
            .map_err(|_| Error::wrong(name, text::get("config-not-a-list")))?;
        parts.iter().map(|part| parse(part.trim()).map_err(|what| Error::wrong(name, what))).collect()
    }

    /// A whole number from 1 to `max`, when it is set.
    pub(super) fn number(&mut self, name: &'static str, max: u32) -> Result<Option<u32>, Error> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| (1..=max).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(Error::wrong(name, text::with("config-not-in-range", &[("max", max.into())]))),
        }
    }

    /// The stores as written, when there are any.
    pub(super) fn stores(&mut self) -> Result<Vec<site::Entry>, Error> {
        let Some(value) = self.0.remove("stores") else { return Ok(Vec::new()) };
        Vec::deserialize(value).map_err(|cause| {
            let cause = [("cause", cause.message().trim().into())];
            Error::wrong("stores", text::with("config-stores", &cause))
        })
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, Error> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(Error::wrong(name, text::get("config-empty")))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::wrong(name, text::get("config-not-a-string"))),
        }
    }
}
