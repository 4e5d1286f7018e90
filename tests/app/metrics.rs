//! `/metrics`: what whoever watches a server gets, where, and that it is what `docs/operations.md` says.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use actix_web::test::{TestRequest, call_and_read_body, init_service};
use latchkey::domain::Actor;
use latchkey::domain::integration::{self, Draft};
use latchkey::outbound::Outcome;
use latchkey::outbound::upstream::Destination;

use crate::support::TestApp;
use crate::support::gateway::in_front_of;
use crate::support::partner::{Partner, asked};
use crate::support::port::free_port;
use crate::support::server::Server;
use crate::support::upstream::Upstream;

const PAGE: &str = include_str!("../../docs/operations.md");
const PRODUCTS: &str = "Magento_Catalog::products";

async fn figures(app: &TestApp) -> String {
    let service = actix_web::App::new().configure(latchkey::web::metrics::configure(&app.app));
    let service = init_service(service).await;
    let request = TestRequest::get().uri("/metrics").to_request();
    String::from_utf8(call_and_read_body(&service, request).await.to_vec()).unwrap()
}

/// The value of a series, as it is written.
fn value<'f>(figures: &'f str, series: &str) -> &'f str {
    let found = figures.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("no {series} in\n{figures}"))
}

fn decisions(figures: &str, outcome: &str, cause: &str) -> String {
    let series = format!("latchkey_decisions_total{{outcome=\"{outcome}\",cause=\"{cause}\"}}");
    value(figures, &series).to_owned()
}

#[actix_web::test]
async fn decisions_are_counted_by_outcome_and_cause() {
    let app = TestApp::new();
    let partner = Partner::with(&app, &app.given().integration_with("Acme", &[PRODUCTS]).active());
    for _ in 0..3 {
        partner.calls("GET", "/rest/V1/products").await;
    }
    partner.calls("GET", "/rest/V1/orders").await;
    app.send(asked("GET", "/rest/V1/orders")).await;
    app.send(asked("GET", "/rest/V1/products-render-info")).await;
    app.send(asked("GET", "/rest/V1/nowhere")).await;
    app.sql("alter table oauth_nonce rename to away");
    partner.calls("GET", "/rest/V1/products").await;

    let figures = figures(&app).await;
    for (outcome, cause, count) in [
        ("passed", "integration", "3"),
        ("passed", "guest", "1"),
        ("refused", "permission_denied", "1"),
        ("refused", "guest", "1"),
        ("refused", "route", "1"),
        ("undecided", "failed", "1"),
    ] {
        assert_eq!(decisions(&figures, outcome, cause), count, "{outcome} {cause}");
    }
    assert_eq!(value(&figures, "latchkey_decision_duration_seconds_count"), "8");
    assert_eq!(value(&figures, "latchkey_nonce_batch_size_count"), "4", "a batch that failed is none");
    assert_eq!(value(&figures, "latchkey_snapshot_consumers"), "1");
    assert!(!figures.contains("Acme"), "no integration is named");
}

#[actix_web::test]
async fn credentials_are_loaded_once_and_connections_shown() {
    let app = TestApp::new();
    let partner = Partner::with(&app, &app.given().integration_with("Acme", &[PRODUCTS]).active());
    partner.calls("GET", "/rest/V1/products").await;
    let first = value(&figures(&app).await, "latchkey_snapshot_misses_total").to_owned();
    for _ in 0..10 {
        partner.calls("GET", "/rest/V1/products").await;
    }
    let figures = figures(&app).await;
    // The first use of the token is noted, and so the credentials are loaded again; once more, when whoever follows
    // changes was looking at that moment.
    let misses: u32 = value(&figures, "latchkey_snapshot_misses_total").parse().unwrap();
    assert!(misses <= first.parse::<u32>().unwrap() + 2, "{misses}");
    let age: f64 = value(&figures, "latchkey_snapshot_age_seconds").parse().unwrap();
    assert!((0.0..60.0).contains(&age), "{age}");
    assert_eq!(value(&figures, "latchkey_database_pool_waiting"), "0");
    assert_eq!(value(&figures, "latchkey_database_pool_connections{state=\"in_use\"}"), "0");
    let idle: u32 = value(&figures, "latchkey_database_pool_connections{state=\"idle\"}").parse().unwrap();
    assert!(idle >= 1);
}

