//! Routes as `webapi.xml` declares them. Of a route only method, address and resources are read; which class serves it
//! is the store's business.

use super::integration::described;
use super::xml::Element;
use super::{Fault, Problem, Source};
use crate::domain::route::{self, Declaration};

/// A route and where it is declared.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) declaration: Declaration,
    pub(super) source: Source,
}

/// Reads one file, which belongs to that module.
pub(super) fn read(file: &str, module: &str, root: &Element, problems: &mut Vec<Problem>) -> Vec<Declared> {
    let mut tell = |element: &Element, fault| {
        let (element, line) = described(element);
        problems.push(Problem { file: file.to_owned(), line, element, fault });
    };
    if root.name != "routes" {
        tell(root, Fault::Root { expected: "routes", found: root.name.clone() });
        return Vec::new();
    }
    let (mut routes, mut stray) = (Vec::new(), vec![root]);
    for child in &root.children {
        if child.name != "route" {
            tell(child, Fault::Element(vec!["route"]));
            continue;
        }
        let lists = child.all("resources").flat_map(|list| std::iter::once(list).chain(&list.children));
        stray.extend(std::iter::once(child).chain(lists));
        match route(child, module) {
            Ok(declaration) => {
                let source = Source { file: file.to_owned(), line: child.line };
                routes.push(Declared { declaration, source });
            }
            Err((element, fault)) => tell(element, fault),
        }
    }
    problems.extend(stray.into_iter().filter_map(|element| Fault::stray(file, element)));
    routes
}

fn route<'e>(element: &'e Element, module: &str) -> Result<Declaration, (&'e Element, Fault)> {
    let attribute = |name| element.attribute(name).ok_or((element, Fault::NoAttribute(name)));
    let (method, url) = (attribute("method")?, attribute("url")?);
    let mut names = Vec::new();
    for resource in element.all("resources").flat_map(|resources| &resources.children) {
        if resource.name != "resource" {
            return Err((resource, Fault::Element(vec!["resource"])));
        }
        // Older files of Magento join several by commas in one element.
        let reference = resource.attribute("ref").ok_or((resource, Fault::NoAttribute("ref")))?;
        names.extend(reference.split(',').map(|name| name.trim().to_owned()));
    }
    if names.is_empty() {
        return Err((element, Fault::Route(route::Fault::NoResource)));
    }
    Declaration::new(method, url, names, module).map_err(|fault| (element, Fault::Route(fault)))
}
