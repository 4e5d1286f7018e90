//! Activating an integration by showing its tokens, and taking access away again. Activation by an exchange with the
//! partner's server is in [`exchange`].

use chrono::TimeDelta;

use super::audit::{self, Act, Changes, Thing};
use super::event::{self, Kind, Subject};
use super::integration::{self, Integration, IntegrationId, Status};
use super::permission::{Grants, holds_all};
use super::token::{self, Slot, Token};
use super::{Actor, Conflict, Error, Missing, Stronger, consumer, declared, setting};
use crate::secret::Secret;
use crate::store::{self, Work};

/// The four values with which a partner signs; the latter two exist once activated.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Consumer key: no secret.
    pub consumer_key: String,
    /// Consumer secret.
    pub consumer_secret: Secret,
    /// Access token.
    pub access_token: Option<Secret>,
    /// Access token secret.
    pub access_token_secret: Option<Secret>,
}

/// What an activation came to.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The integration, Active.
    pub integration: Integration,
    /// Whether it was the first time.
    pub done: Done,
    /// What to hand to the partner.
    pub credentials: Credentials,
}

/// Whether an activation was the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// There was no live token before.
    Activated,
    /// A live token was replaced.
    Reauthorized,
}

/// When the replaced token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// Some time after its successor is first used, at the latest after the grace period.
    AfterGrace,
    /// At once.
    Now,
}

/// Whether an activation, of whichever kind, may be begun; asked before a person is offered it, too.
///
/// # Errors
/// A conflict when it is suspended; `Denied` when `by` does not hold everything it holds, or would hold once what its
/// declaration asks for is approved.
pub fn check(work: &mut Work<'_>, by: &Actor, integration: &Integration) -> Result<(), Error> {
    check_holds_all(work, by, integration.id)?;
    if let Some(requested) = declared::requested(work, integration.id)? {
        check_holds(work, by, &requested)?;
    }
    if integration.status == Status::Suspended { Err(Conflict::Suspended.into()) } else { Ok(()) }
}

/// Issues an access token to be shown. Re-authorization follows from the state: a live token exists. Status, key and
/// secret of the consumer stay as they are, but for Inactive and Reset, which become Active.
///
/// # Errors
/// A conflict when it is suspended or needs an exchange; `Denied` when `by` does not hold everything it holds.
pub fn activate(
    work: &mut Work<'_>,
    by: &Actor,
    id: IntegrationId,
    replace: Replace,
) -> Result<Shown, Error> {
    let integration = integration::hold(work, id)?;
    check(work, by, &integration)?;
    if integration.exchanges_tokens() {
        return Err(Conflict::NeedsExchange.into());
    }
    declared::approve(work, by, id)?;
    let consumer = consumer_of(work, id)?;
    let done = if store::token::find(work, consumer.id, Slot::Live)?.is_some() {
        Done::Reauthorized
    } else {
        Done::Activated
    };
    let grace = match replace {
        Replace::Now => TimeDelta::zero(),
        Replace::AfterGrace => token::grace_when_shown(work)?,
    };
    let issued = token::issue_access(work, consumer.id, grace)?;
    store::integration::set_status(work, id, Status::Active, None)?;
    integration::changed(work, id)?;
    let integration = integration::find(work, id)?;
    let act = match done {
        Done::Activated => Act::IntegrationActivated,
        Done::Reauthorized => Act::IntegrationReauthorized,
    };
    let now = if replace == Replace::Now { "1" } else { "" };
    let changes = Changes::none().note("now", now);
    audit::record(work, by, act, Thing::integration(&integration), changes);
    if done == Done::Reauthorized && replace == Replace::Now {
        event::record(work, Kind::TokenRevoked, Subject::integration(&integration));
    }
    issued_to(work, &integration, done);
    Ok(Shown { integration, done, credentials: credentials(consumer, Some(issued)) })
}

/// Records that an integration got an access token, and what that made of it.
pub(super) fn issued_to(work: &mut Work<'_>, integration: &Integration, done: Done) {
    let kind = match done {
        Done::Activated => Kind::IntegrationActivated,
        Done::Reauthorized => Kind::IntegrationReauthorized,
    };
    for kind in [Kind::TokenIssued, kind] {
        event::record(work, kind, Subject::integration(integration));
    }
}

