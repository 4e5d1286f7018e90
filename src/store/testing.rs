//! A store of its own for each test: SQLite in memory, or a schema of PostgreSQL when `TEST_POSTGRES_URL` is set.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use super::{Connecting, Store, StoreOptions};
use crate::clock::FrozenClock;
use crate::domain::acl::Tree;
use crate::entropy::{Entropy as _, SeededEntropy, SystemEntropy};
use crate::seal::KeyRing;

/// A migrated store with a clock that moves by hand.
pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FrozenClock>,
    _schema: Option<Schema>,
    _folder: Option<tempfile::TempDir>,
}

struct Schema {
    server: String,
    name: String,
}

impl TestStore {
    pub(crate) fn new() -> Self {
        let schema = postgres().map(Schema::create);
        let url = schema.as_ref().map_or_else(|| "sqlite://:memory:".to_owned(), Schema::url);
        Self::at(&url, schema, None).migrated()
    }

    /// One that several connections share, which SQLite in memory cannot.
    pub(crate) fn shared() -> Self {
        Self::empty().migrated()
    }

    /// The same, with no table so far.
    pub(crate) fn empty() -> Self {
        let schema = postgres().map(Schema::create);
        let folder = tempfile::tempdir().unwrap();
        let file = || format!("sqlite://{}", folder.path().join("latchkey.db").display());
        let url = schema.as_ref().map_or_else(file, Schema::url);
        Self::at(&url, schema, Some(folder))
    }

    /// The same database as another node sees it.
    pub(crate) fn other_node(&self) -> Store {
        Store::open(self.store.options()).unwrap()
    }

    fn at(url: &str, schema: Option<Schema>, folder: Option<tempfile::TempDir>) -> Self {
        let clock = Arc::new(FrozenClock::at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)));
        let entropy = Arc::new(SeededEntropy::new(42));
        let options = StoreOptions {
            database: Connecting::begin(&url.parse().unwrap(), 0),
            pool: 2,
            keys: KeyRing::generate(&*entropy),
            tree: Tree::builtin(),
            clock: clock.clone(),
            entropy,
        };
        Self { store: Store::open(options).unwrap(), clock, _schema: schema, _folder: folder }
    }

    fn migrated(self) -> Self {
        self.store.migrate().unwrap();
        self.store.check_keys().unwrap();
        self
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own switch, no setting of the program")]
fn postgres() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok()
}

impl Schema {
    fn create(server: String) -> Self {
        let mut suffix = [0_u8; 8];
        SystemEntropy.fill(&mut suffix);
        let name = format!("unit_{:016x}", u64::from_ne_bytes(suffix));
        run(&server, &format!("create schema {name}"));
        Self { server, name }
    }

    fn url(&self) -> String {
        let separator = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-csearch_path%3D{}", self.server, self.name)
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        run(&self.server, &format!("drop schema {} cascade", self.name));
    }
}

fn run(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}

/// Every stored text of consumers and tokens, as a thief of the database file would read it.
pub(crate) fn dump_credentials(work: &mut super::Work<'_>) -> String {
    use diesel::prelude::*;

    use super::schema::{oauth_consumer, oauth_token};
    let consumers: Vec<(String, String)> =
        oauth_consumer::table.select((oauth_consumer::key, oauth_consumer::secret)).load(work.conn).unwrap();
    let tokens: Vec<(String, String, String)> = oauth_token::table
        .select((oauth_token::digest, oauth_token::token, oauth_token::secret))
        .load(work.conn)
        .unwrap();
    format!("{consumers:?} {tokens:?}")
}

/// A moment long past, as a statement says it.
fn long_ago(work: &super::Work<'_>) -> String {
    moment(work, "2024-01-01 00:00:00")
}

fn moment(work: &super::Work<'_>, at: &str) -> String {
    match work.conn.0 {
        super::conn::Database::Sqlite(_) => format!("'{at}'"),
        super::conn::Database::Postgres(_) => format!("timestamp '{at}'"),
    }
}

/// The numbers from 1 up to that one, as `i` of `n`.
fn numbers(count: i64) -> String {
    format!("with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})")
}

/// Fills the grid with that many integrations, each with consumer, permissions and every other one with a live token.
pub(crate) fn fill(work: &mut super::Work<'_>, count: i64) {
    let (now, numbers) = (long_ago(work), numbers(count));
    let statements = [
        format!(
            "insert into integration (integration_id, name, name_folded, email, status, setup_type, version, created_at, updated_at)
             {numbers} select i, 'Partner ' || i, 'partner ' || i, '', i % 2, 0, 1, {now}, {now} from n"
        ),
        format!(
            "insert into oauth_consumer (entity_id, integration_id, key, secret, created_at, updated_at)
             {numbers} select i, i, 'key' || i, 'sealed', {now}, {now} from n"
        ),
        format!(
            "insert into authorization_role (role_id, role_type, role_name, integration_id, created_at, updated_at)
             {numbers} select i, 'U', 'Integration' || i, i, {now}, {now} from n"
        ),
        format!(
            "insert into authorization_rule (role_id, resource_id) {numbers} select i, 'Magento_Catalog::products' from n"
        ),
        format!(
            "insert into oauth_token (consumer_id, type, slot, digest, token, secret, created_at, updated_at)
             {numbers} select i, 'access', 'live', 'digest' || i, 'sealed', 'sealed', {now}, {now} from n where i % 2 = 1"
        ),
    ];
    for statement in statements {
        work.conn.batch_execute(&statement).unwrap();
    }
}

