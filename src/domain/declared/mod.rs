//! Declared integrations: what files say of an integration, beside the fields that it has in common with those made by
//! a person; what waits for a person's approval; and what happens when the declaration is gone.
//!
//! A change never destroys what works. Under the setting `latchkey/declared/on_change` = `approve`, name, e-mail
//! address and URLs follow the files at once, but wider permissions wait ([`Pending`]) and, as after a changed
//! callback URL, the status is Reset until a person activates again. Until then the old grants and the live token keep
//! working: what is approved by showing a token counts with that token (`approve`), and what is approved by beginning
//! an exchange counts when the partner has come back (`approve_for`, `fulfil`). An exchange that fails changes nothing.

use chrono::{DateTime, Utc};

use super::attempt::AttemptId;
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
    /// The attempt by beginning which a person approved what waits; it counts once that attempt is completed.
    pub approved_by: Option<AttemptId>,
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

/// What approval would change: the grants before and after; none when it would change no grants.
///
/// # Errors
/// Those of the database.
pub fn difference(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<(Grants, Grants)>, Error> {
    let Some(after) = requested(work, id)? else { return Ok(None) };
    Ok(Some((integration::grants(work, id)?, after)))
}

/// Refuses an approval that was given to something else, or to nothing that was seen: files may have changed after the
/// page was drawn.
///
/// # Errors
/// A conflict when the version is no longer that one, or when something waits and no version was seen.
pub fn check_seen(work: &mut Work<'_>, id: IntegrationId, seen: Option<i64>) -> Result<(), Error> {
    let stored = integration::hold(work, id)?;
    let is_seen = match seen {
        Some(version) => version == stored.version,
        None => pending(work, id)?.is_none(),
    };
    if is_seen { Ok(()) } else { Err(Conflict::RequestChanged.into()) }
}

/// Approves what waits: it is granted from now on. Part of every activation that issues a token at once, whose own
/// checks say who may.
///
/// # Errors
/// Those of the database.
pub(super) fn approve(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<(), Error> {
    let Some(record) = waiting(work, id)? else { return Ok(()) };
    let changes = grant(work, id, record)?;
    let integration = integration::find(work, id)?;
    audit::record(work, by, Act::IntegrationApproved, Thing::integration(&integration), changes);
    Ok(())
}

/// Approves what waits for the time when the partner has come back in this attempt: nothing is granted before.
///
/// # Errors
/// Those of the database.
pub(super) fn approve_for(
    work: &mut Work<'_>,
    by: &Actor,
    id: IntegrationId,
    attempt: AttemptId,
) -> Result<(), Error> {
    let Some(record) = waiting(work, id)? else { return Ok(()) };
    store::declared::put(work, id, &Record { approved_by: Some(attempt), ..record })?;
    let mut changes = Changes::none();
    if let Some((before, after)) = difference(work, id)? {
        changes = changes.asked(work.tree, &before, &after);
    }
    let integration = integration::find(work, id)?;
    audit::record(work, by, Act::IntegrationApproved, Thing::integration(&integration), changes);
    Ok(())
}

/// The credentials are sent again: what was approved for the attempt before counts for this one, and nothing that was
/// asked for since.
///
/// # Errors
/// Those of the database.
pub(super) fn carry_over(work: &mut Work<'_>, id: IntegrationId, attempt: AttemptId) -> Result<(), Error> {
    match waiting(work, id)? {
        Some(record) if record.approved_by.is_some() => {
            Ok(store::declared::put(work, id, &Record { approved_by: Some(attempt), ..record })?)
        }
        _ => Ok(()),
    }
}

/// Access is taken away: what was approved counts no more, and waits to be approved anew.
///
/// # Errors
/// Those of the database.
pub(super) fn withdraw(work: &mut Work<'_>, id: IntegrationId) -> Result<(), Error> {
    match waiting(work, id)? {
        Some(record) => Ok(store::declared::put(work, id, &Record { approved_by: None, ..record })?),
        None => Ok(()),
    }
}

/// What the end of an exchange made of what waited.
pub(super) struct Fulfilled {
    /// Whether something waits still: nobody has approved it.
    pub(super) waits: bool,
    /// What was granted and withdrawn.
    pub(super) changes: Changes,
}

/// An exchange is completed: what was approved by beginning it is granted, in the transaction that makes the token.
///
/// # Errors
/// Those of the database.
pub(super) fn fulfil(
    work: &mut Work<'_>,
    id: IntegrationId,
    attempt: Option<AttemptId>,
) -> Result<Fulfilled, Error> {
    match waiting(work, id)? {
        Some(record) if attempt.is_some() && record.approved_by == attempt => {
            Ok(Fulfilled { waits: false, changes: grant(work, id, record)? })
        }
        other => Ok(Fulfilled { waits: other.is_some(), changes: Changes::none() }),
    }
}

/// What files say of it, when something waits for approval.
fn waiting(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<Record>, Error> {
    Ok(record(work, id)?.filter(|record| record.pending.is_some()))
}

/// Grants what waits, and says what that changed.
fn grant(work: &mut Work<'_>, id: IntegrationId, record: Record) -> Result<Changes, Error> {
    let before = integration::grants(work, id)?;
    let after = requested(work, id)?.unwrap_or_else(|| before.clone());
    store::declared::put(work, id, &Record { pending: None, approved_by: None, ..record })?;
    integration::write_grants(work, id, &after)?;
    store::integration::raise_version(work, id)?;
    integration::changed(work, id)?;
    if before != after {
        let integration = integration::find(work, id)?;
        event::record(work, event::Kind::IntegrationUpdated, event::Subject::integration(&integration));
    }
    Ok(Changes::none().grants(work.tree, &before, &after))
}

#[cfg(test)]
mod tests;
