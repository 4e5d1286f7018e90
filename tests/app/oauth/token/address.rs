//! Which address counts as signed, whatever the client or a proxy says.

use latchkey::config::{Config, Site};

use super::*;

#[actix_web::test]
async fn the_address_that_was_signed_is_the_configured_one() {
    let app = TestApp::with(|config| {
        config.base_url = "https://shop.example/store/".parse().unwrap();
        config.stores.iter_mut().for_each(|site| site.base_url = config.base_url.clone());
        german(config);
    });
    let mut acme = Acme::new(&app);
    // Path as received, host as the client says, host as a proxy on this machine says.
    for (signed, path, host, told, expected) in [
        ("https://shop.example/store", "/store/oauth/token/request", "", "", accepted()),
        ("https://shop.example/store", "/oauth/token/request", "", "", refused("signature_invalid")),
        ("https://shop.example/store", "/oauth/token/request", "shop.example", "", accepted()),
        ("https://shop.example.de", "/oauth/token/request", "", "", accepted()),
        ("https://shop.example.de", "/oauth/token/request", "shop.example", "shop.example.de", accepted()),
        ("https://shop.example", "/store/oauth/token/request", "", "", refused("signature_invalid")),
        ("http://shop.example/store", "/store/oauth/token/request", "", "", refused("signature_invalid")),
        (
            "https://evil.example",
            "/oauth/token/request",
            "evil.example",
            "evil.example",
            refused("signature_invalid"),
        ),
    ] {
        acme.again();
        let asking = Asking { uri: format!("{signed}{REQUEST}"), ..acme.asking() };
        let mut request = TestRequest::post()
            .uri(path)
            .peer_addr("127.0.0.1:50000".parse().unwrap())
            .insert_header(("Authorization", acme.handed.header(&asking)));
        for (name, value) in [("Host", host), ("X-Forwarded-Host", told)] {
            if !value.is_empty() {
                request = request.insert_header((name, value));
            }
        }
        assert_eq!(verdict(&app.send(request).await), expected, "{signed} {path} {host} {told}");
    }
    for path in ["/other/oauth/token/request", "/store/x/oauth/token/request", "/store/oauth%2Ftoken/request"]
    {
        let answer = app.send(TestRequest::post().uri(path)).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn a_forwarding_header_counts_from_proxies_only() {
    let app = TestApp::with(|config| {
        config.base_url = "https://shop.example/".parse().unwrap();
        config.stores.iter_mut().for_each(|site| site.base_url = config.base_url.clone());
        german(config);
        config.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()];
    });
    let mut acme = Acme::new(&app);
    for (peer, expected) in [("192.0.2.7:1", accepted()), ("198.51.100.1:1", refused("signature_invalid"))] {
        acme.again();
        let asking = Asking { uri: format!("https://shop.example.de{REQUEST}"), ..acme.asking() };
        let request = TestRequest::post()
            .uri(REQUEST)
            .peer_addr(peer.parse().unwrap())
            .insert_header(("X-Forwarded-Host", "shop.example.de"))
            .insert_header(("Authorization", acme.handed.header(&asking)));
        assert_eq!(verdict(&app.send(request).await), expected, "{peer}");
    }
}

fn german(config: &mut Config) {
    let base_url = "https://shop.example.de/".parse().unwrap();
    config.stores.push(Site { code: "german".into(), website: "base".into(), base_url });
}
