//! What can be done to a customer by one press: asked before, done, told.

use actix_web::{HttpRequest, HttpResponse};

use super::{LIST, id_of, list_left};
use crate::domain::customer::{self, Customer, CustomerId};
use crate::domain::{self, customer_token};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::{Asked, Order, Press};
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
pub async fn ask_deactivate(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::Deactivate).await
}

/// Asks before revoking tokens.
///
/// # Errors
/// When there is no customer of that id.
pub async fn ask_revoke(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Act::RevokeTokens).await
}

/// Deactivates.
///
/// # Errors
/// When there is no customer of that id.
pub async fn deactivate(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Deactivate, |work, by, id| customer::set_active(work, by, id, false)).await
}

/// Activates.
///
/// # Errors
/// When there is no customer of that id.
pub async fn activate(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::Activate, |work, by, id| customer::set_active(work, by, id, true)).await
}

/// Revokes tokens.
///
/// # Errors
/// When there is no customer of that id.
pub async fn revoke(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Act::RevokeTokens, |work, by, id| Ok(customer_token::revoke(work, by, id)?.0)).await
}

impl Press for Act {
    type Thing = Customer;
    type Id = CustomerId;

    const LIST: &'static str = LIST;

    fn name(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Activate => "activate",
            Self::RevokeTokens => "revoke_tokens",
        }
    }

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

    fn consequence(self, _customer: &Customer) -> String {
        match self {
            Self::Deactivate => text::get("customer-deactivate-confirm"),
            Self::Activate => text::get("customer-activate-confirm"),
            Self::RevokeTokens => text::get("customer-revoke-tokens-confirm"),
        }
    }

    fn is_danger(self) -> bool {
        self == Self::Deactivate
    }

    fn done(self, customer: &Customer) -> Option<String> {
        let name = [("name", customer.email.as_str().into())];
        Some(match self {
            Self::Deactivate => text::on_page("customer-deactivated", &name),
            Self::Activate => text::on_page("customer-activated", &name),
            Self::RevokeTokens => text::on_page("customer-revoked-tokens", &name),
        })
    }

    fn next(self, req: &HttpRequest, _id: CustomerId) -> String {
        list_left(req)
    }

    fn action(self, req: &HttpRequest, id: CustomerId) -> String {
        let list = list_left(req);
        format!("{}{}", self.href(id), list.strip_prefix(LIST).unwrap_or_default())
    }

    fn id_of(text: &str) -> Result<CustomerId, Error> {
        id_of(text)
    }

    fn number(id: CustomerId) -> i64 {
        id.0
    }

    fn find(work: &mut Work<'_>, id: CustomerId) -> Result<Customer, domain::Error> {
        customer::find(work, id)
    }

    fn subject(customer: Customer) -> String {
        customer.email
    }
}
