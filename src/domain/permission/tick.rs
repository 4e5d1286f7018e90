//! How grants look in a tree of check boxes, computed from what is held, never stored.

use super::Grants;
use crate::domain::acl::{Node, NodeIndex, View};
use crate::domain::route::Routes;

/// The three states of a check box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Held.
    Ticked,
    /// Not held, but something below it is.
    Partly,
    /// Not held, and nothing below it is.
    Unticked,
}

/// A node of a view with its state.
#[derive(Debug, Clone, Copy)]
pub struct TickedNode<'t> {
    /// The node.
    pub node: &'t Node,
    /// Its own state.
    pub tick: Tick,
    /// How many of its descendants are ticked, itself not counted: the 1 in "1 of 7".
    pub ticked: usize,
    /// How many descendants are offered: the 7 in "1 of 7".
    pub of: usize,
}

/// The whole tree with the state of each node, depth first in display order.
pub fn ticks<'t>(view: View<'t>, grants: &Grants) -> Vec<TickedNode<'t>> {
    view.nodes()
        .map(|node| {
            let of = view.descendants(node.index).count();
            let ticked = view.descendants(node.index).filter(|below| grants.allows(below.index)).count();
            let tick = match grants.allows(node.index) {
                true => Tick::Ticked,
                false if ticked > 0 => Tick::Partly,
                false => Tick::Unticked,
            };
            TickedNode { node, tick, ticked, of }
        })
        .collect()
}

/// An unticked node above a ticked one, and how many routes need it.
#[derive(Debug, Clone, Copy)]
pub struct Guard<'t> {
    /// The node.
    pub node: &'t Node,
    /// How many routes stay closed without it, at least one.
    pub routes: usize,
}

/// For a ticked node the unticked ones above it that guard routes, the nearest first: who ticks "Products" probably
/// wants what only "Catalog" opens. None for a node that is not ticked.
pub fn unticked_guards<'t>(
    view: View<'t>,
    routes: &Routes,
    grants: &Grants,
    index: NodeIndex,
) -> Vec<Guard<'t>> {
    if !grants.allows(index) {
        return Vec::new();
    }
    let unticked = view.tree().ancestors(index).filter(|node| !grants.allows(node.index));
    unticked
        .map(|node| Guard { node, routes: routes.guarded_by(node.index).len() })
        .filter(|guard| guard.routes > 0)
        .collect()
}

/// Grants in two words, for a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// Everything, present and future.
    All,
    /// So many of those offered.
    Some {
        /// How many are held of those offered.
        granted: usize,
        /// How many are offered.
        of: usize,
    },
}

/// Grants in two words; the root that comes with every list does not count.
pub fn summary(view: View<'_>, grants: &Grants) -> Summary {
    match grants.listed() {
        None => Summary::All,
        Some(held) => Summary::Some { granted: held.intersection(view.offered()).len(), of: view.count() },
    }
}
