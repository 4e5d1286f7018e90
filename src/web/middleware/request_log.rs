//! One line per request. The query is left out: it may hold a one-time link or what somebody searches for.

use std::time::Instant;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// Logs method, path, status and milliseconds.
pub(in crate::web) async fn middleware(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let began = Instant::now();
    let (method, path) = (req.method().clone(), req.path().to_owned());
    let is_noise = ["/health/", "/static/"].iter().any(|noisy| path.starts_with(noisy));
    let level = if is_noise { log::Level::Debug } else { log::Level::Info };
    let answer = next.call(req).await;
    let status = match &answer {
        Ok(answer) => answer.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let elapsed = began.elapsed().as_millis();
    log::log!(level, "{method} {path} {} in {elapsed} ms", status.as_u16());
    answer
}
