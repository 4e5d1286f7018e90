//! The token endpoints: a verifier becomes a request token, a request token becomes an access token (RFC 5849
//! section 2, without the resource owner's part: the administrator approved before).
//!
//! Order: form (already read), consumer and token, time window, signature, nonce, state. Only a request whose
//! signature holds may write anything, or even take the lock for it: what can be judged by reading is asked first, by
//! [`check_request`] and [`check_access`], and again by the conversion itself. A refusal after that keeps the nonce:
//! it is an answer, not an error.

use chrono::{DateTime, TimeDelta, Utc};

use super::activation::{self, Done};
use super::attempt::{self, StepKind};
use super::audit::{self, Act, Changes, Thing};
use super::consumer::{self, Consumer};
use super::declared::{self, Fulfilled};
use super::integration::{self, Integration, Status};
use super::token::{self, Fresh, Kind, Slot, Token};
use super::{Actor, Error, Source, setting};
use crate::oauth1::{Problem, Signed, window};
use crate::secret::Secret;
use crate::store::nonce::{self, Nonce};
use crate::store::{self, Work};

/// What a token endpoint answers.
pub type Answer = Result<Fresh, Problem>;

/// Whether a request comes from whom it names, in time.
pub type Checked = Result<(), Problem>;

/// Judges a request for a request token by reading alone.
///
/// # Errors
/// Those of the database.
pub fn check_request(work: &mut Work<'_>, signed: &Signed) -> Result<Checked, Error> {
    Ok(asking(work, signed)?.map(drop))
}

/// Judges a request for an access token by reading alone.
///
/// # Errors
/// Those of the database.
pub fn check_access(work: &mut Work<'_>, signed: &Signed) -> Result<Checked, Error> {
    Ok(exchanging(work, signed)?.map(drop))
}

/// `/oauth/token/request`: the consumer's verifier becomes a request token. Works once in an attempt, and within the
/// exchange window.
///
/// # Errors
/// Those of the database.
pub fn request_token(work: &mut Work<'_>, signed: &Signed, source: &Source) -> Result<Answer, Error> {
    let consumer = match asking(work, signed)? {
        Ok(consumer) => consumer,
        Err(problem) => return Ok(Err(problem)),
    };
    if !store::integration::hold(work, consumer.integration)? {
        return Ok(Err(Problem::ConsumerUnknown));
    }
    if let Err(problem) = counts(work, signed, &consumer)? {
        return Ok(Err(problem));
    }
    let pending = match pending(work, &consumer)? {
        Ok(pending) => pending,
        Err(problem) => return Ok(Err(problem)),
    };
    if pending.kind != Kind::Verifier {
        return Ok(Err(Problem::NotAVerifierToken));
    }
    if has_ended(work, &pending)? {
        return Ok(Err(Problem::ConsumerKeyExpired));
    }
    let Some(fresh) = token::to_request(work, &pending)? else {
        return Ok(Err(Problem::NotAVerifierToken));
    };
    attempt::note(work, pending.attempt, StepKind::RequestToken)?;
    record(work, source, Act::RequestTokenGiven, &consumer, Changes::none())?;
    Ok(Ok(fresh))
}

/// `/oauth/token/access`: a request token becomes the live access token and the integration Active, in one
/// transaction. The token that was live retires.
///
/// # Errors
/// Those of the database.
pub fn access_token(work: &mut Work<'_>, signed: &Signed, source: &Source) -> Result<Answer, Error> {
    let (consumer, request) = match exchanging(work, signed)? {
        Ok(parties) => parties,
        Err(problem) => return Ok(Err(problem)),
    };
    if !store::integration::hold(work, consumer.integration)? {
        return Ok(Err(Problem::ConsumerUnknown));
    }
    if let Err(problem) = counts(work, signed, &consumer)? {
        return Ok(Err(problem));
    }
    if is_suspended(work, &consumer)? {
        return Ok(Err(Problem::ConsumerSuspended));
    }
    if has_ended(work, &request)? {
        return Ok(Err(Problem::TokenExpired));
    }
    if request.verifier != signed.verifier().map(Secret::new) {
        return Ok(Err(Problem::VerifierMismatch));
    }
    let grace = TimeDelta::seconds(setting::number(work, setting::TOKEN_GRACE)?);
    let had_one = store::token::find(work, consumer.id, Slot::Live)?.is_some();
    let Some(fresh) = token::to_access(work, &request, grace)? else {
        return Ok(Err(Problem::TokenUsed));
    };
    let before = integration::find(work, consumer.integration)?.status;
    // What a declaration began to ask for since the exchange was begun, nobody has approved.
    let Fulfilled { waits, changes } = declared::fulfil(work, consumer.integration, request.attempt)?;
    let after = if waits { Status::Reset } else { Status::Active };
    store::integration::set_status(work, consumer.integration, after, None)?;
    attempt::note(work, request.attempt, StepKind::AccessToken)?;
    integration::changed(work, consumer.integration)?;
    let changes = changes.field("status", before.name(), after.name());
    let integration = record(work, source, Act::AccessTokenGiven, &consumer, changes)?;
    activation::issued_to(work, &integration, if had_one { Done::Reauthorized } else { Done::Activated });
    Ok(Ok(fresh))
}

