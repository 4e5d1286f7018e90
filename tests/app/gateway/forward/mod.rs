//! Gateway mode: what the store behind us is sent, and what comes back from it.

mod answer;
#[cfg(feature = "interop-tests")]
mod interop;
mod request;
mod trouble;

use super::*;
use crate::support::gateway::{Gateway, Raw, in_front_of};
use crate::support::partner::BASE;
use crate::support::upstream::{Upstream, Wire};

/// Open to everybody; the last segment is anything.
const CART: &str = "/rest/V1/guest-carts/";

/// A partner's call as it goes over the wire.
fn signed(partner: &Partner<'_>, method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nAuthorization: {}{more}", partner.signs(method, path))
}

#[test]
fn a_signed_call_arrives_with_who_made_it() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let given = app.given().integration_with("Acme \"Ü\"", &[PRODUCTS]);
    let partner = Partner::with(&app, &given.active());
    let answer = gateway.send(&signed(&partner, "GET", PERMITTED, "\r\nAccept: a/b"), b"");
    assert_eq!((answer.status, &*answer.body), (200, &b"ok"[..]));
    let arrived = upstream.last();
    assert_eq!(arrived.line(), "GET /rest/V1/products HTTP/1.1");
    assert_eq!(arrived.headers("host"), [format!("127.0.0.1:{}", upstream.port)]);
    assert_eq!(arrived.headers("accept"), ["a/b"]);
    assert_eq!(arrived.headers("x-latchkey-user-type"), ["integration"]);
    assert_eq!(arrived.headers("x-latchkey-user-id"), [given.id.0.to_string()]);
    assert_eq!(arrived.headers("x-latchkey-integration"), ["Acme%20%22%C3%9C%22"]);
    assert_eq!(arrived.headers("x-latchkey-consumer-id").len(), 1);
    assert_eq!(arrived.headers("x-latchkey-resources"), [PRODUCTS]);
    for absent in
        ["authorization", "x-latchkey-signature", "content-length", "transfer-encoding", "connection"]
    {
        assert_eq!(arrived.headers(absent), [""; 0], "{absent}");
    }
}

#[test]
fn whoever_is_refused_does_not_reach_the_store() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let partner = acme(&app);
    let stranger = gateway.get(PERMITTED);
    assert_eq!(stranger.status, 401);
    assert_eq!(stranger.headers("www-authenticate"), [format!("OAuth realm=\"{BASE}/\"")]);
    assert_eq!(stranger.headers("content-type"), ["application/json; charset=utf-8"]);
    assert_eq!(stranger.json()["parameters"]["resources"], PRODUCTS);
    assert!(stranger.json()["reference"].is_string());
    let forbidden = gateway.send(&signed(&partner, "GET", FORBIDDEN, ""), b"");
    assert_eq!(
        (forbidden.status, forbidden.json()["oauth_problem"].as_str()),
        (403, Some("permission_denied"))
    );
    let call = signed(&partner, "GET", PERMITTED, "");
    let changed = call.replacen("oauth_signature=\"", "oauth_signature=\"x", 1);
    assert_eq!(gateway.send(&changed, b"").json()["oauth_problem"], "signature_invalid");
    for (target, status) in [
        ("/rest/V1/nothing", 404),
        ("/rest", 404),
        ("/rest/nowhere/V1/products", 404),
        ("/rest//V1/products", 400),
        ("/rest/V1/guest-carts/a%2F..%2Fb", 400),
        ("/rest/V1/guest-carts/..", 400),
        ("/rest/V1/guest-carts/a?oauth_token=x", 400),
    ] {
        assert_eq!(gateway.get(target).status, status, "{target}");
    }
    for method in ["PATCH", "OPTIONS", "TRACE", "BREW"] {
        let answer = gateway.send(&format!("{method} {PERMITTED} HTTP/1.1"), b"");
        assert_eq!(
            (answer.status, answer.json()["message"].as_str()),
            (400, Some("Request method is invalid."))
        );
    }
    let head = gateway.begin(&format!("HEAD {CART}a HTTP/1.1")).all();
    assert!(head.starts_with(b"HTTP/1.1 400 ") && head.ends_with(b"\r\n\r\n"), "no method of the Web API");
    assert_eq!(upstream.arrived().len(), 0);
    assert_eq!(gateway.send(&call, b"").status, 200);
    let again = gateway.send(&call, b"");
    assert_eq!((again.status, again.json()["oauth_problem"].as_str()), (401, Some("nonce_used")));
    assert_eq!(upstream.arrived().len(), 1);
}

#[test]
fn the_path_of_the_public_address_may_be_there_or_be_taken_away() {
    let upstream = Upstream::well();
    let app = TestApp::with(|config| {
        config.upstream_url = Some(upstream.address().parse().unwrap());
        config.base_url = format!("{BASE}/shop/").parse().unwrap();
        config.stores[0].base_url = format!("{BASE}/shop/de/").parse().unwrap();
    });
    let gateway = Gateway::of(&app);
    let partner = acme(&app);
    for (called, signed, line) in [
        ("/shop/rest/V1/products", "/shop/rest/V1/products", "/rest/V1/products"),
        ("/rest/V1/products", "/shop/rest/V1/products", "/rest/V1/products"),
        (
            "/shop/de/rest/default/V1/products",
            "/shop/de/rest/default/V1/products",
            "/rest/default/V1/products",
        ),
    ] {
        let header = partner.signs("GET", signed);
        let answer = gateway.send(&format!("GET {called} HTTP/1.1\r\nAuthorization: {header}"), b"");
        assert_eq!(answer.status, 200, "{called}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(upstream.last().line(), format!("GET {line} HTTP/1.1"));
    }
    assert_eq!(gateway.get("/other/rest/V1/products").status, 404);
    assert_eq!(gateway.get("/shop/admin/login").status, 200);
    assert_eq!(upstream.arrived().len(), 3);
}

#[actix_web::test]
async fn without_an_upstream_there_is_nothing_to_call() {
    let app = TestApp::new();
    let answer = app.send(actix_web::test::TestRequest::get().uri(&format!("{CART}a"))).await;
    assert_eq!(answer.status, 404);
    assert_eq!(json(&answer)["message"], "Request does not match any route.");
    assert!(json(&answer)["reference"].is_string());
}

#[test]
fn another_protocol_is_not_passed_on() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    let gateway = Gateway::of(&app);
    let call = |upgrade: &str| {
        gateway.send(&format!("GET {CART}a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: {upgrade}"), b"")
    };
    for protocol in ["websocket", "tls/1.3", "h2c, websocket"] {
        assert_eq!(call(protocol).status, 501, "{protocol}");
    }
    assert_eq!(upstream.arrived().len(), 0);
    // Java's client offers it with every call.
    assert_eq!(call("h2c").status, 200);
    assert_eq!(upstream.last().headers("upgrade"), [""; 0]);
}
