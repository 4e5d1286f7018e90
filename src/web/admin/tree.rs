//! The permission tree as a page draws it: a flat list in reading order that says where lists open and close.

use crate::app::App;
use crate::domain::acl::{self, NodeIndex, View};
use crate::domain::permission::{Grants, Guard, Tick, TickedNode, ticks, unticked_guards};

/// One resource of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Resource id, `Magento_Catalog::catalog`.
    pub id: String,
    /// Element id of its check box, unique on the page.
    pub element: String,
    /// Title in the tree.
    pub title: String,
    /// Titles of what stands between it and the next granted one above, where only the granted ones are drawn.
    pub path: Vec<String>,
    /// Whether it is granted itself.
    pub is_ticked: bool,
    /// Whether it is held only because of what a file lists below it.
    pub is_included: bool,
    /// Whether the administrator does not hold it and so cannot change it.
    pub is_locked: bool,
    /// Whether its list starts open.
    pub is_open: bool,
    /// `on`, `mixed` (not itself, but some below) or `off`.
    pub state: &'static str,
    /// Granted resources under it.
    pub ticked_below: usize,
    /// Resources under it; 0 makes it a leaf.
    pub below: usize,
    /// API routes that ask for it.
    pub routes: usize,
    /// Unticked ancestors that guard routes, nearest first; filled for the topmost ticked resources only.
    pub missing: Vec<Missing>,
    /// For a leaf: how many lists end after it.
    pub closes: usize,
}

/// An ancestor that is not granted although routes ask for it.
#[derive(Debug, Clone)]
pub struct Missing {
    /// Resource id.
    pub id: String,
    /// Title in the tree.
    pub title: String,
    /// API routes that ask for it.
    pub routes: usize,
}

impl Node {
    /// Whether some, but not all, of what lies under it is granted: then the row says "1 of 7".
    pub fn is_partly(&self) -> bool {
        self.ticked_below > 0 && self.ticked_below < self.below || self.state == "mixed"
    }
}

/// The whole tree to choose from; what the editor does not hold is locked.
pub(super) fn choose(app: &App, view: View<'_>, ticked: &Grants, editor: &Grants) -> Vec<Node> {
    let nodes = ticks(view, ticked);
    let depth_after = |at: usize| nodes.get(at + 1).map_or(1, |next: &TickedNode<'_>| next.node.depth);
    let draw = |(at, entry): (usize, &TickedNode<'_>)| {
        let node = entry.node;
        Node {
            is_ticked: entry.tick == Tick::Ticked,
            is_locked: !editor.allows(node.index),
            is_open: entry.ticked > 0,
            state: state(entry.tick),
            ticked_below: entry.ticked,
            below: entry.of,
            missing: missing(app, view, ticked, editor, node),
            closes: if entry.of == 0 { node.depth.saturating_sub(depth_after(at)) } else { 0 },
            ..plain(app, node)
        }
    };
    nodes.iter().enumerate().map(draw).collect()
}

/// What is granted, to be read: each resource under the nearest granted one above it.
pub(super) fn read(app: &App, view: View<'_>, granted: &Grants) -> Vec<Node> {
    let nodes: Vec<_> = view.nodes().filter(|node| granted.allows(node.index)).collect();
    let depth =
        |node: &acl::Node| app.tree.ancestors(node.index).filter(|above| granted.allows(above.index)).count();
    let draw = |(at, node): (usize, &&acl::Node)| {
        let below = view.descendants(node.index).filter(|below| granted.allows(below.index)).count();
        let depth_after = nodes.get(at + 1).map_or(0, |next| depth(next));
        Node {
            path: path(app, granted, node),
            is_ticked: true,
            is_open: true,
            state: state(Tick::Ticked),
            ticked_below: below,
            below,
            closes: if below == 0 { depth(node).saturating_sub(depth_after) } else { 0 },
            ..plain(app, node)
        }
    };
    nodes.iter().enumerate().map(draw).collect()
}

/// What of a node does not depend on grants.
fn plain(app: &App, node: &acl::Node) -> Node {
    Node {
        id: node.id.clone(),
        element: format!("resource-{}", node.index.get()),
        title: node.title.clone(),
        path: Vec::new(),
        is_ticked: false,
        is_included: false,
        is_locked: false,
        is_open: false,
        state: state(Tick::Unticked),
        ticked_below: 0,
        below: 0,
        routes: app.routes.guarded_by(node.index).len(),
        missing: Vec::new(),
        closes: 0,
    }
}

/// "View" alone says little: what it would hang under is named, though it is not granted.
fn path(app: &App, granted: &Grants, node: &acl::Node) -> Vec<String> {
    let above = app.tree.ancestors(node.index).take_while(|above| !granted.allows(above.index));
    let mut titles: Vec<_> = above.map(|above| above.title.clone()).collect();
    titles.reverse();
    titles
}

/// The hint beside a ticked node whose parent is not ticked; deeper ones would only repeat it.
fn missing(app: &App, view: View<'_>, ticked: &Grants, editor: &Grants, node: &acl::Node) -> Vec<Missing> {
    let above = node.parent.filter(|parent| *parent != NodeIndex::ADMIN);
    if above.is_none_or(|parent| ticked.allows(parent)) {
        return Vec::new();
    }
    let guards = unticked_guards(view, app.routes, ticked, node.index);
    let can_be_ticked = guards.into_iter().filter(|guard| editor.allows(guard.node.index));
    let hint = |guard: Guard<'_>| Missing {
        id: guard.node.id.clone(),
        title: guard.node.title.clone(),
        routes: guard.routes,
    };
    can_be_ticked.map(hint).collect()
}

fn state(tick: Tick) -> &'static str {
    match tick {
        Tick::Ticked => "on",
        Tick::Partly => "mixed",
        Tick::Unticked => "off",
    }
}
