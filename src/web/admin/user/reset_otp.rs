//! Takes the second factor of another administrator away, who has lost it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::{LIST, edit_href, id_of};
use crate::app::App;
use crate::domain::admin_user::AdminUserId;
use crate::domain::otp;
use crate::text;
use crate::web::PageError;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form_key::Checked;
use crate::web::page::{render_as, see_other};

/// Where it is done.
pub(super) fn href(id: AdminUserId) -> String {
    format!("{LIST}/reset_otp/{}", id.0)
}

/// Takes it away.
///
/// # Errors
/// When there is nobody of that id, or somebody who holds more than the administrator.
pub async fn reset(
    admin: Admin,
    app: Data<App>,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let user = id_of(&id)?;
    let back = edit_href(user);
    if let Some(field) = missing_proof(&admin, &proof).await? {
        let status = if field.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let page = ConfirmPage {
            chrome: admin.chrome(text::get("identity-title"))?,
            fragment: admin.wants_fragment(),
            close_href: None,
            subject: None,
            paragraphs: vec![text::get("otp-reset-confirm")],
            action: href(user),
            hidden: Vec::new(),
            password: Some(field),
            submit: text::get("user-reset-otp"),
            is_danger: true,
            back_href: back,
        };
        return Ok(render_as(status, &page)?);
    }
    let by = admin.actor().clone();
    let whose = app.store.write(move |work| otp::reset(work, &by, user)).await?;
    log::info!("second factor taken away admin.id={} by admin.id={}", whose.id.0, admin.user.id.0);
    let name = [("name", whose.username.into())];
    admin.flash(Flash::success(text::with("otp-reset-done", &name)))?;
    Ok(see_other(&back))
}
