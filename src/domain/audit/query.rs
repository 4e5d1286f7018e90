//! Asking the trail: who, what, when; and whether it is whole.

use chrono::{DateTime, Utc};

use super::{Act, Entry, ThingKind};
use crate::domain::Error;
use crate::domain::integration::IntegrationId;
use crate::store::{self, Work};

/// Entries that are read at once by exports and by verification.
pub const BATCH: i64 = 500;

/// A question to the trail; what is not asked for is left open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Who did it: the user name, or the name of the partner's integration, without regard to case.
    pub person: Option<String>,
    /// To what kind of thing.
    pub thing: Option<ThingKind>,
    /// To which one.
    pub which: Option<Which>,
    /// What was done.
    pub act: Option<Act>,
    /// The first moment.
    pub from: Option<DateTime<Utc>>,
    /// The first moment that is too late.
    pub until: Option<DateTime<Utc>>,
}

/// Which one of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its id.
    Id(i64),
    /// By the whole name that it had, without regard to case.
    Name(String),
}

/// From where on entries are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From the newest one.
    Newest,
    /// From the one before that number.
    Before(i64),
    /// Up to the one after that number.
    After(i64),
}

/// An entry with its number, which counts from 1 without a gap.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its number.
    pub number: i64,
    /// The entry.
    pub entry: Entry,
}

/// Some entries, newest first, and the ways on.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The entries.
    pub entries: Vec<Listed>,
    /// Where newer ones are.
    pub newer: Option<Place>,
    /// Where older ones are.
    pub older: Option<Place>,
}

/// How far the chain was walked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Number of the last entry.
    pub number: i64,
    /// Its hash.
    pub hash: String,
    /// Entries that were removed because of their age, all of them before the first one that is walked.
    pub removed: i64,
}

/// What came of walking a part of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walked {
    /// All well up to here; there are more.
    SoFar(Link),
    /// All well to the end.
    Whole(Link),
    /// The entry of this number is not there.
    Missing(i64),
    /// The entry of this number is not what was written.
    Altered(i64),
}

/// One page of the trail, in one query.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>, query: &Query, place: Place, limit: i64) -> Result<Slice, Error> {
    let mut entries = store::audit::list(work, query, place, limit + 1)?;
    let is_cut = i64::try_from(entries.len()).is_ok_and(|count| count > limit);
    let (has_newer, has_older) = match place {
        Place::Newest => (false, is_cut),
        Place::Before(_) => (true, is_cut),
        Place::After(_) => (is_cut, true),
    };
    if is_cut {
        let surplus = if matches!(place, Place::After(_)) { 0 } else { entries.len() - 1 };
        entries.remove(surplus);
    }
    let newer = entries.first().filter(|_| has_newer).map(|first| Place::After(first.number));
    let older = entries.last().filter(|_| has_older).map(|last| Place::Before(last.number));
    Ok(Slice { entries, newer, older })
}

/// The latest entries about an integration.
///
/// # Errors
/// Those of the database.
pub fn latest(work: &mut Work<'_>, integration: IntegrationId, limit: i64) -> Result<Vec<Listed>, Error> {
    let which = Some(Which::Id(integration.0));
    let query = Query { thing: Some(ThingKind::Integration), which, ..Query::default() };
    Ok(store::audit::list(work, &query, Place::Newest, limit)?)
}

/// Walks the chain on from there, one batch.
///
/// # Errors
/// Those of the database.
pub fn verify(work: &mut Work<'_>, from: &Link) -> Result<Walked, Error> {
    Ok(store::audit::walk(work, from, BATCH)?)
}
