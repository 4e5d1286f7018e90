//! The store's Web API behind the gateway: one address, which comes from the configuration and is trusted as such.
//!
//! Requests go there as they came, byte for byte, and bodies as streams, both ways. Nothing is followed, decompressed
//! or kept, and no proxy variable counts. Each worker has its own connections, which stay open between requests.

use std::error::Error as _;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::body::Body as _;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Uri};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use url::{Position, Url};

use super::tls;

mod answer;
mod body;
mod pool;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Arriving};
pub use body::{Body, Broken};
use body::{Progress, Turn};
use pool::Pool;

/// Calls that are under way at the upstream at the most. Each holds a connection at either side and the memory for them,
/// and no store answers so many at once: beyond that a store that has become slow would take the server along.
const CALLS: usize = 1024;

/// Where the upstream is, and how much is asked of it. What the workers share.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Scheme, host and port.
    address: Uri,
    host: HeaderValue,
    /// What stands before the path of each request; without the slash at its end, so mostly empty.
    path: String,
    tls: Arc<ClientConfig>,
    /// How long it is waited for, and by how many.
    pub limits: Limits,
    under_way: Arc<AtomicUsize>,
}

/// How long the upstream is waited for, and by how many.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls under way at once, of all workers.
    pub calls: usize,
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// From the end of the request to the end of the answer's head.
    pub head: Duration,
    /// Between two pieces of a body, in either direction, whoever keeps the other waiting.
    pub idle: Duration,
}

/// Why an address is none for an upstream.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// Its host cannot be connected to or named.
    #[error("its host cannot be used")]
    Host,
}

/// A way to the upstream, for one worker.
pub struct Upstream {
    destination: Destination,
    pool: Rc<Pool>,
}

/// A place among the calls that are under way; free again when it is dropped.
pub struct Place(Arc<AtomicUsize>);

/// A request on its way out.
pub struct Outgoing {
    request: Request<Body>,
    progress: Rc<Progress>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection could be made.
    #[error("the upstream cannot be reached: {0}")]
    Unreachable(String),
    /// The connection ended, or what came was not HTTP.
    #[error("the upstream gave no answer: {0}")]
    Lost(String),
    /// It did not connect, listen or answer in time.
    #[error("the upstream was too slow")]
    Slow,
    /// It has as many calls to answer as it may have.
    #[error("too many calls wait for the upstream")]
    Crowded,
    /// The rest of the request's body did not come in time.
    #[error("the client was too slow")]
    ClientSlow,
    /// The request's body broke off.
    #[error("the client broke off")]
    ClientGone,
}

impl Failure {
    /// What came of the call in one word, from a list that is fixed.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Lost(_) => "down",
            Self::Slow => "slow",
            Self::Crowded => "crowded",
            Self::ClientSlow | Self::ClientGone => "client",
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { calls: CALLS, connect: seconds(5), head: seconds(60), idle: seconds(30) }
    }
}

impl Destination {
    /// The upstream at that address. Reads the machine's list of certificate authorities for one with TLS.
    ///
    /// # Errors
    /// When TLS cannot be set up, or the address cannot be used.
    pub fn new(url: &Url) -> Result<Self, Unusable> {
        let roots = if url.scheme() == "https" { tls::roots() } else { RootCertStore::empty().into() };
        Self::with(url, roots)
    }

    fn with(url: &Url, roots: impl Into<Arc<RootCertStore>>) -> Result<Self, Unusable> {
        Ok(Self {
            address: Uri::try_from(&url[..Position::BeforePath]).map_err(|_| Unusable::Host)?,
            host: HeaderValue::try_from(&url[Position::BeforeHost..Position::AfterPort])
                .map_err(|_| Unusable::Host)?,
            path: url.path().trim_end_matches('/').to_owned(),
            tls: Arc::new(tls::config(roots)?),
            limits: Limits::default(),
            under_way: Arc::default(),
        })
    }
}

impl Upstream {
    /// A way to it, without connections so far.
    pub fn new(destination: Destination) -> Self {
        let Destination { address, tls, limits, .. } = &destination;
        let pool = Rc::new(Pool::new(address.clone(), ClientConfig::clone(tls), limits.connect));
        Self { destination, pool }
    }

