//! What can be done to a customer by one press: asked before, done, told.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{LIST, id_of, list_left};
use crate::app::App;
use crate::domain::customer::{self, Customer, CustomerId};
use crate::domain::{self, customer_token};
use crate::store::Work;
use crate::text;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// What can be done to a customer by one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// No tokens any more, and those that there are end.
    Deactivate,
    /// Tokens again.
    Activate,
    /// Those that there are end.
    RevokeTokens,
}

/// Asks before deactivating.
///
/// # Errors
/// When there is no customer of that id.
pub async fn ask_deactivate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Deactivate, &id).await?)
}

/// Asks before revoking tokens.
///
/// # Errors
/// When there is no customer of that id.
pub async fn ask_revoke(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::RevokeTokens, &id).await?)
}

/// Deactivates.
///
/// # Errors
/// When there is no customer of that id.
pub async fn deactivate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    Ok(carry_out(&admin, &app, &req, Act::Deactivate, &id, &proof).await?)
}

/// Activates.
///
/// # Errors
/// When there is no customer of that id.
pub async fn activate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    Ok(carry_out(&admin, &app, &req, Act::Activate, &id, &proof).await?)
}

/// Revokes tokens.
///
/// # Errors
/// When there is no customer of that id.
pub async fn revoke(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    Ok(carry_out(&admin, &app, &req, Act::RevokeTokens, &id, &proof).await?)
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

async fn carry_out(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: &str,
    proof: &Proof,
) -> Result<HttpResponse, Error> {
    let id = id_of(id)?;
    if let Some(field) = missing_proof(admin, proof).await? {
        let status = status_of(&field);
        return render_as(status, &page(admin, app, req, act, id, Some(field)).await?);
    }
    let by = admin.actor().clone();
    let customer = app.store.write(move |work| act.operate(work, &by, id)).await?;
    log::info!("customer {} customer.id={} admin.id={}", act.name(), id.0, admin.user.id.0);
    admin.flash(Flash::success(act.done(&customer.email)))?;
    Ok(see_other(&list_left(req)))
}

async fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: CustomerId,
    password: Option<Field>,
) -> Result<ConfirmPage, Error> {
    let customer = app.store.read(move |work| customer::find(work, id)).await?;
    let list = list_left(req);
    let query = list.strip_prefix(LIST).unwrap_or_default();
    Ok(ConfirmPage {
        chrome: admin.chrome(act.question())?,
        fragment: admin.wants_fragment(),
        close_href: None,
        paragraphs: vec![act.consequence()],
        subject: Some(customer.email),
        action: format!("{}{query}", act.href(id)),
        hidden: Vec::new(),
        password,
        submit: act.label(),
        is_danger: act == Act::Deactivate,
        back_href: list,
    })
}

impl Act {
    /// Where it is done.
    pub(super) fn href(self, id: CustomerId) -> String {
        format!("{LIST}/{}/{}", self.name(), id.0)
    }

    /// Where it is asked whether it is meant.
    pub(super) fn question_href(self, id: CustomerId) -> String {
        format!("{LIST}/confirm/{}/{}", self.name(), id.0)
    }

    /// As addresses and the log say it.
    fn name(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Activate => "activate",
            Self::RevokeTokens => "revoke_tokens",
        }
    }

    /// What it is called.
    fn label(self) -> String {
        match self {
            Self::Deactivate => text::get("customer-deactivate"),
            Self::Activate => text::get("customer-activate"),
            Self::RevokeTokens => text::get("customer-revoke-tokens"),
        }
    }

    fn question(self) -> String {
        match self {
            Self::Activate => text::get("identity-title"),
            Self::Deactivate | Self::RevokeTokens => text::get("user-confirm-title"),
        }
    }

    fn consequence(self) -> String {
        match self {
            Self::Deactivate => text::get("customer-deactivate-confirm"),
            Self::Activate => text::get("customer-activate-confirm"),
            Self::RevokeTokens => text::get("customer-revoke-tokens-confirm"),
        }
    }

    fn operate(
        self,
        work: &mut Work<'_>,
        by: &domain::Actor,
        id: CustomerId,
    ) -> Result<Customer, domain::Error> {
        match self {
            Self::Deactivate => customer::set_active(work, by, id, false),
            Self::Activate => customer::set_active(work, by, id, true),
            Self::RevokeTokens => Ok(customer_token::revoke(work, by, id)?.0),
        }
    }

    fn done(self, email: &str) -> String {
        let name = [("name", email.into())];
        match self {
            Self::Deactivate => text::with("customer-deactivated", &name),
            Self::Activate => text::with("customer-activated", &name),
            Self::RevokeTokens => text::with("customer-revoked-tokens", &name),
        }
    }
}
