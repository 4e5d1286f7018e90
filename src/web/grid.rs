//! Sorting, filtering and paging as a page draws them.

use super::form::Choice;

mod asked;

pub(in crate::web) use asked::{Asked, Pairs, Spec};

/// The head of a sortable column: a small GET form that asks for the other order.
#[derive(Debug, Clone)]
pub struct Head {
    /// Column as named in the address.
    pub column: String,
    /// What the head says.
    pub label: String,
    /// `ascending`, `descending` or `none`, as `aria-sort` wants it.
    pub order: &'static str,
    /// The rest of the address as hidden fields, with the order that a press asks for.
    pub state: Vec<(String, String)>,
}

/// Where we are among the pages.
#[derive(Debug, Clone)]
pub struct Pager {
    /// Current page, from 1.
    pub page: usize,
    /// Number of pages, at least 1.
    pub pages: usize,
    /// Address of the page before this one.
    pub previous: Option<String>,
    /// Address of the page after this one.
    pub next: Option<String>,
    /// Page sizes.
    pub sizes: Vec<Choice>,
    /// The rest of the address as hidden fields (filter and order).
    pub state: Vec<(String, String)>,
}
