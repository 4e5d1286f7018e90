//! Table `integration`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{integration, oauth_consumer};
use super::text::{containing, fold};
use super::{Error, Page, Work};
use crate::domain::consumer::ConsumerId;
use crate::domain::integration::{
    BearerMode, Checked, Integration, IntegrationId, Origin, Query, Sort, Status,
};

#[derive(Queryable)]
struct Row {
    integration_id: i64,
    name: String,
    _name_folded: String,
    email: String,
    endpoint: Option<String>,
    identity_link_url: Option<String>,
    status: i16,
    suspended_from: Option<i16>,
    setup_type: i16,
    version: i64,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    bearer_mode: String,
}

#[derive(Insertable)]
#[diesel(table_name = integration)]
struct NewRow<'a> {
    name: &'a str,
    name_folded: String,
    email: &'a str,
    endpoint: Option<&'a str>,
    identity_link_url: Option<&'a str>,
    status: i16,
    setup_type: i16,
    version: i64,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    bearer_mode: &'static str,
}

/// Inserts an inactive one; [`Error::Duplicate`] when the name is taken.
pub(crate) fn insert(work: &mut Work<'_>, checked: &Checked, origin: Origin) -> Result<Integration, Error> {
    let now = work.now.naive_utc();
    let row = NewRow {
        name: &checked.name,
        name_folded: fold(&checked.name),
        email: &checked.email,
        endpoint: checked.endpoint.as_deref(),
        identity_link_url: checked.identity_link_url.as_deref(),
        status: status_number(Status::Inactive),
        setup_type: origin_number(origin),
        version: 1,
        created_at: now,
        updated_at: now,
        bearer_mode: checked.bearer_mode.unwrap_or_default().name(),
    };
    let row: Row =
        work.attempt(|conn| diesel::insert_into(integration::table).values(&row).get_result(conn))?;
    row.try_into()
}

/// Updates the fields of the row if it still has that version; says whether it had.
/// [`Error::Duplicate`] when the name is taken.
pub(crate) fn update(
    work: &mut Work<'_>,
    id: IntegrationId,
    version: i64,
    checked: &Checked,
) -> Result<bool, Error> {
    let now = work.now.naive_utc();
    let updated = work.attempt(|conn| {
        diesel::update(integration::table.find(id.0).filter(integration::version.eq(version)))
            .set((
                integration::name.eq(&checked.name),
                integration::name_folded.eq(fold(&checked.name)),
                integration::email.eq(&checked.email),
                integration::endpoint.eq(&checked.endpoint),
                integration::identity_link_url.eq(&checked.identity_link_url),
                checked.bearer_mode.map(|mode| integration::bearer_mode.eq(mode.name())),
                integration::version.eq(version + 1),
                integration::updated_at.eq(now),
            ))
            .execute(conn)
    })?;
    Ok(updated == 1)
}

