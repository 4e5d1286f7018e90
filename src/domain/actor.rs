//! Who asks for an operation, and what they hold.

use super::admin_user::AdminUserId;
use super::permission::Grants;

/// Whoever asks for an operation.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person, or `None` for a command on the server itself.
    pub admin: Option<AdminUserId>,
    /// What they hold, and therefore may hand on.
    pub holds: Grants,
}

impl Actor {
    /// A command on the server: whoever can run it can read the keys, so it holds everything.
    pub fn command() -> Self {
        Self { admin: None, holds: Grants::everything() }
    }
}
