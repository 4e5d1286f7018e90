//! From names to addresses: asked once by us, and never again by the client that connects.

use std::future::{Future, ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use reqwest::dns::{Name, Resolve, Resolving};

use super::Failure;

/// Addresses to be awaited.
pub(super) type Found<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Who knows the addresses of names.
pub(super) trait Resolver: Send + Sync + 'static {
    /// Every address of the host, whatever it is for.
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Found<'a>;
}

/// The machine's own resolver.
pub(super) struct System;

impl Resolver for System {
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Found<'a> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// Gives reqwest the checked addresses, whichever name it asks for: a second answer of a name server counts nothing.
pub(super) struct Pinned(pub(super) Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: reqwest::dns::Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(ready(Ok(addresses)))
    }
}

/// Whether the name is unknown or nobody could be asked. The system says it in words alone (`gai_strerror`).
pub(super) fn failure(error: &io::Error) -> Failure {
    const UNKNOWN: [&str; 5] = [
        "not known",
        "No address associated",
        "does not resolve",
        "No such host",
        "Name has no usable address",
    ];
    let words = error.to_string();
    if UNKNOWN.iter().any(|unknown| words.contains(unknown)) {
        Failure::NameUnknown
    } else {
        Failure::NameLookupFailed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_from_a_silent_name_server() {
        let judged = |words: &str| failure(&io::Error::other(format!("failed to lookup address: {words}")));
        assert_eq!(judged("Name or service not known"), Failure::NameUnknown);
        assert_eq!(judged("No address associated with hostname"), Failure::NameUnknown);
        assert_eq!(judged("Name does not resolve"), Failure::NameUnknown);
        assert_eq!(judged("nodename nor servname provided, or not known"), Failure::NameUnknown);
        assert_eq!(judged("Temporary failure in name resolution"), Failure::NameLookupFailed);
    }
}
