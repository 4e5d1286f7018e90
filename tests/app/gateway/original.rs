//! The proxy in front: whom it may be, how it describes the call, and which address was signed.

use latchkey::config::{Config, Site};

use super::*;
use crate::support::partner::{asked, asked_at};

#[actix_web::test]
async fn either_pair_of_headers_describes_the_call() {
    let app = TestApp::new();
    let forwarded = |uri: &str| {
        asked_at("/gateway/verify")
            .insert_header(("X-Forwarded-Method", "GET"))
            .insert_header(("X-Forwarded-Uri", uri))
    };
    assert_eq!(app.send(forwarded(OPEN)).await.status, 200);
    assert_eq!(app.send(forwarded(&format!("https://shop.example{OPEN}?a=b"))).await.status, 200);
    assert_eq!(app.send(forwarded("shop.example")).await.status, 400);
}

#[actix_web::test]
async fn what_a_client_could_have_added_is_refused_with_the_remedy() {
    let app = TestApp::new();
    let whole = || asked("GET", OPEN);
    for (request, word) in [
        (asked_at("/gateway/verify"), "X-Original-Method"),
        (asked_at("/gateway/verify").insert_header(("X-Original-URI", OPEN)), "both headers"),
        (asked_at("/gateway/verify").insert_header(("X-Forwarded-Method", "GET")), "both headers"),
        (whole().insert_header(("X-Forwarded-Uri", OPEN)), "remove the other"),
        (whole().append_header(("X-Original-URI", PERMITTED)), "more than once"),
        (whole().append_header(("X-Original-Method", "GET")), "more than once"),
        (whole().insert_header(("X-HTTP-Method-Override", "PUT")), "x-http-method-override"),
        (whole().insert_header(("X-Original-URL", PERMITTED)), "x-original-url"),
        (whole().insert_header(("X-Rewrite-URL", PERMITTED)), "x-rewrite-url"),
        (whole().insert_header(("X-HTTP_Method.Override", "PUT")), "x-http_method.override"),
        (whole().insert_header(("X-Latchkey-Else", "1")), "only Latchkey says who is calling"),
    ] {
        let answer = app.send(request).await;
        assert_eq!(answer.status, 400, "{word}");
        let message = json(&answer)["message"].as_str().unwrap().to_owned();
        assert!(message.contains(word), "{word}: {message}");
        assert!(json(&answer)["reference"].is_string());
    }
}

#[actix_web::test]
async fn only_this_machine_and_trusted_proxies_may_ask() {
    let app = TestApp::with(|config| config.trusted_proxies = vec!["10.1.0.0/16".parse().unwrap()]);
    for (peer, expected) in [
        ("127.0.0.1:1", 200),
        ("[::1]:1", 200),
        ("[::ffff:127.0.0.1]:1", 200),
        ("10.1.2.3:1", 200),
        ("[::ffff:10.1.2.3]:1", 200),
        ("10.2.0.1:1", 403),
        ("192.0.2.1:1", 403),
        ("[2001:db8::1]:1", 403),
    ] {
        let answer = app.send(asked("GET", OPEN).peer_addr(peer.parse().unwrap())).await;
        assert_eq!(answer.status, expected, "{peer}");
        if expected == 403 {
            assert!(json(&answer)["message"].as_str().unwrap().contains("trusted_proxies"));
        }
    }
}

#[actix_web::test]
async fn the_path_of_the_public_address_is_part_of_what_is_signed() {
    let app = TestApp::with(|config| set_address(config, "https://shop.example/store/"));
    let partner = acme(&app);
    let header = partner.signs_all("GET", "https://shop.example/store/rest/V1/products", &[], 0);
    let answer =
        app.send(asked("GET", "/store/rest/V1/products").insert_header(("Authorization", header))).await;
    assert_eq!(verdict(&answer), passes());
    let header = partner.signs_all("GET", "https://shop.example/rest/V1/products", &[], 0);
    let answer =
        app.send(asked("GET", "/store/rest/V1/products").insert_header(("Authorization", header))).await;
    assert_eq!(verdict(&answer), refused("signature_invalid"));
    assert_eq!(answer.header("www-authenticate"), "OAuth realm=\"https://shop.example/store/\"");
    assert_eq!(app.send(asked("GET", "/rest/V1/products")).await.status, 404);
}

#[actix_web::test]
async fn the_store_in_the_path_or_the_host_told_selects_the_address() {
    let app = TestApp::with(|config| {
        set_address(config, "https://shop.example/");
        let base_url = "https://shop.example.de/".parse().unwrap();
        config.stores.push(Site { code: "german".into(), website: "base".into(), base_url });
    });
    let partner = acme(&app);
    let path = "/rest/german/V1/products";
    let asks = async |host: &str, told: Option<&str>| {
        let header = partner.signs_all("GET", &format!("https://{host}{path}"), &[], 0);
        let mut request = asked("GET", path).insert_header(("Authorization", header));
        if let Some(told) = told {
            request = request
                .insert_header(("X-Forwarded-Host", told))
                .insert_header(("X-Forwarded-Proto", "https"));
        }
        verdict(&app.send(request).await)
    };
    assert_eq!(asks("shop.example.de", None).await, passes());
    assert_eq!(asks("shop.example", None).await, refused("signature_invalid"));
    assert_eq!(asks("shop.example", Some("shop.example")).await, passes());
    assert_eq!(asks("evil.example", Some("evil.example")).await, refused("signature_invalid"));
}

fn set_address(config: &mut Config, address: &str) {
    config.base_url = address.parse().unwrap();
    config.stores.iter_mut().for_each(|site| site.base_url = config.base_url.clone());
}
