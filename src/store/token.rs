//! Table `oauth_token`. A token is found by its digest; value and secret are sealed.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{oauth_consumer, oauth_token};
use super::{Error, Work};
use crate::domain::attempt::AttemptId;
use crate::domain::consumer::ConsumerId;
use crate::domain::integration::IntegrationId;
use crate::domain::token::{Fresh, Kind, Opening, Slot, Token, TokenId};
use crate::seal::{Place, digest};
use crate::secret::Secret;

#[derive(Queryable)]
pub(super) struct Row {
    entity_id: i64,
    consumer_id: i64,
    type_: String,
    slot: String,
    attempt_id: Option<i64>,
    digest: String,
    _spent_digest: Option<String>,
    token: String,
    secret: String,
    verifier: Option<String>,
    first_used_at: Option<NaiveDateTime>,
    ends_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    _updated_at: NaiveDateTime,
}

/// Inserts a live access token, or the verifier that opens an exchange.
pub(crate) fn insert(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    fresh: &Fresh,
    opening: Option<&Opening>,
) -> Result<Token, Error> {
    let (kind, slot) =
        if opening.is_some() { (Kind::Verifier, Slot::Pending) } else { (Kind::Access, Slot::Live) };
    let sealed = Sealed::seal(work, fresh)?;
    let verifier =
        opening.map(|opening| work.seal(&opening.verifier, place("verifier", &sealed.digest))).transpose()?;
    let now = work.now.naive_utc();
    let row: Row = diesel::insert_into(oauth_token::table)
        .values((
            oauth_token::consumer_id.eq(consumer.0),
            oauth_token::type_.eq(kind_name(kind)),
            oauth_token::slot.eq(slot_name(slot)),
            oauth_token::attempt_id.eq(opening.map(|opening| opening.attempt.0)),
            oauth_token::digest.eq(sealed.digest),
            oauth_token::token.eq(sealed.value),
            oauth_token::secret.eq(sealed.secret),
            oauth_token::verifier.eq(verifier),
            oauth_token::created_at.eq(now),
            oauth_token::updated_at.eq(now),
        ))
        .get_result(work.conn)?;
    opened(work, row)
}

