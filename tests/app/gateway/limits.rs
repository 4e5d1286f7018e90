//! What is too large, asked of the real program over the network: an answer, never a hang or a crash.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::*;
use crate::support::server::{Answer, Server};

/// Asks about an open route with header lines of its own.
fn asks(server: &Server, lines: &str) -> Answer {
    server.ask(&format!(
        "POST /gateway/verify HTTP/1.1\r\nX-Original-Method: POST\r\nX-Original-URI: {PERMITTED}\r\n{lines}"
    ))
}

fn problem(answer: &Answer) -> (u16, String) {
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect(&answer.body);
    (answer.status, json["oauth_problem"].as_str().unwrap_or_default().to_owned())
}

fn too_large() -> (u16, String) {
    (400, "parameter_rejected".to_owned())
}

#[test]
fn credentials_that_are_too_large_are_refused_as_such() {
    let server = Server::start();
    let header = |parameters: &str| format!("Authorization: OAuth oauth_nonce=\"n\"{parameters}\r\n");
    assert_eq!(problem(&asks(&server, &header(&format!(",a=\"{}\"", "b".repeat(8 * 1024))))), too_large());
    assert_eq!(problem(&asks(&server, &header(&",a=b".repeat(1001)))), too_large());
    assert_eq!(problem(&asks(&server, &header(&format!(",{}=b", "a".repeat(1025))))), too_large());
    let twice = header(&format!(",a=\"{}\"", "b".repeat(4 * 1024))).repeat(2);
    assert_eq!(problem(&asks(&server, &twice)), too_large());
}

#[test]
fn a_query_with_too_much_in_it_is_refused_as_such() {
    let server = Server::start();
    let asks = |query: &str| {
        let answer = server.verify(&format!("{PERMITTED}?{query}"), "OAuth oauth_nonce=n");
        problem(&answer)
    };
    assert_eq!(asks(&"a&".repeat(1000)), too_large());
    assert_eq!(asks(&"a".repeat(1025)), too_large());
    assert_eq!(asks(&format!("a={}", "b".repeat(64 * 1024 + 1))), too_large());
    assert_eq!(asks("a=b"), (400, "parameter_absent".to_owned()));
}

#[test]
fn a_head_that_is_too_large_is_refused_before_it_is_read() {
    let server = Server::start();
    let many: String = (0..100).map(|number| format!("X-{number}: x\r\n")).collect();
    assert_eq!(status(&server, &format!("GET /health/live HTTP/1.1\r\n{many}")), 431);
    let long = format!("GET /health/live HTTP/1.1\r\nX: {}\r\n", "x".repeat(200 * 1024));
    assert_eq!(status(&server, &long), 431);
    assert_eq!(status(&server, &format!("GET /health/live?{} HTTP/1.1\r\n", "x".repeat(70 * 1024))), 400);
    assert_eq!(status(&server, "GET /health/live HTTP/1.1\r\n"), 200);
}

/// The status that is answered, perhaps before everything was sent.
fn status(server: &Server, head: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(format!("{head}Host: latchkey\r\nConnection: close\r\n\r\n").as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    answer.split(' ').nth(1).expect(&answer).parse().unwrap()
}

#[test]
fn the_token_endpoints_have_the_same_limits() {
    let server = Server::start();
    for place in ["request", "access"] {
        let asks = |lines: &str| server.ask(&format!("POST /oauth/token/{place} HTTP/1.1\r\n{lines}"));
        for lines in [
            format!("Authorization: OAuth oauth_nonce={}\r\n", "n".repeat(8 * 1024)),
            format!("Authorization: OAuth oauth_nonce=n{}\r\n", ",a=b".repeat(1001)),
            format!("Authorization: OAuth {}=n\r\n", "a".repeat(1025)),
        ] {
            let answer = asks(&lines);
            assert_eq!(answer.status, 400);
            assert!(answer.body.starts_with("oauth_problem=parameter_rejected&"), "{}", answer.body);
        }
    }
}
