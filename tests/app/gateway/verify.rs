//! Signed calls: who passes and how the others are told.

use actix_web::http::header::HeaderValue;
use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::gate::Call;
use latchkey::jobs;

use super::*;
use crate::support::partner::{BASE, asked, asked_at};

fn with(request: TestRequest, authorization: impl Into<String>) -> TestRequest {
    request.insert_header(("Authorization", authorization.into()))
}

/// The call that is permitted, as it comes off the wire.
fn call<'a>(authorization: &'a [&'a str]) -> Call<'a> {
    Call {
        method: "GET",
        target: PERMITTED,
        perhaps_shortened: false,
        told: Default::default(),
        authorization,
        form: None,
    }
}

#[actix_web::test]
async fn a_signed_call_passes_and_says_who_made_it() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme \"Ü\" 🦀", &[PRODUCTS]);
    let answer = Partner::with(&app, &given.active()).calls("GET", PERMITTED).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("x-latchkey-user-type"), "integration");
    assert_eq!(answer.header("x-latchkey-user-id"), given.id.0.to_string());
    assert_eq!(answer.header("x-latchkey-integration"), "Acme%20%22%C3%9C%22%20%F0%9F%A6%80");
    assert!(answer.header("x-latchkey-consumer-id").parse::<i64>().is_ok());
    assert_eq!(answer.header("x-latchkey-resources"), PRODUCTS);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.body, "");
    assert_eq!(answer.header("set-cookie"), "");
}

#[actix_web::test]
async fn both_signature_methods_are_accepted() {
    let app = TestApp::new();
    let partner = acme(&app);
    let uri = format!("{BASE}{PERMITTED}");
    let timestamp = latchkey::clock::Clock::now(&*app.clock).timestamp();
    let call =
        crate::support::signer::Request { method: "GET", uri: &uri, query: &[], nonce: "n", timestamp };
    let answer = app.send(with(asked("GET", PERMITTED), partner.credentials.sha1(&call))).await;
    assert_eq!(verdict(&answer), passes());
    let plain = partner.signs("GET", PERMITTED).replace("HMAC-SHA256", "PLAINTEXT");
    let answer = app.send(with(asked("GET", PERMITTED), plain)).await;
    assert_eq!(verdict(&answer), (400, "signature_method_rejected".into()));
    assert_eq!(json(&answer)["message"], "Signature method %1 is not supported");
    assert_eq!(json(&answer)["parameters"], serde_json::json!(["PLAINTEXT"]));
}

#[actix_web::test]
async fn a_missing_permission_is_named() {
    let app = TestApp::new();
    let answer = acme(&app).calls("GET", FORBIDDEN).await;
    assert_eq!(verdict(&answer), (403, "permission_denied".into()));
    let body = json(&answer);
    assert_eq!(body["message"], "The consumer isn't authorized to access %resources.");
    assert_eq!(body["parameters"]["resources"], "Magento_Sales::actions_view");
    assert!(body["reference"].as_str().unwrap().len() >= 8);
    assert_eq!(body.get("code"), None);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("www-authenticate"), "");
}

#[actix_web::test]
async fn any_changed_character_is_noticed() {
    let app = TestApp::new();
    let partner = acme(&app);
    let header = partner.signs("GET", PERMITTED);
    let at = header.find("oauth_signature=\"").unwrap() + 20;
    let mut changed = header.clone();
    changed.replace_range(at..=at, if header.as_bytes()[at] == b'a' { "b" } else { "a" });
    for (method, uri, header) in [
        ("GET", PERMITTED, &changed),
        ("POST", PERMITTED, &header),
        ("GET", "/rest/V1/products/a", &header),
        ("GET", "/rest/default/V1/products", &header),
        ("GET", "/rest/V1/products?a=1", &header),
    ] {
        let answer = app.send(with(asked(method, uri), header)).await;
        assert_eq!(verdict(&answer), refused("signature_invalid"), "{method} {uri}");
        assert_eq!(answer.header("www-authenticate"), format!("OAuth realm=\"{BASE}/\""));
        assert_eq!(json(&answer)["message"], "The signature is invalid. Verify and try again.");
    }
    // None of that has used up the nonce.
    assert_eq!(verdict(&app.send(with(asked("GET", PERMITTED), &header)).await), passes());
}

