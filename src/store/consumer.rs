//! Table `oauth_consumer`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::oauth_consumer;
use super::{Error, Work, sealing_key};
use crate::domain::consumer::{Consumer, ConsumerId, Previous};
use crate::domain::integration::IntegrationId;
use crate::seal::Place;
use crate::secret::Secret;

#[derive(Queryable)]
struct Row {
    entity_id: i64,
    integration_id: i64,
    key: String,
    secret: String,
    previous_secret: Option<String>,
    previous_secret_ends_at: Option<NaiveDateTime>,
    _created_at: NaiveDateTime,
    _updated_at: NaiveDateTime,
}

/// Where the secret of the consumer with that key is kept.
pub(super) fn secret_place(key: &str) -> Place<'_> {
    Place { table: "oauth_consumer", column: "secret", row: key }
}

fn previous_place(key: &str) -> Place<'_> {
    Place { table: "oauth_consumer", column: "previous_secret", row: key }
}

/// Inserts one.
pub(crate) fn insert(
    work: &mut Work<'_>,
    integration: IntegrationId,
    key: &str,
    secret: Secret,
) -> Result<Consumer, Error> {
    sealing_key::confirm(work)?;
    let sealed = work.seal(&secret, secret_place(key))?;
    let now = work.now.naive_utc();
    let id = diesel::insert_into(oauth_consumer::table)
        .values((
            oauth_consumer::integration_id.eq(integration.0),
            oauth_consumer::key.eq(key),
            oauth_consumer::secret.eq(sealed),
            oauth_consumer::created_at.eq(now),
            oauth_consumer::updated_at.eq(now),
        ))
        .returning(oauth_consumer::entity_id)
        .get_result(work.conn)?;
    Ok(Consumer { id: ConsumerId(id), integration, key: key.to_owned(), secret, previous: None })
}

/// The consumer of an integration.
pub(crate) fn of(work: &mut Work<'_>, integration: IntegrationId) -> Result<Option<Consumer>, Error> {
    let row: Option<Row> = oauth_consumer::table
        .filter(oauth_consumer::integration_id.eq(integration.0))
        .first(work.conn)
        .optional()?;
    row.map(|row| opened(work, row)).transpose()
}

/// The consumer with that key.
pub(crate) fn by_key(work: &mut Work<'_>, key: &str) -> Result<Option<Consumer>, Error> {
    let row: Option<Row> =
        oauth_consumer::table.filter(oauth_consumer::key.eq(key)).first(work.conn).optional()?;
    row.map(|row| opened(work, row)).transpose()
}

/// The key of an integration's consumer. It is no secret, so nothing has to be opened for it.
pub(crate) fn key_for(work: &mut Work<'_>, integration: IntegrationId) -> Result<Option<String>, Error> {
    Ok(oauth_consumer::table
        .filter(oauth_consumer::integration_id.eq(integration.0))
        .select(oauth_consumer::key)
        .first(work.conn)
        .optional()?)
}

/// The key of a consumer.
pub(crate) fn key_of(work: &mut Work<'_>, id: ConsumerId) -> Result<Option<String>, Error> {
    Ok(oauth_consumer::table.find(id.0).select(oauth_consumer::key).first(work.conn).optional()?)
}

/// Puts a new secret in the place of the one there is, which signs until `ends_at`.
pub(crate) fn replace_secret(
    work: &mut Work<'_>,
    consumer: &Consumer,
    secret: &Secret,
    ends_at: DateTime<Utc>,
) -> Result<(), Error> {
    let sealed = work.seal(secret, secret_place(&consumer.key))?;
    let previous = work.seal(&consumer.secret, previous_place(&consumer.key))?;
    diesel::update(oauth_consumer::table.find(consumer.id.0))
        .set((
            oauth_consumer::secret.eq(sealed),
            oauth_consumer::previous_secret.eq(previous),
            oauth_consumer::previous_secret_ends_at.eq(ends_at.naive_utc()),
            oauth_consumer::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Forgets the secret before the one there is.
pub(crate) fn forget_previous(work: &mut Work<'_>, id: ConsumerId) -> Result<(), Error> {
    diesel::update(oauth_consumer::table.find(id.0))
        .set((
            oauth_consumer::previous_secret.eq(None::<String>),
            oauth_consumer::previous_secret_ends_at.eq(None::<NaiveDateTime>),
            oauth_consumer::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

fn opened(work: &Work<'_>, row: Row) -> Result<Consumer, Error> {
    let secret = work.open(&row.secret, secret_place(&row.key))?;
    let previous = match (row.previous_secret, row.previous_secret_ends_at) {
        (Some(sealed), Some(ends_at)) => {
            let secret = work.open(&sealed, previous_place(&row.key))?;
            Some(Previous { secret, ends_at: ends_at.and_utc() })
        }
        _ => None,
    };
    Ok(Consumer {
        id: ConsumerId(row.entity_id),
        integration: IntegrationId(row.integration_id),
        key: row.key,
        secret,
        previous,
    })
}
