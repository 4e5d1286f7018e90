//! Table `customer`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Text, Timestamp};

use super::conn::{Conn, Database};
use super::schema::customer;
use super::text::{beginning_with, fold};
use super::{Error, Page, Work};
use crate::domain::customer::import::Newcomer;
use crate::domain::customer::{Checked, Customer, CustomerId, Query, Sort};

#[derive(Queryable, Selectable)]
#[diesel(table_name = customer)]
pub(super) struct Row {
    customer_id: i64,
    email: String,
    firstname: String,
    lastname: String,
    website: String,
    is_active: bool,
    confirmed: bool,
    logged_in_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
}

/// Inserts one; [`Error::Duplicate`] when the e-mail address is taken.
pub(crate) fn insert(work: &mut Work<'_>, new: &Checked, hash: &str) -> Result<Customer, Error> {
    let now = work.now.naive_utc();
    let row = (
        customer::email.eq(&new.email),
        customer::email_folded.eq(fold(&new.email)),
        customer::firstname.eq(&new.firstname),
        customer::firstname_folded.eq(fold(&new.firstname)),
        customer::lastname.eq(&new.lastname),
        customer::lastname_folded.eq(fold(&new.lastname)),
        customer::password_hash.eq(hash),
        customer::website.eq(&new.website),
        customer::is_active.eq(new.is_active),
        customer::confirmed.eq(new.confirmed),
        customer::created_at.eq(now),
        customer::updated_at.eq(now),
    );
    let id: i64 = work.attempt(|conn| {
        diesel::insert_into(customer::table).values(row).returning(customer::customer_id).get_result(conn)
    })?;
    by_id(work, CustomerId(id))?.ok_or(Error::Database(diesel::result::Error::NotFound))
}

/// Keeps other transactions that do the same waiting until this one ends. SQLite lets one write at a time anyway.
pub(crate) fn hold(work: &mut Work<'_>, id: CustomerId) -> Result<(), Error> {
    diesel::update(customer::table.find(id.0))
        .set(customer::is_active.eq(customer::is_active))
        .execute(work.conn)?;
    Ok(())
}

/// The one with that id.
pub(crate) fn by_id(work: &mut Work<'_>, id: CustomerId) -> Result<Option<Customer>, Error> {
    let row: Option<Row> = customer::table.find(id.0).select(Row::as_select()).first(work.conn).optional()?;
    Ok(row.map(opened))
}

/// The one with that e-mail address, without regard to case, and the hash of the password.
pub(crate) fn by_email(work: &mut Work<'_>, email: &str) -> Result<Option<(Customer, String)>, Error> {
    let row: Option<(Row, String)> = customer::table
        .filter(customer::email_folded.eq(fold(email)))
        .select((Row::as_select(), customer::password_hash))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(row, hash)| (opened(row), hash)))
}

/// The hash of a customer's password.
pub(crate) fn password_hash(work: &mut Work<'_>, id: CustomerId) -> Result<Option<String>, Error> {
    Ok(customer::table.find(id.0).select(customer::password_hash).first(work.conn).optional()?)
}

/// The highest number of one; 0 while there is none.
pub(crate) fn last_id(work: &mut Work<'_>) -> Result<i64, Error> {
    let last: Option<i64> = customer::table.select(max(customer::customer_id)).first(work.conn)?;
    Ok(last.unwrap_or_default())
}

/// The hashes of the passwords of those of these numbers that there are.
pub(crate) fn password_hashes(
    work: &mut Work<'_>,
    ids: &[i64],
) -> Result<HashMap<CustomerId, String>, Error> {
    let rows: Vec<(i64, String)> = customer::table
        .filter(customer::customer_id.eq_any(ids))
        .select((customer::customer_id, customer::password_hash))
        .load(work.conn)?;
    Ok(rows.into_iter().map(|(id, hash)| (CustomerId(id), hash)).collect())
}

