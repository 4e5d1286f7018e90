//! Table `setting`.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::setting;
use super::{Error, Work};

/// The stored value.
pub(crate) fn find(work: &mut Work<'_>, path: &str) -> Result<Option<String>, Error> {
    Ok(setting::table.find(path).select(setting::value).first(work.conn).optional()?)
}

/// Every stored value, by path.
pub(crate) fn all(work: &mut Work<'_>) -> Result<HashMap<String, String>, Error> {
    let rows: Vec<(String, String)> =
        setting::table.select((setting::path, setting::value)).load(work.conn)?;
    Ok(rows.into_iter().collect())
}

/// Stores a value.
pub(crate) fn put(work: &mut Work<'_>, path: &str, value: &str) -> Result<(), Error> {
    let now = work.now.naive_utc();
    let update = || {
        diesel::update(setting::table.find(path)).set((setting::value.eq(value), setting::updated_at.eq(now)))
    };
    if update().execute(work.conn)? == 1 {
        return Ok(());
    }
    let inserted = work.attempt(|conn| {
        diesel::insert_into(setting::table)
            .values((setting::path.eq(path), setting::value.eq(value), setting::updated_at.eq(now)))
            .execute(conn)
    });
    match inserted {
        // Somebody else set it for the first time in between.
        Err(Error::Duplicate) => update().execute(work.conn)?,
        other => other?,
    };
    Ok(())
}

/// Forgets the stored value.
pub(crate) fn remove(work: &mut Work<'_>, path: &str) -> Result<(), Error> {
    diesel::delete(setting::table.find(path)).execute(work.conn)?;
    Ok(())
}
