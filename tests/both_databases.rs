//! What needs both databases at once: they are migrated to the same tables, down and up again without loss of shape;
//! and the way to PostgreSQL may be encrypted and verified.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "the address of the server is the tests' own switch")]

use std::collections::BTreeSet;
use std::env;
use std::fs;

use diesel::connection::SimpleConnection as _;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query, sql_types,
};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = sql_types::Bool)]
    nullable: bool,
}

type Shape = BTreeSet<(String, String, bool)>;

fn shape(columns: Vec<Column>) -> Shape {
    let ours = |column: &Column| {
        !column.table_name.starts_with("__diesel") && !column.table_name.starts_with("sqlite_")
    };
    columns
        .into_iter()
        .filter(ours)
        .map(|column| (column.table_name, column.column_name, column.nullable))
        .collect()
}

fn sqlite_shape(conn: &mut SqliteConnection) -> Shape {
    let sql = "select m.name as table_name, c.name as column_name, c.\"notnull\" = 0 as nullable
               from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'";
    shape(sql_query(sql).load(conn).unwrap())
}

fn postgres_shape(conn: &mut PgConnection) -> Shape {
    let sql = "select table_name::text, column_name::text, is_nullable = 'YES' as nullable
               from information_schema.columns where table_schema = current_schema()";
    shape(sql_query(sql).load(conn).unwrap())
}

/// Not `TEST_POSTGRES_URL`, which would make a whole run use PostgreSQL.
fn server() -> String {
    env::var("TEST_POSTGRES_TLS_URL").expect("script/test sets TEST_POSTGRES_TLS_URL")
}

fn postgres() -> PgConnection {
    let mut conn = PgConnection::establish(&server()).unwrap();
    conn.batch_execute("create schema migrations_test; set search_path to migrations_test").unwrap();
    conn
}

#[test]
fn both_databases_have_the_same_migrations_and_end_with_the_same_columns() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));

    let mut sqlite = SqliteConnection::establish(":memory:").unwrap();
    let mut postgres = postgres();
    let sqlite_files = FileBasedMigrations::from_path("migrations/sqlite").unwrap();
    let postgres_files = FileBasedMigrations::from_path("migrations/postgres").unwrap();
    sqlite.run_pending_migrations(sqlite_files.clone()).unwrap();
    postgres.run_pending_migrations(postgres_files.clone()).unwrap();
    let up = sqlite_shape(&mut sqlite);
    assert!(up.len() > 60, "{up:?}");
    assert_eq!(up, postgres_shape(&mut postgres));

    sqlite.revert_all_migrations(sqlite_files.clone()).unwrap();
    postgres.revert_all_migrations(postgres_files.clone()).unwrap();
    assert_eq!(sqlite_shape(&mut sqlite), Shape::new());
    assert_eq!(postgres_shape(&mut postgres), Shape::new());

    sqlite.run_pending_migrations(sqlite_files).unwrap();
    postgres.run_pending_migrations(postgres_files).unwrap();
    assert_eq!(up, sqlite_shape(&mut sqlite));
    assert_eq!(up, postgres_shape(&mut postgres));
    postgres.batch_execute("drop schema migrations_test cascade").unwrap();
}

#[test]
fn the_way_to_postgresql_can_be_encrypted_and_verified() {
    #[derive(QueryableByName)]
    struct Tls {
        #[diesel(sql_type = sql_types::Bool)]
        ssl: bool,
    }
    let url = server();
    let mut conn = PgConnection::establish(&url).unwrap();
    let row: Tls =
        sql_query("select ssl from pg_stat_ssl where pid = pg_backend_pid()").get_result(&mut conn).unwrap();
    assert!(row.ssl);
    // The certificate is for localhost: reached by another name, or with another authority, it is refused.
    assert!(PgConnection::establish(&url.replace("@localhost", "@127.0.0.1")).is_err());
    assert!(PgConnection::establish(&url.replace("ca.crt", "missing.crt")).is_err());
}
