//! The floors: actix-web handlers that do the least of what a decision cannot do without, written for speed.
//!
//! *hmac* takes the header apart and checks the same HMAC, with secrets that it knows from the start. *commit* also
//! records the nonce, as durably: one writer, one transaction for all that has gathered.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use actix_web::rt::System;
use actix_web::web::{Data, get};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::oneshot;

use super::database::Conn;

diesel::table! {
    oauth_nonce (timestamp, consumer_id, nonce) {
        timestamp -> BigInt,
        consumer_id -> BigInt,
        nonce -> Text,
    }
}

struct Floor {
    keyed: Hmac<Sha256>,
    base: String,
    writer: Option<SyncSender<Waiting>>,
}

struct Waiting {
    timestamp: i64,
    nonce: String,
    answer: oneshot::Sender<bool>,
}

/// Serves until it is killed.
pub(crate) fn serve(address: SocketAddr, secrets: &str, database: Option<&str>) {
    let floor = Data::new(Floor {
        keyed: Hmac::new_from_slice(secrets.as_bytes()).unwrap(),
        base: format!("http://{address}"),
        writer: database.map(start_writer),
    });
    let app = move || App::new().app_data(floor.clone()).route("/gateway/verify", get().to(decide));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    System::new().block_on(HttpServer::new(app).workers(workers).bind(address).unwrap().run()).unwrap();
}

async fn decide(request: HttpRequest, floor: Data<Floor>) -> HttpResponse {
    match floor.check(&request) {
        Some((timestamp, nonce)) if floor.record(timestamp, nonce).await => HttpResponse::Ok().finish(),
        _ => HttpResponse::Unauthorized().finish(),
    }
}

impl Floor {
    /// Timestamp and nonce of a request whose signature holds.
    fn check<'r>(&self, request: &'r HttpRequest) -> Option<(i64, &'r str)> {
        let text = |name| request.headers().get(name)?.to_str().ok();
        let path = text("x-original-uri")?;
        let header = text("authorization")?.strip_prefix("OAuth ")?;
        let mut parameters: Vec<(&str, &str)> =
            header.split(", ").filter_map(|piece| piece.split_once('=')).collect();
        parameters.iter_mut().for_each(|(_, value)| *value = value.trim_matches('"'));
        parameters.sort_unstable();
        let mut base_string = String::with_capacity(512);
        for piece in ["GET&", &self.base, path] {
            piece.chars().for_each(|letter| match letter {
                ':' => base_string.push_str("%3A"),
                '/' => base_string.push_str("%2F"),
                plain => base_string.push(plain),
            });
        }
        let mut separator = "&";
        let (mut signature, mut timestamp, mut nonce) = ("", "", "");
        for (name, value) in parameters {
            match name {
                "oauth_signature" => {
                    signature = value;
                    continue;
                }
                "oauth_timestamp" => timestamp = value,
                "oauth_nonce" => nonce = value,
                _ => {}
            }
            let _ = write!(base_string, "{separator}{name}%3D{value}");
            separator = "%26";
        }
        let signature = signature.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        let mut mac = self.keyed.clone();
        mac.update(base_string.as_bytes());
        mac.verify_slice(&STANDARD.decode(signature).ok()?).ok()?;
        Some((timestamp.parse().ok()?, nonce))
    }

    async fn record(&self, timestamp: i64, nonce: &str) -> bool {
        let Some(writer) = &self.writer else { return true };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { timestamp, nonce: nonce.to_owned(), answer };
        writer.try_send(waiting).is_ok() && answered.await.unwrap_or(false)
    }
}

fn start_writer(url: &str) -> SyncSender<Waiting> {
    let conn = Conn::open(url);
    let (writer, queue) = sync_channel(8_192);
    std::thread::spawn(move || write(conn, &queue));
    writer
}

fn write(mut conn: Conn, queue: &Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let batch: Vec<Waiting> = std::iter::once(first).chain(queue.try_iter().take(999)).collect();
        let new = match &mut conn {
            Conn::Sqlite(conn) => commit_on_sqlite(conn, &batch),
            Conn::Postgres(conn) => commit_on_postgres(conn, &batch),
        };
        batch.into_iter().zip(new).for_each(|(waiting, new)| {
            let _ = waiting.answer.send(new);
        });
    }
}

fn commit_on_sqlite(conn: &mut SqliteConnection, batch: &[Waiting]) -> Vec<bool> {
    let insert = |conn: &mut SqliteConnection| {
        let row = |waiting: &Waiting| {
            diesel::insert_or_ignore_into(oauth_nonce::table)
                .values((
                    oauth_nonce::timestamp.eq(waiting.timestamp),
                    oauth_nonce::consumer_id.eq(1),
                    oauth_nonce::nonce.eq(&waiting.nonce),
                ))
                .execute(conn)
        };
        batch.iter().map(row).collect::<QueryResult<Vec<usize>>>()
    };
    let inserted = conn.immediate_transaction(insert).unwrap();
    inserted.into_iter().map(|count| count == 1).collect()
}

/// The nonces are drawn at random, so that all being new is all that has to be asked of the answer.
fn commit_on_postgres(conn: &mut PgConnection, batch: &[Waiting]) -> Vec<bool> {
    let timestamps = batch.iter().map(|waiting| waiting.timestamp).collect();
    let nonces = batch.iter().map(|waiting| waiting.nonce.clone()).collect();
    let inserted = Insert { timestamps, nonces }.execute(conn).unwrap();
    vec![inserted == batch.len(); batch.len()]
}

/// One statement, prepared once: diesel prepares what `sql_query` is given anew each time.
#[derive(QueryId)]
struct Insert {
    timestamps: Vec<i64>,
    nonces: Vec<String>,
}

impl RunQueryDsl<PgConnection> for Insert {}

impl QueryFragment<Pg> for Insert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "insert into oauth_nonce (timestamp, consumer_id, nonce) select timestamp, 1, nonce from unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.timestamps)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.nonces)?;
        out.push_sql(") as batch (timestamp, nonce) on conflict do nothing");
        Ok(())
    }
}
