//! What a running server consists of, built once by `serve` and by tests.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::declarations::Loaded;
use crate::domain::acl::Tree;
use crate::domain::declaration::Declarations;
use crate::domain::gate::Gate;
use crate::domain::route::Routes;
use crate::domain::storefront::Storefronts;
use crate::entropy::Entropy;
use crate::hashing::Hashing;
use crate::keys::{self, Opened, Tables};
use crate::oauth1::BadBaseUri;
use crate::outbound::mail::{Mailer, Smtp};
use crate::outbound::upstream::{Destination, Unusable};
use crate::outbound::{Http, Outbound, TlsError, mail};
use crate::store::{self, Store};
use crate::throttle::Throttle;

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
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Database or keys cannot be used.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Partners cannot be reached over TLS.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] TlsError),
    /// The store's Web API cannot be reached there.
    #[error("upstream_url cannot be used: {0}")]
    Upstream(#[from] Unusable),
    /// No mail can be sent that way.
    #[error("smtp_url and mail_from cannot be used: {0}")]
    Mail(#[from] mail::Error),
    /// Partners cannot sign for that address.
    #[error("base_url, or that of a store, cannot be used: {0}")]
    Address(#[from] BadBaseUri),
}

impl App {
    /// Opens the database, brought up to date, and builds the rest.
    ///
    /// # Errors
    /// When database, keys or public address cannot be used; with the remedy.
    pub fn open(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, Error> {
        let outbound = Arc::new(Http::new(config.egress_allow.clone())?);
        let mailer = match (&config.smtp_url, &config.mail_from) {
            (Some(url), Some(from)) => Some(Arc::new(Smtp::new(url, from)?) as Arc<dyn Mailer>),
            _ => None,
        };
        Self::open_with(config, clock, entropy, outbound, mailer)
    }

    /// As [`App::open`], with an outside world of one's own.
    ///
    /// # Errors
    /// Those of [`App::open`].
    pub fn open_with(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        outbound: Arc<dyn Outbound>,
        mailer: Option<Arc<dyn Mailer>>,
    ) -> Result<Self, Error> {
        let Opened { store, migrated, loaded } =
            keys::open_store(&config, &clock, &entropy, Tables::Migrate)?;
        let Loaded { tree, routes, declared } = loaded;
        for migration in migrated {
            log::info!("migration {migration} has run");
        }
        let hashing = Hashing::new(config.workers, Arc::clone(&entropy));
        let stores = config.stores.iter().map(|site| (site.code.as_str(), site.base_url.as_str()));
        let storefronts = Storefronts::new(config.base_url.as_str(), stores)?;
        let gate = Arc::new(Gate::open(store.clone(), routes, storefronts)?);
        let upstream = config.upstream_url.as_ref().map(Destination::new).transpose()?;
        let (config, throttle, token_throttle) = (Arc::new(config), Throttle::default(), Throttle::default());
        Ok(Self {
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
        })
    }
}
