//! Why the program does not start: each names the setting and the remedy, and never a value that may be secret.

use super::settings;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is there and cannot be read.
    #[error("cannot read latchkey.toml: {0}")]
    File(std::io::Error),
    /// The file is not TOML.
    #[error("latchkey.toml, line {line}: {what}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The parser's words.
        what: String,
    },
    /// The file holds a setting that there is not.
    #[error(
        "latchkey.toml holds the unknown setting `{0}`: correct or remove it; docs/configuration.md lists all settings"
    )]
    UnknownSetting(String),
    /// The environment holds a variable that there is not.
    #[error(
        "the environment holds the unknown variable `{0}`: correct or unset it; docs/configuration.md lists all variables"
    )]
    UnknownVariable(String),
    /// A value is none of its setting.
    #[error("the setting `{setting}`{} {what}", in_environment(setting))]
    Wrong {
        /// Which one.
        setting: &'static str,
        /// What is wrong with it, and the remedy.
        what: String,
    },
}

impl Error {
    pub(super) fn wrong(setting: &'static str, what: impl Into<String>) -> Self {
        Self::Wrong { setting, what: what.into() }
    }
}

fn in_environment(setting: &str) -> String {
    let variable = settings::find(setting).and_then(|setting| setting.variable);
    variable.map(|variable| format!(" (environment: {variable})")).unwrap_or_default()
}
