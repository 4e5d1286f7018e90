//! Who speaks to us, and whether what they say of others counts.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header;

use super::original::{text_of, told};
use crate::app::App;
use crate::domain::storefront::Told;

/// Whether whoever asks may speak for others: this machine, and the proxies that were configured.
pub(super) fn is_trusted(request: &HttpRequest, app: &App) -> bool {
    let Some(peer) = address(request) else { return false };
    peer.is_loopback() || app.config.trusted_proxies.iter().any(|net| net.contains(&peer))
}

/// The address at the other end of the connection.
pub(super) fn address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip().to_canonical())
}

/// The address that we were called by: what a trusted proxy says, else the client's own word on the host.
pub(in crate::web) fn called_by<'r>(request: &'r HttpRequest, app: &App) -> Told<'r> {
    let forwarded = if is_trusted(request, app) { told(request.headers()) } else { Told::default() };
    let host = forwarded.host.or_else(|| request.headers().get(header::HOST).and_then(text_of));
    Told { host, ..forwarded }
}
