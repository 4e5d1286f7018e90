//! Asks before an act: whether it is meant, when it takes something away, and for the password, when the last
//! confirmation is too old. Also says what came of it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::act::Act;
use super::{id_of, page_left};
use crate::app::App;
use crate::domain::integration::{self, Integration, IntegrationId};
use crate::domain::{self, Actor};
use crate::store::Work;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// Asks before deleting.
///
/// # Errors
/// When there is no integration of that id.
pub async fn delete(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Delete, &id).await?)
}

/// Asks before suspending.
///
/// # Errors
/// When there is no integration of that id.
pub async fn suspend(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Suspend, &id).await?)
}

/// Asks before revoking.
///
/// # Errors
/// When there is no integration of that id.
pub async fn revoke(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Revoke, &id).await?)
}

/// Asks before a new consumer secret is made.
///
/// # Errors
/// When there is no integration of that id.
pub async fn renew_secret(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::RenewSecret, &id).await?)
}

async fn question(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: &str,
) -> Result<HttpResponse, Error> {
    let proof = (!admin.is_confirmed()).then(Field::default);
    render(&page(admin, app, req, act, id_of(id)?, proof).await?)
}

/// An act as it was asked for.
pub(super) struct Order<'a> {
    pub(super) admin: &'a Admin,
    pub(super) app: &'a App,
    pub(super) req: &'a HttpRequest,
    pub(super) id: &'a str,
    pub(super) proof: &'a Proof,
}

impl Order<'_> {
    /// Does it, once the confirmation is fresh enough, and says so on the page that follows.
    pub(super) async fn carry_out<F>(self, act: Act, operation: F) -> Result<HttpResponse, PageError>
    where
        F: FnOnce(&mut Work<'_>, &Actor, IntegrationId) -> Result<Integration, domain::Error>
            + Send
            + 'static,
    {
        self.saying(act, move |work, by, id| Ok(act.done(&operation(work, by, id)?.name))).await
    }

    /// As [`Order::carry_out`], with what there is to say.
    pub(super) async fn saying<F>(self, act: Act, operation: F) -> Result<HttpResponse, PageError>
    where
        F: FnOnce(&mut Work<'_>, &Actor, IntegrationId) -> Result<Option<String>, domain::Error>
            + Send
            + 'static,
    {
        let Self { admin, app, req, proof, .. } = self;
        let id = id_of(self.id)?;
        if let Some(question) = unproven(admin, app, req, act, id, proof).await? {
            return Ok(question);
        }
        let by = admin.actor().clone();
        match app.store.write(move |work| operation(work, &by, id)).await {
            Ok(sentence) => {
                let (act_name, by) = (act.name(), admin.user.id.0);
                log::info!("integration {act_name} done integration.id={} admin.id={by}", id.0);
                if let Some(sentence) = sentence {
                    admin.flash(Flash::success(sentence))?;
                }
                Ok(see_other(&act.next(req, id)))
            }
            Err(domain::Error::Conflict(conflict)) => Ok(refused(admin, &conflict, &act.next(req, id))?),
            Err(other) => Err(other.into()),
        }
    }
}

/// The page that asks for the password, unless the confirmation is fresh enough to go on.
pub(super) async fn unproven(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: IntegrationId,
    proof: &Proof,
) -> Result<Option<HttpResponse>, Error> {
    let Some(field) = missing_proof(admin, proof).await? else { return Ok(None) };
    let status = status_of(&field);
    let page = page(admin, app, req, act, id, Some(field)).await?;
    Ok(Some(render_as(status, &page)?))
}

async fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: IntegrationId,
    password: Option<Field>,
) -> Result<ConfirmPage, Error> {
    let integration = app.store.read(move |work| integration::find(work, id)).await?;
    Ok(ConfirmPage {
        chrome: admin.chrome(act.question())?,
        fragment: admin.wants_fragment(),
        close_href: None,
        paragraphs: vec![act.consequence(&integration)],
        subject: Some(integration.name),
        action: act.href(id),
        hidden: Vec::new(),
        password,
        submit: act.submit(),
        is_danger: act.is_danger(),
        back_href: page_left(req, id),
    })
}
