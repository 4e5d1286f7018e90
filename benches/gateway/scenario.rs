//! What may not slow the program down, and what it may not need: one line each, beside its target.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::Measuring;
use super::database::{Conn, Database, Kind};
use super::load::{self, Connection, Load};
use super::server::{PROGRAM, Server, free_address, program};
use super::signer::{Credentials, Signer};
use super::stage;
use super::table::{measure, median};

/// Nonces past their time, in the scenario of their deletion.
const OUTDATED: u64 = 1_000_000;
/// Seconds after which nonces may be deleted, by default.
const KEPT: u64 = 7_200;
const INTEGRATIONS: usize = 10_000;
const EXCHANGES: usize = 3_000;

pub(crate) fn line(name: &str, kind: &Kind, measured: &str, target: &str) {
    println!("{:44} {measured:>18}   {target}", format!("{name}, {}", kind.name()));
}

/// Decisions with many nonces stored, beside those with none.
pub(crate) fn many_nonces(kind: &Kind, count: u64, measuring: &Measuring) {
    let (empty, credentials) = stage::ready(kind, "empty");
    let (full, full_credentials) = stage::ready(kind, "full");
    full.store_nonces(count, KEPT - 600, 700);
    let servers =
        [(Server::latchkey(&empty, &[]), credentials), (Server::latchkey(&full, &[]), full_credentials)];
    let ratio = |round: usize| {
        let run = |place: usize| measure(&servers[place].0, &servers[place].1, measuring).per_second;
        if round.is_multiple_of(2) { 1.0 / (run(0) / run(1)) } else { run(1) / run(0) }
    };
    let ratio = median((0..measuring.rounds).map(ratio));
    let target = if matches!(kind, Kind::Sqlite) { "at least 0.95" } else { "at least 0.80" };
    line(&format!("{count} nonces stored: of none"), kind, &format!("{ratio:.2}"), target);
}

/// Decisions while nonces past their time are deleted, beside those of the same server afterwards.
pub(crate) fn cleanup(kind: &Kind, measuring: &Measuring) {
    let mut seconds = 0.0;
    let ratio = |round| {
        let (database, credentials) = stage::ready(kind, &format!("cleanup{round}"));
        database.store_nonces(OUTDATED, KEPT + 2_000, KEPT + 1_000);
        let server = Server::latchkey(&database, &[]);
        let load = Load { warm_up: Duration::ZERO, ..Load::of(measuring.connections, 120.0) };
        let watcher = watch(&database, &load);
        let during = load::decisions(server.address, std::slice::from_ref(&credentials), &load, || {});
        watcher.join().unwrap();
        seconds = during.seconds;
        during.per_second() / measure(&server, &credentials, measuring).per_second
    };
    let ratio = median((0..measuring.rounds).map(ratio));
    let name = format!("deleting {OUTDATED} nonces ({seconds:.0} s): of none");
    line(&name, kind, &format!("{ratio:.2}"), "at least 0.80");
}

/// Ends the load when no old nonces are left.
fn watch(database: &Database, load: &Load) -> std::thread::JoinHandle<()> {
    let (mut conn, over) = (Conn::open(&database.url), Arc::clone(&load.over));
    std::thread::spawn(move || {
        while Database::has_older(&mut conn, KEPT + 600) && !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
    })
}

/// Memory after each of 10,000 integrations has called, under load.
pub(crate) fn memory(kind: &Kind, measuring: &Measuring) {
    let (database, credentials) = stage::with_activated(kind, "memory", INTEGRATIONS);
    let server = Server::latchkey(&database, &[]);
    let address = server.address;
    load::run(async {
        let mut connection = Connection::open(address).await;
        for one in &credentials {
            let mut signer = Signer::new(one, "GET", &format!("http://{address}{}", load::PATH));
            let mut request = String::new();
            load::write_decision(&mut request, &mut signer);
            assert_eq!(connection.ask(&request).await, 200, "{}", connection.received());
        }
    });
    let load = Load::of(measuring.connections, measuring.seconds);
    load::decisions(address, &credentials, &load, || {});
    let memory = server.usage().memory();
    line("memory with 10,000 integrations", kind, &format!("{memory:.1} MiB"), "below 60 MiB");
}

/// From the start of the program on an existing database to its first decision.
pub(crate) fn start(kind: &Kind) {
    let (database, credentials) = stage::ready(kind, "start");
    let once = |_| {
        let address = free_address();
        let mut signer = Signer::new(&credentials, "GET", &format!("http://{address}{}", load::PATH));
        let mut request = String::new();
        load::write_decision(&mut request, &mut signer);
        let begun = Instant::now();
        let server = Server::start(program(PROGRAM.as_ref(), &database, address), address);
        load::run(async {
            let status = Connection::open(server.address).await.ask(&request).await;
            assert_eq!(status, 200);
        });
        begun.elapsed().as_secs_f64() * 1000.0
    };
    let milliseconds = median((0..11).map(once));
    line("start to first decision", kind, &format!("{milliseconds:.0} ms"), "below 50 ms");
}

/// Whole exchanges: verifier to request token to access token, each integration once.
pub(crate) fn exchange(kind: &Kind, measuring: &Measuring) {
    let once = |round| {
        let (database, handed_over) = stage::with_handed_over(kind, &format!("exchange{round}"), EXCHANGES);
        let server = Server::latchkey(&database, &[]);
        exchanges_per_second(&server, handed_over, measuring.connections)
    };
    let rate = median((0..measuring.rounds).map(once));
    line("token exchanges (two requests each)", kind, &format!("{rate:.0} /s"), "at least 1,500 /s");
}

fn exchanges_per_second(server: &Server, handed_over: Vec<Credentials>, connections: usize) -> f64 {
    let address = server.address;
    let (all, next) = (Arc::new(handed_over), Arc::new(AtomicUsize::new(0)));
    load::run(async {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (all, next) = (Arc::clone(&all), Arc::clone(&next));
                tokio::task::spawn_local(async move {
                    let mut connection = Connection::open(address).await;
                    while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                        exchange_one(&mut connection, address, one).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        all.len() as f64 / begun.elapsed().as_secs_f64()
    })
}

async fn exchange_one(connection: &mut Connection, address: std::net::SocketAddr, handed_over: &Credentials) {
    let bare = Credentials { verifier: None, ..handed_over.clone() };
    let token = ask_token(connection, address, "/oauth/token/request", &bare).await;
    let asking = Credentials { token: Some(token), ..handed_over.clone() };
    ask_token(connection, address, "/oauth/token/access", &asking).await;
}

async fn ask_token(
    connection: &mut Connection,
    address: std::net::SocketAddr,
    path: &str,
    credentials: &Credentials,
) -> (String, String) {
    let mut request =
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nAuthorization: ");
    Signer::new(credentials, "POST", &format!("http://{address}{path}")).authorize(&mut request);
    request.push_str("\r\n\r\n");
    assert_eq!(connection.ask(&request).await, 200, "{}", connection.received());
    let body = connection.received().rsplit("\r\n\r\n").next().unwrap();
    let field = |name: &str| {
        let found = body.split('&').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        found.unwrap().to_owned()
    };
    (field("oauth_token"), field("oauth_token_secret"))
}
