//! What the Web API answers when something is wrong, as Magento writes it: JSON with its members in a fixed order, and
//! a reference that leads to the line in the log.

use std::collections::BTreeMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::oauth1::Argument;
use crate::oauth1::header::challenge;

/// Seconds after which it is worth asking again.
const RETRY_AFTER: &str = "1";

/// The error body. Members stand in Magento's order.
#[derive(Serialize)]
pub(in crate::web) struct Body {
    pub(in crate::web) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::web) errors: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::web) parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::web) oauth_problem: Option<&'static str>,
    pub(in crate::web) reference: String,
}

/// One of several things that are wrong.
#[derive(Serialize)]
pub(in crate::web) struct Entry {
    pub(in crate::web) message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::web) parameters: Option<Parameters>,
}

/// What belongs into the placeholders of a message.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::web) enum Parameters {
    Positional([String; 1]),
    Named(BTreeMap<&'static str, String>),
    Lists(BTreeMap<&'static str, Vec<&'static str>>),
}

impl Body {
    /// A sentence without parameters.
    pub(in crate::web) fn ours(message: String, reference: String) -> Self {
        Self { message, errors: Vec::new(), parameters: None, oauth_problem: None, reference }
    }
}

impl From<Argument> for Parameters {
    fn from(argument: Argument) -> Self {
        match argument {
            Argument::Positional(value) => Self::Positional([value]),
            Argument::Named(name, value) => Self::Named(BTreeMap::from([(name, value)])),
        }
    }
}

/// The head of every refusal.
pub(in crate::web) fn headed(status: StatusCode, realm: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponseBuilder::new(status);
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    answer.insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"));
    answer.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, challenge(realm)));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, RETRY_AFTER));
    }
    answer
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    answer.insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"));
    answer.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer.body(serde_json::to_string(value).unwrap_or_default())
}
