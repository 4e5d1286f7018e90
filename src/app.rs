//! What a running server consists of, built once by `serve` and by tests.

use std::io::{self, Write};
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::declarations::{self, Loaded};
use crate::domain::acl::Tree;
use crate::domain::declaration::Declarations;
use crate::domain::declared::{self, Options, Why};
use crate::domain::event::observer::Observer;
use crate::domain::gate::Gate;
use crate::domain::route::Routes;
use crate::domain::schedule::Schedule;
use crate::domain::storefront::Storefronts;
use crate::domain::{self, Actor, setup};
use crate::entropy::{Entropy, SystemEntropy};
use crate::hashing::Hashing;
use crate::jobs::{self, Job, Lines};
use crate::keys::{self, Opened, Tables};
use crate::oauth1::BadBaseUri;
use crate::observer::{Log, Webhooks};
use crate::outbound::mail::Mailer;
use crate::outbound::upstream::{Destination, Unusable};
use crate::outbound::{Http, Outbound, TlsError, mail};
use crate::store::{self, Store};
use crate::text::{self, failure};
use crate::throttle::Throttle;
use crate::{mailing, web};

/// Connections that a server begins with: one for units of work, one for nonces, one that follows changes.
const CONNECTIONS: usize = 3;

/// The parts of a server. Cheap to clone: every worker has one.
#[derive(Clone)]
pub struct App {
    /// What it was told at the start.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The permission tree.
    pub tree: &'static Tree,
    /// The routes of the Web API.
    pub routes: &'static Routes,
    /// What the folder of declarations declares, when there is one.
    pub declared: Option<&'static Declarations>,
    /// Hashes passwords, a few at once.
    pub hashing: Hashing,
    /// Counts sign-ins by address.
    pub throttle: Throttle,
    /// Counts requests for tokens by address.
    pub token_throttle: Throttle,
    /// Decides API calls.
    pub gate: Arc<Gate>,
    /// The outside world.
    pub outbound: Arc<dyn Outbound>,
    /// The store's Web API behind the gateway, when there is one.
    pub upstream: Option<Destination>,
    /// Sends mail, when there is a mail server.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Who hears of events.
    pub observers: Arc<[Arc<dyn Observer>]>,
    /// What is done by the clock.
    pub jobs: Arc<[Arc<dyn Job>]>,
    /// Whose deliveries this process is at.
    pub lines: Lines,
}

