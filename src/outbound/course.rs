//! Watches one attempt while it runs: which step it is in, since when, and how the earlier ones ended.
//!
//! reqwest tells neither when a connection stood nor when TLS was agreed. [`Course`] hears the former from rustls,
//! which asks for an earlier session when it begins, and the latter from a layer around reqwest's connector.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tower_layer::Layer;
use tower_service::Service;

use super::{End, Failure, Outcome, Step, Timed};

/// One attempt, shared with those who see it get on.
#[derive(Debug, Clone, Default)]
pub(super) struct Course(Arc<Mutex<Running>>);

#[derive(Debug, Default)]
struct Running {
    outcome: Outcome,
    step: Option<(Step, Instant)>,
}

impl Course {
    /// Begins a step; the one before it is passed.
    pub(super) fn begin(&self, step: Step) {
        let mut running = self.running();
        running.end(End::Passed);
        running.step = Some((step, Instant::now()));
    }

    /// The step it is in.
    pub(super) fn step(&self) -> Option<Step> {
        self.running().step.map(|(step, _)| step)
    }

    /// From now on these addresses are tried.
    pub(super) fn tries(&self, addresses: &[SocketAddr]) {
        self.running().outcome.addresses = addresses.to_vec();
    }

    /// The partner answered.
    pub(super) fn answered(&self, status: u16, address: Option<SocketAddr>) {
        let mut running = self.running();
        running.end(End::Answered(status));
        running.outcome.status = Some(status);
        if let Some(address) = address {
            running.outcome.addresses = vec![address];
        }
    }

    /// It is over: what came of it.
    pub(super) fn finish(&self, failure: Option<Failure>) -> Outcome {
        let mut running = self.running();
        running.end(if failure.is_some() { End::Failed } else { End::Passed });
        running.outcome.failure = failure;
        std::mem::take(&mut running.outcome)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn end(&mut self, end: End) {
        if let Some((step, since)) = self.step.take() {
            let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.outcome.steps.push(Timed { step, millis, end });
        }
    }
}

impl<S> Layer<S> for Course {
    type Service = Connecting<S>;

    fn layer(&self, connector: S) -> Connecting<S> {
        Connecting { connector, course: self.clone() }
    }
}

/// reqwest's connector, which says when it has connected; with https that includes TLS.
#[derive(Clone)]
pub(super) struct Connecting<S> {
    connector: S,
    course: Course,
}

impl<S, R> Service<R> for Connecting<S>
where
    S: Service<R, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.course.begin(Step::Connect);
        let connected = self.connector.call(request);
        let course = self.course.clone();
        Box::pin(async move {
            let connected = connected.await?;
            course.begin(Step::Post);
            Ok(connected)
        })
    }
}
