//! What of the list is asked for, as the address carries it.

use super::LIST;
use crate::domain::integration::{Query, Sort, Status};
use crate::web::grid::{Asked, Spec};

/// Statuses with the numbers that stand for them.
pub(super) const STATUSES: [(&str, Status); 4] =
    [("0", Status::Inactive), ("1", Status::Active), ("2", Status::Reset), ("3", Status::Suspended)];

static SPEC: Spec =
    Spec { list: LIST, texts: &["name"], numbers: &["status"], sorts: &["name", "status", "created"] };

/// Reads the query part of an address.
pub(super) fn read(query: &str) -> Asked {
    let asked = Asked::read(&SPEC, query);
    if status(&asked).is_some() { asked } else { asked.without("status") }
}

/// The status that is filtered by.
pub(super) fn status(asked: &Asked) -> Option<Status> {
    let wanted = asked.value("status")?;
    STATUSES.iter().find(|(number, _)| *number == wanted).map(|(_, status)| *status)
}

/// The question to the domain.
pub(super) fn query(asked: &Asked) -> Query {
    Query {
        name: asked.value("name").map(str::to_owned),
        status: status(asked),
        sort: match asked.sort() {
            "name" => Sort::Name,
            "status" => Sort::Status,
            "created" => Sort::Created,
            _ => Sort::Id,
        },
        descending: asked.is_descending,
        paging: asked.paging(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_is_none_counts_as_not_asked() {
        for query in ["status=7", "status=active", "sort=id"] {
            assert_eq!(read(query).href(), LIST, "{query}");
        }
        assert_eq!(status(&read("status=3")), Some(Status::Suspended));
    }
}
