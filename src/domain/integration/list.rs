//! The list of integrations: what is asked of it and what it shows.

use super::{Integration, Status};
use crate::domain::Error;
use crate::domain::permission::{self, Summary};
use crate::store::{self, Page, Paging, Work};

/// What the grid shows of an integration.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The integration.
    pub integration: Integration,
    /// Whether it has a token that signs calls.
    pub has_live_token: bool,
    /// Its permissions in a few words.
    pub summary: Summary,
    /// Whether the file that declared it is gone.
    pub is_orphaned: bool,
}

/// A question to the list.
#[derive(Debug, Clone)]
pub struct Query {
    /// Part of the name, without regard to case.
    pub name: Option<String>,
    /// Status.
    pub status: Option<Status>,
    /// Order.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

/// Orders of the list; equal ones stand by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By id: the order in which they were made.
    Id,
    /// By name, without regard to case.
    Name,
    /// By status number.
    Status,
    /// By time of creation.
    Created,
}

/// One page of the list, in a number of queries that does not depend on its length.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>, query: &Query) -> Result<Page<Listed>, Error> {
    let page = store::integration::list(work, query)?;
    let ids: Vec<_> = page.rows.iter().map(|integration| integration.id).collect();
    let mut granted = store::grant::of_integrations(work, &ids)?;
    let live = store::token::with_live(work, &ids)?;
    let orphaned = store::declared::orphaned(work, &ids)?;
    let view = work.tree.for_integrations();
    let listed = |integration: Integration| Listed {
        has_live_token: live.contains(&integration.id),
        is_orphaned: orphaned.contains(&integration.id),
        summary: permission::summary(view, &granted.remove(&integration.id).unwrap_or_default()),
        integration,
    };
    Ok(Page {
        rows: page.rows.into_iter().map(listed).collect(),
        total: page.total,
        page: page.page,
        pages: page.pages,
    })
}

/// Whether a declared integration waits for somebody to approve its declaration.
///
/// # Errors
/// Those of the database.
pub fn any_declared_reset(work: &mut Work<'_>) -> Result<bool, Error> {
    Ok(store::integration::any_declared_with(work, Status::Reset)?)
}

/// How many integrations have an address that is not https.
///
/// # Errors
/// Those of the database.
pub fn count_insecure(work: &mut Work<'_>) -> Result<i64, Error> {
    Ok(store::integration::count_insecure(work)?)
}
