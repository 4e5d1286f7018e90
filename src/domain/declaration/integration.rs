//! Integrations as `integration.xml` declares them, and the two legacy files: reading one file. Many are merged by
//! [`super::merge`].

use super::xml::Element;
use super::{Fault, Problem, Source};
use crate::domain::acl::{ADMIN, ALL, NodeIndex, ResourceSet, Tree};
use crate::domain::integration::{checked_email, checked_name};
use crate::domain::permission::Grants;
use crate::domain::{Field, Reason, address};

/// An integration that files declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name, by which everything merges.
    pub name: String,
    /// Whom to write to.
    pub email: String,
    /// Callback URL.
    pub endpoint: Option<String>,
    /// Identity link URL.
    pub identity_link_url: Option<String>,
    /// The resources that the files list, in their order.
    pub listed: Vec<Listed>,
    /// Whether its list is taken literally, without the ancestors of what it names: that of legacy files, and one with
    /// `<?latchkey exact?>` in it.
    pub is_exact: bool,
    /// Where it is declared.
    pub sources: Vec<Source>,
}

impl Declared {
    /// What it is to hold: the resources listed that are offered to integrations and, unless the list is exact,
    /// everything above them. `Magento_Backend::all` is everything. Unknown names grant nothing, and neither does
    /// `Magento_Backend::admin`, unless the list is exact.
    pub fn grants(&self, tree: &Tree) -> Grants {
        if self.listed.iter().any(|listed| listed.id == ALL) {
            return Grants::everything();
        }
        let view = tree.for_integrations();
        let root = |id: &str| (self.is_exact && id == ADMIN).then_some(NodeIndex::ADMIN);
        let listed = self.listed.iter().filter_map(|listed| view.find(&listed.id).or(root(&listed.id)));
        let mut resources: ResourceSet = listed.collect();
        if !self.is_exact {
            let above = resources.iter().flat_map(|index| tree.ancestors(index));
            let above: ResourceSet = above.map(|node| node.index).collect();
            resources = resources.union(&above);
        }
        Grants::these(resources)
    }
}

/// A resource as a file lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name, perhaps one that nobody knows.
    pub id: String,
    /// Where it stands.
    pub source: Source,
}

/// What one file says of one integration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) identity_link_url: Option<String>,
    pub(super) listed: Vec<Listed>,
    pub(super) is_exact: bool,
    pub(super) source: Source,
    pub(super) form: Form,
}

/// In which of the three files a part stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// `integration.xml`.
    #[default]
    Today,
    /// Legacy `config.xml`.
    Config,
    /// Legacy `api.xml`.
    Api,
}

/// What came of one file.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) parts: Vec<Part>,
    /// Integrations with an error somewhere: they stay as they are until it is mended.
    pub(super) held: Vec<String>,
    /// Whether there is something that cannot be said whose it is.
    pub(super) is_partial: bool,
}

/// What a list says that is to be taken literally, in a processing instruction.
pub const EXACT: &str = "exact";

/// What an integration is made of; in legacy files all but the last stand in one, the last in the other.
const PARTS: [&str; 4] = ["email", "endpoint_url", "identity_link_url", "resources"];

/// Reads one file.
pub(super) fn read(file: &str, root: &Element, problems: &mut Vec<Problem>) -> Read {
    let mut reader = Reader { file, is_legacy: root.name == "integrations", problems, read: Read::default() };
    if !matches!(root.name.as_str(), "config" | "integrations") {
        let fault = Fault::Root { expected: "config", found: root.name.clone() };
        reader.tell(root, fault);
        reader.read.is_partial = true;
        return reader.read;
    }
    if reader.is_legacy {
        reader.tell(root, Fault::Legacy);
    }
    reader.read.is_partial = reader.has_text(root);
    for child in &root.children {
        match child.name.as_str() {
            "integration" => reader.integration(child),
            _ => {
                reader.tell(child, Fault::Element(vec!["integration"]));
                reader.read.is_partial = true;
            }
        }
    }
    reader.read
}

struct Reader<'a> {
    file: &'a str,
    is_legacy: bool,
    problems: &'a mut Vec<Problem>,
    read: Read,
}

