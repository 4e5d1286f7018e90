//! Deletes a role that nobody has, after asking.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{LIST, edit_href, id_of, list_left};
use crate::app::App;
use crate::domain;
use crate::domain::role::{self, RoleId};
use crate::text;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// Where it is asked whether it is meant.
pub(super) fn question_href(id: RoleId) -> String {
    format!("{LIST}/confirm/delete/{}", id.0)
}

/// Asks before deleting.
///
/// # Errors
/// When there is no role of that id.
pub async fn ask(admin: Admin, app: Data<App>, id: Path<String>) -> Result<HttpResponse, PageError> {
    let proof = (!admin.is_confirmed()).then(Field::default);
    Ok(render(&page(&admin, &app, id_of(&id)?, proof).await?)?)
}

/// Deletes.
///
/// # Errors
/// When there is no role of that id, or it may do more than whoever asks.
pub async fn delete(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    let id = id_of(&id)?;
    if let Some(field) = missing_proof(&admin, &proof).await? {
        return Ok(render_as(status_of(&field), &page(&admin, &app, id, Some(field)).await?)?);
    }
    let by = admin.actor().clone();
    match app.store.write(move |work| role::delete(work, &by, id)).await {
        Ok(_) => {
            log::info!("role deleted role.id={} admin.id={}", id.0, admin.user.id.0);
            admin.flash(Flash::success(text::get("role-deleted")))?;
            Ok(see_other(&list_left(&req)))
        }
        Err(domain::Error::Conflict(conflict)) => Ok(refused(&admin, &conflict, &edit_href(id))?),
        Err(other) => Err(other.into()),
    }
}

async fn page(admin: &Admin, app: &App, id: RoleId, password: Option<Field>) -> Result<ConfirmPage, Error> {
    let role = app.store.read(move |work| role::find(work, id)).await?;
    Ok(ConfirmPage {
        chrome: admin.chrome(text::get("user-confirm-title"))?,
        fragment: admin.wants_fragment(),
        close_href: None,
        paragraphs: vec![text::get("role-delete-confirm")],
        subject: Some(role.name),
        action: format!("{LIST}/delete/{}", id.0),
        hidden: Vec::new(),
        password,
        submit: text::get("role-delete"),
        is_danger: true,
        back_href: edit_href(id),
    })
}
