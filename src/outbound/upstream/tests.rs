use rustls::RootCertStore;
use tokio::task::LocalSet;

use super::*;
use crate::outbound::http::tests::partner::{Authority, Identity, Partner, answers};

/// What comes of a GET to a store that has this identity, when `roots` are trusted; and how many requests it heard.
async fn asked(identity: &Identity, roots: RootCertStore) -> (Result<u16, Failure>, usize) {
    let store = Partner::over_https(answers(200), identity).await;
    let url = Url::parse(&format!("https://localhost:{}/", store.port)).unwrap();
    let upstream = Upstream::new(Destination::with(&url, roots).unwrap());
    let outgoing = Outgoing::new("GET", &upstream.target("/rest"), Body::none()).unwrap();
    let place = upstream.place().unwrap();
    let answer = LocalSet::new().run_until(upstream.send(outgoing, place)).await;
    (answer.map(|answer| answer.status()), store.heard().len())
}

#[tokio::test]
async fn a_store_with_a_certificate_in_order_is_reached() {
    let authority = Authority::new();
    let identity = authority.issues("localhost", 2020, 2100);
    assert_eq!(asked(&identity, authority.roots()).await, (Ok(200), 1));
}

#[tokio::test]
async fn a_store_with_another_certificate_hears_nothing() {
    let authority = Authority::new();
    for identity in [
        authority.issues("other.example", 2020, 2100),
        authority.issues("localhost", 2000, 2001),
        Authority::new().issues("localhost", 2020, 2100),
    ] {
        let (answer, heard) = asked(&identity, authority.roots()).await;
        assert!(matches!(answer, Err(Failure::Unreachable(_))), "{answer:?}");
        assert_eq!(heard, 0);
    }
}

#[test]
fn what_cannot_be_sent_as_it_is_is_not_sent() {
    for target in ["", "/a b", "/a#b", "/a\nb", "/<", "/\u{7f}"] {
        assert!(Outgoing::new("GET", target, Body::none()).is_none(), "{target:?}");
    }
    for target in ["/a%2Fb?x[]={}&y=", "/a?", "/a|b\\c;d"] {
        let outgoing = Outgoing::new("GET", target, Body::none()).unwrap();
        assert_eq!(outgoing.request.uri().to_string(), target);
    }
    assert!(Outgoing::new("G T", "/", Body::none()).is_none());
}

#[test]
fn the_path_of_the_address_comes_before_that_of_the_call() {
    for (address, target) in [
        ("http://store.example/", "/rest/V1/a?x"),
        ("http://store.example/shop%2F1/", "/shop%2F1/rest/V1/a?x"),
    ] {
        let upstream = Upstream::new(Destination::new(&Url::parse(address).unwrap()).unwrap());
        assert_eq!(upstream.target("/rest/V1/a?x"), target);
    }
    let named = |address: &str| Destination::new(&Url::parse(address).unwrap()).unwrap().host;
    assert_eq!(named("http://store.example:80/"), "store.example");
    assert_eq!(named("http://[::1]:8080/"), "[::1]:8080");
}
