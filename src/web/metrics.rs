//! `/metrics`: figures for Prometheus, on a listener of its own. It is not in the table of routes, so that no public
//! listener can come to serve it.

use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpResponse, Responder};

use crate::app::App;

/// What is served, and nothing else.
const ADDRESS: &str = "/metrics";
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that this listener serves.
pub fn configure(app: &App) -> impl Fn(&mut ServiceConfig) + Clone + use<> {
    let app = Data::new(app.clone());
    move |config| {
        config.app_data(app.clone()).route(ADDRESS, get().to(show));
    }
}

async fn show(app: Data<App>) -> impl Responder {
    HttpResponse::Ok().content_type(CONTENT_TYPE).body(app.store.figures())
}
