//! The roles: list, form with the permission tree, and deleting one. One file per address; rules are the domain's.

use actix_web::HttpRequest;

use crate::domain::role::RoleId;
use crate::domain::{self, Missing};
use crate::web::{Error, links};

pub mod delete;
pub mod edit;
pub mod grid;
pub mod new;
pub mod save;

mod asked;
mod form;

/// The list.
const LIST: &str = "/admin/role";

/// The page of one role.
fn edit_href(id: RoleId) -> String {
    format!("{LIST}/edit/{}", id.0)
}

/// The id in an address or a form.
fn id_of(text: &str) -> Result<RoleId, Error> {
    let missing = || domain::Error::from(Missing::RoleId(text.to_owned()));
    Ok(text.parse().map(RoleId).map_err(|_| missing())?)
}

/// The list as it was left: where the request came from, or what the form that is sent carries in its address.
fn list_left(req: &HttpRequest) -> String {
    links::list_left(req, LIST).unwrap_or_else(|| asked::read(req.query_string()).href())
}
