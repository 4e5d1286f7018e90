//! What a file says of acl resources: the built-in ones as tab-separated text, one per line, parents before children;
//! those of extensions as a tree of their own ([`Declared`]).
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
    pub(super) is_disabled: bool,
    pub(super) line: usize,
}

impl Declaration {
    pub(super) fn root(id: &str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            parent: None,
            title: title.to_owned(),
            sort_order: 0,
            is_disabled: false,
            line: 0,
        }
    }
}

/// One resource as an extension's file names it: where it hangs, and what the file says of it. What it leaves open,
/// another file says; naming an id alone is how a module hangs its own resources under another module's.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The file as it was called when it was read.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Its name.
    pub id: String,
    /// What a person reads.
    pub title: Option<String>,
    /// Its place among its siblings.
    pub sort_order: Option<i32>,
    /// Whether it vanishes, with all below.
    pub disabled: Option<bool>,
    /// What hangs under it in this file.
    pub children: Vec<Declared>,
}

/// A declaration that was left out of the tree.
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
    /// So many columns instead of five.
    Columns(usize),
    /// Not of the form `Vendor_Module::name`.
    Id(String),
    /// Too short or too long to be shown.
    Title(String),
    /// Not a whole number.
    SortOrder(String),
    /// Declared before, here or at another place.
    Duplicate(String),
    /// No parent, and not one of the two roots.
    Rootless(String),
    /// The parent was not declared above, or may have no children.
    Misplaced {
        /// The resource that was left out.
        id: String,
        /// Where it asked to hang.
        parent: String,
    },
    /// Declared at another place: in Magento that makes the whole tree invalid.
    Elsewhere {
        /// The resource that was left out, with all below.
        id: String,
        /// The parent under which it is declared; none at the top.
        known: Option<String>,
        /// The one under which it stands here.
        found: Option<String>,
    },
    /// No file gives it a title.
    Untitled(String),
    /// Neither true nor false.
    Disabled(String),
    /// The roots are what everything hangs under.
    RootDisabled(String),
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
    if !is_title(title) {
        return Err(Fault::Title(title.to_owned()));
    }
    let sort_order = sort_order.parse().map_err(|_| Fault::SortOrder(sort_order.to_owned()))?;
    let parent = (!parent.is_empty()).then(|| parent.to_owned());
    Ok(Declaration {
        id: id.to_owned(),
        parent,
        title: title.to_owned(),
        sort_order,
        is_disabled: false,
        line,
    })
}

/// Whether a text can be shown as a title: 3 to 50 characters.
pub fn is_title(text: &str) -> bool {
    (3..=50).contains(&text.chars().count())
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
