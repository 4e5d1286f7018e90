//! What we ask of the outside world, after a transaction and never inside one. Knows neither pages nor the database.
//!
//! [`Http`] reaches addresses that a person or a partner chose, and so trusts none of them; [`Recorded`] reaches
//! nothing. Two addresses come from the configuration and have clients of their own: [`upstream`], and the mail server
//! ([`mail`]).

use std::future::Future;
use std::pin::Pin;

mod activation;
mod address;
mod course;
mod http;
mod lookup;
pub mod mail;
mod recorded;
mod tls;
pub mod upstream;

pub use activation::{Certificate, End, Failure, Handover, Outcome, Redirect, Step, Timed};
pub use address::Special;
pub use http::Http;
pub use recorded::Recorded;
pub use rustls::Error as TlsError;

/// The outside world.
pub trait Outbound: Send + Sync + 'static {
    /// POSTs the credentials to the partner. Never fails: whatever happens is an [`Outcome`], and no later than the
    /// time-out of the handover.
    fn hand_over(&self, handover: Handover) -> Pending<'_>;
}

/// An outcome to be awaited.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
