//! Why something failed, as a sentence with its cause and the remedy: one mapping for pages, commands and what is kept of
//! jobs. Sentences go on after a colon. The log says the same in the words of the errors themselves.

use std::fmt::Display;

use super::reason;
use crate::domain::{self, Field, Reason};
use crate::oauth1::BadBaseUri;
use crate::outbound::mail::{self, Whose};
use crate::outbound::upstream::Unusable;
use crate::text::{self, Value};
use crate::{seal, store};

#[cfg(test)]
mod tests;

/// Why an operation did not happen; a line for each field that cannot be accepted.
pub fn of_domain(error: &domain::Error) -> String {
    match error {
        domain::Error::Invalid(invalid) => {
            let line = |(field, why): (Field, &Reason)| {
                format!("{}: {}", field.name(), reason::sentence(why, field, text::with))
            };
            invalid.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        domain::Error::NotFound(missing) => reason::missing(missing, text::with),
        domain::Error::Conflict(conflict) => reason::conflict(conflict, text::with),
        domain::Error::Denied(holder, ids) => reason::denied(*holder, ids),
        domain::Error::Store(error) => of_store(error),
    }
}

/// What is wrong with the database, or with what it holds.
pub fn of_store(error: &store::Error) -> String {
    use store::Error;
    match error {
        Error::Database(cause) => text::with("failure-database", &[foreign(cause)]),
        Error::Entry(cause) => text::with("failure-entry", &[foreign(cause)]),
        Error::Connect { url, cause } => {
            text::with("failure-connect", &[("url", url.as_str().into()), foreign(cause)])
        }
        Error::Password(url) => text::with("failure-password", &[("url", url.as_str().into())]),
        Error::Folder { path, cause } => {
            text::with("failure-folder", &[("path", path.display().to_string().into()), foreign(cause)])
        }
        Error::Pool(cause) => text::with("failure-pool", &[foreign(cause)]),
        Error::Commit(cause) => text::with("failure-commit", &[("cause", of_store(cause).into())]),
        Error::Migration(cause) => text::with("failure-migration", &[foreign(cause)]),
        Error::Outdated => text::get("failure-outdated"),
        Error::NotDurable(setting) => {
            text::with("failure-not-durable", &[("setting", setting.as_str().into())])
        }
        Error::Corrupt { table, column, id } => {
            let row = ("row", id.to_string().into());
            text::with("failure-corrupt", &[("table", (*table).into()), row, ("column", (*column).into())])
        }
        Error::Sealed(cause) => text::with("failure-sealed", &[("cause", of_seal(cause).into())]),
        Error::ForeignKeys => text::get("failure-foreign-keys"),
        Error::Duplicate => text::get("failure-duplicate"),
        Error::Cancelled => text::get("failure-cancelled"),
        Error::Thread(cause) => text::with("failure-thread", &[foreign(cause)]),
    }
}

/// What is wrong with keys, or with what they sealed.
pub fn of_seal(error: &seal::Error) -> String {
    use seal::Error;
    match error {
        Error::BadKey(line) => text::with("failure-bad-key", &[("line", (*line).into())]),
        Error::NoKey => text::get("failure-no-key"),
        Error::UnknownKey(id) => text::with("failure-unknown-key", &[("id", id.as_str().into())]),
        Error::DoesNotOpen => text::get("failure-does-not-open"),
    }
}

/// Why a mail was not sent.
pub fn of_mail(error: &mail::Error) -> String {
    use mail::Error;
    match error {
        Error::Address(Whose::Server) => text::get("failure-mail-server"),
        Error::Address(Whose::Sender) => text::get("failure-mail-sender"),
        Error::Address(Whose::Recipient) => text::get("failure-mail-recipient"),
        Error::Message(cause) => text::with("failure-mail-message", &[foreign(cause)]),
        Error::Smtp(cause) => text::with("failure-mail-refused", &[foreign(cause)]),
        Error::Template(cause) => text::with("failure-mail-template", &[foreign(cause)]),
        Error::Stopped => text::get("failure-mail-stopped"),
    }
}

/// Why an address is none for an upstream.
pub fn of_upstream(error: &Unusable) -> String {
    match error {
        Unusable::Tls(cause) => text::with("start-tls", &[foreign(cause)]),
        Unusable::Host => text::get("failure-upstream-host"),
    }
}

/// Why partners cannot sign for an address.
pub fn of_address(error: BadBaseUri) -> String {
    match error {
        BadBaseUri::Scheme => text::get("failure-address-scheme"),
        BadBaseUri::Host => text::get("failure-address-host"),
        BadBaseUri::Port => text::get("failure-address-port"),
        BadBaseUri::Query => text::get("failure-address-query"),
    }
}

/// A cause in somebody else's words, in one line.
pub fn foreign(cause: &impl Display) -> (&'static str, Value<'static>) {
    let words = cause.to_string();
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    ("cause", text::printable(&line).into())
}
