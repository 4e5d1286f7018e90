//! The bar of system messages in words: sentences, with a link where there is a page to act on.

use actix_session::Session;

use super::Error;
use super::admin::webhook;
use crate::app::App;
use crate::domain::system_message::{Installation, Message};
use crate::text;

/// Where a session keeps which messages its person has seen.
const SEEN: &str = "system_messages";

/// A standing message, perhaps with a link in the middle of its sentence.
#[derive(Debug, Clone)]
pub struct SystemMessage {
    /// The sentence up to the link.
    pub before: String,
    /// The link.
    pub link: Option<Link>,
    /// The rest of the sentence.
    pub after: String,
}

/// A link within a sentence.
#[derive(Debug, Clone)]
pub struct Link {
    /// The words that are the link.
    pub words: String,
    /// Where it leads.
    pub href: String,
}

impl SystemMessage {
    /// Puts a message into words.
    pub fn of(message: Message) -> Self {
        match message {
            Message::PlainHttp => Self::plain(text::get("system-plain-http")),
            Message::NoMail => Self::plain(text::get("system-no-mail")),
            Message::IntegrationsReset => Self {
                before: text::get("system-integrations-reset-before"),
                link: Some(Link {
                    words: text::get("system-integrations-reset-link"),
                    href: "/admin/integration?status=2".to_owned(),
                }),
                after: text::get("system-integrations-reset-after"),
            },
            Message::DeliveriesFailed => Self {
                before: text::get("system-deliveries-failed-before"),
                link: Some(Link {
                    words: text::get("system-deliveries-failed-link"),
                    href: webhook::LIST.to_owned(),
                }),
                after: text::get("system-deliveries-failed-after"),
            },
        }
    }

    fn plain(text: String) -> Self {
        Self { before: text, link: None, after: String::new() }
    }
}

/// Those of these messages that were not there on the page before, in this session.
pub(super) fn new_ones(session: &Session, messages: &[Message]) -> Result<Vec<Message>, Error> {
    let seen: Vec<String> = session.get(SEEN)?.unwrap_or_default();
    let now: Vec<&str> = messages.iter().map(|message| message.word()).collect();
    if seen != now {
        session.insert(SEEN, &now)?;
    }
    let is_new = |message: &Message| !seen.iter().any(|word| word == message.word());
    Ok(messages.iter().copied().filter(is_new).collect())
}

/// What of the configuration there may be something to tell about.
pub(super) fn installation(app: &App) -> Installation {
    let base = &app.config.base_url;
    let is_loopback = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    Installation {
        is_public: !is_loopback,
        is_https: base.scheme() == "https",
        sends_mail: app.mailer.is_some(),
    }
}
