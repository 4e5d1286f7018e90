//! A real proxy, configured by the very file in `docs/gateway`, between a partner, Latchkey and a store that writes down
//! what reaches it. `script/test` installs nginx and Caddy.

mod caddy;
mod nginx;
mod recorder;
mod running;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use super::real::activated;
use super::*;
use crate::support::server::Server;
use crate::support::signer::{Credentials, Request};
use recorder::{Recorded, Recorder};
use running::{Answer, Proxy};

/// The address that partners sign; the configurations name it.
const SITE: &str = "https://api.example.com";
/// A header that each proxy must replace or take away: Latchkey's own, overrides, both descriptions of the call, and by
/// which address it came.
const FORGED: [&str; 18] = [
    "X-Latchkey-User-Type",
    "X-Latchkey-User-Id",
    "X-Latchkey-Integration",
    "X-Latchkey-Consumer-Id",
    "X-Latchkey-Resources",
    "X-Latchkey-Signature",
    "X-Latchkey-Status",
    "X-Latchkey-Error",
    "X-HTTP-Method-Override",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-Method",
    "X-Original-URI",
    "X-Forwarded-Method",
    "X-Forwarded-Uri",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-For",
];
/// What a client pretends in a forged header.
const LIE: &str = "/forged";

/// Paths, and queries with what they mean: names and values as they stand in the base string, as the library wants
/// them.
const ADDRESSES: [(&str, &[(&str, &str)]); 14] = [
    ("/rest/V1/products/24-MB%2F01", &[]),
    ("/rest/V1/products/24-MB%2f01", &[]),
    ("/rest/V1/products/[x]", &[]),
    ("/rest/V1/products/%5Bx%5D", &[]),
    ("/rest/V1/products/caf%C3%A9%20%F0%9F%98%80", &[]),
    ("/rest/V1/products/a+b%2Bc", &[]),
    ("/rest/V1/products/%7Ex~;,@:$!*'()=", &[]),
    (
        "/rest/V1/products?searchCriteria[pageSize]=20&searchCriteria%5bcurrentPage%5D=1",
        &[("searchCriteria%255BcurrentPage%255D", "1"), ("searchCriteria%255BpageSize%255D", "20")],
    ),
    ("/rest/V1/products?a=2&a=1&a=&b", &[("a", ""), ("a", "1"), ("a", "2"), ("b", "")]),
    ("/rest/V1/products?=x&&a=1&", &[("", "x"), ("a", "1")]),
    ("/rest/V1/products?q=caf%C3%A9+%F0%9F%98%80", &[("q", "café 😀")]),
    ("/rest/V1/products?q=a+b%2Bc%20d", &[("q", "a b+c d")]),
    ("/rest/V1/products?q=%2Frest%2F..%2F?&r=//", &[("q", "/rest/../?"), ("r", "//")]),
    ("/rest/V1/products?", &[]),
];

/// One after the other, so that no two calls ever share one.
static NONCES: AtomicU32 = AtomicU32::new(0);

/// The whole row: partner, proxy, Latchkey, store.
struct Row {
    credentials: Credentials,
    proxy: Proxy,
    store: Recorder,
    server: Server,
}

impl Row {
    fn behind(start: fn(latchkey: u16, store: u16) -> Proxy) -> Self {
        let server = Server::start_with(&format!("base_url = \"{SITE}/\"\n"));
        let credentials = activated(&server);
        let store = Recorder::start("");
        Self { proxy: start(server.port, store.port), credentials, store, server }
    }

    /// The `Authorization` header of a call, with a fresh nonce.
    fn signs(&self, method: &str, path: &str, parameters: &[(&str, &str)]) -> String {
        let nonce = NONCES.fetch_add(1, Ordering::Relaxed).to_string();
        let timestamp = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let uri = format!("{SITE}{path}");
        self.credentials.sha256(&Request { method, uri: &uri, query: parameters, nonce: &nonce, timestamp })
    }

    /// Sends a call: method and address, and header lines with an end of line each.
    fn sends(&self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        self.proxy.ask(&format!("{method} {target} HTTP/1.1\r\n{headers}"), body)
    }

