//! Tables `declared_integration` and `declaration_state`: what files say of integrations, and which files were
//! applied last.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{declaration_state, declared_integration};
use super::{Error, Work};
use crate::domain::attempt::AttemptId;
use crate::domain::declared::{Pending, Record};
use crate::domain::integration::IntegrationId;

#[derive(Queryable)]
struct Row {
    integration_id: i64,
    sources: String,
    listed: String,
    orphaned_at: Option<NaiveDateTime>,
    pending_resources: Option<String>,
    is_endpoint_changed: bool,
    approved_endpoint: Option<String>,
    _created_at: NaiveDateTime,
    _updated_at: NaiveDateTime,
    approved_attempt_id: Option<i64>,
}

/// The digest of the files that were applied last; nobody else applies any until this transaction ends.
pub(crate) fn hold(work: &mut Work<'_>) -> Result<String, Error> {
    Ok(diesel::update(declaration_state::table.find(1))
        .set(declaration_state::digest.eq(declaration_state::digest))
        .returning(declaration_state::digest)
        .get_result(work.conn)?)
}

/// Notes which files were applied.
pub(crate) fn set_digest(work: &mut Work<'_>, digest: &str) -> Result<(), Error> {
    diesel::update(declaration_state::table.find(1))
        .set(declaration_state::digest.eq(digest))
        .execute(work.conn)?;
    Ok(())
}

/// What files say of these integrations; one of which they never said anything is left out.
pub(crate) fn of(
    work: &mut Work<'_>,
    integrations: &[IntegrationId],
) -> Result<HashMap<IntegrationId, Record>, Error> {
    let rows: Vec<Row> = declared_integration::table
        .filter(declared_integration::integration_id.eq_any(integrations.iter().map(|id| id.0)))
        .load(work.conn)?;
    rows.into_iter().map(|row| Ok((IntegrationId(row.integration_id), record(row)?))).collect()
}

/// Which of these integrations no file declares any more.
pub(crate) fn orphaned(
    work: &mut Work<'_>,
    integrations: &[IntegrationId],
) -> Result<HashSet<IntegrationId>, Error> {
    let ids: Vec<i64> = declared_integration::table
        .filter(declared_integration::integration_id.eq_any(integrations.iter().map(|id| id.0)))
        .filter(declared_integration::orphaned_at.is_not_null())
        .select(declared_integration::integration_id)
        .load(work.conn)?;
    Ok(ids.into_iter().map(IntegrationId).collect())
}

/// Writes what files say of an integration, in place of what they said before.
pub(crate) fn put(work: &mut Work<'_>, id: IntegrationId, record: &Record) -> Result<(), Error> {
    let now = work.now.naive_utc();
    let Record { sources, listed, orphaned_at, pending, approved_by } = record;
    let pending_resources = pending.as_ref().and_then(|pending| pending.resources.as_ref()).map(json);
    let approved = pending.as_ref().and_then(|pending| pending.approved_endpoint.clone());
    let values = (
        declared_integration::sources.eq(json(sources)),
        declared_integration::listed.eq(json(listed)),
        declared_integration::orphaned_at.eq(orphaned_at.map(|at| at.naive_utc())),
        declared_integration::pending_resources.eq(pending_resources),
        declared_integration::is_endpoint_changed.eq(approved.is_some()),
        declared_integration::approved_endpoint.eq(approved.flatten()),
        declared_integration::approved_attempt_id.eq(approved_by.map(|attempt| attempt.0)),
        declared_integration::updated_at.eq(now),
    );
    let updated =
        diesel::update(declared_integration::table.find(id.0)).set(values.clone()).execute(work.conn)?;
    if updated == 0 {
        let made = (declared_integration::integration_id.eq(id.0), declared_integration::created_at.eq(now));
        diesel::insert_into(declared_integration::table).values((values, made)).execute(work.conn)?;
    }
    Ok(())
}

fn json(value: &impl serde::Serialize) -> String {
    // Lists of texts and numbers can always be written.
    serde_json::to_string(value).unwrap_or_default()
}

fn record(row: Row) -> Result<Record, Error> {
    let id = row.integration_id;
    let corrupt = |column| Error::Corrupt { table: "declared_integration", column, id };
    let resources: Option<Vec<String>> = row
        .pending_resources
        .map(|text| serde_json::from_str(&text).map_err(|_| corrupt("pending_resources")))
        .transpose()?;
    let approved_endpoint = row.is_endpoint_changed.then_some(row.approved_endpoint);
    let waits = resources.is_some() || approved_endpoint.is_some();
    Ok(Record {
        sources: serde_json::from_str(&row.sources).map_err(|_| corrupt("sources"))?,
        listed: serde_json::from_str(&row.listed).map_err(|_| corrupt("listed"))?,
        orphaned_at: row.orphaned_at.map(|at| at.and_utc()),
        pending: waits.then_some(Pending { resources, approved_endpoint }),
        approved_by: row.approved_attempt_id.map(AttemptId),
    })
}
