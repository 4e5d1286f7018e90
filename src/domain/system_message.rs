//! What administrators are told above every page, for as long as it is so. Nothing is stored: a message is there while its
//! cause is.

use super::{Error, integration};
use crate::store::Work;

/// The resource that lets a person see them.
pub const SHOW_LIST: &str = "Magento_AdminNotification::show_list";

/// What is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// The public address is reached without encryption: passwords, cookies and tokens can be read on their way.
    PlainHttp,
    /// Declared integrations wait for somebody to approve what their declaration asks for.
    IntegrationsReset,
    /// Whoever forgets the password gets no link: there is no mail server.
    NoMail,
}

/// How much it matters. The order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Harm is being done.
    Critical,
    /// Something does not work until somebody acts.
    Major,
    /// Something is missing.
    Notice,
}

/// What of the configuration there may be something to tell about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installation {
    /// Whether others than this machine reach the public address.
    pub is_public: bool,
    /// Whether the public address is https.
    pub is_https: bool,
    /// Whether there is a mail server.
    pub sends_mail: bool,
}

/// What is to be told now, the most severe first. Asked for with every page: each message costs a small query at the
/// most.
///
/// # Errors
/// Those of the database.
pub fn current(work: &mut Work<'_>, installation: Installation) -> Result<Vec<Message>, Error> {
    let Installation { is_public, is_https, sends_mail } = installation;
    let told = [
        (Message::PlainHttp, is_public && !is_https),
        (Message::IntegrationsReset, integration::any_declared_reset(work)?),
        (Message::NoMail, is_public && !sends_mail),
    ];
    let mut messages: Vec<Message> =
        told.into_iter().filter(|(_, is_so)| *is_so).map(|(message, _)| message).collect();
    messages.sort_by_key(|message| message.severity());
    Ok(messages)
}

impl Message {
    /// How much it matters.
    pub fn severity(self) -> Severity {
        match self {
            Self::PlainHttp => Severity::Critical,
            Self::IntegrationsReset => Severity::Major,
            Self::NoMail => Severity::Notice,
        }
    }
}
