//! The database seen past the program: for what no page shows.

use diesel::connection::SimpleConnection as _;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query, sql_types,
};

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

/// Every row of every table, as text to compare; without these columns, each named `table.column`.
pub fn without(url: &str, columns: &[&str]) -> String {
    tables(url, columns).join("\n")
}

/// Every row of a table, as text.
pub fn of_table(url: &str, table: &str) -> String {
    let beginning = format!("{table} ");
    let found = tables(url, &[]).into_iter().find(|rows| rows.starts_with(&beginning));
    found.unwrap_or_else(|| panic!("no table {table}"))
}

/// The one value that a query answers, as text.
pub fn value(url: &str, query: &str) -> String {
    let asking = sql_query(format!("select cast(({query}) as text) as text"));
    let text: Text = match url.strip_prefix("sqlite://") {
        Some(path) => asking.get_result(&mut SqliteConnection::establish(path).unwrap()).unwrap(),
        None => asking.get_result(&mut PgConnection::establish(url).unwrap()).unwrap(),
    };
    text.text
}

/// How many rows a table has.
pub fn count(url: &str, table: &str) -> usize {
    value(url, &format!("select count(*) from {table}")).parse().unwrap()
}

/// Runs a statement.
pub fn run(url: &str, statement: &str) {
    match url.strip_prefix("sqlite://") {
        Some(path) => {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute(&format!("pragma busy_timeout = 5000; {statement}")).unwrap();
        }
        None => PgConnection::establish(url).unwrap().batch_execute(statement).unwrap(),
    }
}

/// A lock on a PostgreSQL database, held until it is released or dropped.
#[cfg(feature = "postgres-tests")]
pub struct Held(PgConnection);

#[cfg(feature = "postgres-tests")]
impl Held {
    /// Takes the lock that a statement takes.
    pub fn by(url: &str, statement: &str) -> Self {
        let mut conn = PgConnection::establish(url).unwrap();
        conn.batch_execute(&format!("begin; {statement}")).unwrap();
        Self(conn)
    }

    /// Returns when somebody waits for it.
    pub async fn until_awaited(&mut self) {
        let is_awaited = "select cast(exists (select 1 from pg_locks
            where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))) as text) as text";
        for _ in 0..2_000 {
            if sql_query(is_awaited).get_result::<Text>(&mut self.0).unwrap().text == "true" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("nobody waits for the lock");
    }

    /// Lets go of it.
    pub fn release(mut self) {
        self.0.batch_execute("commit").unwrap();
    }
}

/// Each table: its name, and its rows.
fn tables(url: &str, without: &[&str]) -> Vec<String> {
    let without: Vec<String> = without.iter().map(|column| format!("'{column}'")).collect();
    let without = if without.is_empty() { "''".to_owned() } else { without.join(", ") };
    match url.strip_prefix("sqlite://") {
        Some(path) => tables_sqlite(&mut SqliteConnection::establish(path).unwrap(), &without),
        None => tables_postgres(&mut PgConnection::establish(url).unwrap(), &without),
    }
}

fn tables_sqlite(conn: &mut SqliteConnection, without: &str) -> Vec<String> {
    let selects: Vec<Text> = sql_query(format!(
        "select 'select ''' || m.name || ' '' || json_group_array(json_array(' || group_concat('\"' || c.name || '\"')
                || ')) as text from (select * from \"' || m.name || '\" order by 1)' as text
         from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%' and m.name || '.' || c.name not in ({without})
         group by m.name order by m.name"
    ))
    .load(conn)
    .unwrap();
    selects.into_iter().map(|select| sql_query(select.text).get_result::<Text>(conn).unwrap().text).collect()
}

fn tables_postgres(conn: &mut PgConnection, without: &str) -> Vec<String> {
    let rows: Vec<Text> = sql_query(format!(
        "select t.table_name || ' ' || query_to_xml(
                format('select %s from %I order by 1',
                    string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position), t.table_name),
                true, true, '')::text as text
         from information_schema.tables t
         join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
         where t.table_schema = current_schema() and t.table_name || '.' || c.column_name not in ({without})
         group by t.table_name order by t.table_name"
    ))
    .load(conn)
    .unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
