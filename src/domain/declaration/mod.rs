//! Declarations: what extensions say, in Magento's own files, about resources, routes and integrations.
//!
//! Pure: files come in as paths and bytes, and what they declare together comes out, with every problem. A file that
//! cannot be read hides no other; an element that is wrong takes away no more than itself. What is made of declared
//! integrations is `crate::domain::declared`'s business.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::acl::{self, Tree, View};
use super::route::Routes;

mod acl_file;
mod integration;
mod merge;
mod nearest;
mod place;
mod problem;
mod renamed;
#[cfg(test)]
mod tests;
mod webapi_file;
mod well_formed;
mod xml;

pub use integration::{Declared, EXACT, Listed};
pub use place::{Kind, kind};
pub use problem::{Fault, Malformed, Problem, Severity};

use nearest::nearest;
use place::Modules;
use xml::{Broken, Element};

/// The largest file that is read, in bytes. Magento's largest has a few hundred kilobytes.
pub const MAX_BYTES: usize = 1_048_576;

/// For so many unknown names the nearest known ones are sought. Whoever has more has forgotten an `acl.xml`, and each
/// costs a comparison with every resource.
pub const SOUGHT: usize = 50;

/// A place in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file, as it was called when it was read.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
}

/// A file as it was found.
#[derive(Debug, Clone)]
pub struct File {
    /// Path below the folder of declarations, parts joined by `/`.
    pub path: String,
    /// What it holds, or why nobody knows.
    pub content: Result<Vec<u8>, Fault>,
}

/// What files declare together.
#[derive(Debug)]
pub struct Declarations {
    /// The built-in tree with what the files declare laid over it.
    pub tree: Tree,
    /// The built-in routes and those that the files declare.
    pub routes: Routes,
    /// Whether tree or routes are others than the built-in ones.
    pub extends: bool,
    /// The integrations, in the order in which they were first named.
    pub integrations: Vec<Declared>,
    /// Names of integrations with an error somewhere. Nothing is done about them until it is mended.
    pub held: Vec<String>,
    /// Files that declare what nobody can tell. What they declared before stays as it is.
    pub unreadable: Vec<String>,
    /// Files that declare resources nobody can tell: a name that is found nowhere may stand in one of them.
    pub unreadable_trees: Vec<String>,
    /// All that is wrong, in the order of files and lines.
    pub problems: Vec<Problem>,
    /// Changes when any file does.
    pub digest: String,
}