/// Fills the grids with that many roles, each with a resource, and as many people, one in each.
pub(crate) fn fill_people(work: &mut super::Work<'_>, count: i64) {
    let (now, numbers) = (long_ago(work), numbers(count));
    let statements = [
        format!(
            "insert into authorization_role (role_id, role_type, role_name, role_name_folded, created_at, updated_at)
             {numbers} select i, 'G', 'Part ' || i, 'part ' || i, {now}, {now} from n"
        ),
        format!(
            "insert into authorization_rule (role_id, resource_id) {numbers} select i, 'Magento_Catalog::products' from n"
        ),
        format!(
            "insert into admin_user (user_id, username, username_folded, firstname, lastname, email, email_folded,
                password_hash, is_active, role_id, created_at, updated_at)
             {numbers} select i, 'part' || i, 'part' || i, 'F', 'L', i || '@x.example', i || '@x.example', 'hash',
                true, i, {now}, {now} from n"
        ),
    ];
    for statement in statements {
        work.conn.batch_execute(&statement).unwrap();
    }
}

/// Fills the list with that many customers, each with a token.
pub(crate) fn fill_customers(work: &mut super::Work<'_>, count: i64) {
    let (now, numbers) = (long_ago(work), numbers(count));
    let issued_at = moment(work, &work.now.format("%Y-%m-%d %H:%M:%S").to_string());
    let statements = [
        format!(
            "insert into customer (customer_id, email, email_folded, firstname, firstname_folded, lastname, lastname_folded,
                password_hash, website, is_active, confirmed, created_at, updated_at)
             {numbers} select i, 'part' || i, 'part' || i, 'F', 'f', 'L', 'l', 'hash', 'base', true, true, {now}, {now} from n"
        ),
        format!(
            "insert into bearer_token (user_type, customer_id, digest, created_at)
             {numbers} select 3, i, 'digest' || i, {issued_at} from n"
        ),
    ];
    for statement in statements {
        work.conn.batch_execute(&statement).unwrap();
    }
}

/// Fills the line of a webhook with that many pending deliveries, each about an event of its own of the same subject.
pub(crate) fn fill_line(work: &mut super::Work<'_>, webhook: i64, count: i64) {
    let (now, numbers) = (long_ago(work), numbers(count));
    let statements = [
        format!(
            "insert into event (event_id, message_id, kind, subject_kind, subject_id, data, created_at, dispatched_at)
             {numbers} select i, 'message' || i, 'customer_login', 'customer', 1, '{{}}', {now}, {now} from n"
        ),
        format!(
            "insert into event_delivery (event_id, observer, recipient, subject_kind, subject_id, state, waits, tries,
                due_at, created_at, updated_at)
             {numbers} select i, 'webhook', {webhook}, 'customer', 1, 'pending', i > 1, 0, {now}, {now}, {now} from n"
        ),
    ];
    for statement in statements {
        work.conn.batch_execute(&statement).unwrap();
    }
}

/// What no operation does: statements straight to the database.
pub(crate) fn run_in(work: &mut super::Work<'_>, statements: &str) {
    work.conn.batch_execute(statements).unwrap();
}

/// The secret of a second factor as a thief of the database file would read it.
pub(crate) fn otp_secret(work: &mut super::Work<'_>, user: i64) -> String {
    use diesel::prelude::*;

    use super::schema::admin_user_otp;
    admin_user_otp::table.find(user).select(admin_user_otp::secret).first(work.conn).unwrap()
}

/// The words of all acts in the trail, the latest first.
pub(crate) fn acts(work: &mut super::Work<'_>) -> Result<Vec<String>, super::Error> {
    use diesel::prelude::*;

    use super::schema::audit_entry;
    let newest_first = audit_entry::entry_id.desc();
    Ok(audit_entry::table.order(newest_first).select(audit_entry::act).load(work.conn)?)
}

/// Waits until another transaction waits for this one. On SQLite it does so before its first statement, where nobody
/// sees it.
pub(crate) fn await_rival(work: &mut super::Work<'_>) {
    let begun = std::time::Instant::now();
    let waiting = "pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))";
    while matches!(work.conn.0, super::conn::Database::Postgres(_)) && count(work, waiting) == 0 {
        assert!(begun.elapsed().as_secs() < 20, "nobody waits");
        std::thread::yield_now();
    }
}

/// How many statements an operation sends.
pub(crate) fn statements<T>(
    work: &mut super::Work<'_>,
    operation: impl FnOnce(&mut super::Work<'_>) -> T,
) -> (T, usize) {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::InstrumentationEvent;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    work.conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let outcome = operation(work);
    work.conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    (outcome, count.load(Ordering::Relaxed))
}

/// Runs an operation, and before its statement of that number, counted from 0, something else.
pub(crate) fn interrupted<T>(
    work: &mut super::Work<'_>,
    number: usize,
    by: impl FnOnce() + Send + 'static,
    operation: impl FnOnce(&mut super::Work<'_>) -> T,
) -> T {
    use diesel::connection::InstrumentationEvent;
    let (mut sent, mut by) = (0, Some(by));
    work.conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            if sent == number
                && let Some(by) = by.take()
            {
                by();
            }
            sent += 1;
        }
    });
    let outcome = operation(work);
    work.conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    outcome
}

/// How many rows a table has.
pub(crate) fn count(work: &mut super::Work<'_>, table: &str) -> i64 {
    use diesel::prelude::*;
    use diesel::sql_types::BigInt;

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = diesel::sql_query(format!("select count(*) as count from {table}"));
    let row: Count = query.get_result(work.conn).unwrap();
    row.count
}
