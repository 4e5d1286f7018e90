//! Queries that have lost their types on the way to the database. Diesel makes a type of each query, and would compile
//! all that a database does with one once for each of them, and that for both databases: a third of the program. Here
//! it is compiled for one type, which asks the query for its SQL and its values. The price is that a prepared
//! statement is looked up by its SQL.
//!
//! Here is decided too which statements stay prepared, because diesel keeps too few of them.

use std::cell::OnceCell;

use diesel::backend::Backend;
use diesel::connection::{
    CacheSize, Connection, ConnectionSealed, Instrumentation, LoadConnection, SimpleConnection,
    TransactionManager, TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::internal::derives::multiconnection::AstPassHelper as _;
use diesel::pg::PgQueryBuilder;
use diesel::query_builder::{AstPass, Query, QueryBuilder as _, QueryFragment, QueryId};
use diesel::sql_types::Untyped;
use diesel::sqlite::SqliteQueryBuilder;
use diesel::{ConnectionResult, QueryResult};

use super::{Conn, Database, MultiBackend};

type Builder = <MultiBackend as Backend>::QueryBuilder;

/// What only the query itself can do. Of its other methods diesel would compile one for each type of query.
trait Walk {
    fn walk<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()>;
}

impl<T: QueryFragment<MultiBackend>> Walk for T {
    fn walk<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.walk_ast(pass)
    }
}

/// A query of any kind.
struct AnyQuery<'q>(Box<dyn Walk + 'q>);

impl QueryFragment<MultiBackend> for AnyQuery<'_> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk(pass)
    }
}

/// A query of any kind, whose SQL is made once: diesel asks for it several times.
struct Erased<'q> {
    query: AnyQuery<'q>,
    sql: OnceCell<String>,
    stays_prepared: OnceCell<bool>,
}

impl<'q> Erased<'q> {
    fn new(query: impl QueryFragment<MultiBackend> + 'q) -> Self {
        Self { query: AnyQuery(Box::new(query)), sql: OnceCell::new(), stays_prepared: OnceCell::new() }
    }

    fn sql(&self, backend: &MultiBackend) -> QueryResult<&str> {
        if self.sql.get().is_none() {
            let mut text = match backend {
                MultiBackend::Sqlite(_) => Builder::Sqlite(SqliteQueryBuilder::default()),
                MultiBackend::Postgres(_) => Builder::Postgres(PgQueryBuilder::default()),
            };
            self.query.to_sql(&mut text, backend)?;
            let _ = self.sql.set(text.finish());
        }
        Ok(self.sql.get().map_or("", String::as_str))
    }

    fn stays_prepared(&self, backend: &MultiBackend) -> QueryResult<bool> {
        if let Some(stays) = self.stays_prepared.get() {
            return Ok(*stays);
        }
        let stays = is_one_of_few(self.sql(backend)?) || self.query.is_safe_to_cache_prepared(backend)?;
        Ok(*self.stays_prepared.get_or_init(|| stays))
    }
}

impl QueryFragment<MultiBackend> for Erased<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if pass.bind_collector().is_some() || pass.debug_binds().is_some() {
            return self.query.walk_ast(pass);
        }
        pass.push_sql(self.sql(pass.backend())?);
        if !self.stays_prepared(pass.backend())? {
            pass.unsafe_to_cache_prepared();
        }
        Ok(())
    }
}

/// Whether a statement that diesel takes for one of any number is one of few. It never keeps an UPDATE prepared, nor an
/// upsert, because their columns could differ each time; those of ours do not. A list has as many places as there happen
/// to be values: a short one is mostly as long as the last time, and there are not many kinds of it. What we wrote by
/// hand, in small letters, is left alone.
fn is_one_of_few(sql: &str) -> bool {
    let is_made = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| sql.starts_with(verb));
    is_made && !sql.contains(" IN (?, ?, ?, ?, ?")
}

impl QueryId for Erased<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// What comes back is read by its types elsewhere.
impl Query for Erased<'_> {
    type SqlType = Untyped;
}

impl Connection for Conn {
    type Backend = MultiBackend;
    type TransactionManager = Self;

    fn establish(url: &str) -> ConnectionResult<Self> {
        Database::establish(url).map(Self)
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<MultiBackend> + QueryId,
    {
        self.0.execute_returning_count(&Erased::new(source))
    }

    fn transaction_state(&mut self) -> &mut Database {
        &mut self.0
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.0.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.0.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.0.set_prepared_statement_cache_size(size);
    }
}

impl LoadConnection for Conn {
    type Cursor<'conn, 'query> = <Database as LoadConnection>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> = <Database as LoadConnection>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<MultiBackend> + QueryId + 'query,
        MultiBackend: QueryMetadata<T::SqlType>,
    {
        load(&mut self.0, Erased::new(source))
    }
}

/// Apart from where the type of the query is known: there the compiler would insist on it.
fn load<'conn, 'query>(
    database: &'conn mut Database,
    query: Erased<'query>,
) -> QueryResult<<Database as LoadConnection>::Cursor<'conn, 'query>> {
    database.load(query)
}

impl ConnectionSealed for Conn {}

impl SimpleConnection for Conn {
    fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.0.batch_execute(sql)
    }
}

impl TransactionManager<Self> for Conn {
    type TransactionStateData = Database;

    fn begin_transaction(conn: &mut Self) -> QueryResult<()> {
        Database::begin_transaction(&mut conn.0)
    }

    fn rollback_transaction(conn: &mut Self) -> QueryResult<()> {
        Database::rollback_transaction(&mut conn.0)
    }

    fn commit_transaction(conn: &mut Self) -> QueryResult<()> {
        Database::commit_transaction(&mut conn.0)
    }

    fn transaction_manager_status_mut(conn: &mut Self) -> &mut TransactionManagerStatus {
        Database::transaction_manager_status_mut(&mut conn.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema::{audit_chain, setting};
    use diesel::prelude::*;

    fn stays_prepared_on(backend: MultiBackend, query: &dyn QueryFragment<MultiBackend>) -> bool {
        // By reference, as diesel asks where nothing comes back.
        QueryFragment::is_safe_to_cache_prepared(&&Erased::new(query), &backend).unwrap()
    }

    /// Whether it does, which is the same on both databases.
    fn stays_prepared(query: &dyn QueryFragment<MultiBackend>) -> bool {
        let sqlite = stays_prepared_on(MultiBackend::Sqlite(Default::default()), query);
        let postgres = stays_prepared_on(MultiBackend::Postgres(Default::default()), query);
        assert_eq!(sqlite, postgres);
        sqlite
    }

    #[test]
    fn what_is_written_the_same_each_time_stays_prepared() {
        let chain = audit_chain::table.find(1);
        assert!(stays_prepared(&diesel::update(chain).set(audit_chain::hash.eq("0"))));
        assert!(stays_prepared(&setting::table.find("a").select(setting::value)));
    }

    #[test]
    fn a_long_list_does_not() {
        let of = |count| {
            let ids = audit_chain::id.eq_any(0..count);
            diesel::update(audit_chain::table.filter(ids)).set(audit_chain::hash.eq("0"))
        };
        let is_kept = |count| stays_prepared_on(MultiBackend::Sqlite(Default::default()), &of(count));
        assert!(is_kept(4) && !is_kept(5));
    }

    #[test]
    fn what_was_written_by_hand_is_left_alone() {
        assert!(!stays_prepared(&diesel::sql_query("update setting set value = value")));
    }
}
