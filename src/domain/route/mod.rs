//! The routes of the store's Web API: which address is which route, and what a caller needs for it.
//!
//! A route needs all its resources. An address is matched segment by segment, a literal before a parameter; when the
//! literal leads nowhere the parameter is tried. Whether a caller holds what a route needs is `permission`'s business.

mod address;
mod declaration;
mod path;
mod service;
#[cfg(test)]
mod tests;
mod trie;

use std::sync::LazyLock;

use crate::domain::acl::{ANONYMOUS, NodeIndex, ResourceSet, SELF, Tree};
use address::Address;
pub use address::{EVERY_STORE, Form, is_api};
pub use declaration::{Declaration, Fault, Problem};
use declaration::{Part, read};
pub use path::PathFault;
pub use service::Service;
use trie::Trie;

/// The methods that the Web API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Creates or replaces.
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    const ALL: [Self; 4] = [Self::Get, Self::Post, Self::Put, Self::Delete];

    /// The method of that name, which is case-sensitive (RFC 9110 section 9.1).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What a route names as needed, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// As the route names it: a resource id, `anonymous` or `self`.
    pub name: String,
    /// What it takes.
    pub need: Need,
}

/// What one requirement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: `anonymous`.
    Nothing,
    /// To be a customer: `self`. No grant gives it.
    BeingCustomer,
    /// A grant of this resource.
    Resource(NodeIndex),
    /// A resource that the tree does not have: only who holds everything holds it.
    Unknown,
}

impl Need {
    fn of(name: &str, tree: &Tree) -> Self {
        match name {
            ANONYMOUS => Self::Nothing,
            SELF => Self::BeingCustomer,
            _ => tree.find(name).map_or(Self::Unknown, Self::Resource),
        }
    }
}

/// One route of the Web API.
#[derive(Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its address without prefix, parameters named: `/V1/products/:sku`.
    pub template: String,
    /// The module that declares it.
    pub module: String,
    /// All that a caller needs, in the order declared.
    pub required: Vec<Required>,
    /// The names of that, joined by commas.
    pub joined_names: String,
    /// The needed resources of the tree as one set, so that deciding is comparing bits.
    pub resources: ResourceSet,
    /// Whether only a customer may call it.
    pub customers_only: bool,
    /// Whether it needs a resource that the tree does not have.
    pub needs_unknown: bool,
    /// The service that it is, when it is served here.
    pub service: Option<Service>,
}

impl Route {
    /// What it needs, as it names it: `anonymous` and `self` too.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.required.iter().map(|required| required.name.as_str())
    }

    /// What it needs that no customer has, as it names it.
    pub fn guarded_names(&self) -> impl Iterator<Item = &str> {
        let is_guarded = |required: &&Required| matches!(required.need, Need::Resource(_) | Need::Unknown);
        self.required.iter().filter(is_guarded).map(|required| required.name.as_str())
    }

    /// Whether everybody may call it.
    pub fn is_open(&self) -> bool {
        self.is_for_customers() && !self.customers_only
    }

    /// Whether a customer may call it: open, or about himself.
    pub fn is_for_customers(&self) -> bool {
        self.resources.is_empty() && !self.needs_unknown
    }

    fn require(&mut self, name: &str, tree: &Tree) {
        if self.names().any(|known| known == name) {
            return;
        }
        let need = Need::of(name, tree);
        match need {
            Need::Nothing => {}
            Need::BeingCustomer => self.customers_only = true,
            Need::Resource(index) => self.resources.insert(index),
            Need::Unknown => self.needs_unknown = true,
        }
        if !self.joined_names.is_empty() {
            self.joined_names.push(',');
        }
        self.joined_names.push_str(name);
        self.required.push(Required { name: name.to_owned(), need });
    }
}

/// The route an address belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The route; an asynchronous form carries it and needs what it needs.
    pub route: &'a Route,
    /// The store code in the address, `all` included; none when the address names no store.
    pub store: Option<&'a str>,
    /// In which form it is called.
    pub form: Form,
}

/// Why an address belongs to no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Miss {
    /// The path is not one to be matched at all: 400.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// Neither GET, POST, PUT nor DELETE: 400.
    #[error("the Web API does not know the method")]
    Method,
    /// Nothing there: 404.
    #[error("no route has this method and address")]
    Route,
}

/// All routes, compiled for matching.
#[derive(Debug)]
pub struct Routes {
    routes: Vec<Route>,
    direct: [Trie; 4],
    bulk: [Trie; 4],
    /// By node of the tree: the numbers of the routes that need it.
    guarded: Vec<Vec<usize>>,
}