#[actix_web::test]
async fn a_call_passes_once() {
    let app = TestApp::new();
    let header = acme(&app).signs("GET", PERMITTED);
    assert_eq!(verdict(&app.send(with(asked("GET", PERMITTED), &header)).await), passes());
    let again = app.send(with(asked("GET", PERMITTED), &header)).await;
    assert_eq!(verdict(&again), refused("nonce_used"));
    assert_eq!(json(&again)["message"], "The nonce is already being used by the consumer with ID %1");
    assert!(json(&again)["parameters"][0].as_str().unwrap().parse::<i64>().is_ok());
}

#[actix_web::test]
async fn a_clock_that_was_set_wrong_lets_no_call_pass_twice() {
    let app = TestApp::new();
    let partner = acme(&app);
    let header = partner.signs("GET", PERMITTED);
    assert_eq!(verdict(&app.send(with(asked("GET", PERMITTED), &header)).await), passes());
    app.clock.advance(TimeDelta::hours(3));
    let run = jobs::run_now(&app.app, &Actor::command(), "expired_nonces_cleanup").await.unwrap();
    assert_eq!((run.count, app.count("oauth_nonce")), (1, 0));
    app.clock.advance(TimeDelta::hours(-3));
    let again = app.send(with(asked("GET", PERMITTED), &header)).await;
    assert_eq!(verdict(&again), refused("timestamp_refused"));
    assert_eq!(app.count("oauth_nonce"), 0);
    // Whoever signs by a clock that has gone on is not concerned.
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
}

#[actix_web::test]
async fn of_fifty_at_once_with_one_nonce_exactly_one_passes() {
    let app = TestApp::new();
    let header = acme(&app).signs("GET", PERMITTED);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let (gate, header) = (app.app.gate.clone(), header.clone());
            tokio::spawn(async move {
                let authorization = [header.as_str()];
                gate.decide(&call(&authorization)).await.is_ok()
            })
        })
        .collect();
    let mut passed = 0;
    for call in calls {
        passed += usize::from(call.await.unwrap());
    }
    assert_eq!(passed, 1);
}

// On SQLite nobody who reads waits for another.
#[cfg(feature = "postgres-tests")]
#[actix_web::test]
async fn when_too_many_wait_for_the_database_the_next_one_is_told_to_come_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Calls that may wait for credentials.
    const ROOM: usize = 1_024;
    let app = TestApp::on_postgres();
    let partner = acme(&app);
    let held = app.hold("lock table oauth_consumer in access exclusive mode");
    let (header, begun) = (partner.signs("GET", PERMITTED), Arc::new(AtomicUsize::new(0)));
    let strangers: Vec<_> = (0..ROOM)
        .map(|number| {
            let header = header.replace(&partner.credentials.consumer_key, &format!("{number:032}"));
            let (gate, begun) = (app.app.gate.clone(), Arc::clone(&begun));
            tokio::spawn(async move {
                begun.fetch_add(1, Ordering::SeqCst);
                let authorization = [header.as_str()];
                gate.decide(&call(&authorization)).await.map(drop).map_err(|refused| refused.refusal.cause())
            })
        })
        .collect();
    while begun.load(Ordering::SeqCst) < ROOM {
        tokio::task::yield_now().await;
    }
    let answer = partner.calls("GET", PERMITTED).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    assert!(json(&answer)["reference"].is_string());
    let overloaded = "latchkey_decisions_total{outcome=\"undecided\",cause=\"overloaded\"} 1\n";
    assert!(app.app.store.figures().contains(overloaded));
    held.release();
    for stranger in strangers {
        // Whoever waits for too long on a slow machine is told so.
        assert!(matches!(stranger.await.unwrap(), Err("consumer_key_unknown" | "failed")));
    }
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
}

#[actix_web::test]
async fn the_time_may_be_off_by_ten_minutes() {
    let app = TestApp::new();
    let partner = acme(&app);
    for (seconds, expected) in [
        (-602, refused("timestamp_refused")),
        (-601, refused("timestamp_refused")),
        (-600, passes()),
        (600, passes()),
        (601, refused("timestamp_refused")),
        (602, refused("timestamp_refused")),
    ] {
        let header = partner.signs_at("GET", PERMITTED, seconds);
        let answer = app.send(with(asked("GET", PERMITTED), header)).await;
        assert_eq!(verdict(&answer), expected, "{seconds}");
    }
}

