//! What became of the events that a webhook was to be told, with causes in words.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};

use super::{LIST, called, edit_href};
use crate::app::App;
use crate::domain::event::delivery::{self, Listed, State};
use crate::domain::webhook::Webhook;
use crate::text;
use crate::web::Error;
use crate::web::admin::integration::attempts::place;
use crate::web::form::Choice;
use crate::web::grid::{Asked, Pager, Pairs, Spec};

static SPEC: Spec = Spec { list: "", texts: &["state"], numbers: &[], sorts: &[] };

/// The words for causes: what a delivery keeps, what it means.
const CAUSES: [(&str, &str); 23] = [
    ("invalid_url", "delivery-cause-invalid-url"),
    ("plain_http", "delivery-cause-plain-http"),
    ("name_unknown", "attempt-cause-name-unknown"),
    ("name_lookup_failed", "attempt-cause-name-lookup-failed"),
    ("forbidden_address", "delivery-cause-forbidden-address"),
    ("connection_refused", "attempt-cause-connection-refused"),
    ("unreachable", "attempt-cause-unreachable"),
    ("certificate_wrong_name", "attempt-cause-certificate-wrong-name"),
    ("certificate_expired", "attempt-cause-certificate-expired"),
    ("certificate_not_yet_valid", "attempt-cause-certificate-not-yet-valid"),
    ("certificate_unknown_authority", "attempt-cause-certificate-unknown-authority"),
    ("certificate_revoked", "attempt-cause-certificate-revoked"),
    ("certificate_unusable", "attempt-cause-certificate-unusable"),
    ("tls", "attempt-cause-tls"),
    ("timed_out", "attempt-cause-timed-out"),
    ("connection_lost", "attempt-cause-connection-lost"),
    ("not_http", "attempt-cause-not-http"),
    ("redirect_other_origin", "delivery-cause-redirect"),
    ("redirect_other_status", "delivery-cause-redirect"),
    ("redirect_too_many", "delivery-cause-redirect"),
    ("http_status", "delivery-cause-http-status"),
    ("switched_off", "delivery-cause-switched-off"),
    ("unknown", "delivery-cause-unknown"),
];

/// The deliveries that were asked for.
pub struct Deliveries {
    /// The page that this is part of.
    pub address: String,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// Page size, for the filter.
    pub state: Pairs,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// How many there are.
    pub total: usize,
    /// One page of them.
    pub rows: Vec<Row>,
    /// Where we are among the pages.
    pub pager: Pager,
}

/// A delivery.
pub struct Row {
    /// What happened.
    pub event: String,
    /// By which the receiver knows it.
    pub message_id: String,
    /// When it happened.
    pub happened: DateTime<Utc>,
    /// How far it has come, as a style of pills.
    pub style: &'static str,
    /// How far it has come, as read.
    pub label: String,
    /// Tries, and how long the last one took.
    pub tries: String,
    /// Why the last try was vain, and when the next one is due.
    pub wrong: Option<String>,
    /// Where it is sent again.
    pub again_href: Option<String>,
}

impl Deliveries {
    pub(super) async fn read(app: &App, req: &HttpRequest, webhook: &Webhook) -> Result<Self, Error> {
        let asked = Asked::read(&SPEC, req.query_string());
        let state = asked.value("state").and_then(State::of);
        let (whose, paging) = (webhook.clone(), asked.paging());
        let page = app.store.read(move |work| delivery::list(work, &whose, state, paging)).await?;
        let address = edit_href(webhook.id);
        let mut pager = asked.pager(&page);
        for href in [&mut pager.previous, &mut pager.next].into_iter().flatten() {
            *href = format!("{address}{href}#deliveries");
        }
        let choice = |state: &State| Choice {
            value: state.word().to_owned(),
            label: label(*state, 0),
            is_chosen: asked.value("state") == Some(state.word()),
        };
        Ok(Self {
            states: State::ALL.iter().map(choice).collect(),
            state: asked.state(),
            is_filtered: asked.is_filtered(),
            total: usize::try_from(page.total).unwrap_or_default(),
            rows: page.rows.iter().map(|listed| Row::of(listed, webhook)).collect(),
            pager,
            address,
        })
    }
}

impl Row {
    fn of(listed: &Listed, webhook: &Webhook) -> Self {
        let tries = text::on_page("delivery-tries", &[("count", listed.tries.into())]);
        let took = listed.milliseconds.map(|milliseconds| {
            text::on_page("attempt-milliseconds", &[("milliseconds", milliseconds.to_string().into())])
        });
        let is_failed = listed.state == State::Failed;
        Self {
            event: called(listed.kind),
            message_id: listed.message_id.clone(),
            happened: listed.happened_at,
            style: style(listed.state, listed.tries),
            label: label(listed.state, listed.tries),
            tries: [Some(tries), took].into_iter().flatten().collect::<Vec<_>>().join(", "),
            wrong: listed.cause.as_ref().map(|cause| wrong(listed, cause, webhook)),
            again_href: (is_failed && webhook.is_enabled)
                .then(|| format!("{LIST}/send_again/{}", listed.id.0)),
        }
    }
}

fn wrong(listed: &Listed, cause: &str, webhook: &Webhook) -> String {
    let known = CAUSES.iter().find(|(known, _)| *known == cause);
    let (_, key) = known.copied().unwrap_or(("", "delivery-cause-unknown"));
    let (host, place) = place(&webhook.url);
    let detail = listed.detail.clone().unwrap_or_default();
    let sentence =
        text::on_page(key, &[("host", host.into()), ("place", place.into()), ("detail", detail.into())]);
    if listed.state != State::Pending {
        return sentence;
    }
    let at = crate::web::filters::exact_moment(listed.due_at);
    format!("{sentence} {}", text::on_page("delivery-next-try", &[("at", at.into())]))
}

fn style(state: State, tries: i64) -> &'static str {
    match (state, tries) {
        (State::Pending, 0) => "inactive",
        (State::Pending, _) => "reset",
        (State::Delivered, _) => "active",
        (State::Failed, _) => "suspended",
    }
}

fn label(state: State, tries: i64) -> String {
    match (state, tries) {
        (State::Pending, 0) => text::get("delivery-state-pending"),
        (State::Pending, _) => text::get("delivery-state-retried"),
        (State::Delivered, _) => text::get("delivery-state-delivered"),
        (State::Failed, _) => text::get("delivery-state-failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_sentence() {
        for (word, key) in CAUSES {
            let values = [("host", "h".into()), ("place", "p".into()), ("detail", "d".into())];
            let sentence = text::on_page(key, &values);
            assert!(sentence.ends_with('.') && !sentence.contains("{ $"), "{word}: {sentence}");
            assert!(!sentence.starts_with("delivery-"), "{word} has no text");
        }
    }
}
