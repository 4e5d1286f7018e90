//! Who asks for an operation, from where, and what they hold.

use std::net::IpAddr;

use super::admin_user::{AdminUser, AdminUserId};
use super::integration::{Integration, IntegrationId};
use super::permission::Grants;

/// Whoever asks for an operation. What it changes is recorded under this name and place (`super::audit`).
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who it is.
    pub who: Who,
    /// What they hold, and therefore may hand on.
    pub holds: Grants,
    /// Where the request came from.
    pub source: Source,
}

/// Who asks, by the name that they have at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person who is signed in.
    Admin(AdminUserId, String),
    /// The server of a partner, by the name of its integration.
    Partner(IntegrationId, String),
    /// A command on the server.
    Command,
    /// The running server itself.
    System,
    /// Somebody who has not signed in.
    Stranger,
}

/// Where a request came from; nowhere, for a command and for the server itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What the client says it is, in its own words.
    pub browser: String,
}

impl Actor {
    /// A command on the server: whoever can run it can read the keys, so it holds everything.
    pub fn command() -> Self {
        Self { who: Who::Command, holds: Grants::everything(), source: Source::default() }
    }

    /// The running server itself, by a job or at its start.
    pub fn system() -> Self {
        Self { who: Who::System, ..Self::command() }
    }

    /// Somebody who has not signed in.
    pub fn stranger(source: &Source) -> Self {
        Self { who: Who::Stranger, holds: Grants::nothing(), source: source.clone() }
    }

    /// A person, before what they hold is of any interest.
    pub fn person(user: &AdminUser, source: &Source) -> Self {
        Self { who: Who::Admin(user.id, user.username.clone()), ..Self::stranger(source) }
    }

    /// A partner's server.
    pub fn partner(integration: &Integration, source: &Source) -> Self {
        Self { who: Who::Partner(integration.id, integration.name.clone()), ..Self::stranger(source) }
    }

    /// The person, if it is one.
    pub fn admin(&self) -> Option<AdminUserId> {
        match self.who {
            Who::Admin(id, _) => Some(id),
            _ => None,
        }
    }
}
