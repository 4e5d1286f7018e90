//! Attempts to hand over credentials, in words: how far each one came, what went wrong, what to do next. Decides
//! nothing.

use chrono::{DateTime, Utc};
use url::Url;

use crate::domain::attempt::progress::{Limits, Progress};
use crate::domain::attempt::{Attempt, Step, StepKind};
use crate::text;

/// The words for causes: what an attempt keeps, what it means, what to do about it.
const CAUSES: [(&str, &str, &str); 21] = [
    ("invalid_url", "attempt-cause-invalid-url", "attempt-next-invalid-url"),
    ("plain_http", "attempt-cause-plain-http", "attempt-next-plain-http"),
    ("name_unknown", "attempt-cause-name-unknown", "attempt-next-name-unknown"),
    ("name_lookup_failed", "attempt-cause-name-lookup-failed", "attempt-next-name-lookup-failed"),
    ("forbidden_address", "attempt-cause-forbidden-address", "attempt-next-forbidden-address"),
    ("connection_refused", "attempt-cause-connection-refused", "attempt-next-connection-refused"),
    ("unreachable", "attempt-cause-unreachable", "attempt-next-unreachable"),
    ("certificate_wrong_name", "attempt-cause-certificate-wrong-name", "attempt-next-certificate"),
    ("certificate_expired", "attempt-cause-certificate-expired", "attempt-next-certificate"),
    (
        "certificate_not_yet_valid",
        "attempt-cause-certificate-not-yet-valid",
        "attempt-next-certificate-clock",
    ),
    (
        "certificate_unknown_authority",
        "attempt-cause-certificate-unknown-authority",
        "attempt-next-certificate-authority",
    ),
    ("certificate_revoked", "attempt-cause-certificate-revoked", "attempt-next-certificate"),
    ("certificate_unusable", "attempt-cause-certificate-unusable", "attempt-next-certificate"),
    ("tls", "attempt-cause-tls", "attempt-next-tls"),
    ("timed_out", "attempt-cause-timed-out", "attempt-next-timed-out"),
    ("connection_lost", "attempt-cause-connection-lost", "attempt-next-ask-partner"),
    ("not_http", "attempt-cause-not-http", "attempt-next-not-http"),
    ("redirect_other_origin", "attempt-cause-redirect-other-origin", "attempt-next-redirect-other-origin"),
    ("redirect_other_status", "attempt-cause-redirect-other-status", "attempt-next-redirect-other-status"),
    ("redirect_too_many", "attempt-cause-redirect-too-many", "attempt-next-redirect-too-many"),
    ("http_status", "attempt-cause-http-status", "attempt-next-ask-partner"),
];

/// An attempt as its integration's page shows it.
pub struct Tried {
    /// Counted from 1.
    pub number: i64,
    /// When it began.
    pub started: DateTime<Utc>,
    /// Where the credentials were sent.
    pub endpoint: String,
    /// How far it came, as a style name of pills.
    pub style: &'static str,
    /// How far it came, as read.
    pub label: String,
    /// What went wrong, if something did.
    pub wrong: Option<Explained>,
    /// What happened, in order.
    pub steps: Vec<StepLine>,
}

/// What went wrong, in plain words.
pub struct Explained {
    /// What it is.
    pub cause: String,
    /// What to do about it.
    pub next: String,
}

/// A step as it is listed.
pub struct StepLine {
    /// What was done.
    pub label: String,
    /// How long it took, or when it happened.
    pub took: String,
    /// An address, a status.
    pub detail: Option<String>,
    /// Whether it is the one that went wrong.
    pub is_wrong: bool,
}

/// The attempts, latest first, as they were read.
pub(super) fn tried(attempts: &[Attempt], limits: Limits, now: DateTime<Utc>) -> Vec<Tried> {
    let line = |(index, attempt): (usize, &Attempt)| {
        let progress = attempt.progress(index == 0, limits, now);
        Tried {
            number: attempt.number,
            started: attempt.started_at,
            endpoint: attempt.endpoint.clone(),
            style: style(progress),
            label: label(progress),
            wrong: wrong(attempt, progress),
            steps: attempt.steps.iter().map(StepLine::of).collect(),
        }
    };
    attempts.iter().enumerate().map(line).collect()
}

/// What went wrong with an attempt that came so far.
pub(super) fn wrong(attempt: &Attempt, progress: Progress) -> Option<Explained> {
    let (cause, next) = match progress {
        Progress::Failed => return Some(explained(attempt)),
        Progress::Interrupted => ("attempt-cause-interrupted", "attempt-next-interrupted"),
        Progress::Lapsed => ("attempt-cause-lapsed", "attempt-next-lapsed"),
        _ => return None,
    };
    Some(Explained { cause: text::get(cause), next: text::get(next) })
}

