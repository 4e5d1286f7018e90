//! What is posted to an address that a person or a partner chose.

use std::time::Duration;

use super::Handover;
use crate::secret::Secret;

/// What to send where, and how long to bear with it.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where to, as a person entered it.
    pub url: String,
    /// Names and values of the headers, the content type among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Secret,
    /// The time for everything together: looking up, connecting, sending, waiting, redirects.
    pub timeout: Duration,
    /// How many redirects are followed.
    pub max_redirects: u32,
}

impl From<Handover> for Post {
    fn from(handover: Handover) -> Self {
        Self {
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: Secret::new(handover.form()),
            url: handover.endpoint,
            timeout: handover.timeout,
            max_redirects: handover.max_redirects,
        }
    }
}