    /// The call reaches the store; answers how.
    fn arrives(&self, method: &str, target: &str, headers: &str, body: &str) -> Recorded {
        let answer = self.sends(method, target, headers, body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "store"), "{target}: {answer:?}");
        let [arrived] = <[_; 1]>::try_from(self.store.taken()).unwrap();
        arrived
    }

    /// The call is refused with that status and JSON, and nothing reaches the store.
    fn refuses(&self, method: &str, target: &str, headers: &str, body: &str) -> (Answer, serde_json::Value) {
        let answer = self.sends(method, target, headers, body);
        assert!(self.store.taken().is_empty(), "{target} reached the store");
        assert_eq!(answer.header("content-type"), ["application/json; charset=utf-8"], "{answer:?}");
        assert_eq!(answer.header("cache-control"), ["no-store"], "{answer:?}");
        let json = serde_json::from_str(&answer.body).expect(&answer.body);
        (answer, json)
    }
}

fn authorization(header: &str) -> String {
    format!("Authorization: {header}\r\n")
}

fn every_address_is_decided_right_and_arrives_byte_for_byte(row: &Row) {
    for (target, parameters) in ADDRESSES {
        let path = target.split('?').next().unwrap();
        let header = row.signs("GET", path, parameters);
        let arrived = row.arrives("GET", target, &authorization(&header), "");
        assert_eq!(arrived.line, format!("GET {target} HTTP/1.1"));
        assert_eq!(arrived.header("x-latchkey-user-type"), ["integration"], "{target}");
        assert_eq!(arrived.header("x-latchkey-integration"), ["Acme"]);
        assert_eq!(arrived.header("x-latchkey-resources"), [PRODUCTS]);
        assert_eq!(arrived.header("authorization"), [""; 0], "the credentials reached the store");
        let mine = row.signs("GET", "/rest/V1/products/other", parameters);
        let (answer, json) = row.refuses("GET", target, &authorization(&mine), "");
        assert_eq!((answer.status, &json["oauth_problem"]), (401, &"signature_invalid".into()), "{target}");
    }
}

fn a_refusal_reaches_the_partner_as_latchkey_said_it(row: &Row) {
    let signed = |path| authorization(&row.signs("GET", path, &[]));
    let (answer, json) = row.refuses("GET", PERMITTED, "", "");
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, vec![CHALLENGE]));
    assert_eq!(json["parameters"]["resources"], PRODUCTS);
    assert!(json["reference"].is_string());
    let (answer, json) = row.refuses("GET", OPEN, &authorization("Bearer nobodys"), "");
    assert_eq!((answer.status, &json["oauth_problem"]), (401, &"token_rejected".into()));
    let [challenge] = answer.header("www-authenticate")[..] else { panic!("{answer:?}") };
    assert!(challenge.starts_with("Bearer error=\"invalid_token\", error_description="), "{challenge}");
    let (answer, json) = row.refuses("GET", FORBIDDEN, &signed(FORBIDDEN), "");
    assert_eq!((answer.status, &json["oauth_problem"]), (403, &"permission_denied".into()));
    assert!(answer.header("www-authenticate").is_empty());
    // The query is the call's own; it says nothing to Latchkey about its proxy.
    let (answer, json) = row.refuses("GET", "/rest/V1/nowhere?for=nginx", "", "");
    assert_eq!((answer.status, &json["message"]), (404, &"Request does not match any route.".into()));
    let (answer, _) = row.refuses("GET", "/rest/V1/products/a%2F..%2Fb", "", "");
    assert_eq!(answer.status, 400);
    let once = signed(PERMITTED);
    row.arrives("GET", PERMITTED, &once, "");
    let (answer, json) = row.refuses("GET", PERMITTED, &once, "");
    assert_eq!((answer.status, &json["oauth_problem"]), (401, &"nonce_used".into()));
    assert_eq!(answer.header("www-authenticate"), [CHALLENGE]);
}

const CHALLENGE: &str = "OAuth realm=\"https://api.example.com/\"";

