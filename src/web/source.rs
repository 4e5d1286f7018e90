//! Where a request comes from: the client's address, as far as it can be believed, and what the client calls itself.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

use super::client_address;
use super::gateway::text_of;
use crate::app::App;
use crate::domain::Source;

/// Where the request comes from.
pub(super) fn of(req: &HttpRequest, app: &App) -> Source {
    let browser = req.headers().get(USER_AGENT).and_then(text_of).unwrap_or_default().to_owned();
    Source { address: client_address::of(req, app), browser }
}
