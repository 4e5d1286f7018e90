//! Gives an integration a new consumer secret; the one before signs for a while longer.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};

use super::act::Act;
use crate::domain::activation::exchange;
use crate::domain::integration::Integration;
use crate::text;
use crate::web::admin::press::Order;
use crate::web::{PageError, filters};

/// Renews the secret.
///
/// # Errors
/// When there is no integration of that id, or the administrator does not hold all that it holds.
pub async fn renew(order: Order) -> Result<HttpResponse, PageError> {
    order
        .saying(Act::RenewSecret, |work, by, id| {
            let integration = exchange::renew_secret(work, by, id)?;
            Ok(Some(sentences(&integration, exchange::ending(work, id)?.secret)))
        })
        .await
}

/// That it was done, until when the one before signs, and how the partner gets the new one.
fn sentences(integration: &Integration, ends_at: Option<DateTime<Utc>>) -> String {
    let done = text::on_page("integration-secret-renewed", &[("name", integration.name.as_str().into())]);
    let earlier = match ends_at {
        Some(until) => {
            text::on_page("integration-secret-earlier", &[("until", filters::exact_moment(until).into())])
        }
        None => text::get("integration-secret-earlier-ended"),
    };
    let next = if integration.exchanges_tokens() {
        text::get("integration-secret-next-exchange")
    } else {
        text::get("integration-secret-next-shown")
    };
    format!("{done} {earlier} {next}")
}