fn no_forged_header_passes(row: &Row, start: fn(u16, u16) -> Proxy) {
    for name in FORGED {
        // Others than Latchkey's describe or override the call; it would refuse them, were they not taken away.
        let lie = format!("{name}: {LIE}\r\n{}: {LIE}\r\n", name.to_lowercase());
        let header = authorization(&row.signs("GET", PERMITTED, &[]));
        let arrived = row.arrives("GET", PERMITTED, &format!("{lie}{header}"), "");
        assert!(!arrived.head.contains(LIE), "{name} reached the store: {}", arrived.head);
        assert!(arrived.header("x-latchkey-user-id").len() == 1, "{}", arrived.head);
        // A guest has no integration: nothing of the client's may stand where nothing is set.
        let arrived = row.arrives("GET", OPEN, &lie, "");
        assert!(!arrived.head.contains(LIE), "{name} reached the store: {}", arrived.head);
        assert_eq!(arrived.header("x-latchkey-user-type"), ["guest"]);
        for name in ["x-latchkey-integration", "x-latchkey-consumer-id"] {
            assert!(arrived.header(name).is_empty(), "{}", arrived.head);
        }
    }
    // The question itself, as whoever decides receives it.
    let decider = Recorder::start("X-Latchkey-User-Type: guest\r\n");
    let proxy = start(decider.port, row.store.port);
    let lies: String = FORGED.iter().map(|name| format!("{name}: {LIE}\r\n")).collect();
    assert_eq!(proxy.ask(&format!("PUT {PERMITTED}?a=%2f HTTP/1.1\r\n{lies}"), "").status, 200);
    row.store.taken();
    let [asked] = <[_; 1]>::try_from(decider.taken()).unwrap();
    assert!(!asked.head.contains(LIE), "{}", asked.head);
    let described = [asked.header("x-original-method"), asked.header("x-forwarded-method")].concat();
    assert_eq!(described, ["PUT"], "{}", asked.head);
    let described = [asked.header("x-original-uri"), asked.header("x-forwarded-uri")].concat();
    assert_eq!(described, [format!("{PERMITTED}?a=%2f")], "{}", asked.head);
}

fn a_form_is_refused_and_other_bodies_pass(row: &Row) {
    const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
    let signed = |method| authorization(&row.signs(method, PERMITTED, &[]));
    for method in ["POST", "PUT", "DELETE"] {
        let header = format!("{}{FORM}", signed(method));
        let (answer, json) = row.refuses(method, PERMITTED, &header, "sku=1");
        assert_eq!((answer.status, &json["oauth_problem"]), (400, &"parameter_rejected".into()), "{method}");
        assert!(json["message"].as_str().unwrap().contains("body did not arrive"), "{json}");
    }
    let arrived = row.arrives("GET", PERMITTED, &format!("{}{FORM}", signed("GET")), "sku=1");
    assert_eq!(arrived.header("content-type").concat(), "", "a form that nobody checked reached the store");
    let json = "Content-Type: application/json\r\n";
    let arrived = row.arrives("POST", PERMITTED, &format!("{}{json}", signed("POST")), "{\"sku\":1}");
    assert_eq!(
        (arrived.body.as_str(), arrived.header("content-type")),
        ("{\"sku\":1}", vec!["application/json"])
    );
}

fn nothing_but_the_web_api_reaches_the_store(row: &Row) {
    for target in ["/", "/index.php/rest/V1/products", "/%72est/V1/nowhere", "//rest/V1/products", "/admin"] {
        let (answer, _) = row.refuses("GET", target, "", "");
        assert!(matches!(answer.status, 400 | 401 | 404), "{target}: {answer:?}");
    }
    let header = authorization(&row.signs("GET", "/%72est/V1/products", &[]));
    assert_eq!(
        row.arrives("GET", "/%72est/V1/products", &header, "").line,
        "GET /%72est/V1/products HTTP/1.1"
    );
}

fn the_token_endpoints_are_latchkeys(row: &Row) {
    let answer = row.sends("POST", "/oauth/token/request", "", "");
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.starts_with("oauth_problem=parameter_absent"), "{answer:?}");
    assert!(row.store.taken().is_empty());
    let json = "Content-Type: application/json\r\n";
    for service in [
        "V1/integration/admin/token",
        "default/V1/integration/admin/token",
        "V1/integration/customer/token",
        "all/V1/tfa/provider/google/authenticate",
    ] {
        let (answer, said) = row.refuses("POST", &format!("/rest/{service}"), json, "{}");
        assert_eq!(answer.status, 400, "{service}: {answer:?}");
        assert_eq!(said["message"], "One or more input exceptions have occurred.", "{service}");
    }
    let revoke = "/rest/V1/integration/customer/revoke-customer-token";
    assert_eq!(row.refuses("POST", revoke, "", "").0.status, 401);
}

fn nothing_passes_while_latchkey_is_away(mut row: Row) {
    row.server.stop();
    let answer = row.sends("GET", OPEN, "", "");
    assert!(matches!(answer.status, 502 | 503), "{answer:?}");
    assert_eq!(answer.header("content-type"), ["application/json; charset=utf-8"], "{answer:?}");
    assert!(row.store.taken().is_empty());
}
