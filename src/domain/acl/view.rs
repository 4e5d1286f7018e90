//! What of the tree someone is offered: a tree without the roots and, for integrations, without our own rights.

use super::{ADMIN, ALL, Node, NodeIndex, ResourceSet, Tree};

/// A tree as one kind of holder sees it.
#[derive(Clone, Copy, Debug)]
pub struct View<'t> {
    tree: &'t Tree,
    offered: &'t ResourceSet,
}

impl<'t> View<'t> {
    pub(super) fn new(tree: &'t Tree, offered: &'t ResourceSet) -> Self {
        Self { tree, offered }
    }

    /// The whole tree behind it.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// All that is offered, as a set.
    pub fn offered(self) -> &'t ResourceSet {
        self.offered
    }

    /// How many resources are offered: the "265" in "12 of 265".
    pub fn count(self) -> usize {
        self.offered.len()
    }

    /// Whether the node is offered.
    pub fn contains(self, index: NodeIndex) -> bool {
        self.offered.contains(index)
    }

    /// The node of that name, if it is offered.
    pub fn find(self, id: &str) -> Option<NodeIndex> {
        self.tree.find(id).filter(|index| self.contains(*index))
    }

    /// Whether a list may name it: what is offered, and the roots, though they are not shown.
    pub fn knows(self, id: &str) -> bool {
        matches!(id, ALL | ADMIN) || self.find(id).is_some()
    }

    /// Every node offered, depth first in display order.
    pub fn nodes(self) -> impl Iterator<Item = &'t Node> {
        self.only_offered(self.tree.nodes())
    }

    /// The nodes of the top level.
    pub fn top(self) -> impl Iterator<Item = &'t Node> {
        self.children(NodeIndex::ADMIN)
    }

    /// The offered nodes directly below.
    pub fn children(self, index: NodeIndex) -> impl Iterator<Item = &'t Node> {
        self.only_offered(self.tree.children(index))
    }

    /// Everything offered below.
    pub fn descendants(self, index: NodeIndex) -> impl Iterator<Item = &'t Node> {
        self.only_offered(self.tree.descendants(index))
    }

    fn only_offered(self, nodes: impl Iterator<Item = &'t Node>) -> impl Iterator<Item = &'t Node> {
        nodes.filter(move |node| self.contains(node.index))
    }
}
