//! The tree of acl resources: which there are, under which parent, in which order they are shown.
//!
//! Nodes are numbered depth first in display order, so a subtree is a range of numbers and a set of resources is a
//! row of bits. Who holds which resource is `permission`'s business, and which route asks for it `route`'s.

mod declaration;
mod set;
#[cfg(test)]
mod tests;
mod view;

use std::collections::HashMap;
use std::sync::LazyLock;

use declaration::{Declaration, read};
pub use declaration::{Declared, Fault, Problem, is_resource_id, is_title};
pub use set::ResourceSet;
pub use view::View;

/// The root that stands for everything, present and future.
pub const ALL: &str = "Magento_Backend::all";
/// The root under which every other resource hangs; part of every non-empty list of grants.
pub const ADMIN: &str = "Magento_Backend::admin";
/// What a route names that everybody may call; never a grant.
pub const ANONYMOUS: &str = "anonymous";
/// What a route names that only a customer may call, about himself; never a grant.
pub const SELF: &str = "self";

/// Our own rights begin like this; no API route asks for them, so integrations are not offered them.
const OWN: &str = "Latchkey_";

/// The number of a node: its place in display order, roots first. Means nothing to another tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(usize);

impl NodeIndex {
    /// The node of [`ALL`] in every tree.
    pub const ALL: Self = Self(0);
    /// The node of [`ADMIN`] in every tree.
    pub const ADMIN: Self = Self(1);

    /// The number itself, for tables with one entry per node.
    pub fn get(self) -> usize {
        self.0
    }
}

/// One resource in its place.
#[derive(Debug)]
pub struct Node {
    /// Its number.
    pub index: NodeIndex,
    /// Its name, such as `Magento_Sales::create`.
    pub id: String,
    /// What a person reads.
    pub title: String,
    /// 0 for the two roots, 1 for the top level of the tree that people see.
    pub depth: usize,
    /// What it hangs under; none for the two roots.
    pub parent: Option<NodeIndex>,
    /// The number after its last descendant's.
    end: usize,
}

/// All resources that can be granted.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    by_id: HashMap<String, NodeIndex>,
    offered_to_integrations: ResourceSet,
    offered_to_roles: ResourceSet,
    /// Titles of what would be there if no file had disabled it, by name.
    disabled: HashMap<String, String>,
}

static BUILTIN: LazyLock<Tree> = LazyLock::new(|| Tree::parse(&Tree::BUILTIN_FILES).0);

impl Tree {
    /// Names and texts of the declarations that the program carries: the store's resources, then our own.
    pub const BUILTIN_FILES: [(&'static str, &'static str); 2] =
        [("resources.tsv", include_str!("resources.tsv")), ("own.tsv", include_str!("own.tsv"))];

    /// The tree that the program carries.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Builds a tree from files, given as name and text. What is malformed or misplaced is reported and left out;
    /// the rest and the two roots always stand.
    pub fn parse(files: &[(&str, &str)]) -> (Self, Vec<Problem>) {
        let (draft, problems) = Draft::parse(files);
        (draft.finish(), problems)
    }

    /// The built-in tree with what extensions declare laid over it, in that order. What does not fit is reported and
    /// left out, with all that hangs under it.
    pub fn declared(declared: &[Declared]) -> (Self, Vec<Problem>) {
        let (mut draft, mut problems) = Draft::parse(&Self::BUILTIN_FILES);
        for resource in declared {
            draft.lay(resource, None, &mut problems);
        }
        draft.check_titles(&mut problems);
        (draft.finish(), problems)
    }

    /// Whether the resource is missing because a declaration disables it, or one above it.
    pub fn is_disabled(&self, id: &str) -> bool {
        self.disabled.contains_key(id)
    }

    /// What a person reads for a resource, also for one that a declaration disables.
    pub fn title(&self, id: &str) -> Option<&str> {
        let known = self.find(id).map(|index| &self.node(index).title);
        known.or_else(|| self.disabled.get(id)).map(String::as_str).filter(|title| !title.is_empty())
    }

    /// The node of that name.
    pub fn find(&self, id: &str) -> Option<NodeIndex> {
        self.by_id.get(id).copied()
    }

