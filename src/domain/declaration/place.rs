//! What a file declares, told by where it lies and, failing that, by its root element; and in which order files
//! count.
//!
//! Magento's own folders are read as they are (`Acme_Sync/etc/integration.xml` with its `module.xml`), and flat ones
//! (`integration/Acme_Sync.xml`). What belongs to one module counts together. Modules count by file name, but after
//! those that a `<sequence>` names, as in Magento.

use std::collections::{BTreeMap, BTreeSet};

use super::integration::described;
use super::xml::Element;
use super::{Fault, Problem};

/// What a file declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `integration.xml`, or one of the two legacy files: their root elements differ.
    Integration,
    /// `acl.xml`.
    Acl,
    /// `webapi.xml`.
    Webapi,
    /// `module.xml`.
    Module,
}

/// What a file declares by its path; none when the path does not say.
pub fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = split(path);
    let by_name = match name {
        "acl.xml" => Some(Kind::Acl),
        "webapi.xml" => Some(Kind::Webapi),
        "integration.xml" => Some(Kind::Integration),
        "module.xml" => Some(Kind::Module),
        _ => None,
    };
    by_name.or_else(|| match (split(folder).1, name.ends_with(".xml")) {
        ("acl", true) => Some(Kind::Acl),
        ("webapi", true) => Some(Kind::Webapi),
        ("integration", true) => Some(Kind::Integration),
        ("module", true) => Some(Kind::Module),
        _ => None,
    })
}

/// What a file declares by its root element.
pub(super) fn kind_of(root: &Element) -> Option<Kind> {
    let holds = |name: &str| root.children.iter().any(|child| child.name == name);
    match root.name.as_str() {
        "routes" => Some(Kind::Webapi),
        "integrations" => Some(Kind::Integration),
        "config" if holds("acl") => Some(Kind::Acl),
        "config" if holds("module") => Some(Kind::Module),
        "config" if holds("integration") => Some(Kind::Integration),
        _ => None,
    }
}

/// The module that a file belongs to, before any `module.xml` was read: a key in the order of file names. It is the
/// folder of the module, or the name of a file in a flat folder.
pub(super) fn unit(path: &str) -> String {
    let (folder, name) = split(path);
    let is_flat = matches!(split(folder).1, "acl" | "webapi" | "module" | "integration");
    match (is_flat, name) {
        // The legacy files lie one folder deeper than the others of their module; at the top they are flat files.
        (true, "config.xml" | "api.xml") if !split(folder).0.is_empty() => module_folder(split(folder).0),
        (true, name) if !is_own(name) => name.to_owned(),
        _ => module_folder(folder),
    }
}

/// Names that Magento gives: a file called like this belongs to the module of its folder.
fn is_own(name: &str) -> bool {
    matches!(name, "acl.xml" | "webapi.xml" | "integration.xml" | "module.xml")
}

fn module_folder(folder: &str) -> String {
    match split(folder) {
        (above, "etc") => above.to_owned(),
        _ => folder.to_owned(),
    }
}

/// What a module is called as long as no `module.xml` says it.
fn name_of(unit: &str) -> &str {
    let name = split(unit).1;
    name.strip_suffix(".xml").unwrap_or(name)
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// What is known of modules.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// By unit.
    declared: BTreeMap<String, Module>,
}

#[derive(Debug)]
struct Module {
    name: String,
    /// What it comes after.
    after: Vec<String>,
    file: String,
    line: usize,
}

impl Modules {
    /// Reads a `module.xml`.
    pub(super) fn read(&mut self, file: &str, root: &Element, problems: &mut Vec<Problem>) {
        problems.extend(Fault::stray(file, root));
        for module in root.all("module") {
            let sequences = module.all("sequence");
            let parts = std::iter::once(module).chain(sequences);
            problems.extend(parts.filter_map(|element| Fault::stray(file, element)));
            let Some(name) = module.attribute("name") else {
                let fault = Fault::NoAttribute("name");
                let (element, line) = described(module);
                problems.push(Problem { file: file.to_owned(), line, element, fault });
                continue;
            };
            let after = module.all("sequence").flat_map(|sequence| sequence.all("module"));
            let after = after.filter_map(|module| module.attribute("name")).map(str::to_owned).collect();
            let (name, file, line) = (name.to_owned(), file.to_owned(), module.line);
            self.declared.insert(unit(&file), Module { name, after, file, line });
        }
    }