/// Lets one have tokens, or not.
pub(crate) fn set_active(work: &mut Work<'_>, id: CustomerId, is_active: bool) -> Result<(), Error> {
    diesel::update(customer::table.find(id.0))
        .set((customer::is_active.eq(is_active), customer::updated_at.eq(work.now.naive_utc())))
        .execute(work.conn)?;
    Ok(())
}

/// Writes the hash of a new password.
pub(crate) fn set_password(work: &mut Work<'_>, id: CustomerId, hash: &str) -> Result<(), Error> {
    diesel::update(customer::table.find(id.0))
        .set((customer::password_hash.eq(hash), customer::updated_at.eq(work.now.naive_utc())))
        .execute(work.conn)?;
    Ok(())
}

/// Writes another hash of the same password.
pub(crate) fn upgrade_hash(work: &mut Work<'_>, id: CustomerId, hash: &str) -> Result<(), Error> {
    diesel::update(customer::table.find(id.0)).set(customer::password_hash.eq(hash)).execute(work.conn)?;
    Ok(())
}

/// Notes a sign-in.
pub(crate) fn set_logged_in(work: &mut Work<'_>, id: CustomerId, at: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(customer::table.find(id.0))
        .set(customer::logged_in_at.eq(at.naive_utc()))
        .execute(work.conn)?;
    Ok(())
}

/// Deletes the row; tokens go with it.
pub(crate) fn delete(work: &mut Work<'_>, id: CustomerId) -> Result<(), Error> {
    diesel::delete(customer::table.find(id.0)).execute(work.conn)?;
    Ok(())
}

pub(super) fn opened(row: Row) -> Customer {
    Customer {
        id: CustomerId(row.customer_id),
        email: row.email,
        firstname: row.firstname,
        lastname: row.lastname,
        website: row.website,
        is_active: row.is_active,
        confirmed: row.confirmed,
        logged_in_at: row.logged_in_at.map(|at| at.and_utc()),
        created_at: row.created_at.and_utc(),
    }
}

/// Inserts those whose e-mail address is not there yet, with one statement. Says how many.
pub(crate) fn insert_new(work: &mut Work<'_>, newcomers: &[Newcomer]) -> Result<usize, Error> {
    const COLUMNS: &str = "email, email_folded, firstname, firstname_folded, lastname, lastname_folded,
        password_hash, website, is_active, confirmed, created_at, updated_at";
    let now = work.now.naive_utc();
    let rows = as_json(newcomers);
    let inserted = match &mut work.conn.0 {
        Database::Sqlite(conn) => sql_query(format!(
            "insert or ignore into customer ({COLUMNS})
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
                    value ->> 6, value ->> 7, value ->> 8, value ->> 9, ?, ?
             from json_each(?) where true"
        ))
        .bind::<Timestamp, _>(now)
        .bind::<Timestamp, _>(now)
        .bind::<Text, _>(rows)
        .execute(conn)?,
        // Sorted, so that two imports of the same customers wait for each other instead of deadlocking.
        Database::Postgres(conn) => sql_query(format!(
            "insert into customer ({COLUMNS})
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
                    value ->> 6, value ->> 7, (value ->> 8)::boolean, (value ->> 9)::boolean, $1, $1
             from json_array_elements($2::json) as batch (value) order by 2
             on conflict (email_folded) do nothing"
        ))
        .bind::<Timestamp, _>(now)
        .bind::<Text, _>(rows)
        .execute(conn)?,
    };
    Ok(inserted)
}

/// How many of these e-mail addresses are there.
pub(crate) fn count_known(work: &mut Work<'_>, newcomers: &[Newcomer]) -> Result<usize, Error> {
    let emails = newcomers.iter().map(|newcomer| fold(&newcomer.customer.email));
    let emails: Vec<String> = emails.collect();
    let known: i64 =
        customer::table.filter(customer::email_folded.eq_any(emails)).count().get_result(work.conn)?;
    Ok(usize::try_from(known).unwrap_or_default())
}

