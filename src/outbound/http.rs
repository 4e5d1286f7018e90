//! The one client for addresses that a person or a partner chose.
//!
//! It looks a name up once, checks every address, connects to a checked one only and verifies its certificate. It
//! knows no proxies, cookies or compression, repeats nothing and follows few redirects. One time-out spans it all.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode, redirect, retry};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use super::course::Course;
use super::lookup::{Pinned, Resolver, System};
use super::tls::{self, Tls};
use super::{Failure, Outbound, Pending, Post, Redirect, Step, address, lookup};
use crate::domain::address::Exception;

/// How much of an answer is read before the connection is dropped, so that a partner can finish its sentence.
const MAX_ANSWER: usize = 64 * 1024;

const USER_AGENT: &str = concat!("Latchkey/", env!("CARGO_PKG_VERSION"));

/// Reaches partners over the network.
pub struct Http {
    resolver: Box<dyn Resolver>,
    tls: Arc<Tls>,
    exceptions: Vec<Exception>,
}

impl Http {
    /// Reaches public addresses and these exceptions, the entries of `egress_allow`. The machine's list of certificate
    /// authorities is read when it is first needed.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(exceptions: Vec<Exception>) -> Result<Self, rustls::Error> {
        Ok(Self::with(Box::new(System), Tls::of_machine()?, exceptions))
    }

    fn with(resolver: Box<dyn Resolver>, tls: Tls, exceptions: Vec<Exception>) -> Self {
        Self { resolver, tls: Arc::new(tls), exceptions }
    }
}

impl Outbound for Http {
    fn post(&self, post: Post) -> Pending<'_> {
        Box::pin(async move {
            let deadline = Instant::now() + post.timeout;
            let course = Course::default();
            match timeout_at(deadline, self.attempt(&post, &course)).await {
                Ok(Ok(answer)) => {
                    let outcome = course.finish(None);
                    // The status has come, and it alone counts: running into the deadline here is no failure.
                    let _ = timeout_at(deadline, drop_body(answer)).await;
                    outcome
                }
                Ok(Err(failure)) => course.finish(Some(failure)),
                Err(_) => course.finish(Some(Failure::TimedOut(course.step().unwrap_or(Step::Post)))),
            }
        })
    }
}

impl Http {
    async fn attempt(&self, post: &Post, course: &Course) -> Result<Response, Failure> {
        let mut url = read(&post.url)?;
        let mut redirects = 0;
        loop {
            let addresses = self.checked_addresses(&url, course).await?;
            let answer = self.send(&url, addresses, post, course).await?;
            if answer.status().is_success() {
                return Ok(answer);
            }
            url = redirect_target(&url, &answer)?;
            redirects += 1;
            if redirects > post.max_redirects {
                return Err(Failure::RedirectRefused(Redirect::TooMany));
            }
        }
    }

    async fn checked_addresses(&self, url: &Url, course: &Course) -> Result<Vec<SocketAddr>, Failure> {
        let port = url.port_or_known_default().ok_or(Failure::InvalidUrl)?;
        let addresses = match url.host().ok_or(Failure::InvalidUrl)? {
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
            Host::Domain(name) => {
                course.begin(Step::NameLookup);
                let found = self.resolver.addresses(name, port).await;
                found.map_err(|error| lookup::failure(&error))?
            }
        };
        if addresses.is_empty() {
            return Err(Failure::NameUnknown);
        }
        course.begin(Step::AddressCheck);
        course.tries(&addresses);
        address::check(url, &addresses, &self.exceptions)?;
        Ok(addresses)
    }

    /// Sends it once, to one of these addresses.
    async fn send(
        &self,
        url: &Url,
        addresses: Vec<SocketAddr>,
        post: &Post,
        course: &Course,
    ) -> Result<Response, Failure> {
        let client =
            client(addresses, self.tls.config().await, course).map_err(|error| failure(&error, course))?;
        let request = client.post(url.clone());
        let request =
            post.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let answer = request
            .body(post.body.expose().to_owned())
            .send()
            .await
            .map_err(|error| failure(&error, course))?;
        course.answered(answer.status().as_u16(), answer.remote_addr());
        Ok(answer)
    }
}

/// A client for one POST, which can reach nothing but these addresses.
#[expect(clippy::disallowed_methods, reason = "the one place that makes a client for such addresses")]
fn client(addresses: Vec<SocketAddr>, tls: &ClientConfig, course: &Course) -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .http1_only()
        .pool_max_idle_per_host(0)
        .dns_resolver(Pinned(addresses))
        .tls_backend_preconfigured(tls::watched(tls, course))
        .connector_layer(course.clone())
        .build()
}

/// Reads an address that can be posted to. A port 0 would be replaced on the way, unlike the one that was checked.
fn read(endpoint: &str) -> Result<Url, Failure> {
    let url = Url::parse(endpoint.trim()).map_err(|_| Failure::InvalidUrl)?;
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || has_credentials || url.port() == Some(0) {
        return Err(Failure::InvalidUrl);
    }
    Ok(url)
}

/// Where to post again. Credentials go to no other origin, and only where the form is repeated as it is (RFC 9110,
/// sections 15.4.8 and 15.4.9).
fn redirect_target(url: &Url, answer: &Response) -> Result<Url, Failure> {
    let status = answer.status();
    let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let target = location.and_then(|location| url.join(location).ok());
    match (status, target) {
        (_, Some(target)) if status.is_redirection() && target.origin() != url.origin() => {
            Err(Failure::RedirectRefused(Redirect::OtherOrigin))
        }
        (StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT, Some(target)) => {
            read(target.as_str())
        }
        (_, Some(_)) if status.is_redirection() => Err(Failure::RedirectRefused(Redirect::OtherStatus)),
        _ => Err(Failure::HttpStatus(status.as_u16())),
    }
}

/// Lets the partner finish, within limits. What it says is of no interest, and neither is how it ends.
async fn drop_body(mut answer: Response) {
    let mut length = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        length += chunk.len();
        if length >= MAX_ANSWER {
            return;
        }
    }
}

/// The name of what went wrong. TLS may fail as late as in the answer, when the partner wants a certificate of ours.
fn failure(error: &reqwest::Error, course: &Course) -> Failure {
    if error.is_builder() {
        return Failure::InvalidUrl;
    }
    if let Some(error) = cause::<rustls::Error>(error) {
        return tls::failure(error);
    }
    match course.step() {
        Some(Step::Post) if cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) => {
            Failure::NotHttp
        }
        Some(Step::Tls) => Failure::TlsOther,
        Some(Step::Connect) => match cause::<io::Error>(error).map(io::Error::kind) {
            Some(ErrorKind::ConnectionRefused) => Failure::ConnectionRefused,
            Some(ErrorKind::TimedOut) => Failure::TimedOut(Step::Connect),
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => Failure::ConnectionLost,
            _ => Failure::Unreachable,
        },
        _ => Failure::ConnectionLost,
    }
}

/// The first error of this type among the causes.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error is that of the error in it, which would be skipped.
        let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = within.map(|error| error as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

#[cfg(test)]
pub(super) mod tests;
