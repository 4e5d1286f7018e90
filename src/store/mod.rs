//! SQL, on two databases. The only place that imports diesel, and the only one that can open a connection.
//!
//! One file per table, named like the table's noun. Functions are verbs over domain types and take [`Work`] first.
//! A missing row is `None`, not an error. No business words here (`allowed`, `expired`): the domain computes those
//! and passes them in as values. This layer uses the domain's types and never its operations.

mod conn;
mod error;
mod migration;
mod page;
mod redact;
mod schema;
mod text;
mod work;
mod writer;

pub mod admin_password;
pub mod admin_unknown_login;
pub mod admin_user;
pub mod attempt;
pub mod audit;
pub mod bearer_token;
pub mod consumer;
pub mod customer;
pub mod declared;
pub mod event;
pub mod event_delivery;
pub mod grant;
pub mod integration;
pub mod job_run;
pub mod nonce;
pub mod otp;
pub mod password_reset;
pub mod revision;
pub mod role;
pub mod sealing_key;
pub mod session;
pub mod setting;
pub mod setup_link;
pub mod snapshot;
pub mod token;
pub mod token_request_log;
pub mod webhook;

#[cfg(test)]
pub(crate) mod testing;

use std::time::Duration;

pub use conn::{Connecting, Health, Url, UrlError};
pub use error::{Error, Unready};
pub use page::{Page, Paging};
pub(crate) use snapshot::HEARD_WITHIN;
pub use text::fold;
pub use work::{Store, StoreOptions, Work};

/// How long an API call waits for the database.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Rows that are deleted at once, where much may have to go: few enough that nobody waits for it noticeably.
pub(crate) const BATCH: i64 = 2_000;
