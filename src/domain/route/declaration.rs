//! Reading declarations of routes from tab-separated text: one route per line.
//!
//! Columns: method, address (parameters as `:name`), the resources it needs (several joined by commas), module.
//! A first line of column names is skipped.

use super::Method;
use crate::domain::acl::{ANONYMOUS, SELF, is_resource_id};

/// One route as a file declares it.
#[derive(Debug, Clone)]
pub struct Declaration {
    pub(super) method: Method,
    pub(super) template: String,
    pub(super) parts: Vec<Part>,
    pub(super) resources: Vec<String>,
    pub(super) module: String,
}

impl Declaration {
    /// A route of that method and address, which needs all of these resources and belongs to that module.
    ///
    /// # Errors
    /// What is malformed.
    pub fn new(method: &str, address: &str, resources: Vec<String>, module: &str) -> Result<Self, Fault> {
        let method = Method::named(method).ok_or_else(|| Fault::Method(method.to_owned()))?;
        // Some core modules end an address with a slash; it means nothing.
        let template = address.strip_suffix('/').unwrap_or(address);
        let parts = parts(template).ok_or_else(|| Fault::Address(address.to_owned()))?;
        if let Some(wrong) = resources.iter().find(|name| !is_requirement(name)) {
            return Err(Fault::Resource(wrong.clone()));
        }
        Ok(Self { method, template: template.to_owned(), parts, resources, module: module.to_owned() })
    }

    /// What it names as needed.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().map(String::as_str)
    }
}

/// One segment of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Parameter(String),
}

impl Part {
    fn read(text: &str) -> Option<Self> {
        let all = |text: &str, also: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        match text.strip_prefix(':') {
            Some(name) => all(name, "_").then(|| Self::Parameter(name.to_owned())),
            None => all(text, "_-").then(|| Self::Literal(text.to_owned())),
        }
    }

    /// How bulk addresses write it: `:sku` as `bySku`, since the values are in the body.
    pub(super) fn in_bulk(self) -> Self {
        let Self::Parameter(name) = self else { return self };
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        Self::Literal("by".chars().chain(first).chain(letters).collect())
    }
}

/// A declaration that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was called when it was read.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// Why a declaration was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// So many columns instead of four.
    Columns(usize),
    /// Not a method of the Web API.
    Method(String),
    /// Not `/V` and a number, then literals and `:parameters`.
    Address(String),
    /// Neither a resource id nor `anonymous` nor `self`, or none at all.
    Resource(String),
    /// Nothing is needed for it: Magento never serves such a route.
    NoResource,
}

/// The well-formed declarations of a file; the others are reported.
pub(super) fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Declaration> {
    let mut declarations = Vec::new();
    for (number, row) in text.lines().enumerate() {
        if row.trim().is_empty() || (number == 0 && row.starts_with("method\t")) {
            continue;
        }
        match declaration(row) {
            Ok(declaration) => declarations.push(declaration),
            Err(fault) => problems.push(Problem { file: file.to_owned(), line: number + 1, fault }),
        }
    }
    declarations
}

fn declaration(row: &str) -> Result<Declaration, Fault> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [method, address, resources, module] = columns[..] else {
        return Err(Fault::Columns(columns.len()));
    };
    let resources = resources.split(',').map(|name| name.trim().to_owned()).collect();
    Declaration::new(method, address, resources, module)
}

fn parts(template: &str) -> Option<Vec<Part>> {
    let parts: Vec<Part> = template.strip_prefix('/')?.split('/').map(Part::read).collect::<Option<_>>()?;
    let versioned = matches!(parts.first(), Some(Part::Literal(first)) if is_version(first.as_bytes()));
    versioned.then_some(parts)
}

/// Whether a segment is a version of the API, such as `V1`: what every template begins with.
pub(super) fn is_version(segment: &[u8]) -> bool {
    matches!(segment, [b'V', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

fn is_requirement(name: &str) -> bool {
    name == ANONYMOUS || name == SELF || is_resource_id(name)
}
