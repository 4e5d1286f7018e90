//! Grants to roles and integrations: what they allow, and who may give them.
//!
//! Exactly what was ticked is held: a grant never reaches the resources below or above it, and what the tree does
//! not know is held by nobody but holders of everything. Nothing here knows where grants are stored.

mod rule;
#[cfg(test)]
mod tests;
mod tick;
mod wish;

use crate::domain::acl::{ALL, ANONYMOUS, NodeIndex, ResourceSet, SELF, Tree, View};
use crate::domain::route::{Need, Route};
pub use rule::{Refused, holds_all, integration_grants, role_grants};
pub use tick::{Guard, Summary, Tick, TickedNode, summary, ticks, unticked_guards};
pub use wish::Wish;

/// What a role or an integration holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants(Held);

/// What becomes of grants, by name.
#[derive(Debug)]
pub struct Becoming<'t> {
    /// Names that are new.
    pub won: Vec<&'t str>,
    /// Names that are gone.
    pub lost: Vec<&'t str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    Everything,
    These(ResourceSet),
}

impl Default for Grants {
    fn default() -> Self {
        Self::nothing()
    }
}

impl Grants {
    /// No grant at all.
    pub fn nothing() -> Self {
        Self(Held::These(ResourceSet::default()))
    }

    /// Everything, present and future.
    pub fn everything() -> Self {
        Self(Held::Everything)
    }

    /// Exactly these and, unless they are none, the root `Magento_Backend::admin`. With `Magento_Backend::all` among
    /// them it is everything.
    pub fn these(mut resources: ResourceSet) -> Self {
        if resources.contains(NodeIndex::ALL) {
            return Self::everything();
        }
        if !resources.is_empty() {
            resources.insert(NodeIndex::ADMIN);
        }
        Self(Held::These(resources))
    }

    /// The grants of stored names, and the names that the tree does not have (any more): those grant nothing.
    pub fn stored<'a>(tree: &Tree, ids: impl IntoIterator<Item = &'a str>) -> (Self, Vec<String>) {
        let (resources, unknown) = tree.set_of(ids);
        (Self::these(resources), unknown)
    }

    /// The grants that someone chose by name; the names that are not offered are refused, `self` and `anonymous`
    /// among them. The roots may be named, though they are not shown.
    pub fn chosen<'a>(view: View<'_>, ids: impl IntoIterator<Item = &'a str>) -> Result<Self, Vec<String>> {
        let (resources, mut refused) = view.tree().set_of(ids);
        let roots = [NodeIndex::ALL, NodeIndex::ADMIN].into_iter().collect();
        let not_offered = resources.difference(view.offered()).difference(&roots);
        refused.extend(view.tree().ids_of(&not_offered).into_iter().map(str::to_owned));
        if refused.is_empty() { Ok(Self::these(resources)) } else { Err(refused) }
    }

    /// The names to store, in display order: `Magento_Backend::all` alone for everything.
    pub fn ids<'t>(&self, tree: &'t Tree) -> Vec<&'t str> {
        match &self.0 {
            Held::Everything => vec![ALL],
            Held::These(resources) => tree.ids_of(resources),
        }
    }

    /// The names among [`Self::ids`] that are won and lost when these become `after`. None is lost when that is
    /// everything.
    pub fn becoming<'t>(&self, after: &Self, tree: &'t Tree) -> Becoming<'t> {
        let (held, wanted) = (self.ids(tree), after.ids(tree));
        let is_won = |id: &&str| !held.contains(id);
        let is_lost = |id: &&str| !after.is_everything() && !wanted.contains(id);
        Becoming {
            won: wanted.iter().copied().filter(is_won).collect(),
            lost: held.iter().copied().filter(is_lost).collect(),
        }
    }

    /// Whether these are all grants, present and future.
    pub fn is_everything(&self) -> bool {
        self.0 == Held::Everything
    }

    /// Whether nothing is granted.
    pub fn is_nothing(&self) -> bool {
        self.listed().is_some_and(ResourceSet::is_empty)
    }

    /// The resources held one by one; none for holders of everything.
    pub fn listed(&self) -> Option<&ResourceSet> {
        match &self.0 {
            Held::Everything => None,
            Held::These(resources) => Some(resources),
        }
    }

    /// Whether the resource is held.
    pub fn allows(&self, index: NodeIndex) -> bool {
        self.listed().is_none_or(|held| held.contains(index))
    }

    /// Whether the resource of that name is held. One that the tree does not have is held with everything only;
    /// `self` and `anonymous` are no grants.
    pub fn allows_id(&self, tree: &Tree, id: &str) -> bool {
        match tree.find(id) {
            Some(index) => self.allows(index),
            None => self.is_everything() && id != SELF && id != ANONYMOUS,
        }
    }

    /// Whether all of these resources are held.
    pub fn cover(&self, resources: &ResourceSet) -> bool {
        self.listed().is_none_or(|held| resources.is_subset(held))
    }

    /// Whether a holder may call the route.
    pub fn permit(&self, route: &Route) -> bool {
        !route.customers_only
            && self.cover(&route.resources)
            && (!route.needs_unknown || self.is_everything())
    }

    /// What a holder lacks for the route, as the route names it.
    pub fn missing_for<'r>(&self, route: &'r Route) -> Vec<&'r str> {
        let lacks = |need: Need| match need {
            Need::Nothing => false,
            Need::BeingCustomer => true,
            Need::Resource(index) => !self.allows(index),
            Need::Unknown => !self.is_everything(),
        };
        route
            .required
            .iter()
            .filter(|required| lacks(required.need))
            .map(|required| required.name.as_str())
            .collect()
    }
}
