//! Handing an integration's credentials to its partner's server: prepared in one transaction, sent outside any,
//! the outcome noted in another. Pages and commands do it the same way.

use crate::app::App;
use crate::domain::activation::exchange::{self, Handover};
use crate::domain::attempt::{self, AttemptId, Measured, StepKind};
use crate::domain::integration::{Integration, IntegrationId};
use crate::domain::{Actor, Error};
use crate::outbound::{self, Certificate, End, Failure, Outbound, Outcome, Redirect, Step};
use crate::secret::Secret;
use crate::store::{self, Store};

/// Credentials that have been sent.
#[derive(Debug)]
pub struct HandedOver {
    /// Whose they are.
    pub integration: Integration,
    /// The attempt that this was.
    pub attempt: AttemptId,
    /// The consumer key, which is no secret.
    pub consumer_key: String,
    /// Whether the partner's server took them. It may complete the exchange even if not.
    pub delivered: bool,
}

impl App {
    /// As [`send`]. Once begun, it goes on to the end, whether or not anybody still waits for the answer.
    ///
    /// # Errors
    /// Those of [`send`].
    pub async fn hand_over(
        &self,
        by: Actor,
        id: IntegrationId,
        seen: Option<i64>,
    ) -> Result<HandedOver, Error> {
        let Self { store, outbound, config, .. } = self.clone();
        let sending = async move { send(&store, &*outbound, config.base_url.as_str(), by, (id, seen)).await };
        match tokio::spawn(sending).await {
            Ok(outcome) => outcome,
            Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
            Err(_) => Err(store::Error::Cancelled.into()),
        }
    }
}

/// Sends the credentials and notes what came of it. With the version of the integration that a person saw, and approves
/// what its declaration asks for in it.
///
/// # Errors
/// Those of [`exchange::begin_as_seen`]; a partner that does not answer is an outcome, not an error.
pub async fn send(
    store: &Store,
    outbound: &dyn Outbound,
    store_base_url: &str,
    by: Actor,
    (id, seen): (IntegrationId, Option<i64>),
) -> Result<HandedOver, Error> {
    let asked = by.clone();
    let begun = store.write(move |work| match seen {
        Some(version) => exchange::begin_as_seen(work, &asked, id, version),
        None => exchange::begin(work, &asked, id),
    });
    let handover = begun.await?;
    let sent = outgoing(&handover, store_base_url);
    let Handover { attempt, integration, consumer_key, .. } = handover;
    let outcome = outbound.hand_over(sent).await;
    store.metrics().called_back(outcome.failure.map_or("delivered", |failure| cause(failure).0));
    let noted = noted(&outcome);
    let delivered = noted.delivered;
    log::info!(
        "credentials handed over delivered={delivered} integration.id={} attempt.id={}",
        id.0,
        attempt.0
    );
    let whose = integration.clone();
    store.write(move |work| attempt::record_outcome(work, &by, &whose, attempt, &noted)).await?;
    Ok(HandedOver { integration, attempt, consumer_key, delivered })
}

/// The form that Magento sends: these four fields, in this order.
fn outgoing(handover: &Handover, store_base_url: &str) -> outbound::Handover {
    outbound::Handover {
        endpoint: handover.endpoint.clone(),
        fields: [
            ("oauth_consumer_key", Secret::new(&handover.consumer_key)),
            ("oauth_consumer_secret", handover.consumer_secret.clone()),
            ("store_base_url", Secret::new(store_base_url)),
            ("oauth_verifier", handover.verifier.clone()),
        ],
        timeout: handover.timeout,
        max_redirects: handover.max_redirects,
    }
}

/// The outcome as an attempt keeps it.
fn noted(outcome: &Outcome) -> attempt::Outcome {
    let tried = outcome.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut steps: Vec<(StepKind, Measured)> = outcome
        .steps
        .iter()
        .map(|timed| {
            let detail = match timed.end {
                End::Answered(status) => Some(status.to_string()),
                _ => Some(tried.clone()).filter(|tried| timed.step == Step::Connect && !tried.is_empty()),
            };
            let milliseconds = i64::try_from(timed.millis).ok();
            (kind(timed.step), Measured { milliseconds, cause: None, detail })
        })
        .collect();
    if let Some(failure) = outcome.failure {
        let (cause, detail) = cause(failure);
        if steps.is_empty() {
            steps.push((StepKind::Post, Measured::default()));
        }
        if let Some((_, last)) = steps.last_mut() {
            last.cause = Some(cause.to_owned());
            last.detail = detail.or(last.detail.take());
        }
    }
    attempt::Outcome { delivered: outcome.is_success(), steps }
}

fn kind(step: Step) -> StepKind {
    match step {
        Step::NameLookup => StepKind::Lookup,
        Step::AddressCheck => StepKind::Check,
        Step::Connect => StepKind::Connect,
        Step::Tls => StepKind::Tls,
        Step::Post => StepKind::Post,
    }
}

/// The word under which a failure is kept, and what it is about.
pub(crate) fn cause(failure: Failure) -> (&'static str, Option<String>) {
    match failure {
        Failure::InvalidUrl => ("invalid_url", None),
        Failure::PlainHttp => ("plain_http", None),
        Failure::NameUnknown => ("name_unknown", None),
        Failure::NameLookupFailed => ("name_lookup_failed", None),
        Failure::ForbiddenAddress { address, .. } => ("forbidden_address", Some(address.to_string())),
        Failure::ConnectionRefused => ("connection_refused", None),
        Failure::Unreachable => ("unreachable", None),
        Failure::TlsCertificate(Certificate::WrongName) => ("certificate_wrong_name", None),
        Failure::TlsCertificate(Certificate::Expired) => ("certificate_expired", None),
        Failure::TlsCertificate(Certificate::NotYetValid) => ("certificate_not_yet_valid", None),
        Failure::TlsCertificate(Certificate::UnknownAuthority) => ("certificate_unknown_authority", None),
        Failure::TlsCertificate(Certificate::Revoked) => ("certificate_revoked", None),
        Failure::TlsCertificate(Certificate::Unusable) => ("certificate_unusable", None),
        Failure::TlsOther => ("tls", None),
        Failure::TimedOut(_) => ("timed_out", None),
        Failure::ConnectionLost => ("connection_lost", None),
        Failure::NotHttp => ("not_http", None),
        Failure::RedirectRefused(Redirect::OtherOrigin) => ("redirect_other_origin", None),
        Failure::RedirectRefused(Redirect::OtherStatus) => ("redirect_other_status", None),
        Failure::RedirectRefused(Redirect::TooMany) => ("redirect_too_many", None),
        Failure::HttpStatus(status) => ("http_status", Some(status.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_carries_the_cause() {
        let noted = noted(&Outcome::answered(500));
        assert!(!noted.delivered);
        let (kind, step) = &noted.steps[0];
        assert_eq!(
            (*kind, step.cause.as_deref(), step.detail.as_deref()),
            (StepKind::Post, Some("http_status"), Some("500"))
        );
    }

    #[test]
    fn a_failure_before_any_step_is_kept_too() {
        let noted = noted(&Outcome::failed(Failure::InvalidUrl));
        assert_eq!(noted.steps[0].1.cause.as_deref(), Some("invalid_url"));
    }
}
