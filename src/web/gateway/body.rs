//! Bodies of calls: a form is read whole, since its fields are signed; every other one flows past.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Payload};
use futures_core::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::original::text_of;
use crate::oauth1::encoding;
use crate::outbound::upstream::{Body, Broken};
use crate::web::server::READ_BODY_WITHIN;

/// Bytes of the largest form that is checked.
pub(super) const FORM_LIMIT: usize = 1024 * 1024;

/// Bytes of all forms together that are held, of all workers. Who sends a form is known only when it was read, so
/// strangers could fill the memory with them. What is legitimate is small and gone in no time.
const HELD_LIMIT: usize = 64 * FORM_LIMIT;

/// The forms that are being read, decided and passed on: the bytes that may still be held.
#[derive(Debug)]
pub(in crate::web) struct Forms(Arc<Semaphore>);

/// A form, and its share of what may be held: given back with the last copy.
struct Held {
    form: Vec<u8>,
    _share: OwnedSemaphorePermit,
}

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Trouble {
    /// It broke off.
    Broken,
    /// So much of other forms is held that there is no room for it.
    Crowded,
    /// It took too long.
    Late,
    /// It is larger than what is checked.
    TooLarge,
}

/// How long a body is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    /// There is none.
    None,
    /// Bytes, at least one.
    Known(u64),
    /// As long as it will turn out to be.
    Open,
}

/// Whether the body is a form, whose fields are signed.
pub(in crate::web) fn is_form(request: &HttpRequest) -> bool {
    request.headers().get_all(header::CONTENT_TYPE).any(|kind| encoding::is_form(kind.as_bytes()))
}

/// Whether the head says that there is a body.
pub(super) fn is_announced(request: &HttpRequest) -> bool {
    length(request) != Length::None
}

/// Reads a form of at most `limit` bytes to its end. Its bytes count among those that are held until nobody has them
/// any more.
pub(in crate::web) async fn read_form(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Bytes, Trouble> {
    let forms = request.app_data::<Data<Forms>>().ok_or(Trouble::Crowded)?;
    timeout(READ_BODY_WITHIN, forms.read(payload, limit)).await.unwrap_or(Err(Trouble::Late))
}

/// The body as it comes, framed as the client framed it.
pub(super) fn stream(request: &HttpRequest, payload: Payload) -> Body {
    match length(request) {
        Length::None => Body::none(),
        Length::Known(length) => Body::stream(Pieces(payload), Some(length)),
        Length::Open => Body::stream(Pieces(payload), None),
    }
}

fn length(request: &HttpRequest) -> Length {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Length::Open;
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(text_of);
    match length.and_then(|length| length.trim().parse().ok()) {
        None | Some(0) => Length::None,
        Some(length) => Length::Known(length),
    }
}

impl Default for Forms {
    fn default() -> Self {
        Self::holding(HELD_LIMIT)
    }
}

impl Forms {
    fn holding(limit: usize) -> Self {
        Self(Arc::new(Semaphore::new(limit)))
    }

    /// Bytes count as they come, so that whoever announces much and sends nothing takes no room.
    async fn read(&self, payload: Payload, limit: usize) -> Result<Bytes, Trouble> {
        let (mut pieces, mut form) = (Pieces(payload), Vec::new());
        let mut share = self.share(0)?;
        while let Some(piece) = poll_fn(|context| Pin::new(&mut pieces).poll_next(context)).await {
            let piece = piece.map_err(|_| Trouble::Broken)?;
            if piece.len() > limit - form.len() {
                return Err(Trouble::TooLarge);
            }
            share.merge(self.share(piece.len())?);
            form.extend_from_slice(&piece);
        }
        Ok(Bytes::from_owner(Held { form, _share: share }))
    }

    fn share(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Trouble> {
        let bytes = u32::try_from(bytes).map_err(|_| Trouble::TooLarge)?;
        Arc::clone(&self.0).try_acquire_many_owned(bytes).map_err(|_| Trouble::Crowded)
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.form
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

#[cfg(test)]
mod tests {
    use actix_web::FromRequest as _;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::web::gateway::answer::{Fault, Manner, faulty};

    async fn read(forms: &Data<Forms>, form: &'static str) -> Result<Bytes, Trouble> {
        let request = TestRequest::default().app_data(Data::clone(forms)).set_payload(form);
        let (request, mut payload) = request.to_http_parts();
        let payload = Payload::from_request(&request, &mut payload).await.unwrap();
        read_form(&request, payload, 8).await
    }

    #[actix_web::test]
    async fn forms_are_held_up_to_a_limit_and_until_nobody_has_them() {
        let forms = Data::new(Forms::holding(10));
        let first = read(&forms, "a=1&b=2").await.unwrap();
        assert_eq!(first, "a=1&b=2");
        assert_eq!(read(&forms, "c=34").await, Err(Trouble::Crowded));
        let copy = first.clone();
        drop(first);
        assert_eq!(read(&forms, "c=34").await, Err(Trouble::Crowded), "a copy is still on its way");
        assert_eq!(read(&forms, "c=").await.as_deref(), Ok(&b"c="[..]));
        drop(copy);
        assert_eq!(read(&forms, "a=123456").await.as_deref(), Ok(&b"a=123456"[..]));
        assert_eq!(read(&forms, "a=1234567").await, Err(Trouble::TooLarge));
        assert_eq!(forms.0.available_permits(), 10, "all was given back");
    }

    #[test]
    fn a_form_without_room_is_put_off() {
        let answer = faulty(Fault::crowded(), "https://shop.example/", Manner::Plain);
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get(header::RETRY_AFTER).unwrap(), "1");
    }
}
