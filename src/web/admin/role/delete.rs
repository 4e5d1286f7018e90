//! Deletes a role that nobody has, after asking.

use actix_web::{HttpRequest, HttpResponse};

use super::{LIST, edit_href, id_of, list_left};
use crate::domain;
use crate::domain::role::{self, Role, RoleId};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::{Asked, Order, Press};
use crate::web::{Error, PageError};

/// What can be done to a role by one press.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delete;

/// Asks before deleting.
///
/// # Errors
/// When there is no role of that id.
pub async fn ask(asked: Asked) -> Result<HttpResponse, PageError> {
    asked.question(Delete).await
}

/// Deletes.
///
/// # Errors
/// When there is no role of that id, or it may do more than whoever asks.
pub async fn delete(order: Order) -> Result<HttpResponse, PageError> {
    order.carry_out(Delete, role::delete).await
}

impl Press for Delete {
    type Thing = Role;
    type Id = RoleId;

    const LIST: &'static str = LIST;

    fn name(self) -> &'static str {
        "delete"
    }

    fn label(self) -> String {
        text::get("role-delete")
    }

    fn question(self) -> String {
        text::get("user-confirm-title")
    }

    fn consequence(self, _role: &Role) -> String {
        text::get("role-delete-confirm")
    }

    fn is_danger(self) -> bool {
        true
    }

    fn done(self, _role: &Role) -> Option<String> {
        Some(text::get("role-deleted"))
    }

    fn next(self, req: &HttpRequest, _id: RoleId) -> String {
        list_left(req)
    }

    fn stays(self, _req: &HttpRequest, id: RoleId) -> String {
        edit_href(id)
    }

    fn back(self, _req: &HttpRequest, id: RoleId) -> String {
        edit_href(id)
    }

    fn id_of(text: &str) -> Result<RoleId, Error> {
        id_of(text)
    }

    fn number(id: RoleId) -> i64 {
        id.0
    }

    fn find(work: &mut Work<'_>, id: RoleId) -> Result<Role, domain::Error> {
        role::find(work, id)
    }

    fn subject(role: Role) -> String {
        role.name
    }
}
