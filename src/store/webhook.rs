//! Table `webhook`. Its secrets are sealed.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::webhook;
use super::{Error, Work, sealing_key};
use crate::domain::event::Kind;
use crate::domain::event::observer::Wants;
use crate::domain::webhook::{Checked, Webhook, WebhookId};
use crate::seal::Place;
use crate::secret::Secret;

type Columns = (
    webhook::webhook_id,
    webhook::name,
    webhook::url,
    webhook::kinds,
    webhook::is_enabled,
    webhook::previous_secret_ends_at,
    webhook::version,
    webhook::created_at,
    webhook::updated_at,
);

const COLUMNS: Columns = (
    webhook::webhook_id,
    webhook::name,
    webhook::url,
    webhook::kinds,
    webhook::is_enabled,
    webhook::previous_secret_ends_at,
    webhook::version,
    webhook::created_at,
    webhook::updated_at,
);

#[derive(Queryable)]
struct Row {
    webhook_id: i64,
    name: String,
    url: String,
    kinds: String,
    is_enabled: bool,
    previous_secret_ends_at: Option<NaiveDateTime>,
    version: i64,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

/// Inserts one.
pub(crate) fn insert(work: &mut Work<'_>, checked: &Checked, secret: &Secret) -> Result<Webhook, Error> {
    sealing_key::confirm(work)?;
    let now = work.now.naive_utc();
    let id: i64 = diesel::insert_into(webhook::table)
        .values((
            webhook::name.eq(&checked.name),
            webhook::url.eq(&checked.url),
            webhook::kinds.eq(words(&checked.wants)),
            webhook::is_enabled.eq(checked.is_enabled),
            webhook::secret.eq(""),
            webhook::version.eq(1),
            webhook::created_at.eq(now),
            webhook::updated_at.eq(now),
        ))
        .returning(webhook::webhook_id)
        .get_result(work.conn)?;
    // Sealed for its row, whose number is known only now.
    let sealed = work.seal(secret, place("secret", &id.to_string()))?;
    diesel::update(webhook::table.find(id)).set(webhook::secret.eq(sealed)).execute(work.conn)?;
    Ok(webhook::table.find(id).select(COLUMNS).first::<Row>(work.conn)?.webhook())
}

/// Writes what was entered, if the version is still that one; says whether it was.
pub(crate) fn update(
    work: &mut Work<'_>,
    id: WebhookId,
    version: i64,
    checked: &Checked,
) -> Result<bool, Error> {
    let updated = diesel::update(webhook::table.find(id.0).filter(webhook::version.eq(version)))
        .set((
            webhook::name.eq(&checked.name),
            webhook::url.eq(&checked.url),
            webhook::kinds.eq(words(&checked.wants)),
            webhook::is_enabled.eq(checked.is_enabled),
            webhook::version.eq(version + 1),
            webhook::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(updated == 1)
}

/// Keeps it from being changed by others until this transaction ends.
pub(crate) fn hold(work: &mut Work<'_>, id: WebhookId) -> Result<(), Error> {
    diesel::update(webhook::table.find(id.0))
        .set(webhook::version.eq(webhook::version))
        .execute(work.conn)?;
    Ok(())
}

/// Puts a secret in the place of the one there is, which signs until `ends_at`.
pub(crate) fn replace_secret(
    work: &mut Work<'_>,
    id: WebhookId,
    secret: &Secret,
    ends_at: DateTime<Utc>,
) -> Result<(), Error> {
    let row = id.0.to_string();
    let Some(before) = secrets(work, id)?.into_iter().next() else { return Ok(()) };
    let sealed = work.seal(secret, place("secret", &row))?;
    let previous = work.seal(&before, place("previous_secret", &row))?;
    diesel::update(webhook::table.find(id.0))
        .set((
            webhook::secret.eq(sealed),
            webhook::previous_secret.eq(previous),
            webhook::previous_secret_ends_at.eq(ends_at.naive_utc()),
            webhook::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// The secrets that sign now, the newest first.
pub(crate) fn secrets(work: &mut Work<'_>, id: WebhookId) -> Result<Vec<Secret>, Error> {
    type Sealed = (String, Option<String>, Option<NaiveDateTime>);
    let sealed: Option<Sealed> = webhook::table
        .find(id.0)
        .select((webhook::secret, webhook::previous_secret, webhook::previous_secret_ends_at))
        .first(work.conn)
        .optional()?;
    let Some((secret, previous, ends_at)) = sealed else { return Ok(Vec::new()) };
    let row = id.0.to_string();
    let mut secrets = vec![work.open(&secret, place("secret", &row))?];
    let holds = ends_at.is_some_and(|ends_at| work.now < ends_at.and_utc());
    if let Some(previous) = previous.filter(|_| holds) {
        secrets.push(work.open(&previous, place("previous_secret", &row))?);
    }
    Ok(secrets)
}

/// Makes one be gone for everybody, and its secrets for good. Its row stays as long as it has deliveries.
pub(crate) fn bury(work: &mut Work<'_>, id: WebhookId) -> Result<(), Error> {
    diesel::update(webhook::table.find(id.0))
        .set((
            webhook::is_enabled.eq(false),
            webhook::secret.eq(""),
            webhook::previous_secret.eq(None::<String>),
            webhook::previous_secret_ends_at.eq(None::<NaiveDateTime>),
            webhook::version.eq(webhook::version + 1),
            webhook::deleted_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Those whose rows are still there.
pub(crate) fn buried(work: &mut Work<'_>) -> Result<Vec<WebhookId>, Error> {
    let ids: Vec<i64> = webhook::table
        .filter(webhook::deleted_at.is_not_null())
        .order(webhook::webhook_id)
        .select(webhook::webhook_id)
        .load(work.conn)?;
    Ok(ids.into_iter().map(WebhookId).collect())
}

/// Deletes the row of one; says whether it was there, as a count.
pub(crate) fn delete(work: &mut Work<'_>, id: WebhookId) -> Result<usize, Error> {
    Ok(diesel::delete(webhook::table.find(id.0)).execute(work.conn)?)
}

/// The one of that id.
pub(crate) fn find(work: &mut Work<'_>, id: WebhookId) -> Result<Option<Webhook>, Error> {
    let row: Option<Row> = webhook::table
        .find(id.0)
        .filter(webhook::deleted_at.is_null())
        .select(COLUMNS)
        .first(work.conn)
        .optional()?;
    Ok(row.map(Row::webhook))
}

/// Every one, by name.
pub(crate) fn all(work: &mut Work<'_>) -> Result<Vec<Webhook>, Error> {
    let rows: Vec<Row> = webhook::table
        .filter(webhook::deleted_at.is_null())
        .order((webhook::name, webhook::webhook_id))
        .select(COLUMNS)
        .load(work.conn)?;
    Ok(rows.into_iter().map(Row::webhook).collect())
}

/// The secret as a thief of the database file would read it.
#[cfg(test)]
pub(crate) fn stored_secret(work: &mut Work<'_>, id: WebhookId) -> Result<String, Error> {
    Ok(webhook::table.find(id.0).select(webhook::secret).first(work.conn)?)
}

impl Row {
    fn webhook(self) -> Webhook {
        Webhook {
            id: WebhookId(self.webhook_id),
            name: self.name,
            url: self.url,
            wants: wants(&self.kinds),
            is_enabled: self.is_enabled,
            previous_ends_at: self.previous_secret_ends_at.map(|at| at.and_utc()),
            version: self.version,
            created_at: self.created_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
        }
    }
}

fn place<'a>(column: &'static str, row: &'a str) -> Place<'a> {
    Place { table: "webhook", column, row }
}

fn words(wants: &Wants) -> String {
    match wants {
        Wants::Everything => String::new(),
        Wants::These(kinds) => kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(","),
    }
}

/// Words of another version stand for events that this one does not know.
fn wants(words: &str) -> Wants {
    if words.is_empty() {
        Wants::Everything
    } else {
        Wants::These(words.split(',').filter_map(Kind::of).collect())
    }
}
