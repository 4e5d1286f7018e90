//! The customers of the store: list, and what can be done to one. Who they are is the store's own affair.

use actix_web::HttpRequest;

use crate::domain::customer::CustomerId;
use crate::domain::{self, Missing};
use crate::web::{Error, links};

pub mod act;
pub mod grid;

mod asked;

/// The list.
const LIST: &str = "/admin/customer";

/// The id in an address.
fn id_of(text: &str) -> Result<CustomerId, Error> {
    let missing = || domain::Error::from(Missing::CustomerId(text.to_owned()));
    Ok(text.parse().map(CustomerId).map_err(|_| missing())?)
}

/// The list as it was left: where the request came from, or what the form that is sent carries in its address.
fn list_left(req: &HttpRequest) -> String {
    links::list_left(req, LIST).unwrap_or_else(|| asked::read(req.query_string()).href())
}
