//! What of the list is asked for, as the address carries it.

use super::LIST;
use crate::domain::role::Query;
use crate::web::grid::{Asked, Spec};

static SPEC: Spec = Spec { list: LIST, texts: &["name"], numbers: &[], sorts: &["rolename"] };

/// Reads the query part of an address.
pub(super) fn read(query: &str) -> Asked {
    Asked::read(&SPEC, query)
}

/// The question to the domain.
pub(super) fn query(asked: &Asked) -> Query {
    Query {
        name: asked.value("name").map(str::to_owned),
        descending: asked.is_descending,
        paging: asked.paging(),
    }
}
