//! What of the list is asked for, as the address carries it.

use super::LIST;
use crate::domain::admin_user::{Query, Sort, State};
use crate::domain::role::RoleId;
use crate::web::grid::{Asked, Spec};

/// States with the numbers that stand for them.
pub(super) const STATES: [(&str, State); 3] =
    [("1", State::Active), ("0", State::Inactive), ("2", State::Locked)];

static SPEC: Spec = Spec {
    list: LIST,
    texts: &["name"],
    numbers: &["status", "role"],
    sorts: &["username", "firstname", "lastname", "email", "role", "logged_in"],
};

/// Reads the query part of an address.
pub(super) fn read(query: &str) -> Asked {
    let asked = Asked::read(&SPEC, query);
    if state(&asked).is_some() { asked } else { asked.without("status") }
}

/// The state that is filtered by.
pub(super) fn state(asked: &Asked) -> Option<State> {
    let wanted = asked.value("status")?;
    STATES.iter().find(|(number, _)| *number == wanted).map(|(_, state)| *state)
}

/// The role that is filtered by.
pub(super) fn role(asked: &Asked) -> Option<RoleId> {
    asked.value("role")?.parse().ok().map(RoleId)
}

/// The question to the domain.
pub(super) fn query(asked: &Asked) -> Query {
    Query {
        text: asked.value("name").map(str::to_owned),
        state: state(asked),
        role: role(asked),
        sort: match asked.sort() {
            "firstname" => Sort::Firstname,
            "lastname" => Sort::Lastname,
            "email" => Sort::Email,
            "role" => Sort::Role,
            "logged_in" => Sort::LoggedIn,
            _ => Sort::Username,
        },
        descending: asked.is_descending,
        paging: asked.paging(),
    }
}
