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

/// Every row of every table, as text to compare.
pub fn of(url: &str) -> String {
    let Some(path) = url.strip_prefix("sqlite://") else {
        let mut conn = PgConnection::establish(url).unwrap();
        return texts_postgres(&mut conn).join("\n");
    };
    let mut conn = SqliteConnection::establish(path).unwrap();
    let selects: Vec<Text> = sql_query(
        "select 'select ''' || m.name || ' '' || json_group_array(json_array(' || group_concat('\"' || c.name || '\"')
                || ')) as text from (select * from \"' || m.name || '\" order by 1)' as text
         from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%' group by m.name order by m.name",
    )
    .load(&mut conn)
    .unwrap();
    let rows = |select: Text| sql_query(select.text).get_result::<Text>(&mut conn).unwrap().text;
    selects.into_iter().map(rows).collect::<Vec<_>>().join("\n")
}

/// How many rows a table has.
pub fn count(url: &str, table: &str) -> usize {
    let counting = sql_query(format!("select cast(count(*) as text) as text from {table}"));
    let counted: Text = match url.strip_prefix("sqlite://") {
        Some(path) => counting.get_result(&mut SqliteConnection::establish(path).unwrap()).unwrap(),
        None => counting.get_result(&mut PgConnection::establish(url).unwrap()).unwrap(),
    };
    counted.text.parse().unwrap()
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

fn texts_postgres(conn: &mut PgConnection) -> Vec<String> {
    let rows: Vec<Text> = sql_query(
        "select table_name || ' ' || query_to_xml(format('select * from %I order by 1', table_name), true, true, '')::text
                as text
         from information_schema.tables where table_schema = current_schema() order by table_name",
    )
    .load(conn)
    .unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
