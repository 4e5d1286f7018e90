//! How long the trail is kept. The chain is cut at its old end: what is left begins with an anchor, and the cut is an entry
//! of its own, so that nobody shortens the trail unnoticed.

use super::{Act, Changes, Thing, record};
use crate::domain::{Actor, Error, setting};
use crate::store::{self, Work};

/// The field that tells up to which number entries were removed.
pub const ENTRIES: &str = "entries";

/// The field that tells the hash of the last one of them.
pub const HASH: &str = "hash";

/// Removes one batch of entries that are older than the setting `latchkey/retention/audit_days`; says how many.
///
/// # Errors
/// Those of the database.
pub fn trim(work: &mut Work<'_>) -> Result<usize, Error> {
    // What an earlier batch has cut off goes first, whatever the setting says now.
    let left = store::audit::delete_cut_off(work, store::BATCH)?;
    if left > 0 {
        return Ok(left);
    }
    let Some(moment) = setting::days_ago(work, setting::AUDIT_DAYS)? else { return Ok(0) };
    let Some(cut) = store::audit::last_before(work, moment)? else { return Ok(0) };
    let removed = store::audit::delete_up_to(work, cut.number, store::BATCH)?;
    let told = Changes::none().note(ENTRIES, &cut.number.to_string()).note(HASH, &cut.hash);
    record(work, &Actor::system(), Act::TrailTrimmed, Thing::trail(), told);
    store::audit::set_anchor(work, &cut)?;
    Ok(removed)
}
