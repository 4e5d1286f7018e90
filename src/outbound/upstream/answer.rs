//! An answer of the upstream on its way back.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hyper::Response;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::HeaderMap;
use tokio::task::AbortHandle;

use super::pool::Pool;
use super::{Body, Failure, Place, words};

/// An answer whose head has come.
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Arriving,
}

/// The body of an answer. It is read only as fast as it is asked for; dropped before its end, the connection goes
/// with it. Until it is dropped its call is under way.
pub struct Arriving {
    flow: Rc<Flow>,
    _place: Place,
    watch: Option<AbortHandle>,
}

struct Flow {
    /// What is still to come; none when it took too long.
    incoming: RefCell<Option<Incoming>>,
    /// The connection, until it goes back.
    sender: RefCell<Option<SendRequest<Body>>>,
    pool: Rc<Pool>,
    idle: Duration,
    moved: Cell<Instant>,
    waiting: RefCell<Option<Waker>>,
}

impl Answer {
    pub(super) fn new(
        response: Response<Incoming>,
        sender: SendRequest<Body>,
        pool: Rc<Pool>,
        place: Place,
        idle: Duration,
    ) -> Self {
        let (head, incoming) = response.into_parts();
        let flow = Rc::new(Flow {
            incoming: RefCell::new(Some(incoming)),
            sender: RefCell::new(Some(sender)),
            pool,
            idle,
            moved: Cell::new(Instant::now()),
            waiting: RefCell::default(),
        });
        let body = Arriving { flow, _place: place, watch: None };
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Every header as it came.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// The body.
    pub fn into_body(self) -> Arriving {
        self.body
    }
}

impl Arriving {
    /// Bytes still to come, when that is known.
    pub fn length(&self) -> Option<u64> {
        self.flow.incoming.borrow().as_ref().and_then(|incoming| incoming.size_hint().exact())
    }

    /// The next piece; trailers are dropped.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        let polled = self.flow.poll(context);
        match &polled {
            Poll::Ready(None) => self.flow.give_back(),
            Poll::Ready(Some(Err(_))) => {}
            Poll::Ready(Some(Ok(_))) | Poll::Pending => self.begin_watch(),
        }
        polled
    }

    /// From now on the body is given up when nothing moves. A task sees to it: a client that does not read would never
    /// let us notice.
    fn begin_watch(&mut self) {
        if self.watch.is_some() || self.flow.is_over() {
            return;
        }
        let flow = Rc::downgrade(&self.flow);
        let watch = async move {
            while let Some(left) = flow.upgrade().and_then(|flow| flow.left()) {
                tokio::time::sleep(left).await;
            }
            if let Some(flow) = flow.upgrade() {
                flow.give_up();
            }
        };
        self.watch = Some(tokio::task::spawn_local(watch).abort_handle());
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
        if self.flow.is_over() {
            self.flow.give_back();
        }
    }
}

impl Flow {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        let mut incoming = self.incoming.borrow_mut();
        let Some(incoming) = incoming.as_mut() else { return Poll::Ready(Some(Err(Failure::Slow))) };
        loop {
            match Pin::new(&mut *incoming).poll_frame(context) {
                Poll::Pending => {
                    *self.waiting.borrow_mut() = Some(context.waker().clone());
                    return Poll::Pending;
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(Failure::Lost(words(&error)))));
                }
                Poll::Ready(Some(Ok(frame))) => {
                    self.moved.set(Instant::now());
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
            }
        }
    }

    /// Time until it is given up; none when it is up.
    fn left(&self) -> Option<Duration> {
        self.idle.checked_sub(self.moved.get().elapsed()).filter(|left| !left.is_zero())
    }

    fn give_up(&self) {
        *self.incoming.borrow_mut() = None;
        *self.sender.borrow_mut() = None;
        log::warn!("the upstream's answer was given up: nothing moved for {} ms", self.idle.as_millis());
        if let Some(waiting) = self.waiting.borrow_mut().take() {
            waiting.wake();
        }
    }

    fn is_over(&self) -> bool {
        self.incoming.borrow().as_ref().is_some_and(Incoming::is_end_stream)
    }

    fn give_back(&self) {
        if let Some(sender) = self.sender.borrow_mut().take() {
            self.pool.give_back(sender);
        }
    }
}
