//! The program under test: a clock that moves by hand, an outside world that answers from a script, a database and
//! random values of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::MessageBody as _;
use actix_web::test::{TestRequest, call_service, init_service};
use chrono::{DateTime, TimeDelta, Utc};
use latchkey::app::{App, Builder};
use latchkey::clock::FrozenClock;
use latchkey::config::Config;
use latchkey::entropy::SeededEntropy;
use latchkey::outbound::Recorded;
use latchkey::web::{Surface, configure};

use super::browser::Browser;
use super::contents;
use super::database::Database;
#[cfg(feature = "postgres-tests")]
use super::database::env;
use super::given::Given;
use super::page::Page;

/// Where the random values of the next installation begin. Were they the same everywhere, a test that looks for its
/// secrets in the log, where tests beside it write too, would find theirs.
static SEED: AtomicU64 = AtomicU64::new(7);

/// One installation.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<FrozenClock>,
    pub outbound: Arc<Recorded>,
    database: Database,
}

impl TestApp {
    /// With the settings of a fresh checkout.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// On PostgreSQL whatever the others of this run use.
    #[cfg(feature = "postgres-tests")]
    pub fn on_postgres() -> Self {
        let server = env("TEST_POSTGRES_TLS_URL").expect("script/test sets TEST_POSTGRES_TLS_URL");
        Self::at(Database::on(Some(server)), |_| {}, |builder| builder)
    }

    /// With settings of its own.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Database::new(), change, |builder| builder)
    }

    /// With parts of its own, as an embedding program brings them.
    pub fn built(build: impl FnOnce(Builder) -> Builder) -> Self {
        Self::at(Database::new(), |_| {}, build)
    }

    fn at(
        database: Database,
        change: impl FnOnce(&mut Config),
        build: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let mut config = Config::for_tests(database.url());
        change(&mut config);
        let clock = Arc::new(FrozenClock::at(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000)));
        let outbound = Arc::new(Recorded::default());
        let entropy = Arc::new(SeededEntropy::new(SEED.fetch_add(1, Ordering::Relaxed)));
        let has_mail = config.smtp_url.is_some();
        let mut builder =
            App::builder(config).clock(clock.clone()).entropy(entropy).outbound(outbound.clone());
        if has_mail {
            builder = builder.mailer(outbound.clone());
        }
        let app = build(builder).open().unwrap();
        Self { app, clock, outbound, database }
    }

    /// A person with an empty browser.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// What there is before the test begins.
    pub fn given(&self) -> Given<'_> {
        Given(self)
    }

    /// A person who has signed in, holding everything.
    pub async fn administrator(&self) -> Browser<'_> {
        self.given().admin("jo");
        let mut browser = self.browser();
        browser.sign_in("jo").await;
        browser
    }

    /// Sends one request and reads the answer; knows neither cookies nor redirects.
    pub async fn send(&self, request: TestRequest) -> Page {
        let service = actix_web::App::new().configure(configure(&self.app, Surface::Everything));
        let service = init_service(service).await;
        let answer = call_service(&service, request.to_request()).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = actix_web::body::to_bytes(answer.into_body().boxed()).await.unwrap();
        Page::new(status, headers, String::from_utf8_lossy(&body).into_owned())
    }

    /// Everything that the database holds, as text to compare.
    pub fn contents(&self) -> String {
        self.contents_without(&[])
    }

    /// The same without these columns, each named `table.column`.
    pub fn contents_without(&self, columns: &[&str]) -> String {
        contents::without(self.database.url(), columns)
    }

    /// Every row of a table, as text.
    pub fn rows(&self, table: &str) -> String {
        contents::of_table(self.database.url(), table)
    }

    /// The one value that a query answers, as text.
    pub fn value(&self, query: &str) -> String {
        contents::value(self.database.url(), query)
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        contents::count(self.database.url(), table)
    }

    /// Takes the lock that a statement takes, and keeps it.
    #[cfg(feature = "postgres-tests")]
    pub fn hold(&self, statement: &str) -> contents::Held {
        contents::Held::by(self.database.url(), statement)
    }

    /// What no page can do: a statement straight to the database.
    pub fn sql(&self, statement: &str) {
        contents::run(self.database.url(), statement);
    }
}