/// The four values again. Recorded: call it in a unit of work that writes.
///
/// # Errors
/// A conflict when the setting `latchkey/token/reveal` is 0; `Denied` when `by` does not hold everything it holds.
pub fn reveal(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Credentials, Error> {
    let integration = integration::find(work, id)?;
    check_holds_all(work, by, id)?;
    if !setting::flag(work, setting::TOKEN_REVEAL)? {
        return Err(Conflict::RevealSwitchedOff.into());
    }
    let consumer = consumer_of(work, id)?;
    let live = store::token::find(work, consumer.id, Slot::Live)?;
    audit::record(work, by, Act::SecretsRevealed, Thing::integration(&integration), Changes::none());
    Ok(credentials(consumer, live))
}

/// The consumer key, which is no secret.
///
/// # Errors
/// [`Missing::Integration`].
pub fn consumer_key(work: &mut Work<'_>, id: IntegrationId) -> Result<String, Error> {
    store::consumer::key_for(work, id)?.ok_or_else(|| Missing::Integration(id.0.to_string()).into())
}

/// Whether a token signs calls at present.
///
/// # Errors
/// Those of the database.
pub fn has_live_token(work: &mut Work<'_>, id: IntegrationId) -> Result<bool, Error> {
    Ok(!store::token::with_live(work, &[id])?.is_empty())
}

/// Stops every call; tokens are kept.
///
/// # Errors
/// A conflict when it is suspended already, or never was active.
pub fn suspend(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let from = integration::hold(work, id)?.status;
    match from {
        Status::Suspended => return Err(Conflict::Suspended.into()),
        Status::Inactive => return Err(Conflict::NotActive.into()),
        Status::Active | Status::Reset => {}
    }
    let to = (Status::Suspended, Some(from));
    let integration = set_status(work, by, Act::IntegrationSuspended, id, to)?;
    event::record(work, Kind::IntegrationSuspended, Subject::integration(&integration));
    Ok(integration)
}

/// Lets calls pass again, as before the suspension.
///
/// # Errors
/// A conflict when it is not suspended; `Denied` when `by` does not hold everything it holds.
pub fn resume(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let integration = integration::hold(work, id)?;
    check_holds_all(work, by, id)?;
    let (Status::Suspended, Some(before)) = (integration.status, integration.suspended_from) else {
        return Err(Conflict::NotSuspended.into());
    };
    let integration = set_status(work, by, Act::IntegrationResumed, id, (before, None))?;
    event::record(work, Kind::IntegrationResumed, Subject::integration(&integration));
    Ok(integration)
}

/// Takes access away: deletes every token, one of an exchange under way among them; Inactive from now on.
///
/// # Errors
/// A conflict when there is nothing to take away.
pub fn revoke(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let before = integration::hold(work, id)?.status;
    let consumer = consumer_of(work, id)?;
    if before == Status::Inactive && store::token::of(work, consumer.id)?.is_empty() {
        return Err(Conflict::NothingToRevoke.into());
    }
    let had_some = token::end_all(work, consumer.id)?;
    declared::withdraw(work, id)?;
    let integration = set_status(work, by, Act::IntegrationRevoked, id, (Status::Inactive, None))?;
    let revoked = Some(Kind::TokenRevoked).filter(|_| had_some);
    for kind in revoked.into_iter().chain([Kind::IntegrationRevoked]) {
        event::record(work, kind, Subject::integration(&integration));
    }
    Ok(integration)
}

fn set_status(
    work: &mut Work<'_>,
    by: &Actor,
    act: Act,
    id: IntegrationId,
    (status, suspended_from): (Status, Option<Status>),
) -> Result<Integration, Error> {
    let before = integration::find(work, id)?.status;
    store::integration::set_status(work, id, status, suspended_from)?;
    integration::changed(work, id)?;
    let integration = integration::find(work, id)?;
    let changes = Changes::none().field("status", before.name(), status.name());
    audit::record(work, by, act, Thing::integration(&integration), changes);
    Ok(integration)
}

fn check_holds_all(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<(), Error> {
    let grants = integration::grants(work, id)?;
    check_holds(work, by, &grants)
}

fn check_holds(work: &Work<'_>, by: &Actor, grants: &Grants) -> Result<(), Error> {
    if holds_all(&by.holds, grants) {
        return Ok(());
    }
    let lacking = grants.ids(work.tree).into_iter().filter(|id| !by.holds.allows_id(work.tree, id));
    Err(Error::Denied(Stronger::Integration, lacking.map(str::to_owned).collect()))
}

fn consumer_of(work: &mut Work<'_>, id: IntegrationId) -> Result<consumer::Consumer, Error> {
    consumer::of(work, id)?.ok_or_else(|| Missing::Integration(id.0.to_string()).into())
}

fn credentials(consumer: consumer::Consumer, token: Option<Token>) -> Credentials {
    let (access_token, access_token_secret) = token.map(|token| (token.value, token.secret)).unzip();
    Credentials {
        consumer_key: consumer.key,
        consumer_secret: consumer.secret,
        access_token,
        access_token_secret,
    }
}

pub mod exchange;

#[cfg(test)]
mod tests;