/// What a server is to be built of. Whatever is not given is what `latchkey serve` uses; observers and jobs come beside
/// those of the product.
pub struct Builder {
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    outbound: Option<Arc<dyn Outbound>>,
    mailer: Option<Arc<dyn Mailer>>,
    observers: Vec<Arc<dyn Observer>>,
    jobs: Vec<Arc<dyn Job>>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Database or keys cannot be used.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The database failed.
    #[error("{}", failure::of_store(.0))]
    Store(#[from] store::Error),
    /// Partners cannot be reached over TLS.
    #[error("{}", text::with("start-tls", &[failure::foreign(.0)]))]
    Tls(#[from] TlsError),
    /// The store's Web API cannot be reached there.
    #[error("{}", text::with("start-upstream", &[("cause", failure::of_upstream(.0).into())]))]
    Upstream(#[from] Unusable),
    /// No mail can be sent that way.
    #[error("{}", text::with("start-mail", &[("cause", failure::of_mail(.0).into())]))]
    Mail(#[from] mail::Error),
    /// Partners cannot sign for that address.
    #[error("{}", text::with("start-address", &[("cause", failure::of_address(*.0).into())]))]
    Address(#[from] BadBaseUri),
    /// Deliveries of one would be taken for those of the other.
    #[error("{}", text::with("start-two-observers", &[("name", (*.0).into())]))]
    TwoObservers(&'static str),
    /// Runs of one would be taken for those of the other.
    #[error("{}", text::with("start-two-jobs", &[("name", (*.0).into())]))]
    TwoJobs(&'static str),
    /// A job would never run.
    #[error("{}", text::with("start-schedule", &[("job", (*.0).into())]))]
    Schedule(&'static str),
}

/// Why a server does not serve, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database failed.
    #[error("{}", failure::of_domain(.0))]
    Domain(#[from] domain::Error),
    /// An address cannot be listened on, or nothing can be written.
    #[error("{}", text::with("start-system", &[failure::foreign(.0)]))]
    Io(#[from] io::Error),
}

impl App {
    /// A server with that configuration, to be built.
    pub fn builder(config: Config) -> Builder {
        Builder {
            config,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            outbound: None,
            mailer: None,
            observers: vec![Arc::new(Log)],
            jobs: jobs::builtin(),
        }
    }

    /// Serves until SIGTERM or SIGINT, and runs the jobs meanwhile. As long as there is no administrator, the way to make
    /// the first one is written to `out`.
    ///
    /// # Errors
    /// When the database fails, or an address cannot be listened on.
    pub fn serve(self, out: &mut dyn Write) -> Result<(), ServeError> {
        // Before anything is changed: a start where another server runs must not void the link that it printed.
        web::check_free(&self.config)?;
        if let Some(declared) = self.declared {
            declarations::log_problems(&declared.problems);
            self.apply(declared)?;
        }
        if let Some(token) = self.store.write_now(|work| setup::renew_link(work, &Actor::system()))? {
            writeln!(out, "{}", text::get("cli-serve-setup-link"))?;
            writeln!(out, "{}", self.config.setup_link(&token))?;
            out.flush()?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let _jobs = jobs::start(&self);
            web::run(self.clone()).await
        })?;
        Ok(())
    }

    /// Applies what the files declare, when they are others than those applied last.
    fn apply(&self, declared: &Declarations) -> Result<(), domain::Error> {
        let options = Options { adopt: false, exceptions: &self.config.egress_allow };
        let by = Actor::system();
        let plan = self.store.write_now(|work| declared::apply_if_changed(work, &by, declared, &options))?;
        for step in plan.iter().flat_map(|plan| &plan.steps) {
            log::info!("declaration applied: {:?} integration.name={:?}", step.kind, step.name);
        }
        for refused in plan.iter().flat_map(|plan| &plan.refused) {
            match &refused.why {
                // Nothing is wrong: a person may have made it for good reasons.
                Why::Manual => {
                    log::info!(
                        "declaration not applied: made by a person integration.name={:?}",
                        refused.name
                    )
                }
                _ => log::error!("declaration not applied: {}", text::declared::refusal(refused)),
            }
        }
        Ok(())
    }
}

impl Builder {
    /// Another clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Another source of randomness.
    #[must_use]
    pub fn entropy(self, entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, ..self }
    }

    /// Another way to reach partners and webhooks.
    #[must_use]
    pub fn outbound(self, outbound: Arc<dyn Outbound>) -> Self {
        Self { outbound: Some(outbound), ..self }
    }

    /// Another way to send mail than the settings say.
    #[must_use]
    pub fn mailer(self, mailer: Arc<dyn Mailer>) -> Self {
        Self { mailer: Some(mailer), ..self }
    }

    /// One more observer of events.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// One more job.
    #[must_use]
    pub fn job(mut self, job: Arc<dyn Job>) -> Self {
        self.jobs.push(job);
        self
    }

    /// Opens the database, brought up to date, and builds the rest.
    ///
    /// # Errors
    /// When database, keys or public address cannot be used, with the remedy; and when observers or jobs cannot.
    pub fn open(self) -> Result<App, Error> {
        let Self { config, clock, entropy, outbound, mailer, mut observers, mut jobs } = self;
        jobs.sort_by_key(|job| job.name());
        check_jobs(&jobs)?;
        let outbound = match outbound {
            Some(outbound) => outbound,
            None => Arc::new(Http::new(config.egress_allow.clone())?),
        };
        let mailer = match mailer {
            Some(mailer) => Some(mailer),
            None => mailing::mailer(&config)?,
        };
        let Opened { store, migrated, loaded } =
            keys::open_store(&config, &clock, &entropy, Tables::Migrate, CONNECTIONS)?;
        let Loaded { tree, routes, declared } = loaded;
        for migration in migrated {
            log::info!("migration {migration} has run");
        }
        observers.push(Arc::new(Webhooks::new(store.clone(), Arc::clone(&outbound), Arc::clone(&clock))));
        check_observers(&observers)?;
        let hashing = Hashing::new(config.workers, Arc::clone(&entropy));
        let stores = config.stores.iter().map(|site| (site.code.as_str(), site.base_url.as_str()));
        let storefronts = Storefronts::new(config.base_url.as_str(), stores)?;
        let gate = Arc::new(Gate::open(store.clone(), routes, storefronts)?);
        let upstream = config.upstream_url.as_ref().map(Destination::new).transpose()?;
        let (config, lines) = (Arc::new(config), Lines::default());
        let (throttle, token_throttle) = (Throttle::default(), Throttle::default());
        Ok(App {
            config,
            store,
            clock,
            entropy,
            tree,
            routes,
            declared,
            hashing,
            throttle,
            token_throttle,
            gate,
            outbound,
            upstream,
            mailer,
            observers: observers.into(),
            jobs: jobs.into(),
            lines,
        })
    }
}

/// Whether the jobs, in the order of their names, can be told apart and run.
fn check_jobs(jobs: &[Arc<dyn Job>]) -> Result<(), Error> {
    if let Some(pair) = jobs.windows(2).find(|pair| pair[0].name() == pair[1].name()) {
        return Err(Error::TwoJobs(pair[0].name()));
    }
    match jobs.iter().find(|job| Schedule::read(job.schedule()).is_none()) {
        Some(job) => Err(Error::Schedule(job.name())),
        None => Ok(()),
    }
}

fn check_observers(observers: &[Arc<dyn Observer>]) -> Result<(), Error> {
    let twice = |(at, observer): (usize, &Arc<dyn Observer>)| {
        let name = observer.name();
        observers[..at].iter().any(|other| other.name() == name).then_some(name)
    };
    match observers.iter().enumerate().find_map(twice) {
        Some(name) => Err(Error::TwoObservers(name)),
        None => Ok(()),
    }
}
