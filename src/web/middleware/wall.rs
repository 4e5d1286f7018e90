//! The wall before a handler: enforces the guard that the handler's row in the route table names.

use actix_session::SessionExt as _;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::domain::admin_user::PasswordAge;
use crate::text;
use crate::web::admin::account;
use crate::web::error::{Error, PageError};
use crate::web::extract::admin::Admin;
use crate::web::flash::{self, Flash, FlashKind};
use crate::web::links;
use crate::web::page::wants_fragment;
use crate::web::routes::Guard;
use crate::web::session::{BROKEN, REPLACED, tell_end};

/// Lets through whom the guard admits. A refusal is an answer, not an error: the session around it must be kept. What
/// somebody signed in was refused is logged, by the guard or by the handler.
pub(in crate::web) async fn middleware(
    guard: Guard,
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = match admit(guard, &req).await {
        Ok(()) => next.call(req).await?,
        Err(error) => req.error_response(PageError(error)),
    };
    if answer.status() == StatusCode::FORBIDDEN {
        log_refusal(answer.request());
    }
    Ok(answer)
}

/// Tells the log who was refused what. The address is as it was sent: percent-encoded, so it forges no line.
fn log_refusal(req: &HttpRequest) {
    if let Some(admin) = req.extensions().get::<Admin>() {
        log::warn!("refused method={} path={} admin.id={}", req.method(), req.path(), admin.user.id.0);
    }
}

/// Where somebody may go whose password must be changed first.
fn is_open_with_old_password(path: &str) -> bool {
    path == links::LOGOUT || path == links::ACCOUNT || path == account::SAVE
}

/// Where somebody may go who has to set a second factor up first.
fn is_open_without_factor(path: &str) -> bool {
    let below = path.strip_prefix(account::otp::ADDRESS);
    path == links::LOGOUT || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn admit(guard: Guard, req: &ServiceRequest) -> Result<(), Error> {
    let session = req.get_session();
    if let Some(reference) = session.get(BROKEN)? {
        return Err(Error::Broken(reference));
    }
    let needed = match guard {
        Guard::Open => return Ok(()),
        Guard::SignedIn => &[],
        Guard::Resources(needed) => needed,
    };
    if session.contains_key(REPLACED) {
        // The browser has the new key, or gets it in a moment: the cookie is left alone.
        let login = links::login_for(req.request());
        return Err(Error::SignedOut { login, is_fragment: wants_fragment(req.request()) });
    }
    let Some(admin) = Admin::of(req.request()).await? else {
        if tell_end(&session)? {
            let is_form = *req.method() == Method::POST && matches!(guard, Guard::Resources(_));
            if is_form && !wants_fragment(req.request()) {
                let text = text::get("login-not-sent");
                flash::add(&session, Flash { kind: FlashKind::Notice, text })?;
            }
        }
        let login = links::login_for(req.request());
        return Err(Error::SignedOut { login, is_fragment: wants_fragment(req.request()) });
    };
    req.extensions_mut().insert(admin.clone());
    if !needed.iter().all(|resource| admin.may(resource)) {
        return Err(Error::Forbidden { back: links::referring_page(req.request()) });
    }
    match (admin.password_age, req.path()) {
        // One after the other: either leads away from where the other one leads to.
        (PasswordAge::Forced, path) if is_open_with_old_password(path) => Ok(()),
        (PasswordAge::Forced, _) => Err(Error::PasswordExpired),
        (_, path) if admin.lacks_factor && !is_open_without_factor(path) => Err(Error::FactorMissing),
        _ => Ok(()),
    }
}