fn explained(attempt: &Attempt) -> Explained {
    let word = attempt.failure().and_then(|step| step.cause.as_deref()).unwrap_or_default();
    let known = CAUSES.iter().find(|(known, ..)| *known == word);
    let (_, cause, next) =
        known.copied().unwrap_or(("", "attempt-cause-unknown", "attempt-next-ask-partner"));
    let (host, place) = place(&attempt.endpoint);
    let detail = attempt.failure().and_then(|step| step.detail.clone()).unwrap_or_default();
    let values = [("host", host.into()), ("place", place.into()), ("detail", detail.into())];
    Explained { cause: text::on_page(cause, &values), next: text::on_page(next, &values) }
}

/// Host of an address, and host with port.
pub(in crate::web) fn place(endpoint: &str) -> (String, String) {
    let Ok(url) = Url::parse(endpoint) else { return (endpoint.to_owned(), endpoint.to_owned()) };
    let host = url.host_str().unwrap_or(endpoint);
    let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    (host.to_owned(), format!("{host}{port}"))
}

fn style(progress: Progress) -> &'static str {
    match progress {
        Progress::Completed => "active",
        Progress::Sending | Progress::Delivered | Progress::Requested => "reset",
        Progress::Failed | Progress::Interrupted | Progress::Lapsed => "suspended",
        Progress::Replaced => "inactive",
    }
}

fn label(progress: Progress) -> String {
    match progress {
        Progress::Sending => text::get("attempt-state-sending"),
        Progress::Interrupted => text::get("attempt-state-interrupted"),
        Progress::Delivered => text::get("attempt-state-delivered"),
        Progress::Failed => text::get("attempt-state-failed"),
        Progress::Requested => text::get("attempt-state-requested"),
        Progress::Completed => text::get("attempt-state-completed"),
        Progress::Lapsed => text::get("attempt-state-lapsed"),
        Progress::Replaced => text::get("attempt-state-replaced"),
    }
}

impl StepLine {
    fn of(step: &Step) -> Self {
        let label = match step.kind {
            StepKind::Lookup => text::get("attempt-step-lookup"),
            StepKind::Check => text::get("attempt-step-check"),
            StepKind::Connect => text::get("attempt-step-connect"),
            StepKind::Tls => text::get("attempt-step-tls"),
            StepKind::Post => text::get("attempt-step-post"),
            StepKind::RequestToken => text::get("attempt-step-request-token"),
            StepKind::AccessToken => text::get("attempt-step-access-token"),
            StepKind::FirstCall => text::get("attempt-step-first-call"),
        };
        let took = match step.milliseconds {
            Some(milliseconds) => {
                text::on_page("attempt-milliseconds", &[("milliseconds", milliseconds.to_string().into())])
            }
            None => step.at.format("%H:%M:%S UTC").to_string(),
        };
        Self { label, took, detail: step.detail.clone(), is_wrong: step.cause.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attempt::{AttemptId, State};

    fn failed(endpoint: &str, cause: &str, detail: &str) -> Attempt {
        let at = DateTime::UNIX_EPOCH;
        let (cause, detail) = (Some(cause.to_owned()), Some(detail.to_owned()));
        let step = Step { kind: StepKind::Post, milliseconds: Some(7), cause, detail, at };
        let endpoint = endpoint.to_owned();
        Attempt {
            id: AttemptId(1),
            number: 1,
            endpoint,
            state: State::Failed,
            started_at: at,
            steps: vec![step],
        }
    }

    #[test]
    fn every_cause_has_a_sentence_of_its_own_and_a_next_step() {
        let mut said = Vec::new();
        for (word, ..) in CAUSES {
            let attempt = failed("https://p.example:8443/x", word, "10.0.0.1");
            let Explained { cause, next } = wrong(&attempt, Progress::Failed).unwrap();
            for sentence in [&cause, &next] {
                assert!(sentence.ends_with('.') && !sentence.contains("{ $"), "{word}: {sentence}");
                assert!(!sentence.starts_with("attempt-"), "{word} has no text");
            }
            assert!(!said.contains(&cause), "{cause}");
            said.push(cause);
        }
    }

    #[test]
    fn place_and_detail_stand_in_the_sentence() {
        let refused =
            wrong(&failed("https://p.example/x", "connection_refused", ""), Progress::Failed).unwrap();
        assert!(refused.cause.contains("p.example:443"), "{}", refused.cause);
        let status = wrong(&failed("https://p.example/x", "http_status", "503"), Progress::Failed).unwrap();
        assert!(status.cause.contains("503"), "{}", status.cause);
    }

    #[test]
    fn a_cause_from_another_version_is_still_a_failure() {
        let odd = wrong(&failed("x", "something_else", ""), Progress::Failed).unwrap();
        assert_eq!(odd.cause, text::get("attempt-cause-unknown"));
    }
}