impl Reader<'_> {
    fn tell(&mut self, element: &Element, fault: Fault) {
        let element = described(element);
        self.problem(element, fault);
    }

    fn problem(&mut self, (element, line): (String, usize), fault: Fault) {
        self.problems.push(Problem { file: self.file.to_owned(), line, element, fault });
    }

    fn integration(&mut self, element: &Element) {
        let before = self.problems.len();
        self.attributes(element, &["name"]);
        self.has_text(element);
        let checked = element.attribute("name").map(checked_name);
        let name = match checked.unwrap_or(Err(Reason::Required)) {
            Ok(name) => name,
            Err(reason) => {
                let fault = match reason {
                    Reason::Required => Fault::NoAttribute("name"),
                    reason => Fault::of(Field::Name, "", reason),
                };
                self.tell(element, fault);
                self.read.is_partial = true;
                return;
            }
        };
        if name.chars().count() < 2 {
            self.tell(element, Fault::ShortName);
        }
        if self.read.parts.iter().any(|part| part.name == name) {
            self.tell(element, Fault::Twice);
        }
        let part = self.part(element, &name);
        if self.problems[before..].iter().any(Problem::is_error) {
            self.read.held.push(name);
        } else {
            self.read.parts.push(part);
        }
    }

    fn part(&mut self, element: &Element, name: &str) -> Part {
        let is_api = self.is_legacy && element.children.iter().any(|child| child.name == "resources");
        let (form, allowed) = match (self.is_legacy, is_api) {
            (false, _) => (Form::Today, &PARTS[..]),
            (true, false) => (Form::Config, &PARTS[..3]),
            (true, true) => (Form::Api, &PARTS[3..]),
        };
        let source = Source { file: self.file.to_owned(), line: element.line };
        let mut part = Part { name: name.to_owned(), source, form, ..Part::default() };
        let mut seen: Vec<&str> = Vec::new();
        for child in &element.children {
            let kind = child.name.as_str();
            if !allowed.contains(&kind) {
                self.tell(child, Fault::Element(allowed.to_vec()));
                continue;
            }
            if seen.contains(&kind) {
                self.tell(child, Fault::Twice);
                continue;
            }
            self.in_order(child, &seen);
            seen.push(kind);
            match kind {
                "email" => part.email = self.email(child),
                "endpoint_url" => part.endpoint = self.url(child, Field::Endpoint),
                "identity_link_url" => part.identity_link_url = self.url(child, Field::IdentityLinkUrl),
                _ => {
                    part.is_exact = child.told.iter().any(|told| told == EXACT);
                    part.listed = self.resources(child);
                }
            }
        }
        part
    }

    /// Only legacy files have an order, and Magento minds it only when it is told to develop.
    fn in_order(&mut self, child: &Element, seen: &[&str]) {
        let place = |name: &str| PARTS.iter().position(|part| *part == name);
        let later = seen.iter().find(|other| place(other) > place(&child.name));
        if let (true, Some(later)) = (self.is_legacy, later) {
            self.tell(child, Fault::Order((*later).to_owned()));
        }
    }

    fn email(&mut self, element: &Element) -> Option<String> {
        let text = self.text(element)?;
        let checked = checked_email(text)
            .and_then(|email| Some(email).filter(|email| !email.is_empty()).ok_or(Reason::NotAnEmail));
        checked.map_err(|reason| self.tell(element, Fault::of(Field::Email, text, reason))).ok()
    }

    /// An address is judged as one that a person enters; but whether the setting `egress_allow` makes an exception for
    /// plain http is only known where there is a configuration.
    fn url(&mut self, element: &Element, field: Field) -> Option<String> {
        let text = self.text(element)?;
        match address::check(text, &[]) {
            Ok(Some(url)) => return Some(url),
            Err(Reason::PlainHttp(place)) => {
                self.tell(element, Fault::PlainHttp(place));
                return Some(text.to_owned());
            }
            Ok(None) => self.tell(element, Fault::of(field, text, Reason::NotAUrl)),
            Err(reason) => self.tell(element, Fault::of(field, text, reason)),
        }
        None
    }

    fn text<'e>(&mut self, element: &'e Element) -> Option<&'e str> {
        self.attributes(element, &[]);
        if element.children.is_empty() {
            return Some(element.trimmed());
        }
        self.tell(element, Fault::NotText);
        None
    }

    fn resources(&mut self, element: &Element) -> Vec<Listed> {
        self.attributes(element, &[]);
        self.has_text(element);
        let mut listed: Vec<Listed> = Vec::new();
        for child in &element.children {
            if child.name != "resource" {
                self.tell(child, Fault::Element(vec!["resource"]));
                continue;
            }
            self.attributes(child, &["name"]);
            if !child.children.is_empty() {
                self.tell(child, Fault::NotText);
                continue;
            }
            match child.attribute("name") {
                None => self.tell(child, Fault::NoAttribute("name")),
                Some(id) if !has_form_of_resource(id) => self.tell(child, Fault::Resource(id.to_owned())),
                Some(id) if listed.iter().any(|known| known.id == id) => self.tell(child, Fault::Twice),
                Some(id) => {
                    let source = Source { file: self.file.to_owned(), line: child.line };
                    listed.push(Listed { id: id.to_owned(), source });
                }
            }
        }
        if element.children.is_empty() {
            self.tell(element, Fault::NoResource);
        }
        listed
    }

    /// Tells of text where only elements may stand.
    fn has_text(&mut self, element: &Element) -> bool {
        let stray = Fault::stray(self.file, element);
        let has_some = stray.is_some();
        self.problems.extend(stray);
        has_some
    }

    fn attributes(&mut self, element: &Element, allowed: &[&str]) {
        for (name, _) in element.attributes.iter().filter(|(name, _)| !allowed.contains(&name.as_str())) {
            self.tell(element, Fault::Attribute(name.clone()));
        }
    }
}

/// An element by its name and the name that it carries.
pub(super) fn described(element: &Element) -> (String, usize) {
    let carried = ["name", "id", "ref", "url"].iter().find_map(|name| element.attribute(name));
    let described = match carried {
        Some(carried) => format!("<{}> \"{carried}\"", element.name),
        None => format!("<{}>", element.name),
    };
    (described, element.line)
}

/// `x_x::x`; stricter is the tree.
fn has_form_of_resource(id: &str) -> bool {
    let Some((module, name)) = id.split_once("::") else { return false };
    let has_vendor =
        module.split_once('_').is_some_and(|(vendor, rest)| !vendor.is_empty() && !rest.is_empty());
    has_vendor && !name.is_empty() && !id.chars().any(char::is_whitespace)
}
