//! The body of a request on its way out, and how far it has come.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use futures_core::Stream;
use hyper::body::{Bytes, Frame, SizeHint};

/// A body of a request. It is asked for its next piece only when there is room for it.
pub struct Body(Content);

enum Content {
    Whole(Bytes),
    Stream(Streamed),
}

struct Streamed {
    source: Pin<Box<dyn Stream<Item = Result<Bytes, Broken>>>>,
    length: Option<u64>,
    progress: Rc<Progress>,
}

/// The body came to no good end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub struct Broken;

/// Whose turn it is to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The client has more to send.
    Client,
    /// The upstream does not take what is there.
    Upstream,
    /// All was sent.
    Answer,
}

/// How far a body has come.
#[derive(Debug)]
pub(super) struct Progress {
    turn: Cell<Turn>,
    moved: Cell<Instant>,
    broken: Cell<bool>,
}

impl Body {
    /// No body.
    pub fn none() -> Self {
        Self::whole(Bytes::new())
    }

    /// All of it.
    pub fn whole(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
    }

    /// As it comes; of a known length, or in chunks.
    pub fn stream(source: impl Stream<Item = Result<Bytes, Broken>> + 'static, length: Option<u64>) -> Self {
        let progress = Rc::new(Progress::new(Turn::Upstream));
        Self(Content::Stream(Streamed { source: Box::pin(source), length, progress }))
    }

    /// The same once more, unless it is a stream.
    pub(super) fn copy(&self) -> Option<Self> {
        match &self.0 {
            Content::Whole(bytes) => Some(Self::whole(bytes.clone())),
            Content::Stream(_) => None,
        }
    }

    pub(super) fn progress(&self) -> Rc<Progress> {
        match &self.0 {
            Content::Whole(_) => Rc::new(Progress::new(Turn::Answer)),
            Content::Stream(streamed) => Rc::clone(&streamed.progress),
        }
    }
}

impl Progress {
    fn new(turn: Turn) -> Self {
        Self { turn: Cell::new(turn), moved: Cell::new(Instant::now()), broken: Cell::new(false) }
    }

    /// Time counts from now on.
    pub(super) fn begin(&self) {
        self.moved.set(Instant::now());
    }

    /// Whose turn it is.
    pub(super) fn turn(&self) -> Turn {
        self.turn.get()
    }

    /// Since when.
    pub(super) fn moved(&self) -> Instant {
        self.moved.get()
    }

    /// Whether the client broke off.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    fn now_it_is(&self, turn: Turn) {
        if self.turn.replace(turn) != turn {
            self.moved.set(Instant::now());
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let streamed = match &mut self.0 {
            Content::Whole(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Content::Whole(bytes) => return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Stream(streamed) => streamed,
        };
        let Streamed { source, length, progress } = streamed;
        progress.now_it_is(Turn::Client);
        let next = match ready!(source.as_mut().poll_next(context)) {
            Some(Ok(piece)) => {
                progress.now_it_is(Turn::Upstream);
                *length = length.map(|left| left.saturating_sub(piece.len() as u64));
                Some(Ok(Frame::data(piece)))
            }
            Some(Err(broken)) => {
                progress.broken.set(true);
                Some(Err(broken.into()))
            }
            None => None,
        };
        if next.is_none() || *length == Some(0) {
            progress.now_it_is(Turn::Answer);
        }
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Whole(bytes) => bytes.is_empty(),
            Content::Stream(streamed) => streamed.length == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(streamed) => streamed.length.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Body(…)")
    }
}
