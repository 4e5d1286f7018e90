//! Why a command failed, as the person at the terminal reads it.

use std::fmt;
use std::io;

use crate::text::{self, failure};
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
    /// The server does not serve.
    Serve(app::ServeError),
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
            Self::Domain(error) => formatter.write_str(&failure::of_domain(error)),
            Self::Output(error) => formatter.write_str(&text::with("cli-output", &[failure::foreign(error)])),
            Self::Serve(error) => error.fmt(formatter),
            Self::Said(sentence) => formatter.write_str(sentence),
            Self::Status(_) => Ok(()),
        }
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

impl From<app::ServeError> for Failure {
    fn from(error: app::ServeError) -> Self {
        Self::Serve(error)
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
