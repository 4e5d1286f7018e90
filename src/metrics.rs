//! What happens, in figures for whoever watches a server: counted where it happens, served by `web::metrics`.
//!
//! Labels come from short lists that the program fixes; what people or partners write is never one.
//! `docs/operations.md` has a table of all of them, which a test compares with what is served.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::exponential_buckets;
use prometheus_client::registry::{Registry, Unit};

mod histogram;
mod process;

use histogram::Histogram;

/// The figures of one server. Counting a call of an integration that passes takes no lock; whatever has other labels, or
/// none that are at hand, is counted under one that all who count share.
pub struct Metrics {
    registry: Registry,
    decisions: Family<Decision, Counter>,
    /// That of `decisions` which nearly all of them are.
    passed_integration: Counter,
    decision_duration: Histogram,
    nonce_batch_size: Histogram,
    snapshot_consumers: Gauge,
    snapshot_people: Gauge,
    snapshot_bearer_tokens: Gauge,
    snapshot_misses: Counter,
    snapshot_age: Gauge<f64, AtomicU64>,
    pool: Family<Connections, Gauge>,
    pool_waiting: Gauge,
    callbacks: Family<Callback, Counter>,
    upstream_calls: Family<UpstreamCall, Counter>,
    job_runs: Family<JobRun, Counter>,
    deliveries: Family<Delivery, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    outcome: &'static str,
    cause: &'static str,
}

/// The decision that most are.
const PASSED_INTEGRATION: Decision = Decision { outcome: "passed", cause: "integration" };

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Callback {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UpstreamCall {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobRun {
    job: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    observer: &'static str,
    outcome: &'static str,
}

/// What is not counted but looked at when somebody asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// How much is in memory for decisions.
    pub(crate) snapshot: Size,
    /// Since when the snapshot was not confirmed; none while it is not followed.
    pub(crate) snapshot_age: Option<Duration>,
    /// Connections of the pool at work.
    pub(crate) in_use: u32,
    /// Connections of the pool without work.
    pub(crate) idle: u32,
}

/// How much a snapshot holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Consumers with their credentials.
    pub(crate) consumers: usize,
    /// Administrators and customers with bearer tokens.
    pub(crate) people: usize,
    /// Bearer tokens of which it is known whose they are.
    pub(crate) bearer_tokens: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        let decisions = Family::<Decision, Counter>::default();
        let passed_integration = decisions.get_or_create(&PASSED_INTEGRATION).clone();
        let mut metrics = Self {
            registry: Registry::default(),
            decisions,
            passed_integration,
            // 0.1 ms to 6.5 s: the last ones are those that wait for a database that does not answer.
            decision_duration: Histogram::new(exponential_buckets(1e-4, 2.0, 17)),
            nonce_batch_size: Histogram::new(exponential_buckets(1.0, 2.0, 11)),
            snapshot_consumers: Gauge::default(),
            snapshot_people: Gauge::default(),
            snapshot_bearer_tokens: Gauge::default(),
            snapshot_misses: Counter::default(),
            snapshot_age: Gauge::default(),
            pool: Family::default(),
            pool_waiting: Gauge::default(),
            callbacks: Family::default(),
            upstream_calls: Family::default(),
            job_runs: Family::default(),
            deliveries: Family::default(),
        };
        metrics.register();
        // What has not happened yet is zero, not missing.
        metrics.callbacks.get_or_create(&Callback { outcome: "delivered" }).inc_by(0);
        metrics.upstream_calls.get_or_create(&UpstreamCall { outcome: "answered" }).inc_by(0);
        metrics.job_runs.get_or_create(&JobRun { job: "event_delivery", outcome: "done" }).inc_by(0);
        metrics.deliveries.get_or_create(&Delivery { observer: "webhook", outcome: "delivered" }).inc_by(0);
        metrics
    }
}

impl Metrics {
    /// An API call was decided, or could not be.
    pub(crate) fn decided(&self, outcome: &'static str, cause: &'static str, took: Duration) {
        let decision = Decision { outcome, cause };
        if decision == PASSED_INTEGRATION {
            self.passed_integration.inc();
        } else {
            self.decisions.get_or_create(&decision).inc();
        }
        self.decision_duration.observe(took.as_secs_f64());
    }

    /// That many nonces were committed at once.
    pub(crate) fn recorded(&self, nonces: usize) {
        self.nonce_batch_size.observe(f64::from(u32::try_from(nonces).unwrap_or(u32::MAX)));
    }

