//! Table `customer`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::customer;
use super::text::fold;
use super::{Error, Work};
use crate::domain::customer::{Checked, Customer, CustomerId};

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