#[actix_web::test]
async fn callbacks_are_counted_by_outcome() {
    let app = TestApp::new();
    let draft = Draft {
        name: "Acme".to_owned(),
        endpoint: "https://partner.example/callback".to_owned(),
        identity_link_url: "https://partner.example/sign-in".to_owned(),
        ..Draft::default()
    };
    let made = app.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[]));
    let id = made.unwrap().id;
    for status in [200, 500] {
        app.outbound.answer(Outcome::answered(status));
        app.app.hand_over(Actor::command(), id, None).await.unwrap();
    }
    let figures = figures(&app).await;
    assert_eq!(value(&figures, "latchkey_callbacks_total{outcome=\"delivered\"}"), "1");
    assert_eq!(value(&figures, "latchkey_callbacks_total{outcome=\"http_status\"}"), "1");
}

#[actix_web::test]
async fn calls_passed_on_are_counted_by_what_came_of_them() {
    let upstream = Upstream::well();
    let mut app = in_front_of(&upstream);
    let call = || TestRequest::get().uri("/rest/V1/guest-carts/a");
    for _ in 0..2 {
        assert_eq!(app.send(call()).await.status, 200);
    }
    assert_eq!(app.send(TestRequest::get().uri("/rest/V1/products")).await.status, 401);
    app.app.upstream.as_mut().unwrap().limits.calls = 0;
    assert_eq!(app.send(call()).await.status, 503);
    let nobody = format!("http://127.0.0.1:{}/", free_port()).parse().unwrap();
    app.app.upstream = Some(Destination::new(&nobody).unwrap());
    assert_eq!(app.send(call()).await.status, 502);
    let figures = figures(&app).await;
    for (outcome, count) in [("answered", "2"), ("crowded", "1"), ("down", "1")] {
        let series = format!("latchkey_upstream_calls_total{{outcome=\"{outcome}\"}}");
        assert_eq!(value(&figures, &series), count, "{outcome}");
    }
}

#[actix_web::test]
async fn what_is_served_is_what_is_documented() {
    let figures = figures(&TestApp::new()).await;
    let served: BTreeSet<(String, &str)> = figures
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, kind)| (if kind == "counter" { format!("{name}_total") } else { name.to_owned() }, kind))
        .collect();
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("| Figure")).skip(2);
    let documented: BTreeSet<(String, &str)> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            (cells[0].trim_matches('`').to_owned(), cells[1])
        })
        .collect();
    assert_eq!(served, documented);
    assert!(figures.ends_with("# EOF\n"));
}

#[actix_web::test]
async fn alerts_name_figures_that_exist() {
    let figures = figures(&TestApp::new()).await;
    let words = PAGE.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    let named: BTreeSet<&str> = words.filter(|word| word.starts_with("latchkey_")).collect();
    assert!(named.len() >= 9);
    for name in named {
        let base = name.strip_suffix("_bucket").or(name.strip_suffix("_total")).unwrap_or(name);
        assert!(figures.contains(&format!("# TYPE {base} ")), "{name}");
    }
}

#[actix_web::test]
async fn a_public_listener_serves_none() {
    let app = TestApp::new();
    assert_eq!(app.send(TestRequest::get().uri("/metrics")).await.status, 404);
}

#[test]
fn a_listener_of_their_own_serves_figures_and_nothing_else() {
    let port = free_port();
    let server = Server::start_with(&format!("metrics_listen = \"127.0.0.1:{port}\"\n"));
    // The server listens there last.
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "nobody serves figures");
        std::thread::sleep(Duration::from_millis(20));
    }
    let ask = |port: u16, path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = ask(port, "/metrics");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("process_resident_memory_bytes "), "{answer}");
    assert!(ask(port, "/admin/login").starts_with("HTTP/1.1 404"));
    assert!(ask(server.port, "/metrics").starts_with("HTTP/1.1 404"));
}