/// Sets the status.
pub(crate) fn set_status(
    work: &mut Work<'_>,
    id: IntegrationId,
    status: Status,
    suspended_from: Option<Status>,
) -> Result<(), Error> {
    diesel::update(integration::table.find(id.0))
        .set((
            integration::status.eq(status_number(status)),
            integration::suspended_from.eq(suspended_from.map(status_number)),
            integration::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Sets how it came to be.
pub(crate) fn set_origin(work: &mut Work<'_>, id: IntegrationId, origin: Origin) -> Result<(), Error> {
    diesel::update(integration::table.find(id.0))
        .set(integration::setup_type.eq(origin_number(origin)))
        .execute(work.conn)?;
    Ok(())
}

/// Raises the version, for a change that is kept elsewhere.
pub(crate) fn raise_version(work: &mut Work<'_>, id: IntegrationId) -> Result<(), Error> {
    diesel::update(integration::table.find(id.0))
        .set((
            integration::version.eq(integration::version + 1),
            integration::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Keeps other transactions that do the same waiting until this one ends; says whether it is there. SQLite lets one
/// write at a time anyway.
pub(crate) fn hold(work: &mut Work<'_>, id: IntegrationId) -> Result<bool, Error> {
    let held = diesel::update(integration::table.find(id.0))
        .set(integration::status.eq(integration::status))
        .execute(work.conn)?;
    Ok(held == 1)
}

/// [`hold`] for all of them at once.
pub(crate) fn hold_all(work: &mut Work<'_>, ids: &[IntegrationId]) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    diesel::update(integration::table.filter(integration::integration_id.eq_any(ids)))
        .set(integration::status.eq(integration::status))
        .execute(work.conn)?;
    Ok(())
}

/// Deletes the row; consumer, tokens, role and grants go with it.
pub(crate) fn delete(work: &mut Work<'_>, id: IntegrationId) -> Result<(), Error> {
    diesel::delete(integration::table.find(id.0)).execute(work.conn)?;
    Ok(())
}

/// The one with that id.
pub(crate) fn find(work: &mut Work<'_>, id: IntegrationId) -> Result<Option<Integration>, Error> {
    let row: Option<Row> = integration::table.find(id.0).first(work.conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The one of that name, without regard to case.
pub(crate) fn by_name(work: &mut Work<'_>, name: &str) -> Result<Option<Integration>, Error> {
    let row: Option<Row> =
        integration::table.filter(integration::name_folded.eq(fold(name))).first(work.conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Those that files declare, and those that have one of these names, without regard to case; by id.
pub(crate) fn declared_or_named(work: &mut Work<'_>, names: &[String]) -> Result<Vec<Integration>, Error> {
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let rows: Vec<Row> = integration::table
        .filter(
            integration::setup_type
                .eq(origin_number(Origin::Declared))
                .or(integration::name_folded.eq_any(folded)),
        )
        .order(integration::integration_id)
        .load(work.conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The one whose consumer that is.
pub(crate) fn by_consumer(work: &mut Work<'_>, consumer: ConsumerId) -> Result<Option<Integration>, Error> {
    let row: Option<Row> = integration::table
        .filter(
            integration::integration_id
                .eq_any(oauth_consumer::table.find(consumer.0).select(oauth_consumer::integration_id)),
        )
        .first(work.conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One page of the list.
pub(crate) fn list(work: &mut Work<'_>, query: &Query) -> Result<Page<Integration>, Error> {
    let total: i64 = matching(query).count().get_result(work.conn)?;
    let (page, pages) = query.paging.clamp(total);
    let rows: Vec<Row> = ordered(matching(query), query)
        .limit(query.paging.limit)
        .offset((page - 1) * query.paging.limit)
        .load(work.conn)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(Page { rows, total, page, pages })
}

/// Whether a declared one has that status.
pub(crate) fn any_declared_with(work: &mut Work<'_>, status: Status) -> Result<bool, Error> {
    let declared = integration::table
        .filter(integration::setup_type.ne(0))
        .filter(integration::status.eq(status_number(status)));
    Ok(declared.count().get_result::<i64>(work.conn)? > 0)
}

/// How many have an address that does not begin with `https:`, in whatever case.
pub(crate) fn count_insecure(work: &mut Work<'_>) -> Result<i64, Error> {
    let count = integration::table
        .filter(
            lower(integration::endpoint)
                .not_like("https://%")
                .or(lower(integration::identity_link_url).not_like("https://%")),
        )
        .count()
        .get_result(work.conn)?;
    Ok(count)
}

diesel::define_sql_function! {
    /// Lower case of the letters A to Z, at least; on both databases.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>)
        -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

type Boxed = integration::BoxedQuery<'static, <Conn as Connection>::Backend>;

fn matching(query: &Query) -> Boxed {
    let mut rows = integration::table.into_boxed();
    if let Some(name) = &query.name {
        rows = rows.filter(integration::name_folded.like(containing(name)).escape('\\'));
    }
    if let Some(status) = query.status {
        rows = rows.filter(integration::status.eq(status_number(status)));
    }
    rows
}

fn ordered(rows: Boxed, query: &Query) -> Boxed {
    use integration::{created_at, integration_id, name_folded, status};
    match (query.sort, query.descending) {
        (Sort::Id, false) => rows.order(integration_id.asc()),
        (Sort::Id, true) => rows.order(integration_id.desc()),
        (Sort::Name, false) => rows.order(name_folded.asc()),
        (Sort::Name, true) => rows.order(name_folded.desc()),
        (Sort::Status, false) => rows.order((status.asc(), integration_id.asc())),
        (Sort::Status, true) => rows.order((status.desc(), integration_id.desc())),
        (Sort::Created, false) => rows.order((created_at.asc(), integration_id.asc())),
        (Sort::Created, true) => rows.order((created_at.desc(), integration_id.desc())),
    }
}

impl TryFrom<Row> for Integration {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let id = row.integration_id;
        let corrupt = |column| Error::Corrupt { table: "integration", column, id };
        Ok(Self {
            id: IntegrationId(id),
            name: row.name,
            email: row.email,
            endpoint: row.endpoint,
            identity_link_url: row.identity_link_url,
            status: status(row.status).ok_or_else(|| corrupt("status"))?,
            suspended_from: row
                .suspended_from
                .map(|number| status(number).ok_or_else(|| corrupt("suspended_from")))
                .transpose()?,
            origin: [Origin::Manual, Origin::Declared]
                .into_iter()
                .find(|origin| origin_number(*origin) == row.setup_type)
                .ok_or_else(|| corrupt("setup_type"))?,
            bearer_mode: BearerMode::named(&row.bearer_mode).ok_or_else(|| corrupt("bearer_mode"))?,
            version: row.version,
            created_at: DateTime::<Utc>::from_naive_utc_and_offset(row.created_at, Utc),
            updated_at: DateTime::<Utc>::from_naive_utc_and_offset(row.updated_at, Utc),
        })
    }
}

/// The number that stands for an origin; the same as Magento's.
pub(super) fn origin_number(origin: Origin) -> i16 {
    match origin {
        Origin::Manual => 0,
        Origin::Declared => 1,
    }
}

/// The number that stands for a status; the same as Magento's, and 3 for Suspended.
pub(super) fn status_number(status: Status) -> i16 {
    match status {
        Status::Inactive => 0,
        Status::Active => 1,
        Status::Reset => 2,
        Status::Suspended => 3,
    }
}

pub(super) fn status(number: i16) -> Option<Status> {
    [Status::Inactive, Status::Active, Status::Reset, Status::Suspended]
        .into_iter()
        .find(|status| status_number(*status) == number)
}
