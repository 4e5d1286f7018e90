//! What operators and load balancers ask: is the process alive, can it do its work.

use actix_web::web::{Data, block};
use actix_web::{HttpResponse, Responder};
use serde_json::json;

use super::error::log_failure;
use crate::app::App;

/// Alive: the process answers.
pub async fn live() -> impl Responder {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// Ready: the database answers and has the tables of this program, and calls can be decided. Why not is in the log, not in
/// the answer.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let store = app.store.clone();
    let failed = match block(move || store.health()).await {
        Ok(Ok(health)) if health.pending_migrations > 0 => "migrations",
        Ok(Ok(_)) => match app.gate.check_ready() {
            Ok(()) => return HttpResponse::Ok().json(json!({ "status": "ready" })),
            Err(_) => "changes",
        },
        Ok(Err(error)) => {
            log_failure(&error);
            "database"
        }
        Err(_) => "stopping",
    };
    HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "failed": failed }))
}
