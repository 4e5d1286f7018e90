//! The real program over the network: what must hold across processes, also across one that is killed.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::*;
use crate::support::port::free_port;
use crate::support::server::{self, Server};
use crate::support::signer::{Credentials, Request};

/// An integration that may read products, made and activated on the command line.
pub fn activated(server: &Server) -> Credentials {
    server.command(&["integration", "create", "--name", "Acme", "--resource", PRODUCTS]);
    let printed = server.command(&["integration", "activate", "Acme", "--json"]);
    let values: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let text = |name: &str| values[name].as_str().unwrap().to_owned();
    Credentials {
        consumer_key: text("consumer_key"),
        consumer_secret: text("consumer_secret"),
        access_token: text("access_token"),
        access_token_secret: text("access_token_secret"),
    }
}

pub(super) fn signed(server: &Server, credentials: &Credentials, nonce: &str) -> String {
    let uri = format!("{}rest/V1/products", server.address());
    let timestamp = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    credentials.sha256(&Request { method: "GET", uri: &uri, query: &[], nonce, timestamp })
}

/// One after the other, so that no two calls ever share one.
static NONCES: AtomicU32 = AtomicU32::new(0);

/// Calls with fresh nonces until the status changes. Whoever calls a second after the change is told by it, or to come
/// again.
fn next_status(server: &Server, credentials: &Credentials, before: u16) -> (u16, String) {
    let began = Instant::now();
    loop {
        let is_late = began.elapsed() > Duration::from_secs(1);
        let nonce = NONCES.fetch_add(1, Ordering::Relaxed).to_string();
        let answer = server.verify(PERMITTED, &signed(server, credentials, &nonce));
        if answer.status != before && answer.status != 503 {
            return (answer.status, answer.body);
        }
        assert!(!is_late || answer.status == 503, "still {before}");
        assert!(began.elapsed() < Duration::from_secs(20), "still {}", answer.status);
        thread::sleep(Duration::from_millis(20));
    }
}

/// Asks fifty times at the same moment, each time as told; exactly one call passes.
fn one_of_fifty_passes(ask: impl Fn(usize) -> u16 + Sync) {
    let start = Barrier::new(50);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let calls: Vec<_> = (0..50)
            .map(|number| {
                let (ask, start) = (&ask, &start);
                scope.spawn(move || {
                    start.wait();
                    ask(number)
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 49, "{statuses:?}");
}

#[test]
fn a_nonce_counts_once_across_two_processes() {
    let server = Server::start();
    let credentials = activated(&server);
    let port = free_port();
    let mut program = server::program(server.folder.path(), &server.database, port);
    program.env("LATCHKEY_BASE_URL", server.address());
    let (mut second, _) = server::launch(program, server.folder.path(), port);
    let header = signed(&server, &credentials, "once");
    one_of_fifty_passes(|number| {
        if number % 2 == 0 {
            server.verify(PERMITTED, &header).status
        } else {
            server::verify(port, PERMITTED, &header).status
        }
    });
    assert_eq!(server::verify(port, PERMITTED, &signed(&server, &credentials, "other")).status, 200);
    second.kill().unwrap();
    second.wait().unwrap();
}

#[test]
fn a_nonce_counts_once_from_fifty_connections_and_across_a_kill() {
    let mut server = Server::start();
    let credentials = activated(&server);
    let header = signed(&server, &credentials, "once");
    one_of_fifty_passes(|_| server.verify(PERMITTED, &header).status);

    server.kill_and_restart();
    let again = server.verify(PERMITTED, &header);
    assert_eq!(again.status, 401);
    assert!(again.body.contains("nonce_used"), "{}", again.body);
    assert!(again.head.to_lowercase().contains("www-authenticate: oauth realm="), "{}", again.head);
    assert_eq!(server.verify(PERMITTED, &signed(&server, &credentials, "other")).status, 200);
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let upstream = crate::support::upstream::Upstream::well();
    let server = Server::start_with(&format!("upstream_url = \"{}\"", upstream.address()));
    let call = "POST /rest/V1/guest-carts/a/items HTTP/1.1\r\n";
    let verify = "POST /gateway/verify HTTP/1.1\r\nX-Original-Method: POST\r\nX-Original-URI: /rest/V1/guest-carts\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n";
    thread::scope(|scope| {
        for (line, status) in [
            (verify, 400),
            ("POST /admin/login HTTP/1.1\r\n", 400),
            ("POST /oauth/token/request HTTP/1.1\r\n", 400),
            ("POST /oauth/token/access HTTP/1.1\r\n", 400),
            (call, 408),
        ] {
            let server = &server;
            scope.spawn(move || assert_eq!(server.ask(&format!("{line}{form}")).status, status, "{line}"));
        }
    });
    assert_eq!(upstream.arrived().len(), 0);
}

#[test]
fn the_command_line_stops_and_resumes_calls_within_a_second() {
    let server = Server::start();
    let credentials = activated(&server);
    assert_eq!(server.verify(PERMITTED, &signed(&server, &credentials, "first")).status, 200);
    server.command(&["integration", "suspend", "Acme"]);
    let (status, body) = next_status(&server, &credentials, 200);
    assert!(status == 401 && body.contains("consumer_key_refused"), "{status} {body}");
    server.command(&["integration", "resume", "Acme"]);
    assert_eq!(next_status(&server, &credentials, 401).0, 200);
    server.command(&["integration", "revoke", "Acme"]);
    let (status, body) = next_status(&server, &credentials, 200);
    assert!(status == 401 && body.contains("token_revoked"), "{status} {body}");
}
