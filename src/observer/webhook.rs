//! Sends events to webhooks, signed (`domain::webhook`), through the client for addresses that people enter.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::clock::Clock;
use crate::domain::event::Event;
use crate::domain::event::observer::{Delivering, Observer, Outcome, Recipient};
use crate::domain::webhook::{OBSERVER, SWITCHED_OFF, Webhook, WebhookId, signature, target};
use crate::domain::{self, webhook};
use crate::handover::cause;
use crate::outbound::{self, Outbound, Post};
use crate::secret::Secret;
use crate::store::{Store, Work};

/// How long a receiver has to answer, everything included.
const PATIENCE: Duration = Duration::from_secs(15);

/// Everybody who has a webhook.
pub struct Webhooks {
    store: Store,
    outbound: Arc<dyn Outbound>,
    clock: Arc<dyn Clock>,
}

impl Webhooks {
    /// Those in that database, reached in that way.
    pub fn new(store: Store, outbound: Arc<dyn Outbound>, clock: Arc<dyn Clock>) -> Self {
        Self { store, outbound, clock }
    }

    async fn send(&self, event: Event, recipient: i64) -> Outcome {
        let id = WebhookId(recipient);
        let (webhook, secrets) = match self.store.read(move |work| target(work, id)).await {
            Ok(Some(target)) => target,
            Ok(None) => return Outcome { cause: Some(SWITCHED_OFF), ..Outcome::default() },
            Err(error) => {
                log::error!("webhook not read webhook.id={recipient}: {error}");
                return Outcome { cause: Some("unknown"), ..Outcome::default() };
            }
        };
        let post = self.post(&webhook, &secrets, &event);
        noted(&self.outbound.post(post).await)
    }

    fn post(&self, webhook: &Webhook, secrets: &[Secret], event: &Event) -> Post {
        let body = body(event);
        let timestamp = self.clock.now().timestamp();
        let signature = signature::header(secrets, &event.message_id, timestamp, &body);
        Post {
            url: webhook.url.clone(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("webhook-id", event.message_id.clone()),
                ("webhook-timestamp", timestamp.to_string()),
                ("webhook-signature", signature),
            ],
            body: Secret::new(body),
            timeout: PATIENCE,
            max_redirects: 0,
        }
    }
}

impl Observer for Webhooks {
    fn name(&self) -> &'static str {
        OBSERVER
    }

    fn recipients(&self, work: &mut Work<'_>) -> Result<Vec<Recipient>, domain::Error> {
        webhook::recipients(work)
    }

    fn deliver(&self, event: Event, recipient: i64) -> Delivering<'_> {
        Box::pin(self.send(event, recipient))
    }
}

/// What receivers read: the form that the standard recommends.
fn body(event: &Event) -> String {
    let at = event.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    json!({ "type": event.kind.word(), "timestamp": at, "data": event.data }).to_string()
}

fn noted(outcome: &outbound::Outcome) -> Outcome {
    let (cause, detail) = outcome.failure.map(cause).unzip();
    let milliseconds: u64 = outcome.steps.iter().map(|timed| timed.millis).sum();
    Outcome {
        cause,
        detail: detail.flatten(),
        status: outcome.status,
        milliseconds: i64::try_from(milliseconds).ok(),
    }
}
