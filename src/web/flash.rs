//! Messages that survive one redirect. They are plain text; templates escape them.

use actix_session::Session;
use serde::{Deserialize, Serialize};

use super::Error;

const KEY: &str = "flashes";

/// A message that is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// How it is meant.
    pub kind: FlashKind,
    /// What it says.
    pub text: String,
}

/// How a message is meant; decides colour, icon and whether it interrupts a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlashKind {
    /// Something was done.
    Success,
    /// Something is worth knowing.
    Notice,
    /// Something needs care.
    Warning,
    /// Something was not done.
    Error,
}

impl FlashKind {
    /// Name in markup.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Flash {
    /// Something was done.
    pub fn success(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Success, text: text.into() }
    }

    /// Something needs care.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Warning, text: text.into() }
    }

    /// Something was not done.
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Error, text: text.into() }
    }
}

/// Keeps a message for the next page.
///
/// # Errors
/// When the session cannot be written.
pub fn add(session: &Session, flash: Flash) -> Result<(), Error> {
    let mut flashes: Vec<Flash> = session.get(KEY)?.unwrap_or_default();
    flashes.push(flash);
    Ok(session.insert(KEY, flashes)?)
}

/// The messages for this page, which are then forgotten.
pub fn take(session: &Session) -> Vec<Flash> {
    // Removing marks the session as changed, and so costs a write: only when there is something.
    if !session.contains_key(KEY) {
        return Vec::new();
    }
    session.remove_as(KEY).and_then(Result::ok).unwrap_or_default()
}
