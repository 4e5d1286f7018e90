//! Table `admin_unknown_login`: one row that counts the sign-ins with names that nobody has.

use diesel::prelude::*;

use super::schema::admin_unknown_login::{dsl, table};
use super::{Error, Work};

const ROW: i64 = 1;

/// Counts one, with as many statements as a wrong password for somebody costs.
pub(crate) fn count(work: &mut Work<'_>) -> Result<(), Error> {
    diesel::update(table.find(ROW)).set(dsl::failures_num.eq(dsl::failures_num)).execute(work.conn)?;
    let before: i64 = table.find(ROW).select(dsl::failures_num).first(work.conn)?;
    diesel::update(table.find(ROW))
        .set((dsl::failures_num.eq(before + 1), dsl::failed_at.eq(work.now.naive_utc())))
        .execute(work.conn)?;
    Ok(())
}
