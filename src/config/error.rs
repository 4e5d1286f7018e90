//! Why the program does not start: each names the setting and the remedy, and never a value that may be secret.

use super::settings;
use crate::text;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is there and cannot be read.
    #[error("{}", text::with("config-file", &[("cause", .0.to_string().into())]))]
    File(std::io::Error),
    /// The file is not TOML.
    #[error("{}", text::with("config-syntax", &[("line", (*line).into()), ("what", what.as_str().into())]))]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The parser's words.
        what: String,
    },
    /// The file holds a setting that there is not.
    #[error("{}", text::with("config-unknown-setting", &[("name", .0.as_str().into())]))]
    UnknownSetting(String),
    /// The environment holds a variable that there is not.
    #[error("{}", text::with("config-unknown-variable", &[("name", .0.as_str().into())]))]
    UnknownVariable(String),
    /// A value is none of its setting.
    #[error("{}", wrong(setting, what))]
    Wrong {
        /// Which one.
        setting: &'static str,
        /// What is wrong with it, and the remedy: goes on from its name.
        what: String,
    },
}

impl Error {
    pub(super) fn wrong(setting: &'static str, what: String) -> Self {
        Self::Wrong { setting, what }
    }
}

fn wrong(setting: &str, what: &str) -> String {
    let variable = settings::find(setting).and_then(|setting| setting.variable);
    let (setting, what) = (("setting", setting.into()), ("what", what.into()));
    match variable {
        Some(variable) => {
            text::with("config-wrong-variable", &[setting, ("variable", variable.into()), what])
        }
        None => text::with("config-wrong", &[setting, what]),
    }
}
