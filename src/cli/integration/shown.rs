//! What commands print of an integration, as lines and as JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::integration::{self, Integration, Origin};
use crate::domain::{self, activation, attempt};
use crate::store::Work;

/// An integration in a list.
#[derive(Serialize)]
pub(super) struct Row {
    id: i64,
    name: String,
    email: String,
    endpoint: Option<String>,
    identity_link_url: Option<String>,
    status: &'static str,
    setup_type: &'static str,
}

/// An integration with what belongs to it.
#[derive(Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    row: Row,
    consumer_key: String,
    all_resources: bool,
    resources: Vec<String>,
    attempts: Vec<Attempt>,
}

/// An attempt to hand over the credentials.
#[derive(Serialize)]
pub(super) struct Attempt {
    number: i64,
    endpoint: String,
    state: &'static str,
    started_at: DateTime<Utc>,
    steps: Vec<Step>,
}

/// One step of an attempt.
#[derive(Serialize)]
struct Step {
    kind: &'static str,
    at: DateTime<Utc>,
    milliseconds: Option<i64>,
    cause: Option<String>,
    detail: Option<String>,
}

impl From<&attempt::Attempt> for Attempt {
    fn from(attempt: &attempt::Attempt) -> Self {
        let step = |step: &attempt::Step| Step {
            kind: step.kind.word(),
            at: step.at,
            milliseconds: step.milliseconds,
            cause: step.cause.clone(),
            detail: step.detail.clone(),
        };
        Self {
            number: attempt.number,
            endpoint: attempt.endpoint.clone(),
            state: attempt.state.word(),
            started_at: attempt.started_at,
            steps: attempt.steps.iter().map(step).collect(),
        }
    }
}

impl Attempt {
    pub(super) fn lines(&self) -> String {
        let Self { number, endpoint, state, steps, .. } = self;
        let mut lines = format!("attempt: {number}\nendpoint: {endpoint}\nstate: {state}\nsteps:");
        for step in steps {
            let time = step.milliseconds.map(|time| format!("{time} ms")).unwrap_or_default();
            let told =
                [time, step.cause.clone().unwrap_or_default(), step.detail.clone().unwrap_or_default()];
            let told = told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            lines.push_str(&format!("\n  {}: {told}", step.kind));
        }
        lines
    }
}

/// What a partner signs with.
#[derive(Serialize)]
pub(super) struct Credentials<'a> {
    consumer_key: &'a str,
    consumer_secret: &'a str,
    access_token: Option<&'a str>,
    access_token_secret: Option<&'a str>,
}

impl From<&Integration> for Row {
    fn from(integration: &Integration) -> Self {
        Self {
            id: integration.id.0,
            name: integration.name.clone(),
            email: integration.email.clone(),
            endpoint: integration.endpoint.clone(),
            identity_link_url: integration.identity_link_url.clone(),
            status: integration.status.name(),
            setup_type: match integration.origin {
                Origin::Manual => "manual",
                Origin::Declared => "declared",
            },
        }
    }
}

impl Shown {
    pub(super) fn of(work: &mut Work<'_>, integration: Integration) -> Result<Self, domain::Error> {
        let id = integration.id;
        let grants = integration::grants(work, id)?;
        Ok(Self {
            row: Row::from(&integration),
            consumer_key: activation::consumer_key(work, id)?,
            all_resources: grants.is_everything(),
            resources: grants.ids(work.tree).into_iter().map(str::to_owned).collect(),
            attempts: attempt::latest(work, id)?.iter().map(Attempt::from).collect(),
        })
    }

    pub(super) fn lines(&self) -> String {
        let Row { id, name, email, endpoint, identity_link_url, status, setup_type } = &self.row;
        let (endpoint, identity_link_url) =
            (endpoint.as_deref().unwrap_or_default(), identity_link_url.as_deref().unwrap_or_default());
        let mut lines = format!(
            "id: {id}\nname: {name}\nemail: {email}\nendpoint: {endpoint}\nidentity_link_url: {identity_link_url}\n\
             status: {status}\nsetup_type: {setup_type}\nconsumer_key: {}\nall_resources: {}\nresources:",
            self.consumer_key, self.all_resources
        );
        for resource in &self.resources {
            lines.push_str("\n  ");
            lines.push_str(resource);
        }
        lines
    }
}

impl<'a> From<&'a activation::Credentials> for Credentials<'a> {
    fn from(credentials: &'a activation::Credentials) -> Self {
        Self {
            consumer_key: &credentials.consumer_key,
            consumer_secret: credentials.consumer_secret.expose(),
            access_token: credentials.access_token.as_ref().map(|token| token.expose()),
            access_token_secret: credentials.access_token_secret.as_ref().map(|secret| secret.expose()),
        }
    }
}

impl Credentials<'_> {
    pub(super) fn lines(&self) -> String {
        format!(
            "consumer_key: {}\nconsumer_secret: {}\naccess_token: {}\naccess_token_secret: {}",
            self.consumer_key,
            self.consumer_secret,
            self.access_token.unwrap_or_default(),
            self.access_token_secret.unwrap_or_default()
        )
    }
}
