//! Table `bearer_token`: tokens of administrators and customers, found by their digest. The token itself is not kept.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::schema::bearer_token;
use super::{Error, Work};
use crate::domain::admin_user::AdminUserId;
use crate::domain::bearer::{Holder, Kind};
use crate::domain::customer::CustomerId;

/// A token: its digest, and when it was issued.
pub(crate) type Issued = (String, DateTime<Utc>);

/// Inserts a token.
pub(crate) fn insert(work: &mut Work<'_>, holder: Holder, digest: &str) -> Result<(), Error> {
    let (admin, customer) = columns(holder);
    diesel::insert_into(bearer_token::table)
        .values((
            bearer_token::user_type.eq(number(holder.kind())),
            bearer_token::admin_id.eq(admin),
            bearer_token::customer_id.eq(customer),
            bearer_token::digest.eq(digest),
            bearer_token::created_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Whose token it is.
pub(crate) fn holder_of(work: &mut Work<'_>, digest: &str) -> Result<Option<Holder>, Error> {
    let row: Option<(Option<i64>, Option<i64>)> = bearer_token::table
        .filter(bearer_token::digest.eq(digest))
        .select((bearer_token::admin_id, bearer_token::customer_id))
        .first(work.conn)
        .optional()?;
    Ok(row.and_then(|(admin, customer)| {
        let admin = admin.map(|id| Holder::Admin(AdminUserId(id)));
        admin.or(customer.map(|id| Holder::Customer(CustomerId(id))))
    }))
}

/// Every token of somebody.
pub(crate) fn of(work: &mut Work<'_>, holder: Holder) -> Result<Vec<Issued>, Error> {
    let rows: Vec<(String, NaiveDateTime)> = match holder {
        Holder::Admin(id) => bearer_token::table
            .filter(bearer_token::admin_id.eq(id.0))
            .select((bearer_token::digest, bearer_token::created_at))
            .load(work.conn)?,
        Holder::Customer(id) => bearer_token::table
            .filter(bearer_token::customer_id.eq(id.0))
            .select((bearer_token::digest, bearer_token::created_at))
            .load(work.conn)?,
    };
    Ok(rows.into_iter().map(|(digest, at)| (digest, at.and_utc())).collect())
}

/// How many tokens somebody has.
pub(crate) fn count(work: &mut Work<'_>, holder: Holder) -> Result<i64, Error> {
    count_since(work, holder, None)
}

/// How many tokens somebody has that were issued after that moment.
pub(crate) fn count_since(
    work: &mut Work<'_>,
    holder: Holder,
    moment: Option<DateTime<Utc>>,
) -> Result<i64, Error> {
    let mut rows = bearer_token::table.into_boxed();
    rows = match holder {
        Holder::Admin(id) => rows.filter(bearer_token::admin_id.eq(id.0)),
        Holder::Customer(id) => rows.filter(bearer_token::customer_id.eq(id.0)),
    };
    if let Some(moment) = moment {
        rows = rows.filter(bearer_token::created_at.gt(moment.naive_utc()));
    }
    Ok(rows.select(count_star()).first(work.conn)?)
}

/// Deletes every token of somebody; says how many there were.
pub(crate) fn delete_of(work: &mut Work<'_>, holder: Holder) -> Result<usize, Error> {
    Ok(match holder {
        Holder::Admin(id) => {
            diesel::delete(bearer_token::table.filter(bearer_token::admin_id.eq(id.0))).execute(work.conn)?
        }
        Holder::Customer(id) => {
            diesel::delete(bearer_token::table.filter(bearer_token::customer_id.eq(id.0)))
                .execute(work.conn)?
        }
    })
}

/// Deletes the oldest tokens of somebody, so that no more than `kept` are left.
pub(crate) fn delete_surplus(work: &mut Work<'_>, holder: Holder, kept: i64) -> Result<usize, Error> {
    let mut rows = bearer_token::table.into_boxed();
    rows = match holder {
        Holder::Admin(id) => rows.filter(bearer_token::admin_id.eq(id.0)),
        Holder::Customer(id) => rows.filter(bearer_token::customer_id.eq(id.0)),
    };
    let ids: Vec<i64> = rows
        .order(bearer_token::token_id.desc())
        .offset(kept)
        .limit(i64::from(i32::MAX))
        .select(bearer_token::token_id)
        .load(work.conn)?;
    delete(work, &ids)
}

/// Deletes the oldest tokens of a kind that were issued at that moment or before, `limit` at the most; says how many.
pub(crate) fn delete_issued_until(
    work: &mut Work<'_>,
    kind: Kind,
    moment: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Error> {
    let ids: Vec<i64> = bearer_token::table
        .filter(bearer_token::user_type.eq(number(kind)))
        .filter(bearer_token::created_at.le(moment.naive_utc()))
        .order((bearer_token::created_at, bearer_token::token_id))
        .limit(limit)
        .select(bearer_token::token_id)
        .load(work.conn)?;
    delete(work, &ids)
}

fn delete(work: &mut Work<'_>, ids: &[i64]) -> Result<usize, Error> {
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(bearer_token::table.filter(bearer_token::token_id.eq_any(ids.to_vec())))
        .execute(work.conn)?)
}

/// The number that stands for a kind in every table; the same as Magento's, where it is not about throttling.
pub(super) fn number(kind: Kind) -> i16 {
    match kind {
        Kind::Admin => 2,
        Kind::Customer => 3,
    }
}

fn columns(holder: Holder) -> (Option<i64>, Option<i64>) {
    match holder {
        Holder::Admin(id) => (Some(id.0), None),
        Holder::Customer(id) => (None, Some(id.0)),
    }
}

/// How many tokens each of these administrators has that were issued after that moment; one without is left out.
pub(crate) fn count_of_admins(
    work: &mut Work<'_>,
    ids: &[AdminUserId],
    moment: Option<DateTime<Utc>>,
) -> Result<HashMap<AdminUserId, i64>, Error> {
    let counted: Vec<(Option<i64>, i64)> = bearer_token::table
        .filter(bearer_token::admin_id.eq_any(ids.iter().map(|id| id.0)))
        .filter(bearer_token::created_at.gt(moment.unwrap_or_default().naive_utc()))
        .group_by(bearer_token::admin_id)
        .select((bearer_token::admin_id, count_star()))
        .load(work.conn)?;
    Ok(counted.into_iter().filter_map(|(id, count)| Some((AdminUserId(id?), count))).collect())
}

/// How many tokens each of these customers has that were issued after that moment; one without is left out.
pub(crate) fn count_of_customers(
    work: &mut Work<'_>,
    ids: &[CustomerId],
    moment: Option<DateTime<Utc>>,
) -> Result<HashMap<CustomerId, i64>, Error> {
    let counted: Vec<(Option<i64>, i64)> = bearer_token::table
        .filter(bearer_token::customer_id.eq_any(ids.iter().map(|id| id.0)))
        .filter(bearer_token::created_at.gt(moment.unwrap_or_default().naive_utc()))
        .group_by(bearer_token::customer_id)
        .select((bearer_token::customer_id, count_star()))
        .load(work.conn)?;
    Ok(counted.into_iter().filter_map(|(id, count)| Some((CustomerId(id?), count))).collect())
}
