//! Sending mail, by the mail server that the configuration names. Outside of any transaction, within a time limit.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use askama::Template;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Message, SmtpTransport, Transport as _};

use crate::secret::Secret;

/// Longest time that each step with the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A mail. The text may hold a one-time link, so it is not printed.
#[derive(Clone)]
pub struct Mail {
    /// Name and e-mail address of whom it is for; the address twice, where there is no name.
    pub to: (String, String),
    /// Subject.
    pub subject: String,
    /// Text for programs without HTML.
    pub text: Secret,
    /// The same in HTML.
    pub html: Secret,
}

/// Somebody who sends mail.
pub trait Mailer: Send + Sync + 'static {
    /// Hands a mail to the mail server.
    fn send(&self, mail: Mail) -> Sending<'_>;
}

/// What comes of sending.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address is none.
    #[error("not an address: {0:?}")]
    Address(Whose),
    /// The mail could not be put together.
    #[error("mail: {0}")]
    Message(#[from] lettre::error::Error),
    /// The mail server did not take it.
    #[error("mail server: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The text could not be drawn.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    /// The server stopped meanwhile.
    #[error("stopped before it was sent")]
    Stopped,
}

/// Whose address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of the mail server.
    Server,
    /// That of the sender of every mail.
    Sender,
    /// That of whom it is for.
    Recipient,
}

/// A mail server.
pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    /// The server of that address, and the sender of every mail.
    ///
    /// # Errors
    /// When either is none.
    pub fn new(url: &Secret, from: &str) -> Result<Self, Error> {
        // The cause may quote the address, which may hold a password.
        let builder = SmtpTransport::from_url(url.expose()).map_err(|_| Error::Address(Whose::Server))?;
        let from = from.parse().map_err(|_| Error::Address(Whose::Sender))?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    fn message(&self, mail: Mail) -> Result<Message, Error> {
        let (name, address) = mail.to;
        let name = Some(name).filter(|name| *name != address);
        let address = address.parse().map_err(|_| Error::Address(Whose::Recipient))?;
        let parts =
            MultiPart::alternative_plain_html(mail.text.expose().to_owned(), mail.html.expose().to_owned());
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(mail.subject)
            .multipart(parts)?)
    }
}

impl Mailer for Smtp {
    fn send(&self, mail: Mail) -> Sending<'_> {
        let message = self.message(mail);
        let transport = self.transport.clone();
        Box::pin(async move {
            let message = message?;
            let sent = tokio::task::spawn_blocking(move || transport.send(&message));
            sent.await.map_err(|_| Error::Stopped)??;
            Ok(())
        })
    }
}

/// Name and e-mail address of a sender as the configuration has it; without a name the address stands for it.
pub fn contact(sender: &str) -> Option<(String, String)> {
    let Mailbox { name, email } = sender.parse().ok()?;
    let email = email.to_string();
    Some((name.unwrap_or_else(|| email.clone()), email))
}

/// A letter, as text.
#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct LetterText<'a> {
    letter: &'a Letter,
}

/// The same in HTML.
#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterHtml<'a> {
    letter: &'a Letter,
}

/// What a mail to a person says, in the words of the catalogue.
pub struct Letter {
    /// Name and e-mail address of whom it is for.
    pub to: (String, String),
    /// Subject.
    pub subject: String,
    /// Whom it greets.
    pub greeting: String,
    /// What happened.
    pub intro: String,
    /// Where to go on.
    pub link: Option<Link>,
    /// What to do when it was somebody else.
    pub ending: String,
}

/// A one-time link.
pub struct Link {
    /// The link.
    pub address: Secret,
    /// How long it is valid, and that it works once.
    pub validity: String,
}

impl Letter {
    /// The mail.
    ///
    /// # Errors
    /// When a template fails.
    pub fn mail(&self) -> Result<Mail, Error> {
        Ok(Mail {
            to: self.to.clone(),
            subject: self.subject.clone(),
            text: Secret::new(LetterText { letter: self }.render()?),
            html: Secret::new(LetterHtml { letter: self }.render()?),
        })
    }
}