    /// What the upstream will see as the target: its own path, then this one, unaltered.
    pub fn target(&self, below: &str) -> String {
        format!("{}{below}", self.destination.path)
    }

    /// A place for one call, to be asked for before anything is done for it that cannot be done twice.
    ///
    /// # Errors
    /// [`Failure::Crowded`] when all are taken.
    pub fn place(&self) -> Result<Place, Failure> {
        let Destination { under_way, limits, .. } = &self.destination;
        let before = under_way.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(under_way));
        if before < limits.calls { Ok(place) } else { Err(Failure::Crowded) }
    }

    /// Sends the request and waits for the head of the answer. Dropped before, the request is cancelled.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, mut outgoing: Outgoing, place: Place) -> Result<Answer, Failure> {
        outgoing.request.headers_mut().insert(HOST, self.destination.host.clone());
        let Outgoing { mut request, progress } = outgoing;
        loop {
            let (mut sender, is_used) = match self.pool.take() {
                Some(sender) => (sender, true),
                None => (self.pool.connect().await?, false),
            };
            // An upstream may close a connection while the next request is on its way. What only reads goes again.
            let again = is_used.then(|| repeatable(&request)).flatten();
            let sent = self.wait(sender.try_send_request(request), &progress).await?;
            let mut error = match sent {
                Ok(response) => {
                    let idle = self.destination.limits.idle;
                    return Ok(Answer::new(response, sender, Rc::clone(&self.pool), place, idle));
                }
                Err(error) => error,
            };
            let unsent = error.take_message().filter(|_| is_used);
            request = match unsent.or(again.filter(|_| broke_off(error.error()))) {
                Some(request) => request,
                None if progress.is_broken() => return Err(Failure::ClientGone),
                None => return Err(Failure::Lost(words(error.error()))),
            };
        }
    }

    /// Waits as long as something moves.
    async fn wait<F: Future>(&self, sent: F, progress: &Progress) -> Result<F::Output, Failure> {
        let mut sent = std::pin::pin!(sent);
        let limits = self.destination.limits;
        progress.begin();
        loop {
            let (limit, failure) = match progress.turn() {
                Turn::Client => (limits.idle, Failure::ClientSlow),
                Turn::Upstream => (limits.idle, Failure::Slow),
                Turn::Answer => (limits.head, Failure::Slow),
            };
            let left = limit.saturating_sub(progress.moved().elapsed());
            if left.is_zero() {
                return Err(failure);
            }
            if let Ok(outcome) = timeout(left, &mut sent).await {
                return Ok(outcome);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Outgoing {
    /// A request with that target, as [`Upstream::target`] says it. `None` when one of the two cannot be sent as it is.
    pub fn new(method: &str, target: &str, body: Body) -> Option<Self> {
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        let sent = PathAndQuery::try_from(target).ok().filter(|sent| sent.as_str() == target)?;
        let progress = body.progress();
        let mut request = Request::new(body);
        if request.body().is_end_stream() && matches!(method, Method::POST | Method::PUT) {
            // Said aloud (RFC 9110 section 8.6): some servers refuse the request otherwise.
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if request.body().size_hint().exact().is_none() {
            // Said aloud too: else hyper sends a GET without its body.
            request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from(sent);
        Some(Self { request, progress })
    }

    /// Adds a header; one that no header can be is left out. Framing and `Host` are not the caller's business.
    pub fn header(&mut self, name: &str, value: &[u8]) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            self.request.headers_mut().append(name, value);
        }
    }
}

/// A copy of a request that may be sent twice (RFC 9110 section 9.2.1): it reads, and its body is known.
fn repeatable(request: &Request<Body>) -> Option<Request<Body>> {
    let body = request.body().copy().filter(|_| *request.method() == Method::GET)?;
    let mut copy = Request::new(body);
    *copy.method_mut() = Method::GET;
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = HeaderMap::clone(request.headers());
    Some(copy)
}

/// Whether the connection ended before an answer came.
fn broke_off(error: &hyper::Error) -> bool {
    error.is_incomplete_message() || error.source().is_some_and(|cause| cause.is::<std::io::Error>())
}

/// An error with its causes, for the log.
fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