    /// What the module of a file is called.
    pub(super) fn name(&self, path: &str) -> String {
        let unit = unit(path);
        self.declared.get(&unit).map_or_else(|| name_of(&unit).to_owned(), |module| module.name.clone())
    }

    /// Puts paths in the order in which they count.
    pub(super) fn order(&self, paths: &[&str], problems: &mut Vec<Problem>) -> Vec<usize> {
        let rank = self.ranks(paths, problems);
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by_key(|at| (rank[&self.name(paths[*at])], paths[*at]));
        order
    }

    fn ranks(&self, paths: &[&str], problems: &mut Vec<Problem>) -> BTreeMap<String, usize> {
        // Module → the first of its keys, by which it is sorted; and what it still waits for.
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        for path in paths {
            let (name, key) = (self.name(path), unit(path));
            let first = keys.entry(name).or_insert_with(|| key.clone());
            if key < *first {
                *first = key;
            }
        }
        let mut waiting: BTreeMap<(&str, &str), BTreeSet<&str>> =
            keys.iter().map(|(name, key)| ((key.as_str(), name.as_str()), BTreeSet::new())).collect();
        for Module { name, after, .. } in self.declared.values() {
            if let Some(waits) =
                keys.get(name).and_then(|key| waiting.get_mut(&(key.as_str(), name.as_str())))
            {
                waits.extend(after.iter().map(String::as_str).filter(|other| keys.contains_key(*other)));
            }
        }
        let mut ranks = BTreeMap::new();
        while !waiting.is_empty() {
            let free = waiting.iter().find(|(_, waits)| waits.is_empty()).map(|(key, _)| *key);
            let Some(next) = free.or_else(|| waiting.keys().next().copied()) else { break };
            if free.is_none() {
                problems.extend(self.circle(next, &waiting));
            }
            waiting.remove(&next);
            waiting.values_mut().for_each(|waits| {
                waits.remove(next.1);
            });
            ranks.insert(next.1.to_owned(), ranks.len());
        }
        ranks
    }

    fn circle(
        &self,
        (_, name): (&str, &str),
        waiting: &BTreeMap<(&str, &str), BTreeSet<&str>>,
    ) -> Option<Problem> {
        let module = self.declared.values().find(|module| module.name == name)?;
        let others = waiting.keys().map(|(_, other)| *other).filter(|other| *other != name);
        let fault = Fault::Circle(others.collect::<Vec<_>>().join(", "));
        let element = format!("<module> \"{name}\"");
        Some(Problem { file: module.file.clone(), line: module.line, element, fault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_file_says_what_it_declares_and_to_which_module_it_belongs() {
        for (path, wanted, module) in [
            ("acl/Acme_Sync.xml", Some(Kind::Acl), "Acme_Sync.xml"),
            ("integration/10-acme.xml", Some(Kind::Integration), "10-acme.xml"),
            ("integration/config.xml", Some(Kind::Integration), "config.xml"),
            ("Acme_Sync/etc/integration.xml", Some(Kind::Integration), "Acme_Sync"),
            ("Acme_Sync/etc/integration/api.xml", Some(Kind::Integration), "Acme_Sync"),
            ("Acme_Sync/integration.xml", Some(Kind::Integration), "Acme_Sync"),
            ("code/Acme/Sync/etc/module.xml", Some(Kind::Module), "code/Acme/Sync"),
            ("integration/Acme_Sync/module.xml", Some(Kind::Module), "integration/Acme_Sync"),
            ("Acme_Sync/etc/di.xml", None, "Acme_Sync"),
            ("Acme_Sync/etc/adminhtml/acl.txt", None, "Acme_Sync/etc/adminhtml"),
        ] {
            assert_eq!((kind(path), unit(path).as_str()), (wanted, module), "{path}");
        }
    }
}
