//! HTTP, HTML, JSON and cookies. Knows the domain; no SQL, no rules.
//!
//! A handler says three things: who is asking, which domain verb, how the answer looks. `routes` has every address.

pub mod admin;
pub mod assets;
pub mod client_address;
pub mod error;
pub mod extract;
#[expect(
    missing_docs,
    reason = "the attribute of askama writes items without docs beside the documented ones"
)]
pub mod filters;
pub mod flash;
pub mod form;
pub mod form_key;
pub mod gateway;
pub mod grid;
pub mod health;
pub mod links;
pub mod metrics;
pub mod oauth;
pub mod page;
pub mod part;
pub mod rest;
pub mod routes;

mod error_page;
mod middleware;
mod password;
mod prefix;
mod qr;
mod server;
mod session;
mod source;
mod system_message;

use std::rc::Rc;
use std::sync::Arc;

use actix_web::error::QueryPayloadError;
use actix_web::guard::fn_guard;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig, QueryConfig, ServiceConfig, scope, to};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, Scope};

use crate::app::App;
use crate::outbound::upstream::Upstream;
pub use error::{Error, OauthError, PageError, RestError};
use gateway::Forms;
use routes::Around;
pub use server::{check_free, listen, run};

/// Below it are calls of the store's Web API.
const API: &str = "/rest";

/// Which addresses a listener serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// All of them.
    Everything,
    /// The administration, which has an address of its own.
    Administration,
    /// What is left when the administration is elsewhere: machines only.
    Machines,
}

impl Surface {
    fn serves(self, address: &str) -> bool {
        let is_page = address == "/" || address.starts_with("/admin") || address.starts_with("/static");
        match self {
            Self::Everything => true,
            Self::Administration => is_page || address.starts_with("/health"),
            Self::Machines => !is_page,
        }
    }
}

/// Everything that a listener serves, for a server and for tests in its place.
pub fn configure(app: &App, surface: Surface) -> impl Fn(&mut ServiceConfig) + Clone + use<> {
    let app = app.clone();
    let forms = Data::new(Forms::default());
    move |config| {
        let is_https = session::is_https(&app);
        let prefix = prefix::of(&app);
        let mut whole = scope("")
            .app_data(Data::new(app.clone()))
            .app_data(Data::clone(&forms))
            .app_data(PayloadConfig::new(form_key::MAX_FORM))
            .app_data(QueryConfig::default().error_handler(unreadable_query))
            .service(routes::resources(surface, Around::Layers));
        if surface.serves(links::HOME) {
            let pages = scope(links::HOME)
                .service(routes::resources(surface, Around::Session))
                .default_service(to(not_found))
                .wrap(session::middleware(&app));
            whole = whole.service(pages);
        }
        let whole = whole
            .default_service(to(not_found))
            .wrap(from_fn(move |req, next| middleware::security_headers::middleware(is_https, req, next)))
            .wrap(from_fn(middleware::request_log::middleware))
            .wrap(from_fn(move |req, next| prefix::middleware(prefix.clone(), req, next)));
        if surface.serves(API) {
            config.service(calls(&app, &forms));
        }
        for bare in routes::resources(surface, Around::Nothing) {
            config.service(bare.app_data(Data::new(app.clone())).app_data(Data::clone(&forms)));
        }
        config.service(whole);
    }
}

fn unreadable_query(cause: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    PageError(Error::Unreadable(cause.to_string())).into()
}

/// Calls of the store's Web API, which go through none of the layers that pages go through. What is served here itself
/// comes before what is passed on.
fn calls(app: &App, forms: &Data<Forms>) -> Scope {
    let gate = Arc::clone(&app.gate);
    let mut calls = scope("")
        .guard(fn_guard(move |context| gate.leads_to_api(context.head().uri.path())))
        .app_data(Data::new(app.clone()))
        .app_data(Data::clone(forms))
        .default_service(to(rest::call));
    if let Some(destination) = &app.upstream {
        calls = calls.app_data(Rc::new(Upstream::new(destination.clone())));
    }
    calls
}

async fn not_found(req: HttpRequest) -> HttpResponse {
    if let Some(page) = links::without_last_slash(&req) {
        return page::see_other(&page);
    }
    if req.path() == API || req.path().starts_with("/rest/") {
        RestError(Error::NoPage).error_response()
    } else {
        PageError(Error::NoPage).error_response()
    }
}
