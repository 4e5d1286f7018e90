//! Declared integrations: what files say of an integration, beside the fields that it has in common with those made by
//! a person; what waits for a person's approval; and what happens when the declaration is gone.
//!
//! A change never destroys what works. Under the setting `latchkey/declared/on_change` = `approve`, name, e-mail
//! address and URLs follow the files at once, but wider permissions wait ([`Pending`]) and, as after a changed
//! callback URL, the status is Reset until a person activates again (`approve`). Until then the old grants and the
//! live token keep working.

use chrono::{DateTime, Utc};

use super::audit::{self, Act, Changes, Thing};
use super::declaration::Source;
use super::integration::{self, IntegrationId};
use super::permission::Grants;
use super::{Actor, Conflict, Error, event};
use crate::store::{self, Work};

mod apply;
mod plan;

pub use apply::{apply, apply_if_changed, plan};
pub use plan::{FieldChange, Kind, OnChange, Options, Plan, Refused, Step, Why};

/// What files say of an integration, beside its own fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Where it is declared.
    pub sources: Vec<Source>,
    /// The resources that the files list themselves; what else it holds is included as an ancestor.
    pub listed: Vec<String>,
    /// Since when no file declares it any more.
    pub orphaned_at: Option<DateTime<Utc>>,
    /// What waits for approval.
    pub pending: Option<Pending>,
}

/// What waits for a person's approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// What approval would grant, in place of what is granted; none when that stays as it is.
    pub resources: Option<Vec<String>>,
    /// The callback URL that a person approved last, when it is another one now.
    pub approved_endpoint: Option<Option<String>>,
}

/// What files say of an integration; none when they never did.
///
/// # Errors
/// Those of the database.
pub fn record(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<Record>, Error> {
    Ok(store::declared::of(work, &[id])?.remove(&id))
}

/// Whether no file declares it any more, so that it may be deleted.
///
/// # Errors
/// Those of the database.
pub fn is_orphaned(work: &mut Work<'_>, id: IntegrationId) -> Result<bool, Error> {
    Ok(record(work, id)?.is_some_and(|record| record.orphaned_at.is_some()))
}

/// What waits for approval; none when nothing does.
///
/// # Errors
/// Those of the database.
pub fn pending(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<Pending>, Error> {
    Ok(record(work, id)?.and_then(|record| record.pending))
}

/// What approval would grant; none when it would change no grants.
///
/// # Errors
/// Those of the database.
pub fn requested(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<Grants>, Error> {
    let resources = pending(work, id)?.and_then(|pending| pending.resources);
    Ok(resources.map(|ids| Grants::stored(work.tree, ids.iter().map(String::as_str)).0))
}

/// Refuses an approval that was given to something else: files may have changed after the page was drawn.
///
/// # Errors
/// A conflict when the version is no longer that one.
pub fn check_seen(work: &mut Work<'_>, id: IntegrationId, seen: Option<i64>) -> Result<(), Error> {
    let stored = integration::hold(work, id)?;
    match seen {
        Some(version) if version != stored.version => Err(Conflict::RequestChanged.into()),
        _ => Ok(()),
    }
}

/// Approves what waits: it is granted from now on. Part of every activation, whose own checks say who may.
///
/// # Errors
/// Those of the database.
pub(super) fn approve(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<(), Error> {
    let Some(record) = record(work, id)? else { return Ok(()) };
    if record.pending.is_none() {
        return Ok(());
    }
    let before = integration::grants(work, id)?;
    let after = requested(work, id)?.unwrap_or_else(|| before.clone());
    store::declared::put(work, id, &Record { pending: None, ..record })?;
    integration::write_grants(work, id, &after)?;
    store::integration::raise_version(work, id)?;
    integration::changed(work, id)?;
    let integration = integration::find(work, id)?;
    let changes = Changes::none().grants(work.tree, &before, &after);
    audit::record(work, by, Act::IntegrationApproved, Thing::integration(&integration), changes);
    if before != after {
        event::record(work, event::Kind::IntegrationUpdated, event::Subject::integration(&integration));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
