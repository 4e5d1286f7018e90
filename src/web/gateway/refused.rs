//! `/gateway/refused`: nginx keeps the headers of a refusal and drops its body. It brings them here and gets back what
//! `/gateway/verify` would have said to the caller: the status, the JSON, the challenge. Nothing is decided.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{self, ERROR, Fault, Manner, STATUS};
use super::original;
use super::peer::is_trusted;
use crate::app::App;
use crate::text;

/// Writes out a refusal.
pub async fn refused(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let realm = app.config.base_url.as_str();
    let fault = |status, message| answer::faulty(Fault { status, message }, realm, Manner::Plain);
    if !is_trusted(&request, &app) {
        return fault(StatusCode::FORBIDDEN, text::get("gateway-untrusted"));
    }
    let brought = |name| original::single(request.headers(), &name).ok();
    let retold = brought(STATUS).zip(brought(ERROR));
    retold
        .and_then(|(status, error)| answer::retold(status, error, realm))
        .unwrap_or_else(|| fault(StatusCode::BAD_REQUEST, text::get("gateway-no-refusal")))
}