impl Declarations {
    /// Whether something was left out.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Known names that may be meant by one that is none, the likeliest first: what it is called today, or names like it.
pub fn meant(view: View<'_>, id: &str) -> Vec<String> {
    renamed::today(view, id).map_or_else(|| nearest(view, id), |now| vec![now])
}

/// Whether a text can stand in a file at all: XML forbids a few characters.
pub fn can_be_written(text: &str) -> bool {
    well_formed::forbidden(text).is_none()
}

/// A file that was parsed, with what it declares.
struct Parsed {
    path: String,
    root: Element,
    kind: Kind,
}

/// Reads files, in whatever order they come, into what they declare together.
pub fn read(mut files: Vec<File>) -> Declarations {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let (mut problems, mut unreadable) = (Vec::new(), Vec::new());
    let digest = digest(&files);
    let parsed: Vec<Parsed> =
        files.into_iter().filter_map(|file| parse(file, &mut problems, &mut unreadable)).collect();
    // A folder that cannot be read may hold anything.
    let is_tree = |path: &&String| !matches!(place::kind(path), Some(Kind::Integration));
    let unreadable_trees: Vec<String> = unreadable.iter().filter(is_tree).cloned().collect();
    unreadable.retain(|path| place::kind(path) != Some(Kind::Acl));
    let mut modules = Modules::default();
    for file in parsed.iter().filter(|file| file.kind == Kind::Module) {
        modules.read(&file.path, &file.root, &mut problems);
    }
    let paths: Vec<&str> = parsed.iter().map(|file| file.path.as_str()).collect();
    let order = modules.order(&paths, &mut problems);

    let (mut resources, mut routes, mut parts, mut held) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for file in order.into_iter().map(|at| &parsed[at]) {
        let Parsed { path, root, kind } = file;
        match kind {
            Kind::Module => {}
            Kind::Acl => resources.extend(acl_file::read(path, root, &mut problems)),
            Kind::Webapi => {
                routes.extend(webapi_file::read(path, &modules.name(path), root, &mut problems));
            }
            Kind::Integration => {
                let read = integration::read(path, root, &mut problems);
                parts.extend(read.parts);
                held.extend(read.held);
                unreadable.extend(read.is_partial.then(|| path.clone()));
            }
        }
    }
    let extends = !resources.is_empty() || !routes.is_empty();
    let (tree, faults) = Tree::declared(&resources);
    problems.extend(faults.into_iter().map(misfit));
    let merged = merge::merge(parts, &held, &mut problems);
    report_unknown(&tree, &merged.integrations, &routes, &mut problems);
    let routes = Routes::declared(routes.into_iter().map(|route| route.declaration).collect(), &tree);
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let (integrations, held) = (merged.integrations, merged.held);
    Declarations { tree, routes, extends, integrations, held, unreadable, unreadable_trees, problems, digest }
}

fn parse(file: File, problems: &mut Vec<Problem>, unreadable: &mut Vec<String>) -> Option<Parsed> {
    let File { path, content } = file;
    let kind = place::kind(&path);
    let text = content.map_err(|fault| whole(0, fault)).and_then(text);
    match text.and_then(|text| xml::parse(&text)) {
        Ok(root) => match kind.or_else(|| place::kind_of(&root)) {
            Some(kind) => return Some(Parsed { path, root, kind }),
            None => {
                let (element, line) = integration::described(&root);
                problems.push(Problem { file: path, line, element, fault: Fault::Kind });
            }
        },
        Err(Broken { line, element, fault }) => {
            let element = if element.is_empty() { element } else { format!("<{element}>") };
            if !matches!(kind, Some(Kind::Webapi | Kind::Module)) {
                unreadable.push(path.clone());
            }
            problems.push(Problem { file: path, line, element, fault });
        }
    }
    None
}

/// The bytes of a file as text.
fn text(bytes: Vec<u8>) -> Result<String, Broken> {
    if bytes.len() > MAX_BYTES {
        return Err(whole(0, Fault::TooLarge(MAX_BYTES)));
    }
    String::from_utf8(bytes).map_err(|cause| {
        let readable = &cause.as_bytes()[..cause.utf8_error().valid_up_to()];
        whole(1 + readable.iter().filter(|byte| **byte == b'\n').count(), Fault::NotUtf8)
    })
}

/// What is wrong with a file rather than with an element.
fn whole(line: usize, fault: Fault) -> Broken {
    Broken { line, element: String::new(), fault }
}

fn misfit(problem: acl::Problem) -> Problem {
    let acl::Problem { file, line, fault } = problem;
    Problem { file, line, element: "<resource>".to_owned(), fault: Fault::Tree(fault) }
}

/// Names that grant nothing, each where it is listed.
fn report_unknown(
    tree: &Tree,
    integrations: &[Declared],
    routes: &[webapi_file::Declared],
    problems: &mut Vec<Problem>,
) {
    let listed = integrations.iter().flat_map(|declared| &declared.listed);
    let listed = listed.map(|listed| (listed.id.as_str(), &listed.source));
    let required = routes.iter().flat_map(|route| {
        let names = route.declaration.names().filter(|name| *name != acl::SELF && *name != acl::ANONYMOUS);
        names.map(|name| (name, &route.source))
    });
    let (view, mut sought) = (tree.for_integrations(), HashMap::new());
    for (name, source) in listed.chain(required).filter(|(name, _)| !view.knows(name)) {
        let mut likely = || {
            let is_sought = sought.len() < SOUGHT || sought.contains_key(name);
            is_sought.then(|| sought.entry(name).or_insert_with(|| nearest(view, name)).clone())
        };
        let id = name.to_owned();
        let fault = if tree.is_disabled(name) {
            Fault::Disabled { nearest: likely(), id }
        } else if let Some(now) = renamed::today(view, name) {
            Fault::Renamed { id, now }
        } else {
            Fault::Unknown { nearest: likely(), id }
        };
        let Source { file, line } = source.clone();
        problems.push(Problem { file, line, element: "<resource>".to_owned(), fault });
    }
}

fn digest(files: &[File]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        let content = file.content.as_deref().unwrap_or_default();
        for part in [file.path.as_bytes(), content] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
