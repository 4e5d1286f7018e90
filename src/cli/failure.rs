//! Why a command failed, as the person at the terminal reads it.

use std::fmt;
use std::io;

use crate::text::reason;
use crate::{app, config, domain, keys, store};

/// Why a command failed.
pub(super) enum Failure {
    /// The configuration cannot be used.
    Config(config::Error),
    /// Database or keys cannot be used.
    Keys(keys::Error),
    /// The server cannot be built.
    App(app::Error),
    /// The operation was refused.
    Domain(domain::Error),
    /// The output could not be written.
    Output(io::Error),
    /// The server stopped.
    Server(io::Error),
    /// This sentence.
    Said(String),
    /// Everything was said already; this is the exit status.
    Status(u8),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(formatter),
            Self::Keys(error) => error.fmt(formatter),
            Self::App(error) => error.fmt(formatter),
            Self::Domain(error) => formatter.write_str(&sentence(error)),
            Self::Output(error) | Self::Server(error) => error.fmt(formatter),
            Self::Said(sentence) => formatter.write_str(sentence),
            Self::Status(_) => Ok(()),
        }
    }
}

fn sentence(error: &domain::Error) -> String {
    match error {
        domain::Error::Invalid(invalid) => {
            let line = |(field, why): (domain::Field, &domain::Reason)| {
                format!("{}: {}", field.name(), reason::sentence(why, field))
            };
            invalid.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        domain::Error::NotFound(missing) => reason::missing(missing),
        domain::Error::Conflict(conflict) => reason::conflict(conflict),
        domain::Error::Denied(holder, ids) => reason::denied(*holder, ids),
        domain::Error::Store(error) => error.to_string(),
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::Config(error)
    }
}

impl From<keys::Error> for Failure {
    fn from(error: keys::Error) -> Self {
        Self::Keys(error)
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        Self::App(error)
    }
}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Self {
        Self::Domain(error)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Domain(error.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
