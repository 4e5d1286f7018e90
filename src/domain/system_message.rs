//! What administrators are told above every page, for as long as it is so. Nothing is stored: a message is there while its
//! cause is.

use chrono::TimeDelta;

use super::{Error, integration};
use crate::store::{self, Work};
use crate::worded::worded;

/// The resource that lets a person see them.
pub const SHOW_LIST: &str = "Magento_AdminNotification::show_list";

worded! {
    /// What is to be told.
    Message {
        /// The public address is reached without encryption: passwords, cookies and tokens can be read on their way.
        PlainHttp = "plain_http",
        /// Declared integrations wait for somebody to approve what their declaration asks for.
        IntegrationsReset = "integrations_reset",
        /// Events were given up that a webhook was to be told.
        DeliveriesFailed = "deliveries_failed",
        /// Whoever forgets the password gets no link: there is no mail server.
        NoMail = "no_mail",
    }
}

/// How long it is told that events were given up: whoever needs none of them again is not told for ever.
const FAILURES_TOLD_FOR: TimeDelta = TimeDelta::days(7);

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
        (Message::DeliveriesFailed, any_given_up(work)?),
        (Message::NoMail, is_public && !sends_mail),
    ];
    let mut messages: Vec<Message> =
        told.into_iter().filter(|(_, is_so)| *is_so).map(|(message, _)| message).collect();
    messages.sort_by_key(|message| message.severity());
    Ok(messages)
}

fn any_given_up(work: &mut Work<'_>) -> Result<bool, Error> {
    let since = work.now - FAILURES_TOLD_FOR;
    Ok(store::event_delivery::any_given_up(work, since)?)
}

impl Message {
    /// How much it matters.
    pub fn severity(self) -> Severity {
        match self {
            Self::PlainHttp => Severity::Critical,
            Self::IntegrationsReset | Self::DeliveriesFailed => Severity::Major,
            Self::NoMail => Severity::Notice,
        }
    }
}