    /// Whether there is a resource of that name.
    pub fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// A node by its number in this tree.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[index.0]
    }

    /// Every node, roots first, then depth first in display order.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// The nodes directly below, in display order.
    pub fn children(&self, index: NodeIndex) -> impl Iterator<Item = &Node> {
        self.descendants(index).filter(move |node| node.parent == Some(index))
    }

    /// Everything below, depth first in display order.
    pub fn descendants(&self, index: NodeIndex) -> impl Iterator<Item = &Node> {
        self.nodes[index.0 + 1..self.node(index).end].iter()
    }

    /// What the node hangs under, the nearest first; the roots are not among them.
    pub fn ancestors(&self, index: NodeIndex) -> impl Iterator<Item = &Node> {
        let above = |node: &Node| node.parent.filter(|parent| *parent != NodeIndex::ADMIN);
        std::iter::successors(above(self.node(index)), move |at| above(self.node(*at)))
            .map(|at| self.node(at))
    }

    /// The tree that integrations are offered: no roots, none of our own rights.
    pub fn for_integrations(&self) -> View<'_> {
        View::new(self, &self.offered_to_integrations)
    }

    /// The tree that roles are offered: no roots, our own rights included.
    pub fn for_roles(&self) -> View<'_> {
        View::new(self, &self.offered_to_roles)
    }

    /// The resources of these names, and the names that are none.
    pub fn set_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> (ResourceSet, Vec<String>) {
        let (mut set, mut unknown) = (ResourceSet::default(), Vec::new());
        for id in ids {
            match self.find(id) {
                Some(index) => set.insert(index),
                None => unknown.push(id.to_owned()),
            }
        }
        (set, unknown)
    }

    /// The names in a set, in display order.
    pub fn ids_of(&self, set: &ResourceSet) -> Vec<&str> {
        set.iter().map(|index| self.node(index).id.as_str()).collect()
    }
}

/// A tree under construction: declarations with the numbers of their children, as they came.
struct Draft {
    declared: Vec<(Declaration, Vec<usize>)>,
    by_id: HashMap<String, usize>,
    /// New ones, with the file that named them first: some file must give them a title.
    untitled: Vec<(usize, String)>,
}

impl Draft {
    fn new() -> Self {
        let roots = [Declaration::root(ALL, "Allow everything"), Declaration::root(ADMIN, "Magento Admin")];
        let by_id = roots.iter().enumerate().map(|(number, root)| (root.id.clone(), number)).collect();
        let declared = roots.into_iter().map(|root| (root, Vec::new())).collect();
        Self { declared, by_id, untitled: Vec::new() }
    }

    fn parse(files: &[(&str, &str)]) -> (Self, Vec<Problem>) {
        let (mut draft, mut problems) = (Self::new(), Vec::new());
        for (file, text) in files {
            for declaration in read(file, text, &mut problems) {
                let line = declaration.line;
                if let Err(fault) = draft.add(declaration) {
                    problems.push(Problem { file: (*file).to_owned(), line, fault });
                }
            }
        }
        (draft, problems)
    }

    /// Lays a resource with all below over what is there: the same one at the same place is overridden, a new one
    /// appended.
    fn lay(&mut self, resource: &Declared, parent: Option<&str>, problems: &mut Vec<Problem>) {
        match self.place(resource, parent) {
            Ok(number) => {
                let (known, _) = &mut self.declared[number];
                if let Some(title) = &resource.title {
                    known.title.clone_from(title);
                }
                known.sort_order = resource.sort_order.unwrap_or(known.sort_order);
                known.is_disabled = resource.disabled.unwrap_or(known.is_disabled);
                for child in &resource.children {
                    self.lay(child, Some(&resource.id), problems);
                }
            }
            Err(fault) => {
                problems.push(Problem { file: resource.file.clone(), line: resource.line, fault });
            }
        }
    }

