//! What of the list is asked for, as the address carries it.

use super::LIST;
use crate::domain::customer::{Query, Sort};
use crate::web::grid::{Asked, Spec};

static SPEC: Spec =
    Spec { list: LIST, texts: &["name"], numbers: &["status"], sorts: &["email", "lastname", "created"] };

/// Reads the query part of an address.
pub(super) fn read(query: &str) -> Asked {
    let asked = Asked::read(&SPEC, query);
    if is_active(&asked).is_some() { asked } else { asked.without("status") }
}

/// The state that is filtered by.
pub(super) fn is_active(asked: &Asked) -> Option<bool> {
    match asked.value("status")? {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// The question to the domain. Unsorted, the newest comes first.
pub(super) fn query(asked: &Asked) -> Query {
    let (sort, descending) = match asked.sort() {
        "email" => (Sort::Email, asked.is_descending),
        "lastname" => (Sort::Lastname, asked.is_descending),
        "created" => (Sort::Created, asked.is_descending),
        _ => (Sort::Created, true),
    };
    let text = asked.value("name").map(str::to_owned);
    Query { text, is_active: is_active(asked), sort, descending, paging: asked.paging() }
}
