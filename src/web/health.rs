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

/// Ready: the database answers and has the tables of this program. Why not is in the log, not in the answer.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let failed = match block(move || app.store.health()).await {
        Ok(Ok(health)) if health.pending_migrations == 0 => {
            return HttpResponse::Ok().json(json!({ "status": "ready" }));
        }
        Ok(Ok(_)) => "migrations",
        Ok(Err(error)) => {
            log_failure(&error);
            "database"
        }
        Err(_) => "stopping",
    };
    HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "failed": failed }))
}