    /// The number of a resource that is to stand under that parent; it gets one when it is new.
    fn place(&mut self, resource: &Declared, parent: Option<&str>) -> Result<usize, Fault> {
        let id = &resource.id;
        let Some(number) = self.by_id.get(id).copied() else {
            let new = Declaration {
                id: id.clone(),
                parent: parent.map(str::to_owned),
                title: String::new(),
                sort_order: 0,
                is_disabled: false,
                line: resource.line,
            };
            self.untitled.push((self.declared.len(), resource.file.clone()));
            self.add(new)?;
            return Ok(self.declared.len() - 1);
        };
        let known = &self.declared[number].0.parent;
        if known.as_deref() != parent {
            let (known, found) = (known.clone(), parent.map(str::to_owned));
            return Err(Fault::Elsewhere { id: id.clone(), known, found });
        }
        if number <= NodeIndex::ADMIN.0 && resource.disabled == Some(true) {
            return Err(Fault::RootDisabled(id.clone()));
        }
        Ok(number)
    }

    /// A resource without a title in any file is none, nor is what hangs under it.
    fn check_titles(&mut self, problems: &mut Vec<Problem>) {
        for (number, file) in std::mem::take(&mut self.untitled) {
            let Some((declaration, _)) = self.declared.get_mut(number) else { continue };
            if declaration.title.is_empty() {
                declaration.is_disabled = true;
                let fault = Fault::Untitled(declaration.id.clone());
                problems.push(Problem { file, line: declaration.line, fault });
            }
        }
    }

    /// Hangs a declaration under its parent, which must have come before: that rules out circles.
    fn add(&mut self, declaration: Declaration) -> Result<(), Fault> {
        let known = self.by_id.get(&declaration.id).copied();
        let Some(parent_id) = &declaration.parent else {
            // The roots are always there; a file may only name them.
            let root = known.filter(|number| *number <= NodeIndex::ADMIN.0);
            let number = root.ok_or_else(|| Fault::Rootless(declaration.id.clone()))?;
            self.declared[number].0.title = declaration.title;
            return Ok(());
        };
        if known.is_some() {
            return Err(Fault::Duplicate(declaration.id));
        }
        let parent = self.by_id.get(parent_id).copied().filter(|number| *number != NodeIndex::ALL.0);
        let Some(parent) = parent else {
            return Err(Fault::Misplaced { id: declaration.id, parent: parent_id.clone() });
        };
        let number = self.declared.len();
        self.by_id.insert(declaration.id.clone(), number);
        self.declared[parent].1.push(number);
        self.declared.push((declaration, Vec::new()));
        Ok(())
    }

    fn finish(mut self) -> Tree {
        let mut nodes = Vec::with_capacity(self.declared.len());
        for root in [NodeIndex::ALL, NodeIndex::ADMIN] {
            self.emit(root.0, None, 0, &mut nodes);
        }
        let below_admin = || nodes.iter().filter(|node| node.parent.is_some());
        let offered_to_roles = below_admin().map(|node| node.index).collect();
        let offered_to_integrations =
            below_admin().filter(|node| !node.id.starts_with(OWN)).map(|node| node.index).collect();
        let by_id: HashMap<_, _> = nodes.iter().map(|node| (node.id.clone(), node.index)).collect();
        let left_out = self.by_id.into_iter().filter(|(id, _)| !by_id.contains_key(id));
        let disabled =
            left_out.map(|(id, number)| (id, std::mem::take(&mut self.declared[number].0.title))).collect();
        Tree { nodes, by_id, offered_to_integrations, offered_to_roles, disabled }
    }

    /// Appends a node and all below it; among siblings the sort order decides, then who came first.
    fn emit(&mut self, number: usize, parent: Option<NodeIndex>, depth: usize, nodes: &mut Vec<Node>) {
        let (declaration, children) = &mut self.declared[number];
        let mut children = std::mem::take(children);
        let (id, title) = (std::mem::take(&mut declaration.id), std::mem::take(&mut declaration.title));
        children.retain(|child| !self.declared[*child].0.is_disabled);
        children.sort_by_key(|child| self.declared[*child].0.sort_order);
        let index = NodeIndex(nodes.len());
        nodes.push(Node { index, id, title, depth, parent, end: 0 });
        for child in children {
            self.emit(child, Some(index), depth + 1, nodes);
        }
        nodes[index.0].end = nodes.len();
    }
}