    /// Credentials were not in memory and had to be loaded.
    pub(crate) fn missed(&self) {
        self.snapshot_misses.inc();
    }

    /// Counts whoever waits for a connection while it does.
    pub(crate) fn waiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.pool_waiting.inc();
        let waited = wait();
        self.pool_waiting.dec();
        waited
    }

    /// Credentials were handed to a partner's server, or why not.
    pub(crate) fn called_back(&self, outcome: &'static str) {
        self.callbacks.get_or_create(&Callback { outcome }).inc();
    }

    /// A call was passed on to the upstream, or why not.
    pub(crate) fn passed_on(&self, outcome: &'static str) {
        self.upstream_calls.get_or_create(&UpstreamCall { outcome }).inc();
    }

    /// A job ended, well or not.
    pub(crate) fn job_ran(&self, job: &'static str, is_done: bool) {
        let outcome = if is_done { "done" } else { "failed" };
        self.job_runs.get_or_create(&JobRun { job, outcome }).inc();
    }

    /// An observer was told of an event, took it or not.
    pub(crate) fn told(&self, observer: &'static str, is_taken: bool) {
        let outcome = if is_taken { "delivered" } else { "refused" };
        self.deliveries.get_or_create(&Delivery { observer, outcome }).inc();
    }

    /// Events will not be delivered to a recipient of an observer.
    pub(crate) fn given_up(&self, observer: &'static str, events: usize) {
        let outcome = "given_up";
        self.deliveries
            .get_or_create(&Delivery { observer, outcome })
            .inc_by(u64::try_from(events).unwrap_or_default());
    }

    /// Everything, in the text format of OpenMetrics.
    pub(crate) fn write(&self, state: &State) -> String {
        let Size { consumers, people, bearer_tokens } = state.snapshot;
        for (gauge, count) in [
            (&self.snapshot_consumers, consumers),
            (&self.snapshot_people, people),
            (&self.snapshot_bearer_tokens, bearer_tokens),
        ] {
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        self.snapshot_age.set(state.snapshot_age.map_or(f64::INFINITY, |age| age.as_secs_f64()));
        for (state, count) in [("in_use", state.in_use), ("idle", state.idle)] {
            self.pool.get_or_create(&Connections { state }).set(i64::from(count));
        }
        let mut written = String::with_capacity(8 * 1024);
        // Writing to a text does not fail.
        let _ = text::encode(&mut written, &self.registry);
        written
    }

    fn register(&mut self) {
        let ours = self.registry.sub_registry_with_prefix("latchkey");
        ours.register("decisions", "API calls decided", self.decisions.clone());
        ours.register_with_unit(
            "decision_duration",
            "Time to decide an API call, its nonce on disk",
            Unit::Seconds,
            self.decision_duration.clone(),
        );
        ours.register("nonce_batch_size", "Nonces committed at once", self.nonce_batch_size.clone());
        ours.register(
            "snapshot_consumers",
            "Consumers whose credentials are in memory",
            self.snapshot_consumers.clone(),
        );
        ours.register(
            "snapshot_people",
            "Administrators and customers whose bearer tokens are in memory",
            self.snapshot_people.clone(),
        );
        ours.register(
            "snapshot_bearer_tokens",
            "Bearer tokens of which it is in memory whose they are",
            self.snapshot_bearer_tokens.clone(),
        );
        ours.register(
            "snapshot_misses",
            "Credentials that had to be loaded from the database",
            self.snapshot_misses.clone(),
        );
        ours.register_with_unit(
            "snapshot_age",
            "Time since it was last confirmed that nothing else changed; above one, calls are answered 503",
            Unit::Seconds,
            self.snapshot_age.clone(),
        );
        ours.register("database_pool_connections", "Connections in the pool", self.pool.clone());
        ours.register(
            "database_pool_waiting",
            "Operations that wait for a connection",
            self.pool_waiting.clone(),
        );
        ours.register("callbacks", "Credentials sent to partners' servers", self.callbacks.clone());
        ours.register("upstream_calls", "Calls passed on to the upstream", self.upstream_calls.clone());
        ours.register("job_runs", "Runs of scheduled jobs that ended on this server", self.job_runs.clone());
        ours.register("event_deliveries", "Tries to tell observers of events", self.deliveries.clone());
        self.registry.register_collector(Box::new(process::Process));
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}
