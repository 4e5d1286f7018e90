//! The folder of declarations: finding and reading its files. What they mean is `domain::declaration`'s business.
//!
//! Read once at the start: the permission tree and the routes of a running program do not change. `latchkey serve`
//! is restarted for changed files.

use std::collections::HashSet;
use std::fs::{self, File as OpenFile};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::domain::acl::Tree;
use crate::domain::declaration::{self, Declarations, Fault, File, MAX_BYTES, Problem};
use crate::domain::route::Routes;
use crate::text;

/// How deep below the folder files are looked for: `app/code/Acme/Sync/etc/integration` is six.
const MAX_DEPTH: usize = 8;
/// How many files are read: a store with two hundred extensions has fewer.
const MAX_FILES: usize = 2_000;

/// What a program starts with: the built-in declarations, with those of the folder on top.
#[derive(Debug, Clone, Copy)]
pub struct Loaded {
    /// The permission tree.
    pub tree: &'static Tree,
    /// The routes of the Web API.
    pub routes: &'static Routes,
    /// What the folder declares, when there is one.
    pub declared: Option<&'static Declarations>,
}

/// Reads the folder, if there is one. What it declares lives as long as the program.
pub fn load(folder: Option<&Path>) -> Loaded {
    let read = folder.map(|folder| {
        let mut declared = declaration::read(below(folder));
        // Whether plain http is allowed, the configuration says; who applies the files judges by it.
        declared.problems.retain(|problem| !matches!(problem.fault, Fault::PlainHttp(_)));
        declared
    });
    let declared: Option<&'static Declarations> = read.map(|read| &*Box::leak(Box::new(read)));
    match declared {
        Some(declared) if declared.extends => {
            Loaded { tree: &declared.tree, routes: &declared.routes, declared: Some(declared) }
        }
        _ => Loaded { tree: Tree::builtin(), routes: Routes::builtin(), declared },
    }
}

/// These files, each called as it was asked for; a folder stands for all declarations in it.
pub fn files(paths: &[PathBuf]) -> Vec<File> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let inside = below(path).into_iter();
            files.extend(
                inside.map(|file| File { path: format!("{}/{}", path.display(), file.path), ..file }),
            );
        } else {
            files.push(File { path: path.display().to_string(), content: content(path) });
        }
    }
    files
}

/// Logs every problem, at the start of a server.
pub fn log_problems(problems: &[Problem]) {
    for problem in problems {
        match problem.is_error() {
            true => log::error!("declaration wrong: {}", text::problem::line(problem)),
            false => log::warn!("declaration: {}", text::problem::line(problem)),
        }
    }
}

/// The declarations in a folder and below, by their paths in it.
fn below(root: &Path) -> Vec<File> {
    let (mut files, mut walked) = (Vec::new(), HashSet::new());
    walk(root, "", MAX_DEPTH, &mut walked, &mut files);
    files
}

/// Each folder is read once, however many links lead to it, or back to it.
fn walk(root: &Path, below: &str, depth: usize, walked: &mut HashSet<PathBuf>, files: &mut Vec<File>) {
    let folder = root.join(below);
    if fs::canonicalize(&folder).is_ok_and(|real| !walked.insert(real)) {
        return;
    }
    let entries = match fs::read_dir(&folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()) {
        Ok(entries) => entries,
        Err(cause) => {
            let path = if below.is_empty() { ".".to_owned() } else { below.to_owned() };
            files.push(File { path, content: Err(Fault::Unreadable(cause.to_string())) });
            return;
        }
    };
    let mut names: Vec<String> =
        entries.iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    for name in names.into_iter().filter(|name| !name.starts_with('.')) {
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let full = root.join(&path);
        if full.is_dir() {
            if depth > 0 {
                walk(root, &path, depth - 1, walked, files);
            }
        } else if declaration::kind(&path).is_some() {
            let content =
                if files.len() < MAX_FILES { content(&full) } else { Err(Fault::TooMany(MAX_FILES)) };
            files.push(File { path, content });
        }
    }
}

/// The bytes of a file; of one that is too large, just enough to see that. What is no file, a pipe say, could keep us
/// waiting for ever.
fn content(path: &Path) -> Result<Vec<u8>, Fault> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(Fault::NotAFile);
    }
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    let read = OpenFile::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|cause| Fault::Unreadable(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_an_extension_is_read_as_it_is_and_what_is_no_declaration_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let acl = r#"<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Acme_Sync::acme" title="Acme"/></resource></resources></acl></config>"#;
        write("Acme_Sync/etc/acl.xml", acl);
        write("Acme_Sync/etc/di.xml", "<config><type");
        write("Acme_Sync/README.md", "hello");
        write(".git/acl.xml", "<");
        let loaded = load(Some(root.path()));
        assert!(loaded.tree.contains("Acme_Sync::acme"));
        assert_eq!(loaded.declared.unwrap().problems, []);
        assert!(loaded.routes.find("GET", b"/rest/V1/products/1", &["default"]).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_a_circle_end_and_repeat_nothing() {
        let root = tempfile::tempdir().unwrap();
        let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, root.path().join(at)).unwrap();
        fs::create_dir_all(root.path().join("Acme/etc")).unwrap();
        fs::write(root.path().join("Acme/etc/acl.xml"), "<config/>").unwrap();
        link(root.path(), "Acme/etc/up");
        link(root.path(), "Acme/again");
        link(&root.path().join("Acme"), "Zeta");
        link(&root.path().join("Acme/etc/webapi.xml"), "Acme/etc/webapi.xml");
        let files = below(root.path());
        let found: Vec<(&str, bool)> =
            files.iter().map(|file| (file.path.as_str(), file.content.is_ok())).collect();
        assert_eq!(found, [("Acme/etc/acl.xml", true), ("Acme/etc/webapi.xml", false)]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let loaded = load(Some(Path::new("nowhere/at/all")));
        assert!(loaded.declared.unwrap().has_errors());
        assert!(std::ptr::eq(loaded.tree, Tree::builtin()));
    }
}
