//! The users: list, form, and what can be done to an account. One file per address; rules are the domain's.

use actix_web::HttpRequest;

use crate::domain::admin_user::AdminUserId;
use crate::domain::{self, Missing};
use crate::web::{Error, links};

pub mod act;
pub mod edit;
pub mod grid;
pub mod new;
pub mod save;

mod asked;
mod form;

/// The list.
const LIST: &str = "/admin/user";

/// The page of one user.
pub(super) fn edit_href(id: AdminUserId) -> String {
    format!("{LIST}/edit/{}", id.0)
}

/// The id in an address or a form.
fn id_of(text: &str) -> Result<AdminUserId, Error> {
    let missing = || domain::Error::from(Missing::AdminUserId(text.to_owned()));
    Ok(text.parse().map(AdminUserId).map_err(|_| missing())?)
}

/// What carries the list as it was left, in the address of a form.
const LEFT: &str = "left";

/// What an act leads to that is asked for on the list as well as on the page of a user: the one that it was asked for on.
fn asked_on(req: &HttpRequest, id: AdminUserId) -> String {
    asked_on_list(req).unwrap_or_else(|| edit_href(id))
}

/// The list as it was left, when it was asked for there.
fn asked_on_list(req: &HttpRequest) -> Option<String> {
    let carried = || {
        let mut pairs = url::form_urlencoded::parse(req.query_string().as_bytes());
        pairs.find(|(name, _)| name == LEFT).map(|(_, query)| asked::read(&query).href())
    };
    links::list_left(req, LIST).or_else(carried)
}

/// The list as it was left: where the request came from, or what the form that is sent carries in its address.
fn list_left(req: &HttpRequest) -> String {
    links::list_left(req, LIST).unwrap_or_else(|| asked::read(req.query_string()).href())
}