/// Turns that verifier into a request token, once; says whether this was it.
pub(crate) fn to_request(work: &mut Work<'_>, verifier: &Token, fresh: &Fresh) -> Result<bool, Error> {
    let sealed = Sealed::seal(work, fresh)?;
    let proof = verifier.verifier.clone().unwrap_or_default();
    let proof = work.seal(&proof, place("verifier", &sealed.digest))?;
    let turned = diesel::update(of_kind(verifier.id, Kind::Verifier))
        .set((
            oauth_token::type_.eq(kind_name(Kind::Request)),
            oauth_token::digest.eq(sealed.digest),
            oauth_token::token.eq(sealed.value),
            oauth_token::secret.eq(sealed.secret),
            oauth_token::verifier.eq(proof),
            oauth_token::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(turned == 1)
}

/// Takes hold of that request token, so that no other transaction turns it; says whether it is still one.
pub(crate) fn claim_request(work: &mut Work<'_>, request: &Token) -> Result<bool, Error> {
    let held = diesel::update(of_kind(request.id, Kind::Request))
        .set(oauth_token::updated_at.eq(work.now.naive_utc()))
        .execute(work.conn)?;
    Ok(held == 1)
}

/// Turns that request token into the live access token. The digest of what it was is kept, so that using it again
/// can be told from using a token that never was.
pub(crate) fn to_access(work: &mut Work<'_>, request: &Token, fresh: &Fresh) -> Result<(), Error> {
    let sealed = Sealed::seal(work, fresh)?;
    diesel::update(of_kind(request.id, Kind::Request))
        .set((
            oauth_token::type_.eq(kind_name(Kind::Access)),
            oauth_token::slot.eq(slot_name(Slot::Live)),
            oauth_token::spent_digest.eq(digest(&request.value)),
            oauth_token::digest.eq(sealed.digest),
            oauth_token::token.eq(sealed.value),
            oauth_token::secret.eq(sealed.secret),
            oauth_token::verifier.eq(None::<String>),
            oauth_token::updated_at.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// The token with that value, whosever it is.
pub(crate) fn by_value(work: &mut Work<'_>, value: &Secret) -> Result<Option<Token>, Error> {
    let row: Option<Row> =
        oauth_token::table.filter(oauth_token::digest.eq(digest(value))).first(work.conn).optional()?;
    row.map(|row| opened(work, row)).transpose()
}

/// The key of the consumer that has a token with that digest, in whatever state.
pub(super) fn consumer_key(work: &mut Work<'_>, digest: &str) -> Result<Option<String>, Error> {
    Ok(oauth_token::table
        .inner_join(oauth_consumer::table)
        .filter(oauth_token::digest.eq(digest))
        .select(oauth_consumer::key)
        .first(work.conn)
        .optional()?)
}

/// Whether that was the value of a request token which has become an access token of this consumer.
pub(crate) fn was_request(work: &mut Work<'_>, consumer: ConsumerId, value: &Secret) -> Result<bool, Error> {
    let spent: Option<i64> = oauth_token::table
        .filter(oauth_token::spent_digest.eq(digest(value)))
        .filter(oauth_token::consumer_id.eq(consumer.0))
        .select(oauth_token::entity_id)
        .first(work.conn)
        .optional()?;
    Ok(spent.is_some())
}

/// The attempt by which a token came.
pub(crate) fn attempt_of(work: &mut Work<'_>, token: TokenId) -> Result<Option<AttemptId>, Error> {
    let attempt: Option<Option<i64>> =
        oauth_token::table.find(token.0).select(oauth_token::attempt_id).first(work.conn).optional()?;
    Ok(attempt.flatten().map(AttemptId))
}

/// The token of a consumer in that place.
pub(crate) fn find(work: &mut Work<'_>, consumer: ConsumerId, slot: Slot) -> Result<Option<Token>, Error> {
    let row: Option<Row> = oauth_token::table
        .filter(oauth_token::consumer_id.eq(consumer.0))
        .filter(oauth_token::slot.eq(slot_name(slot)))
        .first(work.conn)
        .optional()?;
    row.map(|row| opened(work, row)).transpose()
}

/// Every token of a consumer.
pub(crate) fn of(work: &mut Work<'_>, consumer: ConsumerId) -> Result<Vec<Token>, Error> {
    let rows: Vec<Row> =
        oauth_token::table.filter(oauth_token::consumer_id.eq(consumer.0)).load(work.conn)?;
    rows.into_iter().map(|row| opened(work, row)).collect()
}

/// Which of these integrations have a live token.
pub(crate) fn with_live(
    work: &mut Work<'_>,
    integrations: &[IntegrationId],
) -> Result<HashSet<IntegrationId>, Error> {
    let ids: Vec<i64> = oauth_token::table
        .inner_join(oauth_consumer::table)
        .filter(oauth_token::slot.eq(slot_name(Slot::Live)))
        .filter(oauth_consumer::integration_id.eq_any(integrations.iter().map(|id| id.0)))
        .select(oauth_consumer::integration_id)
        .load(work.conn)?;
    Ok(ids.into_iter().map(IntegrationId).collect())
}

/// Deletes the tokens of a consumer in these places; says how many there were.
pub(crate) fn delete(work: &mut Work<'_>, consumer: ConsumerId, slots: &[Slot]) -> Result<usize, Error> {
    let deleted = diesel::delete(
        oauth_token::table
            .filter(oauth_token::consumer_id.eq(consumer.0))
            .filter(oauth_token::slot.eq_any(slots.iter().map(|slot| slot_name(*slot)))),
    )
    .execute(work.conn)?;
    Ok(deleted)
}

/// Deletes the oldest pending ones that were made before that moment; says how many.
pub(crate) fn delete_pending_before(
    work: &mut Work<'_>,
    moment: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Error> {
    let old: Vec<i64> = oauth_token::table
        .filter(oauth_token::slot.eq(slot_name(Slot::Pending)))
        .filter(oauth_token::created_at.lt(moment.naive_utc()))
        .order(oauth_token::created_at)
        .limit(limit)
        .select(oauth_token::entity_id)
        .load(work.conn)?;
    // One that became an access token since it was read stays.
    Ok(diesel::delete(
        oauth_token::table
            .filter(oauth_token::entity_id.eq_any(old))
            .filter(oauth_token::slot.eq(slot_name(Slot::Pending))),
    )
    .execute(work.conn)?)
}

/// Makes the live token of a consumer, if any, a retiring one that ends then.
pub(crate) fn retire_live(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    ends_at: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(
        oauth_token::table
            .filter(oauth_token::consumer_id.eq(consumer.0))
            .filter(oauth_token::slot.eq(slot_name(Slot::Live))),
    )
    .set((
        oauth_token::slot.eq(slot_name(Slot::Retiring)),
        oauth_token::ends_at.eq(ends_at.naive_utc()),
        oauth_token::updated_at.eq(work.now.naive_utc()),
    ))
    .execute(work.conn)?;
    Ok(())
}

/// Notes the first use, once; says whether this was it.
pub(crate) fn set_first_used(work: &mut Work<'_>, token: TokenId, at: DateTime<Utc>) -> Result<bool, Error> {
    let noted = diesel::update(oauth_token::table.find(token.0).filter(oauth_token::first_used_at.is_null()))
        .set((oauth_token::first_used_at.eq(at.naive_utc()), oauth_token::updated_at.eq(at.naive_utc())))
        .execute(work.conn)?;
    Ok(noted == 1)
}

/// Brings the end of a consumer's retiring token forward to that moment; never puts it off.
pub(crate) fn end_retiring_by(
    work: &mut Work<'_>,
    consumer: ConsumerId,
    moment: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(
        oauth_token::table
            .filter(oauth_token::consumer_id.eq(consumer.0))
            .filter(oauth_token::slot.eq(slot_name(Slot::Retiring)))
            .filter(oauth_token::ends_at.gt(moment.naive_utc())),
    )
    .set(oauth_token::ends_at.eq(moment.naive_utc()))
    .execute(work.conn)?;
    Ok(())
}

pub(super) fn opened(work: &Work<'_>, row: Row) -> Result<Token, Error> {
    let id = row.entity_id;
    let corrupt = |column| Error::Corrupt { table: "oauth_token", column, id };
    let utc = |time: NaiveDateTime| DateTime::<Utc>::from_naive_utc_and_offset(time, Utc);
    Ok(Token {
        id: TokenId(id),
        consumer: ConsumerId(row.consumer_id),
        kind: kind(&row.type_).ok_or_else(|| corrupt("type"))?,
        slot: slot(&row.slot).ok_or_else(|| corrupt("slot"))?,
        attempt: row.attempt_id.map(AttemptId),
        verifier: row
            .verifier
            .map(|sealed| work.open(&sealed, place("verifier", &row.digest)))
            .transpose()?,
        value: work.open(&row.token, place("token", &row.digest))?,
        secret: work.open(&row.secret, place("secret", &row.digest))?,
        first_used_at: row.first_used_at.map(utc),
        ends_at: row.ends_at.map(utc),
        created_at: utc(row.created_at),
    })
}

/// A token's value and secret as they are stored.
struct Sealed {
    digest: String,
    value: String,
    secret: String,
}

impl Sealed {
    fn seal(work: &mut Work<'_>, fresh: &Fresh) -> Result<Self, Error> {
        let digest = digest(&fresh.value);
        let value = work.seal(&fresh.value, place("token", &digest))?;
        let secret = work.seal(&fresh.secret, place("secret", &digest))?;
        Ok(Self { digest, value, secret })
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_kind(token: TokenId, kind: Kind) -> _ {
    let id: i64 = token.0;
    let name: &'static str = kind_name(kind);
    oauth_token::table.filter(oauth_token::entity_id.eq(id)).filter(oauth_token::type_.eq(name))
}

fn place<'a>(column: &'static str, digest: &'a str) -> Place<'a> {
    Place { table: "oauth_token", column, row: digest }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Verifier => "verifier",
        Kind::Request => "request",
        Kind::Access => "access",
    }
}

fn kind(name: &str) -> Option<Kind> {
    [Kind::Verifier, Kind::Request, Kind::Access].into_iter().find(|kind| kind_name(*kind) == name)
}

fn slot_name(slot: Slot) -> &'static str {
    match slot {
        Slot::Pending => "pending",
        Slot::Live => "live",
        Slot::Retiring => "retiring",
    }
}

fn slot(name: &str) -> Option<Slot> {
    [Slot::Pending, Slot::Live, Slot::Retiring].into_iter().find(|slot| slot_name(*slot) == name)
}
