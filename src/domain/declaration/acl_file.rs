//! Resources as `acl.xml` declares them: a tree that is laid over the one there is. Where its parts belong is the
//! tree's business (`crate::domain::acl`).

use super::integration::described;
use super::xml::Element;
use super::{Fault, Problem};
use crate::domain::acl::{self, Declared};

/// Reads one file: the resources that stand directly under `<resources>`, with all below.
pub(super) fn read(file: &str, root: &Element, problems: &mut Vec<Problem>) -> Vec<Declared> {
    let mut reader = Reader { file, problems, seen: Vec::new() };
    if root.name != "config" {
        let fault = Fault::Root { expected: "config", found: root.name.clone() };
        reader.tell(root, fault);
        return Vec::new();
    }
    let acls: Vec<&Element> = reader.only(root, "acl");
    let lists: Vec<&Element> = acls.iter().flat_map(|acl| reader.only(acl, "resources")).collect();
    let resources: Vec<&Element> = lists.iter().flat_map(|list| reader.only(list, "resource")).collect();
    resources.into_iter().filter_map(|element| reader.resource(element)).collect()
}

struct Reader<'a> {
    file: &'a str,
    problems: &'a mut Vec<Problem>,
    /// Ids that this file has named: each may stand in it once.
    seen: Vec<String>,
}

impl Reader<'_> {
    fn tell(&mut self, element: &Element, fault: Fault) {
        let (element, line) = described(element);
        self.problems.push(Problem { file: self.file.to_owned(), line, element, fault });
    }

    /// The children of that name, which are the only ones there may be, and no text beside them.
    fn only<'e>(&mut self, parent: &'e Element, name: &'static str) -> Vec<&'e Element> {
        self.problems.extend(Fault::stray(self.file, parent));
        for other in parent.children.iter().filter(|child| child.name != name) {
            self.tell(other, Fault::Element(vec![name]));
        }
        parent.children.iter().filter(|child| child.name == name).collect()
    }

    /// A resource with all below; what is malformed is left out with all that hangs under it.
    fn resource(&mut self, element: &Element) -> Option<Declared> {
        let id = match element.attribute("id") {
            None => return self.refuse(element, Fault::NoAttribute("id")),
            Some(id) if !acl::is_resource_id(id) => {
                return self.refuse(element, Fault::Tree(acl::Fault::Id(id.to_owned())));
            }
            Some(id) => id.to_owned(),
        };
        if self.seen.contains(&id) {
            return self.refuse(element, Fault::Tree(acl::Fault::Duplicate(id)));
        }
        let known = ["id", "title", "sortOrder", "disabled", "translate", "module"];
        let mut names = element.attributes.iter().map(|(name, _)| name);
        if let Some(other) = names.find(|name| !known.contains(&name.as_str())) {
            return self.refuse(element, Fault::Attribute(other.clone()));
        }
        let title = element.attribute("title");
        if let Some(title) = title.filter(|title| !acl::is_title(title)) {
            return self.refuse(element, Fault::Tree(acl::Fault::Title(title.to_owned())));
        }
        let sort_order = match element.attribute("sortOrder").map(str::parse) {
            Some(Err(_)) => {
                let text = element.attribute("sortOrder").unwrap_or_default().to_owned();
                return self.refuse(element, Fault::Tree(acl::Fault::SortOrder(text)));
            }
            Some(Ok(number)) => Some(number),
            None => None,
        };
        let disabled = match element.attribute("disabled") {
            None => None,
            Some("true" | "1") => Some(true),
            Some("false" | "0") => Some(false),
            Some(other) => {
                return self.refuse(element, Fault::Tree(acl::Fault::Disabled(other.to_owned())));
            }
        };
        self.seen.push(id.clone());
        let children = self.only(element, "resource");
        Some(Declared {
            file: self.file.to_owned(),
            line: element.line,
            id,
            title: title.map(str::to_owned),
            sort_order,
            disabled,
            children: children.into_iter().filter_map(|child| self.resource(child)).collect(),
        })
    }

    fn refuse(&mut self, element: &Element, fault: Fault) -> Option<Declared> {
        self.tell(element, fault);
        None
    }
}
