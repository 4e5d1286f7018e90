//! Why a service of the Web API that is served here did not do what it was asked for.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError as _};
use chrono::TimeDelta;

use super::body::{Body, Entry, Parameters, headed};
use crate::text;
use crate::web::error::reference;
use crate::web::{Error, RestError};

/// What is said of a name or password that does not suffice, whatever is wrong with it.
pub(super) const GENERIC: &str = "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.";

const REQUIRED: &str = "\"%fieldName\" is required. Enter and try again.";

/// Why there is no result.
pub(super) enum Refusal {
    /// Magento's sentence, with what belongs into it.
    Said(StatusCode, String, Option<Parameters>),
    /// Fields that are missing.
    Missing(Vec<&'static str>),
    /// Too many came from this address.
    TooMany(TimeDelta),
    /// The server failed, or is busy.
    Failed(Error),
}

impl Refusal {
    /// 400 with that sentence.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::Said(StatusCode::BAD_REQUEST, message.into(), None)
    }

    /// 401 with that sentence.
    pub(super) fn unauthorized(message: &str) -> Self {
        Self::Said(StatusCode::UNAUTHORIZED, message.to_owned(), None)
    }

    /// The account has a second factor: the services that take its code.
    pub(super) fn needs_provider(active: Vec<&'static str>) -> Self {
        let message = "Please use the 2fa provider-specific endpoints to obtain a token.".to_owned();
        let parameters = Parameters::Lists(BTreeMap::from([("active_providers", active)]));
        Self::Said(StatusCode::BAD_REQUEST, message, Some(parameters))
    }

    /// The answer, with a line in the log under its reference. `what` was asked for.
    pub(super) fn answer(self, what: &str, realm: &str) -> HttpResponse {
        if let Self::Failed(error) = self {
            return RestError(error).error_response();
        }
        let (status, body, wait) = self.written(reference());
        log::info!(
            "{what} refused: {} reference={} status={}",
            body.message,
            body.reference,
            status.as_u16()
        );
        let mut answer = headed(status, realm);
        if let Some(wait) = wait {
            answer.insert_header((header::RETRY_AFTER, HeaderValue::from(wait.num_seconds().max(1))));
        }
        answer.body(serde_json::to_string(&body).unwrap_or_default())
    }

    fn written(self, reference: String) -> (StatusCode, Body, Option<TimeDelta>) {
        let ours = |message: String| Body::ours(message, reference.clone());
        match self {
            Self::Said(status, message, parameters) => (status, Body { parameters, ..ours(message) }, None),
            Self::Missing(fields) => (StatusCode::BAD_REQUEST, missing(&fields, reference), None),
            Self::TooMany(wait) => {
                (StatusCode::TOO_MANY_REQUESTS, ours(text::get("token-too-many")), Some(wait))
            }
            // Answered before.
            Self::Failed(error) => (error.status(), ours(error.to_string()), None),
        }
    }
}

/// One missing field stands alone; several stand in a list.
fn missing(fields: &[&'static str], reference: String) -> Body {
    let named = |field: &'static str| Parameters::Named(BTreeMap::from([("fieldName", field.to_owned())]));
    match fields {
        [field] => Body { parameters: Some(named(field)), ..Body::ours(REQUIRED.to_owned(), reference) },
        fields => {
            let entry = |field: &&'static str| Entry { message: REQUIRED, parameters: Some(named(field)) };
            let errors = fields.iter().map(entry).collect();
            let message = "One or more input exceptions have occurred.".to_owned();
            Body { errors, ..Body::ours(message, reference) }
        }
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