/// A batch as a JSON array of rows, which both databases read.
fn as_json(newcomers: &[Newcomer]) -> String {
    let row = |newcomer: &Newcomer| {
        let Checked { email, firstname, lastname, website, is_active, confirmed } = &newcomer.customer;
        let texts = [
            email.clone(),
            fold(email),
            firstname.clone(),
            fold(firstname),
            lastname.clone(),
            fold(lastname),
            newcomer.hash.clone(),
            website.clone(),
        ];
        let flags = [u8::from(*is_active), u8::from(*confirmed)];
        let [a, b, c, d, e, f, g, h] = texts;
        (a, b, c, d, e, f, g, h, flags[0], flags[1])
    };
    // Numbers and texts: nothing that JSON could not say.
    serde_json::to_string(&newcomers.iter().map(row).collect::<Vec<_>>()).unwrap_or_default()
}

/// One page of the list.
pub(crate) fn page(work: &mut Work<'_>, query: &Query) -> Result<Page<Customer>, Error> {
    let prefix = Prefix::of(work.conn, query);
    let total: i64 = matching(query, &prefix).select(count_star()).get_result(work.conn)?;
    let (page, pages) = query.paging.clamp(total);
    let rows: Vec<Row> = ordered(matching(query, &prefix), query)
        .limit(query.paging.limit)
        .offset((page - 1) * query.paging.limit)
        .select(Row::as_select())
        .load(work.conn)?;
    Ok(Page { rows: rows.into_iter().map(opened).collect(), total, page, pages })
}

type Boxed = diesel::dsl::IntoBoxed<'static, customer::table, <Conn as Connection>::Backend>;

/// How a column is asked what it begins with, so that an index answers: SQLite's LIKE uses none, and PostgreSQL orders
/// texts by the rules of a language.
enum Prefix {
    None,
    Like(String),
    Range(String, String),
}

impl Prefix {
    fn of(conn: &Conn, query: &Query) -> Self {
        match (query.text.as_deref().map(fold), &conn.0) {
            (None, _) => Self::None,
            (Some(text), Database::Sqlite(_)) => Self::Range(text.clone(), format!("{text}\u{10ffff}")),
            (Some(text), Database::Postgres(_)) => Self::Like(beginning_with(&text)),
        }
    }
}

fn matching(query: &Query, prefix: &Prefix) -> Boxed {
    use customer::dsl::{email_folded, firstname_folded, is_active, lastname_folded};
    let rows = customer::table.into_boxed();
    let rows = match prefix {
        Prefix::None => rows,
        Prefix::Like(pattern) => rows.filter(
            email_folded
                .like(pattern.clone())
                .escape('\\')
                .or(lastname_folded.like(pattern.clone()).escape('\\'))
                .or(firstname_folded.like(pattern.clone()).escape('\\')),
        ),
        Prefix::Range(from, to) => rows.filter(
            email_folded
                .between(from.clone(), to.clone())
                .or(lastname_folded.between(from.clone(), to.clone()))
                .or(firstname_folded.between(from.clone(), to.clone())),
        ),
    };
    match query.is_active {
        None => rows,
        Some(wanted) => rows.filter(is_active.eq(wanted)),
    }
}

fn ordered(rows: Boxed, query: &Query) -> Boxed {
    use customer::dsl::{customer_id, email_folded, lastname_folded};
    match (query.sort, query.descending) {
        (Sort::Created, false) => rows.order(customer_id.asc()),
        (Sort::Created, true) => rows.order(customer_id.desc()),
        (Sort::Email, false) => rows.order(email_folded.asc()),
        (Sort::Email, true) => rows.order(email_folded.desc()),
        (Sort::Lastname, false) => rows.order((lastname_folded.asc(), customer_id.asc())),
        (Sort::Lastname, true) => rows.order((lastname_folded.desc(), customer_id.desc())),
    }
}
