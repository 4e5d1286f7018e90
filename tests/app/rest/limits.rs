//! Wrong passwords: how many are answered, for how long a name is locked, what one client's address may send.

use std::net::SocketAddr;
use std::thread;

use chrono::TimeDelta;

use super::*;
use crate::support::gateway::Gateway;

const KINDS: [(&str, &str); 2] = [(ADMIN, "jo"), (CUSTOMER, "ada@example.com")];

fn both() -> TestApp {
    let app = TestApp::new();
    app.given().admin("jo");
    app.given().customer("ada@example.com");
    app
}

#[actix_web::test]
async fn six_wrong_passwords_lock_and_the_lock_ends_without_any_job() {
    for (address, name) in KINDS {
        let app = both();
        for _ in 0..6 {
            assert_eq!(said(&asked(&app, address, name, "wrong").await), refused());
        }
        assert_eq!(said(&asked(&app, address, name, PASSWORD).await), refused(), "{name}");
        let other = name.to_uppercase();
        assert_eq!(said(&asked(&app, address, &other, PASSWORD).await), refused(), "in any case");
        app.clock.advance(TimeDelta::seconds(1799));
        assert_eq!(said(&asked(&app, address, name, PASSWORD).await), refused());
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(asked(&app, address, name, PASSWORD).await.status, 200, "{name}");
    }
}

#[actix_web::test]
async fn the_sixth_try_may_still_be_right() {
    let app = both();
    for (address, name) in KINDS {
        for _ in 0..3 {
            for _ in 0..5 {
                asked(&app, address, name, "wrong").await;
            }
            assert_eq!(asked(&app, address, name, PASSWORD).await.status, 200);
        }
    }
}

#[actix_web::test]
async fn zero_locks_nobody_and_another_time_out_counts_at_once() {
    let app = both();
    set(&app, setting::TOKEN_FAILURES, "0");
    for _ in 0..12 {
        asked(&app, ADMIN, "jo", "wrong").await;
    }
    assert_eq!(asked(&app, ADMIN, "jo", PASSWORD).await.status, 200);
    set(&app, setting::TOKEN_FAILURES, "2");
    set(&app, setting::TOKEN_LOCK_TIMEOUT, "5");
    for _ in 0..2 {
        asked(&app, ADMIN, "jo", "wrong").await;
    }
    assert_eq!(asked(&app, ADMIN, "jo", PASSWORD).await.status, 401);
    app.clock.advance(TimeDelta::seconds(5));
    assert_eq!(asked(&app, ADMIN, "jo", PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn a_lock_here_keeps_nobody_from_the_sign_in_page_and_the_other_way_round() {
    let app = both();
    for _ in 0..6 {
        asked(&app, ADMIN, "jo", "wrong").await;
    }
    app.browser().sign_in("jo").await;
    app.clock.advance(TimeDelta::seconds(1800));
    app.sql("update admin_user set failures_num = 6, lock_expires_at = '2100-01-01 00:00:00'");
    assert_eq!(said(&asked(&app, ADMIN, "jo", PASSWORD).await), refused(), "a locked account gets no token");
}

#[test]
fn of_twenty_at_once_no_more_than_six_are_answered() {
    for (address, name) in KINDS {
        // Room for all of them in the queue before the hashes.
        let app = TestApp::with(|config| config.workers = 4);
        app.given().admin("jo");
        app.given().customer("ada@example.com");
        let gateway = Gateway::of(&app);
        let tries = |password: &str| {
            let body = json!({"username": name, "password": password}).to_string();
            let head = format!("POST {address} HTTP/1.1\r\nContent-Type: application/json");
            gateway.send(&format!("{head}\r\nContent-Length: {}", body.len()), body.as_bytes()).status
        };
        let statuses: Vec<u16> = thread::scope(|scope| {
            let tries: Vec<_> = (0..20).map(|_| scope.spawn(|| tries("wrong"))).collect();
            tries.into_iter().map(|tried| tried.join().unwrap()).collect()
        });
        assert_eq!(statuses, [401; 20], "{name}");
        assert_eq!(
            app.count("oauth_token_request_log where failures_count = 6"),
            1,
            "{name}: six were judged"
        );
        assert_eq!(tries(PASSWORD), 401, "{name}: locked, and the right one is refused");
        app.clock.advance(TimeDelta::seconds(1800));
        assert_eq!(tries(PASSWORD), 200, "{name}");
    }
}

#[actix_web::test]
async fn strangers_do_not_fill_the_table() {
    let app = TestApp::new();
    for number in 0..20 {
        for address in [ADMIN, CUSTOMER] {
            asked(&app, address, &format!("nobody{number}"), "wrong").await;
        }
    }
    assert_eq!(app.count("oauth_token_request_log"), 2, "a row for each kind");
}

#[actix_web::test]
async fn one_address_may_be_wrong_so_many_times() {
    let app = both();
    set(&app, setting::TOKEN_ATTEMPTS, "10");
    let from = async |peer: &str, number: usize, password: &str| {
        let peer: SocketAddr = format!("{peer}:40000").parse().unwrap();
        let body = json!({"username": if number == 0 { "jo".to_owned() } else { format!("nobody{number}") }, "password": password});
        let request = TestRequest::post().uri(ADMIN).peer_addr(peer);
        app.send(request.insert_header(("Content-Type", "application/json")).set_payload(body.to_string()))
            .await
    };
    for number in 1..=10 {
        assert_eq!(from("192.0.2.1", 0, PASSWORD).await.status, 200, "what is right is not counted");
        assert_eq!(from("192.0.2.1", number, "wrong").await.status, 401);
    }
    let limited = from("192.0.2.1", 0, PASSWORD).await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds <= 600));
    assert!(read(&limited)["message"].as_str().unwrap().contains("Too many"));
    assert_eq!(from("192.0.2.2", 0, PASSWORD).await.status, 200, "another address");
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(from("192.0.2.1", 0, PASSWORD).await.status, 200);
}
