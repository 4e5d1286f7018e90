//! What can be done to an account by one press: asked before, done, told.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{LIST, edit_href, id_of, list_left};
use crate::app::App;
use crate::domain::admin_user::{self, AdminUser, AdminUserId};
use crate::domain::{self, admin_token, lockout};
use crate::store::Work;
use crate::text;
use crate::web::admin::confirm::{ConfirmPage, Proof, missing_proof, refused, status_of};
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// What can be done to an account by one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Gone.
    Delete,
    /// Nobody signs in with it.
    Deactivate,
    /// Its owner signs in with it again.
    Reactivate,
    /// Its sessions end, and its tokens.
    ForceSignIn,
    /// Its tokens end.
    RevokeTokens,
    /// The right password counts again.
    Unlock,
}

/// Asks before deleting.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_delete(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Delete, &id).await?)
}

/// Asks before deactivating.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_deactivate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::Deactivate, &id).await?)
}

/// Asks before ending somebody's sessions.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_force_sign_in(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::ForceSignIn, &id).await?)
}

/// Asks before revoking somebody's tokens.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_revoke_tokens(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(question(&admin, &app, &req, Act::RevokeTokens, &id).await?)
}

/// Deletes.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn delete(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::Delete, &id, &proof).await
}

/// Deactivates.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn deactivate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::Deactivate, &id, &proof).await
}

/// Reactivates.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn reactivate(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::Reactivate, &id, &proof).await
}

/// Ends somebody's sessions.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn force_sign_in(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::ForceSignIn, &id, &proof).await
}

/// Revokes somebody's tokens.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn revoke_tokens(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::RevokeTokens, &id, &proof).await
}

/// Unlocks.
///
/// # Errors
/// When there is no user of that id.
pub async fn unlock(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
    Checked(proof): Checked<Proof>,
) -> Result<HttpResponse, PageError> {
    carry_out(&admin, &app, &req, Act::Unlock, &id, &proof).await
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
) -> Result<HttpResponse, PageError> {
    let id = id_of(id)?;
    if let Some(field) = missing_proof(admin, proof).await? {
        let status = status_of(&field);
        return Ok(render_as(status, &page(admin, app, req, act, id, Some(field)).await?)?);
    }
    let by = admin.actor().clone();
    match app.store.write(move |work| act.operate(work, &by, id)).await {
        Ok(user) => {
            log::info!("user {} user.id={} admin.id={}", act.name(), id.0, admin.user.id.0);
            admin.flash(Flash::success(act.done(&user.username)))?;
            Ok(see_other(&act.next(req, id)))
        }
        Err(domain::Error::Conflict(conflict)) => Ok(refused(admin, &conflict, &edit_href(id))?),
        Err(other) => Err(other.into()),
    }
}

async fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    act: Act,
    id: AdminUserId,
    password: Option<Field>,
) -> Result<ConfirmPage, Error> {
    let user = app.store.read(move |work| admin_user::find(work, id)).await?;
    Ok(ConfirmPage {
        chrome: admin.chrome(act.question())?,
        fragment: admin.wants_fragment(),
        close_href: None,
        paragraphs: vec![act.consequence()],
        subject: Some(user.username),
        action: act.href(id),
        hidden: Vec::new(),
        password,
        submit: act.label(),
        is_danger: matches!(act, Act::Delete | Act::Deactivate),
        back_href: act.next(req, id),
    })
}

impl Act {
    /// Where it is done.
    pub(super) fn href(self, id: AdminUserId) -> String {
        format!("{LIST}/{}/{}", self.name(), id.0)
    }

    /// Where it is asked whether it is meant.
    pub(super) fn question_href(self, id: AdminUserId) -> String {
        format!("{LIST}/confirm/{}/{}", self.name(), id.0)
    }

    /// As addresses and the log say it.
    fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::ForceSignIn => "force_sign_in",
            Self::RevokeTokens => "revoke_tokens",
            Self::Unlock => "unlock",
        }
    }

    /// What it is called.
    pub(super) fn label(self) -> String {
        match self {
            Self::Delete => text::get("user-delete"),
            Self::Deactivate => text::get("user-deactivate"),
            Self::Reactivate => text::get("user-reactivate"),
            Self::ForceSignIn => text::get("user-force-sign-in"),
            Self::RevokeTokens => text::get("user-revoke-tokens"),
            Self::Unlock => text::get("user-unlock"),
        }
    }

    fn question(self) -> String {
        match self {
            Self::Unlock | Self::Reactivate => text::get("identity-title"),
            Self::Delete | Self::Deactivate | Self::ForceSignIn | Self::RevokeTokens => {
                text::get("user-confirm-title")
            }
        }
    }

    fn consequence(self) -> String {
        match self {
            Self::Delete => text::get("user-delete-confirm"),
            Self::Deactivate => text::get("user-deactivate-confirm"),
            Self::Reactivate => text::get("user-reactivate-confirm"),
            Self::ForceSignIn => text::get("user-force-sign-in-confirm"),
            Self::RevokeTokens => text::get("user-revoke-tokens-confirm"),
            Self::Unlock => text::get("user-unlock-confirm"),
        }
    }

    fn operate(
        self,
        work: &mut Work<'_>,
        by: &domain::Actor,
        id: AdminUserId,
    ) -> Result<AdminUser, domain::Error> {
        match self {
            Self::Delete => admin_user::delete(work, by, id),
            Self::Deactivate => admin_user::deactivate(work, by, id),
            Self::Reactivate => admin_user::reactivate(work, by, id),
            Self::ForceSignIn => admin_user::force_sign_in(work, by, id),
            Self::RevokeTokens => Ok(admin_token::revoke(work, by, id)?.0),
            Self::Unlock => {
                let user = admin_user::find(work, id)?;
                lockout::unlock(work, by, &user)?;
                Ok(user)
            }
        }
    }

    fn done(self, name: &str) -> String {
        let name = [("name", name.into())];
        match self {
            Self::Delete => text::get("user-deleted"),
            Self::Deactivate => text::with("user-deactivated", &name),
            Self::Reactivate => text::with("user-reactivated", &name),
            Self::ForceSignIn => text::with("user-forced-sign-in", &name),
            Self::RevokeTokens => text::get("user-revoked-tokens"),
            Self::Unlock => text::with("user-unlocked", &name),
        }
    }

    /// The page that follows.
    fn next(self, req: &HttpRequest, id: AdminUserId) -> String {
        match self {
            Self::Delete | Self::Unlock => list_left(req),
            Self::Deactivate | Self::Reactivate | Self::ForceSignIn | Self::RevokeTokens => edit_href(id),
        }
    }
}