#[actix_web::test]
async fn unknown_credentials_are_refused_also_where_none_are_needed() {
    let app = TestApp::new();
    let partner = acme(&app);
    let unknown = |text: &str| partner.signs("GET", OPEN).replace(text, &"0".repeat(32));
    for (header, problem) in [
        (unknown(&partner.credentials.consumer_key), "consumer_key_unknown"),
        (unknown(&partner.credentials.access_token), "token_rejected"),
        ("Bearer 0123456789abcdef0123456789abcdef".to_owned(), "token_rejected"),
    ] {
        let answer = app.send(with(asked("GET", OPEN), &header)).await;
        assert_eq!(verdict(&answer), refused(problem));
        assert!(!answer.body.contains(&partner.credentials.consumer_key), "{}", answer.body);
        assert!(!answer.body.contains(&"0".repeat(32)), "{}", answer.body);
    }
    assert_eq!(verdict(&app.send(with(asked("GET", OPEN), partner.signs("GET", OPEN))).await), passes());
}

#[actix_web::test]
async fn a_guest_passes_where_everybody_may_and_learns_what_is_needed_elsewhere() {
    let app = TestApp::new();
    let answer = app.send(asked("GET", OPEN)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-latchkey-user-type"), "guest");
    assert_eq!(answer.header("x-latchkey-user-id"), "0");
    assert_eq!(answer.header("x-latchkey-integration"), "");
    let answer = app.send(asked("GET", PERMITTED)).await;
    assert_eq!(verdict(&answer), refused(""));
    assert_eq!(json(&answer)["message"], "The consumer isn't authorized to access %resources.");
    assert_eq!(json(&answer)["parameters"]["resources"], PRODUCTS);
    assert!(answer.header("www-authenticate").starts_with("OAuth realm="));
}

#[actix_web::test]
async fn no_integration_may_act_as_a_customer() {
    let app = TestApp::new();
    let answer = acme(&app).calls("GET", "/rest/V1/customers/me").await;
    assert_eq!(answer.status, 403);
    assert_eq!(json(&answer)["parameters"]["resources"], "self");
}

#[actix_web::test]
async fn several_missing_parameters_are_listed() {
    let app = TestApp::new();
    let header = format!("OAuth oauth_consumer_key=\"{}\"", "k".repeat(32));
    let answer = app.send(with(asked("GET", PERMITTED), header)).await;
    assert_eq!(verdict(&answer), (400, "parameter_absent".into()));
    let body = json(&answer);
    assert_eq!(body["message"], "One or more input exceptions have occurred.");
    assert_eq!(body["errors"][0]["message"], "\"%fieldName\" is required. Enter and try again.");
    assert_eq!(body["errors"][0]["parameters"]["fieldName"], "oauth_signature");
    assert!(answer.body.find("\"message\"").unwrap() < answer.body.find("\"errors\"").unwrap());
}

#[actix_web::test]
async fn an_address_that_is_no_route_is_told_without_credentials() {
    let app = TestApp::new();
    for (method, uri, status, message) in [
        ("GET", "/rest/V1/nowhere", 404, "Request does not match any route."),
        ("GET", "/rest/french/V1/products", 404, "Request does not match any route."),
        ("GET", "/admin", 404, "Request does not match any route."),
        ("PATCH", PERMITTED, 400, "Request method is invalid."),
        ("GET", "/rest//V1/products", 400, "The address cannot be matched: the path has an empty segment."),
        (
            "GET",
            "/rest/V1/%2e%2e/products",
            400,
            "The address cannot be matched: the path has a segment `.` or `..`.",
        ),
    ] {
        let answer = app.send(asked(method, uri)).await;
        assert_eq!(
            (answer.status.as_u16(), json(&answer)["message"].as_str().unwrap()),
            (status, message),
            "{uri}"
        );
        assert!(json(&answer)["reference"].is_string());
    }
}

#[actix_web::test]
async fn the_path_counts_as_received() {
    let app = TestApp::new();
    let partner = acme(&app);
    assert_eq!(verdict(&partner.calls("GET", "/rest/V1/products/24%2FMB01").await), passes());
    assert_eq!(verdict(&partner.calls("GET", "/rest/V1/products/24%2fMB01").await), passes());
    let header = partner.signs("GET", "/rest/V1/products/a%2Fb");
    let answer = app.send(with(asked("GET", "/rest/V1/products/a%2fb"), header)).await;
    assert_eq!(verdict(&answer), refused("signature_invalid"));
}

#[actix_web::test]
async fn brackets_in_a_query_may_be_encoded_or_not() {
    let app = TestApp::new();
    let partner = acme(&app);
    for query in ["searchCriteria[pageSize]=20&a=b%20c", "a=b+c&searchCriteria%5BpageSize%5D=20"] {
        let parameters = [("a", "b c"), ("searchCriteria%255BpageSize%255D", "20")];
        let header = partner.signs_all("GET", &format!("{BASE}{PERMITTED}"), &parameters, 0);
        let answer = app.send(with(asked("GET", &format!("{PERMITTED}?{query}")), header)).await;
        assert_eq!(verdict(&answer), passes(), "{query}");
    }
}

#[actix_web::test]
async fn credentials_in_the_query_are_refused() {
    let app = TestApp::new();
    let answer = app.send(asked("GET", &format!("{OPEN}?oauth_token={}", "t".repeat(32)))).await;
    assert_eq!(verdict(&answer), (400, "parameter_rejected".into()));
}

#[actix_web::test]
async fn the_fields_of_a_form_are_signed() {
    let app = TestApp::new();
    let partner = acme(&app);
    let form = |body: &'static str| {
        asked("POST", PERMITTED)
            .insert_header(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))
            .set_payload(body)
    };
    let sign =
        || partner.signs_all("POST", &format!("{BASE}{PERMITTED}"), &[("name", "a b"), ("sku", "1")], 0);
    assert_eq!(verdict(&app.send(with(form("sku=1&name=a+b"), sign())).await), passes());
    assert_eq!(verdict(&app.send(with(form("sku=2&name=a+b"), sign())).await), refused("signature_invalid"));
    let json_body = with(asked("POST", PERMITTED), partner.signs("POST", PERMITTED));
    let json_body = json_body.insert_header(("Content-Type", "application/json")).set_payload("{\"sku\":1}");
    assert_eq!(verdict(&app.send(json_body).await), passes());
}

