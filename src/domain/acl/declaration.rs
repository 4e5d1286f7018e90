//! Reading declarations of acl resources from tab-separated text: one resource per line, parents before children.
//!
//! Columns: id, id of the parent (empty for the roots), title, sort order, module. A first line of column names is
//! skipped. Whether a declaration fits into the tree is the tree's business.

/// One resource as a file declares it.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) id: String,
    pub(super) parent: Option<String>,
    pub(super) title: String,
    pub(super) sort_order: i32,
    pub(super) line: usize,
}

impl Declaration {
    pub(super) fn root(id: &str, title: &str) -> Self {
        Self { id: id.to_owned(), parent: None, title: title.to_owned(), sort_order: 0, line: 0 }
    }
}

/// A declaration that was left out of the tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {fault}")]
pub struct Problem {
    /// The file as it was called when it was read.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// Why a declaration was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not the five columns.
    #[error("expected 5 columns, found {0}")]
    Columns(usize),
    /// Not of the form `Vendor_Module::name`.
    #[error("`{0}` is not a resource id (Vendor_Module::name)")]
    Id(String),
    /// Too short or too long to be shown.
    #[error("the title `{0}` must have 3 to 50 characters")]
    Title(String),
    /// Not a whole number.
    #[error("the sort order `{0}` is not a whole number")]
    SortOrder(String),
    /// Declared before, here or at another place.
    #[error("`{0}` is declared twice")]
    Duplicate(String),
    /// No parent, and not one of the two roots.
    #[error("`{0}` has no parent and is not a root")]
    Rootless(String),
    /// The parent was not declared above, or may have no children.
    #[error("`{id}` hangs under `{parent}`, which is not declared above it")]
    Misplaced {
        /// The resource that was left out.
        id: String,
        /// Where it asked to hang.
        parent: String,
    },
}

/// The well-formed declarations of a file; the others are reported.
pub(super) fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Declaration> {
    let mut declarations = Vec::new();
    for (number, row) in text.lines().enumerate() {
        if row.trim().is_empty() || (number == 0 && row.starts_with("id\t")) {
            continue;
        }
        let line = number + 1;
        match declaration(row, line) {
            Ok(declaration) => declarations.push(declaration),
            Err(fault) => problems.push(Problem { file: file.to_owned(), line, fault }),
        }
    }
    declarations
}

fn declaration(row: &str, line: usize) -> Result<Declaration, Fault> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [id, parent, title, sort_order, _module] = columns[..] else {
        return Err(Fault::Columns(columns.len()));
    };
    for id in [id, parent] {
        if !id.is_empty() && !is_resource_id(id) {
            return Err(Fault::Id(id.to_owned()));
        }
    }
    if id.is_empty() {
        return Err(Fault::Id(String::new()));
    }
    if !(3..=50).contains(&title.chars().count()) {
        return Err(Fault::Title(title.to_owned()));
    }
    let sort_order = sort_order.parse().map_err(|_| Fault::SortOrder(sort_order.to_owned()))?;
    let parent = (!parent.is_empty()).then(|| parent.to_owned());
    Ok(Declaration { id: id.to_owned(), parent, title: title.to_owned(), sort_order, line })
}

/// Whether a text has the form of a resource id: capitalised words of vendor and module, joined by `_`, then `::`
/// and a name of letters, digits and `_`.
pub fn is_resource_id(text: &str) -> bool {
    let Some((module, name)) = text.split_once("::") else { return false };
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_alphanumeric())
    };
    module.contains('_')
        && module.split('_').all(is_word)
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
