//! Events: what is worth telling the world. An operation records one in the transaction that causes it, so that none is
//! told of what did not happen, and none is missing of what did. A job delivers them afterwards: [`delivery`], to an [`observer::Observer`].
//!
//! Nothing secret is ever in one.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::admin_user::AdminUser;
use super::integration::Integration;
use super::{Error, setting};
use crate::store::{self, Work};
use crate::worded::worded;

worded! {
    /// What happened.
    Kind {
        /// An administrator signed in.
        AdminLogin = "admin_login",
        /// A customer proved who they are, by a password.
        CustomerLogin = "customer_login",
        /// An integration was made.
        IntegrationCreated = "integration_created",
        /// Fields or permissions of an integration were changed.
        IntegrationUpdated = "integration_updated",
        /// An integration got an access token and had none that worked.
        IntegrationActivated = "integration_activated",
        /// An integration got another access token.
        IntegrationReauthorized = "integration_reauthorized",
        /// An integration was stopped for a while.
        IntegrationSuspended = "integration_suspended",
        /// A suspended integration goes on.
        IntegrationResumed = "integration_resumed",
        /// The access of an integration was taken away.
        IntegrationRevoked = "integration_revoked",
        /// An integration was deleted.
        IntegrationDeleted = "integration_deleted",
        /// Somebody got an access token.
        TokenIssued = "token_issued",
        /// Access tokens of somebody were ended before their time.
        TokenRevoked = "token_revoked",
    }
}

worded! {
    /// Of which kind a subject is.
    SubjectKind {
        /// An integration.
        Integration = "integration",
        /// An administrator.
        Admin = "admin",
        /// A customer of the store.
        Customer = "customer",
    }
}

pub mod delivery;
pub mod observer;

/// Whom an event is about. Events about the same one are delivered in the order in which they happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    kind: SubjectKind,
    id: i64,
    about: Value,
}

/// What an operation records.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What happened.
    pub kind: Kind,
    /// Of which kind the subject is.
    pub subject_kind: SubjectKind,
    /// Which one it is.
    pub subject_id: i64,
    /// What is told: an object in JSON.
    pub data: Value,
}

/// Identifies an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub i64);

/// What happened once.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Identifies it, and says what was earlier of the same subject.
    pub id: EventId,
    /// Identifies it in the world: the same in every delivery, and in no other event.
    pub message_id: String,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub at: DateTime<Utc>,
    /// Of which kind the subject is.
    pub subject_kind: SubjectKind,
    /// Which one it is.
    pub subject_id: i64,
    /// What is told: an object in JSON that says who the subject is.
    pub data: Value,
}

/// Records that this happened, in the transaction that does it. Call it where the subject cannot be changed by another
/// transaction any more: that makes the order of its events the order in which they happened.
pub fn record(work: &mut Work<'_>, kind: Kind, subject: Subject) {
    let Subject { kind: subject_kind, id: subject_id, about } = subject;
    let data = Value::Object(Map::from_iter([(subject_kind.word().to_owned(), about)]));
    work.events.push(Recorded { kind, subject_kind, subject_id, data });
}

impl Subject {
    /// An integration, as it is after what happened.
    pub fn integration(it: &Integration) -> Self {
        let about = json!({ "id": it.id.0, "name": it.name, "status": it.status.name() });
        Self { kind: SubjectKind::Integration, id: it.id.0, about }
    }

    /// An administrator.
    pub fn admin(user: &AdminUser) -> Self {
        let about = json!({ "id": user.id.0, "username": user.username });
        Self { kind: SubjectKind::Admin, id: user.id.0, about }
    }

    /// A customer, with an object in JSON that says who it is: `id`, `email` and what else may be told.
    pub fn customer(id: i64, about: Value) -> Self {
        Self { kind: SubjectKind::Customer, id, about }
    }
}

/// Removes the oldest events past their time, after their deliveries; says how many rows that were.
///
/// # Errors
/// Those of the database.
pub fn remove_old(work: &mut Work<'_>) -> Result<usize, Error> {
    match setting::days_ago(work, setting::EVENT_DAYS)? {
        Some(moment) => Ok(store::event::delete_before(work, moment, store::BATCH)?),
        None => Ok(0),
    }
}

#[cfg(test)]
mod tests;
