//! Activation by an exchange: the credentials are handed to the partner's server, which comes back for its tokens
//! (`crate::domain::handshake`). Nothing that works is touched before the new token exists.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::{check, check_holds_all, consumer_of};
use crate::domain::attempt::{self, AttemptId};
use crate::domain::audit::{self, Act, Changes, Thing};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::integration::{self, Integration, IntegrationId};
use crate::domain::token::{self, Slot};
use crate::domain::{Actor, Conflict, Error, consumer, declared, setting};
use crate::secret::Secret;
use crate::store::{self, Work};

/// What is handed to the partner's server, and how.
#[derive(Debug)]
pub struct Handover {
    /// The attempt that this begins.
    pub attempt: AttemptId,
    /// Whose credentials they are.
    pub integration: Integration,
    /// Where they go.
    pub endpoint: String,
    /// Consumer key.
    pub consumer_key: String,
    /// Consumer secret.
    pub consumer_secret: Secret,
    /// What the partner proves with that it got the credentials.
    pub verifier: Secret,
    /// How long the partner has to answer.
    pub timeout: Duration,
    /// Redirects that may be followed.
    pub max_redirects: u32,
}

/// What still works beside the credentials of today, and until when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ending {
    /// The token before the one of today.
    pub token: Option<DateTime<Utc>>,
    /// The consumer secret before the one of today.
    pub secret: Option<DateTime<Utc>>,
}

/// Begins an attempt: a new verifier in the place of whatever was pending. Status, permissions, live token, consumer key
/// and secret stay as they are. What a declaration asks for and a person approved for the attempt before goes on being
/// approved; nothing else is.
///
/// # Errors
/// A conflict when it is suspended or has no server to exchange with; `Denied` when `by` does not hold everything that
/// it holds, and all that its declaration asks for.
pub fn begin(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Handover, Error> {
    let handover = prepare(work, by, id)?;
    declared::carry_over(work, id, handover.attempt)?;
    Ok(handover)
}

/// As [`begin`], for whoever approves what a page showed: what the declaration asks for is granted once the partner has
/// come back in this attempt. It is refused when what was shown has changed since.
///
/// # Errors
/// Those of [`begin`]; a conflict when the version is no longer that one.
pub fn begin_as_seen(
    work: &mut Work<'_>,
    by: &Actor,
    id: IntegrationId,
    seen: i64,
) -> Result<Handover, Error> {
    declared::check_seen(work, id, Some(seen))?;
    let handover = prepare(work, by, id)?;
    declared::approve_for(work, by, id, handover.attempt)?;
    Ok(handover)
}

fn prepare(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Handover, Error> {
    let integration = integration::hold(work, id)?;
    check(work, by, &integration)?;
    let Some(endpoint) = integration.endpoint.clone().filter(|_| integration.exchanges_tokens()) else {
        return Err(Conflict::NeedsNoExchange.into());
    };
    let consumer = consumer_of(work, id)?;
    let attempt = attempt::begin(work, id, &endpoint)?.id;
    let verifier = token::issue_verifier(work, consumer.id, attempt)?;
    let seconds = setting::number(work, setting::POST_TIMEOUT)?;
    let max_redirects = setting::number(work, setting::POST_MAXREDIRECTS)?;
    let changes = Changes::none().note("endpoint", &endpoint);
    audit::record(work, by, Act::CredentialsSent, Thing::integration(&integration), changes);
    Ok(Handover {
        attempt,
        integration,
        endpoint,
        consumer_key: consumer.key,
        consumer_secret: consumer.secret,
        verifier,
        timeout: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
        max_redirects: u32::try_from(max_redirects).unwrap_or_default(),
    })
}

/// The partner's page on which the administrator signs in there, told whose credentials were handed over and where to
/// lead afterwards. A query that the address has already is respected.
pub fn identity_link(address: &str, consumer_key: &str, success_call_back: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.query_pairs_mut()
        .append_pair("oauth_consumer_key", consumer_key)
        .append_pair("success_call_back", success_call_back);
    Some(url.into())
}

/// Gives the consumer a new secret; the one before signs for the grace period.
///
/// # Errors
/// `Denied` when `by` does not hold everything it holds.
pub fn renew_secret(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let integration = integration::hold(work, id)?;
    check_holds_all(work, by, id)?;
    let grace = if integration.exchanges_tokens() {
        TimeDelta::seconds(setting::number(work, setting::TOKEN_GRACE)?)
    } else {
        token::grace_when_shown(work)?
    };
    let consumer = consumer_of(work, id)?;
    consumer::renew_secret(work, &consumer, grace)?;
    integration::changed(work, id)?;
    let changes = Changes::none().secret("consumer_secret");
    audit::record(work, by, Act::SecretRenewed, Thing::integration(&integration), changes);
    Ok(integration)
}

/// What still works beside the credentials of today.
///
/// # Errors
/// Those of the database.
pub fn ending(work: &mut Work<'_>, id: IntegrationId) -> Result<Ending, Error> {
    let now = work.now;
    let consumer = consumer_of(work, id)?;
    let token = store::token::find(work, consumer.id, Slot::Retiring)?.and_then(|token| token.ends_at);
    let secret = consumer.previous.map(|previous| previous.ends_at);
    let running = |end: &DateTime<Utc>| now < *end;
    Ok(Ending { token: token.filter(running), secret: secret.filter(running) })
}

/// Ends at once what still works beside the credentials of today.
///
/// # Errors
/// Those of the database.
pub fn end_now(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let integration = integration::hold(work, id)?;
    let consumer = consumer_of(work, id)?;
    if token::end_retiring(work, consumer.id)? {
        event::record(work, Kind::TokenRevoked, Subject::integration(&integration));
    }
    consumer::end_previous(work, consumer.id)?;
    integration::changed(work, id)?;
    audit::record(work, by, Act::EarlierEnded, Thing::integration(&integration), Changes::none());
    Ok(integration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_the_identity_link_is_respected() {
        let link = |address| {
            identity_link(address, "k", "https://shop.example/admin/integration/login_success").unwrap()
        };
        let callback = "success_call_back=https%3A%2F%2Fshop.example%2Fadmin%2Fintegration%2Flogin_success";
        assert_eq!(
            link("https://p.example/login"),
            format!("https://p.example/login?oauth_consumer_key=k&{callback}")
        );
        assert_eq!(
            link("https://p.example/?a=b"),
            format!("https://p.example/?a=b&oauth_consumer_key=k&{callback}")
        );
    }
}
