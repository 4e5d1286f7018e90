//! Bodies of calls: a form is read whole, since its fields are signed; every other one flows past.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, Payload};
use futures_core::Stream;
use tokio::time::timeout;

use super::original::text_of;
use crate::oauth1::encoding;
use crate::outbound::upstream::{Body, Broken};
use crate::web::server::READ_BODY_WITHIN;

/// Bytes of the largest form that is checked.
const FORM_LIMIT: usize = 1024 * 1024;

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It broke off.
    Broken,
    /// It took too long.
    Late,
    /// It is larger than what is checked.
    TooLarge,
}

/// Whether the body is a form, whose fields are signed.
pub(in crate::web) fn is_form(request: &HttpRequest) -> bool {
    let kinds = request.headers().get_all(header::CONTENT_TYPE).filter_map(text_of);
    kinds.into_iter().any(encoding::is_form)
}

/// Reads a form to its end.
pub(super) async fn read_form(payload: Payload) -> Result<Bytes, Trouble> {
    match timeout(READ_BODY_WITHIN, payload.to_bytes_limited(FORM_LIMIT)).await {
        Ok(Ok(Ok(form))) => Ok(form),
        Ok(Ok(Err(_))) => Err(Trouble::Broken),
        Ok(Err(_)) => Err(Trouble::TooLarge),
        Err(_) => Err(Trouble::Late),
    }
}

/// The body as it comes, framed as the client framed it.
pub(super) fn stream(request: &HttpRequest, payload: Payload) -> Body {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Body::stream(Pieces(payload), None);
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(text_of);
    match length.and_then(|length| length.trim().parse().ok()) {
        None | Some(0) => Body::none(),
        Some(length) => Body::stream(Pieces(payload), Some(length)),
    }
}

struct Pieces(Payload);

impl Stream for Pieces {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.0).poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(|_| Broken)))
    }
}
