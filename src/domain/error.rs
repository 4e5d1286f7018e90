//! What an operation can answer instead of its result. Kinds, not nouns: a new noun adds no variant.

use super::{Invalid, invalid};
use crate::store;

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was entered cannot be accepted; every field with its reason.
    #[error("invalid: {0:?}")]
    Invalid(Invalid),
    /// There is no such thing.
    #[error("not found: {0:?}")]
    NotFound(Missing),
    /// The thing is in a state that forbids it.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// Whoever asked does not hold these resources, which the thing that they asked about does.
    #[error("denied: {}", .1.join(", "))]
    Denied(Stronger, Vec<String>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What holds more than whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stronger {
    /// An integration.
    Integration,
    /// An administrator, by their role.
    User,
    /// A role.
    Role,
}

/// What was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// An integration, by what was asked for: an id or a name.
    Integration(String),
    /// A role of that name.
    Role(String),
    /// A role of that id.
    RoleId(String),
    /// An administrator of that user name.
    AdminUser(String),
    /// An administrator of that id.
    AdminUserId(String),
    /// A customer of that e-mail address.
    Customer(String),
    /// A customer of that id.
    CustomerId(String),
    /// A setting of that path.
    Setting(String),
    /// The one-time link is unknown, used or too old.
    SetupLink,
    /// The link to choose a new password by is unknown, used or too old.
    PasswordLink,
    /// A webhook of that id.
    Webhook,
    /// A delivery of that id.
    Delivery,
    /// A job of that name.
    Job(String),
}

/// Which state forbids the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody saved in between.
    ChangedMeanwhile,
    /// What it asks for changed after the page was drawn on which it was allowed.
    RequestChanged,
    /// Declared by a file, so its fields are the file's.
    DeclaredCannotBeEdited,
    /// Declared by a file, so it goes with the file; carries the name.
    DeclaredCannotBeDeleted(String),
    /// Suspended: resume first.
    Suspended,
    /// Not suspended: nothing to resume.
    NotSuspended,
    /// Never activated: nothing to suspend.
    NotActive,
    /// Neither active nor about to be: nothing to revoke.
    NothingToRevoke,
    /// Activation of this one goes through an exchange with the partner's server.
    NeedsExchange,
    /// Activation of this one shows its tokens: there is no server to exchange them with.
    NeedsNoExchange,
    /// Showing secrets again is switched off by setting.
    RevealSwitchedOff,
    /// Nobody deletes, deactivates or demotes themselves.
    OwnAccount,
    /// Nobody deletes their own role.
    OwnRole,
    /// Nobody would be left who may do everything.
    LastAdministrator,
    /// So many people have this role.
    RoleHasMembers(i64),
    /// That session has ended already.
    SessionEnded,
    /// There is a second factor already.
    OtpPresent,
    /// There is no second factor that this could be about.
    OtpNotBegun,
    /// The webhook is switched off.
    WebhookOff,
    /// The delivery was not given up: it was made, or is tried anyway.
    DeliveryNotFailed,
    /// That job is running, here or on another node.
    JobRunning(String),
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::NotFound(missing)
    }
}

impl Error {
    /// One field, one reason.
    pub fn invalid(field: invalid::Field, reason: invalid::Reason) -> Self {
        Self::Invalid(Invalid::one(field, reason))
    }
}
