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
mod post;
mod recorded;
mod tls;
pub mod upstream;

pub use activation::{Certificate, End, Failure, Handover, Outcome, Redirect, Step, Timed};
pub use address::Special;
pub use http::Http;
pub use post::Post;
pub use recorded::Recorded;
pub use rustls::Error as TlsError;

/// The outside world.
pub trait Outbound: Send + Sync + 'static {
    /// POSTs something. Never fails: whatever happens is an [`Outcome`], and no later than its time-out.
    fn post(&self, post: Post) -> Pending<'_>;

    /// POSTs the credentials to the partner.
    fn hand_over(&self, handover: Handover) -> Pending<'_> {
        self.post(handover.into())
    }
}

/// An outcome to be awaited.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
