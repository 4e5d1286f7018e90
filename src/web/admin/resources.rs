//! The permissions part of a form: everything or a list, and the tree to choose from.

use super::tree::{self, Node};
use crate::app::App;
use crate::domain::Reason;
use crate::domain::acl::View;
use crate::domain::permission::{Grants, Wish};
use crate::web::extract::admin::Admin;

/// The permissions part of a form.
pub struct Resources {
    /// What the choice between everything and a list is sent as.
    pub send: &'static str,
    /// Whether everything is granted.
    pub is_all: bool,
    /// Whether the administrator may grant everything.
    pub may_grant_all: bool,
    /// Whether anything can be changed.
    pub is_editable: bool,
    /// Whether resources without a route are marked: an integration has no use for them.
    pub marks_unused: bool,
    /// The tree: all of it in a form, only what is granted in a view.
    pub nodes: Vec<Node>,
    /// Number of granted resources.
    pub ticked: usize,
    /// Number of resources.
    pub total: usize,
    /// What is wrong with the choice.
    pub errors: Vec<String>,
}

/// What a form asks for, that sends whether everything is meant, and resources.
///
/// Whoever says nothing of permissions does not mean to take them away: un-ticking everything sends `0`. The first one
/// comes as a list because an optional line would take an empty value for none.
///
/// # Errors
/// When it is neither `0` nor `1` whether everything is meant.
pub(super) fn wish(all: &[String], resources: &[String]) -> Result<Wish, Reason> {
    let sent: Vec<&str> = all.iter().map(String::as_str).collect();
    match sent[..] {
        ["1"] => Ok(Wish::Everything),
        [] if resources.is_empty() => Ok(Wish::Kept),
        [] | ["0"] => Ok(Wish::These(resources.to_vec())),
        _ => Err(Reason::NotAFlag),
    }
}

/// Whether a form that comes back shows the permissions that are stored: it said nothing of any that could be read.
pub(super) fn shows_stored(wish: &Result<Wish, Reason>, resources: &[String]) -> bool {
    resources.is_empty() && matches!(wish, Ok(Wish::Kept) | Err(_))
}

/// What is chosen, and from what.
#[derive(Clone, Copy)]
pub(super) struct Choice<'a> {
    /// What is offered.
    pub(super) view: View<'a>,
    /// Whether everything is chosen.
    pub(super) is_all: bool,
    /// The ticks of the tree.
    pub(super) ticked: &'a Grants,
}

impl Resources {
    /// To choose from; what the administrator does not hold is locked.
    pub(super) fn editable(admin: &Admin, app: &App, choice: Choice<'_>) -> Self {
        let nodes = tree::choose(app, choice.view, choice.ticked, &admin.actor().holds);
        Self { is_editable: true, ..Self::of(admin, choice, nodes) }
    }

    /// To be read only.
    pub(super) fn viewed(admin: &Admin, app: &App, choice: Choice<'_>) -> Self {
        Self::of(admin, choice, tree::read(app, choice.view, choice.ticked))
    }

    fn of(admin: &Admin, choice: Choice<'_>, nodes: Vec<Node>) -> Self {
        Self {
            send: "all_resources",
            is_all: choice.is_all,
            may_grant_all: admin.actor().holds.is_everything(),
            is_editable: false,
            marks_unused: true,
            ticked: nodes.iter().filter(|node| node.is_ticked).count(),
            total: choice.view.count(),
            nodes,
            errors: Vec::new(),
        }
    }
}
