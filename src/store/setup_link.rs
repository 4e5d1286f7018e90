//! Table `setup_link`: the one-time link on which the first administrator is made. One row at the most.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::setup_link;
use super::{Error, Work};

/// Stores the digest of a new link and forgets any other.
pub(crate) fn replace(work: &mut Work<'_>, digest: &str, expires_at: DateTime<Utc>) -> Result<(), Error> {
    clear(work)?;
    diesel::insert_into(setup_link::table)
        .values((setup_link::digest.eq(digest), setup_link::expires_at.eq(expires_at.naive_utc())))
        .execute(work.conn)?;
    Ok(())
}

/// When the link with that digest ends.
pub(crate) fn expiry(work: &mut Work<'_>, digest: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let end: Option<NaiveDateTime> =
        setup_link::table.find(digest).select(setup_link::expires_at).first(work.conn).optional()?;
    Ok(end.map(|end| end.and_utc()))
}

/// Forgets every link; says whether there was one.
pub(crate) fn clear(work: &mut Work<'_>) -> Result<bool, Error> {
    Ok(diesel::delete(setup_link::table).execute(work.conn)? > 0)
}