static BUILTIN: LazyLock<Routes> =
    LazyLock::new(|| Routes::parse(&[Routes::BUILTIN_FILE], Tree::builtin()).0);

impl Routes {
    /// Name and text of the routes that the program carries.
    pub const BUILTIN_FILE: (&'static str, &'static str) = ("routes.tsv", include_str!("routes.tsv"));

    /// The routes that the program carries, over the tree that it carries.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Compiles routes from files, given as name and text. What is malformed is reported and left out.
    ///
    /// Rows of one method and address merge into one route that needs the resources of all of them; addresses that
    /// differ in the names of parameters only are the same address.
    pub fn parse(files: &[(&str, &str)], tree: &Tree) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let declarations: Vec<_> =
            files.iter().flat_map(|(file, text)| read(file, text, &mut problems)).collect();
        (Self::compile(declarations, tree), problems)
    }

    /// The built-in routes and these: rows of one method and address merge.
    pub fn declared(declared: Vec<Declaration>, tree: &Tree) -> Self {
        let (file, text) = Self::BUILTIN_FILE;
        let builtin = read(file, text, &mut Vec::new());
        Self::compile(builtin.into_iter().chain(declared), tree)
    }

    fn compile(declarations: impl IntoIterator<Item = Declaration>, tree: &Tree) -> Self {
        let mut compiled = Self {
            routes: Vec::new(),
            direct: Default::default(),
            bulk: Default::default(),
            guarded: vec![Vec::new(); tree.nodes().count()],
        };
        for declaration in declarations {
            compiled.add(declaration, tree);
        }
        for (number, route) in compiled.routes.iter().enumerate() {
            for index in route.resources.iter() {
                compiled.guarded[index.get()].push(number);
            }
        }
        compiled
    }

    /// The route of a request. `path` is as received and without query, below the path of `base_url`: it begins with
    /// `/rest`. `stores` are the known store codes.
    ///
    /// Literals, prefix and store code included, are compared decoded, since `%70` and `p` are the same (RFC 3986
    /// section 6.2.2.2), and case-sensitively. A parameter takes any segment. `%2F` therefore fits in a parameter
    /// only: no literal contains a slash.
    pub fn find<'a, S: AsRef<str>>(
        &'a self,
        method: &str,
        path: &[u8],
        stores: &'a [S],
    ) -> Result<Found<'a>, Miss> {
        let segments = path::checked(path)?;
        let method = Method::named(method).ok_or(Miss::Method)?;
        let Address { store, form, rest } = Address::read(segments, stores).ok_or(Miss::Route)?;
        let tries = match form {
            // Asynchronous forms are for writing only.
            Form::Async | Form::Bulk if method == Method::Get => return Err(Miss::Route),
            Form::Direct | Form::Async => &self.direct,
            Form::Bulk => &self.bulk,
        };
        let number = tries[method as usize].find(rest).ok_or(Miss::Route)?;
        let route = &self.routes[number];
        // Queued, they would be the store's to serve, with the passwords that they are sent.
        if route.service.is_some() && form != Form::Direct {
            return Err(Miss::Route);
        }
        Ok(Found { route, store, form })
    }

    /// Every route, in the order declared.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter()
    }

    /// The routes that need this resource, in the order declared.
    pub fn guarded_by(&self, index: NodeIndex) -> impl ExactSizeIterator<Item = &Route> {
        let numbers = self.guarded.get(index.get()).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|number| &self.routes[*number])
    }

    /// Whether any route needs this resource; an integration gains nothing by the others.
    pub fn names(&self, index: NodeIndex) -> bool {
        self.guarded_by(index).len() > 0
    }

    fn add(&mut self, declaration: Declaration, tree: &Tree) {
        let Declaration { method, template, parts, resources, module } = declaration;
        let next = self.routes.len();
        let number = *self.direct[method as usize].leaf(&parts).get_or_insert(next);
        if number == next {
            self.routes.push(Route {
                service: Service::at(method, &template),
                method,
                template,
                module,
                required: Vec::new(),
                joined_names: String::new(),
                resources: ResourceSet::default(),
                customers_only: false,
                needs_unknown: false,
            });
        }
        for name in &resources {
            self.routes[number].require(name, tree);
        }
        let in_bulk: Vec<Part> = parts.into_iter().map(Part::in_bulk).collect();
        self.bulk[method as usize].leaf(&in_bulk).get_or_insert(number);
    }
}