#[actix_web::test]
async fn a_form_that_did_not_arrive_is_never_passed() {
    let app = TestApp::new();
    let partner = acme(&app);
    let form = |method: &str| {
        asked(method, OPEN).insert_header(("Content-Type", "application/x-www-form-urlencoded"))
    };
    let answer = app.send(with(form("POST"), partner.signs("POST", OPEN))).await;
    assert_eq!(verdict(&answer), (400, "parameter_rejected".into()));
    assert_eq!(json(&answer)["message"], "The form body did not arrive, so its signature cannot be checked");
    assert_eq!(app.send(form("PUT")).await.status, 400);
    assert_eq!(app.send(form("GET")).await.status, 200, "many say the type of a body that they do not have");
    for announced in [("Transfer-Encoding", "chunked"), ("Content-Length", "5")] {
        for method in ["GET", "HEAD"] {
            let answer = app.send(form(method).insert_header(announced)).await;
            assert_eq!(verdict(&answer), (400, "parameter_rejected".into()), "{method} {announced:?}");
        }
    }
    assert_eq!(app.send(form("GET").insert_header(("Content-Length", "0"))).await.status, 200);
    let kind = HeaderValue::from_bytes(b"application/x-www-form-urlencoded; charset=\xff").unwrap();
    let odd = asked("POST", OPEN).insert_header(("Content-Type", kind));
    assert_eq!(app.send(odd).await.status, 400, "whatever bytes stand beside the type");
    let too_large = form("POST").set_payload("a".repeat(1024 * 1024 + 1));
    assert_eq!(app.send(too_large).await.status, 413);
}

#[actix_web::test]
async fn nginx_is_answered_with_what_it_understands() {
    let app = TestApp::new();
    let partner = acme(&app);
    let nginx = |uri: &str| {
        asked_at("/gateway/verify?for=nginx")
            .insert_header(("X-Original-Method", "GET"))
            .insert_header(("X-Original-URI", uri))
    };
    for (uri, sent, meant) in [
        (PERMITTED, 200, ""),
        (FORBIDDEN, 403, "403"),
        ("/rest/V1/nowhere", 403, "404"),
        ("/rest//V1", 403, "400"),
    ] {
        let answer = app.send(with(nginx(uri), partner.signs("GET", uri))).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-latchkey-status")), (sent, meant), "{uri}");
        let error = URL_SAFE_NO_PAD.decode(answer.header("x-latchkey-error")).unwrap();
        assert_eq!(String::from_utf8(error).unwrap(), answer.body);
    }
    let guest = app.send(nginx(PERMITTED)).await;
    assert_eq!((guest.status.as_u16(), guest.header("x-latchkey-status")), (401, "401"));
    assert!(guest.header("www-authenticate").starts_with("OAuth "));
}

#[actix_web::test]
async fn whatever_method_asks_is_answered_the_same() {
    let app = TestApp::new();
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"] {
        let answer = app.send(asked("GET", OPEN).method(method.parse().unwrap())).await;
        assert_eq!(answer.status, 200, "{method}");
    }
}
