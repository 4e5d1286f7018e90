//! What can be done to an account by one press: asked before, done, told.

use actix_web::{HttpRequest, HttpResponse};

use super::{LEFT, LIST, asked_on, asked_on_list, edit_href, id_of, list_left};
use crate::domain::admin_user::{self, AdminUser, AdminUserId};
use crate::domain::{self, Actor, admin_token, lockout, otp};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::{Asked, Order, Press};
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
    /// Its second factor is taken away: its owner has lost it.
    ResetOtp,
}

/// Asks before deleting.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_delete(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Delete).await
}

/// Asks before deactivating.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_deactivate(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Deactivate).await
}

/// Asks before ending somebody's sessions.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_force_sign_in(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::ForceSignIn).await
}

/// Asks before revoking somebody's tokens.
///
/// # Errors
/// When there is no user of that id.
pub async fn ask_revoke_tokens(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::RevokeTokens).await
}

/// Deletes.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn delete(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Delete, admin_user::delete).await
}

/// Deactivates.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn deactivate(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Deactivate, admin_user::deactivate).await
}

/// Reactivates.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn reactivate(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Reactivate, admin_user::reactivate).await
}

/// Ends somebody's sessions.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn force_sign_in(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::ForceSignIn, admin_user::force_sign_in).await
}

/// Revokes somebody's tokens.
///
/// # Errors
/// When there is no user of that id, or they may do more than whoever asks.
pub async fn revoke_tokens(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::RevokeTokens, |work, by, id| Ok(admin_token::revoke(work, by, id)?.0)).await
}

/// Unlocks.
///
/// # Errors
/// When there is no user of that id.
pub async fn unlock(order: Order) -> Result<HttpResponse, PageError> {
    let unlock = |work: &mut Work<'_>, by: &Actor, id| {
        let user = admin_user::find(work, id)?;
        lockout::unlock(work, by, &user)?;
        Ok(user)
    };
    order.carry_out(Act::Unlock, unlock).await
}

/// Takes a second factor away.
///
/// # Errors
/// When there is nobody of that id, or somebody who holds more than the administrator.
pub async fn reset_otp(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::ResetOtp, otp::reset).await
}

impl Press for Act {
    type Thing = AdminUser;
    type Id = AdminUserId;

    const LIST: &'static str = LIST;

    fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::ForceSignIn => "force_sign_in",
            Self::RevokeTokens => "revoke_tokens",
            Self::Unlock => "unlock",
            Self::ResetOtp => "reset_otp",
        }
    }

    fn label(self) -> String {
        match self {
            Self::Delete => text::get("user-delete"),
            Self::Deactivate => text::get("user-deactivate"),
            Self::Reactivate => text::get("user-reactivate"),
            Self::ForceSignIn => text::get("user-force-sign-in"),
            Self::RevokeTokens => text::get("user-revoke-tokens"),
            Self::Unlock => text::get("user-unlock"),
            Self::ResetOtp => text::get("user-reset-otp"),
        }
    }

    fn question(self) -> String {
        match self {
            Self::Unlock | Self::Reactivate | Self::ResetOtp => text::get("identity-title"),
            Self::Delete | Self::Deactivate | Self::ForceSignIn | Self::RevokeTokens => {
                text::get("user-confirm-title")
            }
        }
    }

    fn consequence(self, _user: &AdminUser) -> String {
        match self {
            Self::Delete => text::get("user-delete-confirm"),
            Self::Deactivate => text::get("user-deactivate-confirm"),
            Self::Reactivate => text::get("user-reactivate-confirm"),
            Self::ForceSignIn => text::get("user-force-sign-in-confirm"),
            Self::RevokeTokens => text::get("user-revoke-tokens-confirm"),
            Self::Unlock => text::get("user-unlock-confirm"),
            Self::ResetOtp => text::get("otp-reset-confirm"),
        }
    }

    fn is_danger(self) -> bool {
        matches!(self, Self::Delete | Self::Deactivate | Self::ResetOtp)
    }

    fn done(self, user: &AdminUser) -> Option<String> {
        let name = [("name", user.username.as_str().into())];
        Some(match self {
            Self::Delete => text::get("user-deleted"),
            Self::Deactivate => text::on_page("user-deactivated", &name),
            Self::Reactivate => text::on_page("user-reactivated", &name),
            Self::ForceSignIn => text::on_page("user-forced-sign-in", &name),
            Self::RevokeTokens => text::get("user-revoked-tokens"),
            Self::Unlock => text::on_page("user-unlocked", &name),
            Self::ResetOtp => text::on_page("otp-reset-done", &name),
        })
    }

    fn next(self, req: &HttpRequest, id: AdminUserId) -> String {
        match self {
            Self::Delete | Self::Unlock => list_left(req),
            Self::RevokeTokens => asked_on(req, id),
            Self::Deactivate | Self::Reactivate | Self::ForceSignIn | Self::ResetOtp => edit_href(id),
        }
    }

    fn action(self, req: &HttpRequest, id: AdminUserId) -> String {
        match asked_on_list(req) {
            Some(list) if self == Self::RevokeTokens => {
                let (_, query) = list.split_once('?').unwrap_or_default();
                let mut left = url::form_urlencoded::Serializer::new(String::new());
                format!("{}?{}", self.href(id), left.append_pair(LEFT, query).finish())
            }
            _ => self.href(id),
        }
    }

    fn stays(self, _req: &HttpRequest, id: AdminUserId) -> String {
        edit_href(id)
    }

    fn id_of(text: &str) -> Result<AdminUserId, Error> {
        id_of(text)
    }

    fn number(id: AdminUserId) -> i64 {
        id.0
    }

    fn find(work: &mut Work<'_>, id: AdminUserId) -> Result<AdminUser, domain::Error> {
        admin_user::find(work, id)
    }

    fn subject(user: AdminUser) -> String {
        user.username
    }
}