fn record(
    work: &mut Work<'_>,
    source: &Source,
    act: Act,
    consumer: &Consumer,
    changes: Changes,
) -> Result<Integration, Error> {
    let integration = integration::find(work, consumer.integration)?;
    let by = Actor::partner(&integration, source);
    audit::record(work, &by, act, Thing::integration(&integration), changes);
    Ok(integration)
}

/// Who signed a request for a request token.
fn asking(work: &mut Work<'_>, signed: &Signed) -> Result<Result<Consumer, Problem>, Error> {
    let Some(consumer) = consumer::by_key(work, signed.consumer_key())? else {
        return Ok(Err(Problem::ConsumerUnknown));
    };
    Ok(authentic(work.now, signed, &consumer, "").map(|()| consumer))
}

/// Who signed a request for an access token, and the request token that they signed with.
fn exchanging(work: &mut Work<'_>, signed: &Signed) -> Result<Result<(Consumer, Token), Problem>, Error> {
    let Some(consumer) = consumer::by_key(work, signed.consumer_key())? else {
        return Ok(Err(Problem::ConsumerUnknown));
    };
    let request = match request_of(work, signed, &consumer)? {
        Ok(request) => request,
        Err(problem) => return Ok(Err(problem)),
    };
    Ok(authentic(work.now, signed, &consumer, request.secret.expose()).map(|()| (consumer, request)))
}

/// The request token that was sent, judged by what may be known before the signature is checked.
fn request_of(
    work: &mut Work<'_>,
    signed: &Signed,
    consumer: &Consumer,
) -> Result<Result<Token, Problem>, Error> {
    let value = Secret::new(signed.token().unwrap_or_default());
    let Some(token) = store::token::by_value(work, &value)? else {
        let spent = store::token::was_request(work, consumer.id, &value)?;
        return Ok(Err(if spent { Problem::TokenUsed } else { Problem::TokenUnknown }));
    };
    Ok(match token.kind {
        _ if token.consumer != consumer.id => Err(Problem::RequestTokenOfAnother),
        Kind::Request => Ok(token),
        Kind::Access => Err(Problem::TokenUsed),
        Kind::Verifier => Err(Problem::NotARequestToken),
    })
}

/// Time window, and signature by any secret that signs now.
fn authentic(
    now: DateTime<Utc>,
    signed: &Signed,
    consumer: &Consumer,
    token_secret: &str,
) -> Result<(), Problem> {
    window::check(signed.timestamp(), now.timestamp())?;
    let mut secrets = consumer.secrets(now);
    let holds = secrets.any(|secret| signed.verify(secret.expose(), token_secret).is_ok());
    if holds { Ok(()) } else { Err(Problem::SignatureInvalid) }
}

/// The nonce, which counts once. The first thing that is written.
fn counts(work: &mut Work<'_>, signed: &Signed, consumer: &Consumer) -> Result<Checked, Error> {
    let nonce = Nonce::new(consumer.id, signed.timestamp(), signed.nonce());
    let is_new = nonce::record(work, &[&nonce])?.first().copied().unwrap_or(false);
    if !is_new {
        return Ok(Err(Problem::NonceUsed(consumer.id.0)));
    }
    // Read after that: it may be new because it was forgotten.
    let since = store::revision::nonces_since(work)?;
    Ok(window::check_remembered(signed.timestamp(), since, work.now.timestamp()))
}

/// The consumer's pending token, if its integration may exchange at all.
fn pending(work: &mut Work<'_>, consumer: &Consumer) -> Result<Result<Token, Problem>, Error> {
    if is_suspended(work, consumer)? {
        return Ok(Err(Problem::ConsumerSuspended));
    }
    let pending = store::token::find(work, consumer.id, Slot::Pending)?;
    Ok(pending.ok_or(Problem::TokenAbsent(consumer.id.0)))
}

fn is_suspended(work: &mut Work<'_>, consumer: &Consumer) -> Result<bool, Error> {
    Ok(integration::find(work, consumer.integration)?.status == Status::Suspended)
}

/// Whether the exchange that the token belongs to is past its window, counted from the hand-over.
fn has_ended(work: &mut Work<'_>, token: &Token) -> Result<bool, Error> {
    let period = TimeDelta::seconds(setting::number(work, setting::EXCHANGE_PERIOD)?);
    Ok(is_past(token.created_at, period, work.now))
}

fn is_past(started_at: DateTime<Utc>, period: TimeDelta, now: DateTime<Utc>) -> bool {
    now >= started_at + period
}

#[cfg(test)]
mod tests;
