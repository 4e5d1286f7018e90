//! The connections of one worker to the upstream: those in use know their way back.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hyper::Uri;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::ClientConfig;
use tokio::time::timeout;
use tower_service::Service as _;

use super::{Body, Failure};

/// Connections kept at the most.
const KEPT: usize = 128;
/// How long an unused connection is kept.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// Connections, and how to make one.
pub(super) struct Pool {
    address: Uri,
    connector: HttpsConnector<HttpConnector>,
    connect_within: Duration,
    /// The one used last is at the end.
    kept: RefCell<VecDeque<Kept>>,
}

struct Kept {
    sender: SendRequest<Body>,
    since: Instant,
}

impl Pool {
    /// None so far.
    pub(super) fn new(address: Uri, tls: ClientConfig, connect_within: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let connector = connector.wrap_connector(tcp);
        Self { address, connector, connect_within, kept: RefCell::default() }
    }

    /// The connection that was used last, of those that are free. What is given back is free as soon as its own task
    /// has noticed that the answer is over.
    pub(super) fn take(&self) -> Option<SendRequest<Body>> {
        let (mut kept, now) = (self.kept.borrow_mut(), Instant::now());
        kept.retain(|one| !one.sender.is_closed() && now.duration_since(one.since) < KEPT_FOR);
        let free = kept.iter().rposition(|one| one.sender.is_ready())?;
        kept.remove(free).map(|one| one.sender)
    }

    /// Takes back a connection whose answer was read to its end.
    pub(super) fn give_back(&self, sender: SendRequest<Body>) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Kept { sender, since: Instant::now() });
    }

    /// Makes a new one.
    pub(super) async fn connect(&self) -> Result<SendRequest<Body>, Failure> {
        let mut connector = self.connector.clone();
        let connecting = timeout(self.connect_within, connector.call(self.address.clone()));
        let stream = connecting.await.map_err(|_| Failure::Slow)?;
        let stream = stream.map_err(|error| Failure::Unreachable(super::words(&*error)))?;
        let opened = http1::handshake(stream).await;
        let (sender, connection) = opened.map_err(|error| Failure::Lost(super::words(&error)))?;
        tokio::task::spawn_local(async move {
            // Whoever waits for an answer hears of it too; a connection that was merely kept may end as it likes.
            let _ = connection.await;
        });
        Ok(sender)
    }
}
