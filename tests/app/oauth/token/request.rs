//! `/oauth/token/request`.

use std::sync::mpsc;
use std::thread;

use actix_web::http::Method;
use latchkey::domain::{Error, activation};

use super::*;

#[actix_web::test]
async fn a_verifier_becomes_a_request_token() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let answer = acme.sends(&acme.asking()).await;
    assert_eq!(verdict(&answer), accepted());
    let request = issued(&answer.body).unwrap();
    assert_eq!(
        answer.body,
        format!(
            "oauth_token={}&oauth_token_secret={}&oauth_callback_confirmed=true",
            request.token, request.secret
        )
    );
    assert_eq!((request.token.len(), request.secret.len()), (32, 32));
    assert_eq!((acme.status(), acme.attempt()), (Status::Inactive, attempt::State::Requested));
}

#[actix_web::test]
async fn both_methods_of_signing_and_of_asking_are_accepted() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for (method, by_sha1) in [("POST", false), ("POST", true), ("GET", false), ("GET", true)] {
        acme.again();
        let asking = Asking { method, by_sha1, ..acme.asking() };
        assert_eq!(verdict(&acme.sends(&asking).await), accepted(), "{method} {by_sha1}");
    }
}

#[actix_web::test]
async fn other_methods_are_told_which_there_are() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let asking = Asking { method: method.as_str(), ..acme.asking() };
        let answer = acme.sends(&asking).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, POST"), "{method}");
    }
    assert_eq!(acme.attempt(), attempt::State::Sending);
}

#[actix_web::test]
async fn the_header_may_hold_other_schemes_and_unquoted_values() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let disguises: [fn(&str) -> String; 5] = [
        |header| format!("Basic dXNlcjpwYXNz, {header}"),
        |header| format!("{header}, Basic dXNlcjpwYXNz"),
        |header| header.replacen("OAuth ", "oauth realm=\"Shop, with comma\", ", 1),
        |header| header.replace('"', ""),
        |header| header.replace(',', " ,\t "),
    ];
    for disguise in disguises {
        acme.again();
        let asking = acme.asking();
        let header = disguise(&acme.handed.header(&asking));
        assert_eq!(verdict(&send(&app, &asking, &header).await), accepted(), "{header}");
    }
}

#[actix_web::test]
async fn the_parameters_may_come_in_a_form() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for kind in ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"] {
        acme.again();
        let asking = acme.asking();
        let form = to(&asking).insert_header(("Content-Type", kind)).set_payload(acme.handed.form(&asking));
        assert_eq!(verdict(&app.send(form).await), accepted(), "{kind}");
    }
    let asking = acme.asking();
    let unmarked = to(&asking).set_payload(acme.handed.form(&asking));
    assert_eq!(verdict(&app.send(unmarked).await), malformed("parameter_absent"));
}

#[actix_web::test]
async fn other_parameters_of_query_and_form_are_signed() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let asking = Asking { parameters: &[("a", "1"), ("z", "2")], ..acme.asking() };
    let header = acme.handed.header(&asking);
    let with = |query: &str, form: &'static str| {
        let asking = Asking { uri: format!("{REQUEST}{query}"), ..asking.clone() };
        to(&asking)
            .insert_header(("Authorization", header.as_str()))
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(form)
    };
    assert_eq!(verdict(&app.send(with("?z=2", "a=2")).await), refused("signature_invalid"));
    assert_eq!(verdict(&app.send(with("?z=2&z=2", "a=1")).await), refused("signature_invalid"));
    assert_eq!(verdict(&app.send(with("?z=2", "a=1")).await), accepted());
}

#[actix_web::test]
async fn protocol_parameters_stand_once_and_never_in_the_query() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let asking = acme.asking();
    let (header, form) = (acme.handed.header(&asking), acme.handed.form(&asking));
    let in_query = to(&Asking { uri: format!("{REQUEST}?{form}"), ..asking.clone() });
    let also_in_query = to(&Asking { uri: format!("{REQUEST}?oauth_x=1"), ..asking.clone() });
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    for request in [
        in_query,
        also_in_query.insert_header(("Authorization", header.as_str())),
        to(&asking).insert_header(("Authorization", format!("{header}, oauth_nonce=\"x\""))),
        to(&asking)
            .insert_header(("Authorization", header.as_str()))
            .insert_header(kind)
            .set_payload(form.clone()),
        to(&asking).insert_header(kind).set_payload(format!("{form}&oauth_nonce=x")),
        to(&asking).insert_header(("Authorization", header.replace("oauth_nonce=\"", "oauth_nonce=\"%zz"))),
        to(&asking).insert_header(("Authorization", "OAuth oauth_nonce=\"")),
        to(&asking).insert_header(("Authorization", [b"OAuth oauth_nonce=\xff".as_slice()].concat())),
        to(&asking).insert_header(kind).set_payload(format!("{form}&a={}", "x".repeat(64 * 1024))),
        to(&asking).insert_header(("Authorization", format!("OAuth a=\"{}\"", "x".repeat(9_000)))),
    ] {
        let answer = app.send(request).await;
        assert_eq!(verdict(&answer), malformed("parameter_rejected"), "{}", answer.body);
    }
    assert_eq!(acme.attempt(), attempt::State::Sending);
}

#[actix_web::test]
async fn what_is_missing_is_named() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    for authorization in
        ["", "Basic dXNlcjpwYXNz", "OAuth", "OAuth realm=\"x\"", "Bearer OAuth oauth_nonce=1"]
    {
        let answer = send(&app, &acme.asking(), authorization).await;
        assert_eq!(verdict(&answer), malformed("parameter_absent"), "{authorization}");
        assert_eq!(
            field(&answer.body, "oauth_parameters_absent").unwrap(),
            "oauth_consumer_key&oauth_signature&oauth_signature_method&oauth_nonce&oauth_timestamp"
        );
    }
    let header = acme.handed.header(&acme.asking()).replace("oauth_nonce=", "oauth_once=");
    let answer = send(&app, &acme.asking(), &header).await;
    assert_eq!(verdict(&answer), malformed("parameter_absent"));
    assert_eq!(advice(&answer), "\"oauth_nonce\" is required. Enter and try again.");
}

#[actix_web::test]
async fn a_bad_form_has_its_own_codes() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let key = acme.handed.consumer_key.as_str();
    let long_nonce = format!("oauth_nonce=\"{}", "n".repeat(129));
    for (from, to, expected) in [
        ("OAuth ", "OAuth oauth_version=\"2.0\",", malformed("version_rejected")),
        ("OAuth ", "OAuth oauth_version=\"1\",", malformed("version_rejected")),
        ("OAuth ", "OAuth oauth_token=\"short\",", malformed("parameter_rejected")),
        ("HMAC-SHA256", "PLAINTEXT", malformed("signature_method_rejected")),
        ("HMAC-SHA256", "RSA-SHA1", malformed("signature_method_rejected")),
        ("oauth_nonce=\"", "oauth_nonce=\"%00", malformed("parameter_rejected")),
        ("oauth_nonce=\"", long_nonce.as_str(), malformed("parameter_rejected")),
        (key, "short", refused("consumer_key_unknown")),
        (key, "", refused("consumer_key_unknown")),
        (key, "0123456789abcdefghijklmnopqrstuv", refused("consumer_key_unknown")),
    ] {
        let header = acme.handed.header(&acme.asking());
        assert!(header.contains(from), "{header}");
        let answer = send(&app, &acme.asking(), &header.replacen(from, to, 1)).await;
        assert_eq!(verdict(&answer), expected, "{to}: {}", answer.body);
        assert!(!answer.body.contains(key), "{}", answer.body);
    }
    let answer =
        send(&app, &acme.asking(), &acme.handed.header(&acme.asking()).replace("HMAC-SHA256", "MD5")).await;
    assert_eq!(advice(&answer), "Signature method MD5 is not supported");
    assert_eq!(acme.attempt(), attempt::State::Sending);
}

#[actix_web::test]
async fn the_clock_may_be_ten_minutes_off_and_no_more() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for (off, expected) in [
        (-601, refused("timestamp_refused")),
        (601, refused("timestamp_refused")),
        (-600, accepted()),
        (600, accepted()),
    ] {
        acme.again();
        let now = acme.now();
        let answer = acme.sends(&Asking { timestamp: now + off, ..acme.asking() }).await;
        assert_eq!(verdict(&answer), expected, "{off}");
        let window = (answer.status == 401).then(|| format!("{}-{}", now - 600, now + 600));
        assert_eq!(field(&answer.body, "oauth_acceptable_timestamps"), window);
    }
}

#[actix_web::test]
async fn a_nonce_counts_once() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let asking = acme.asking();
    assert_eq!(verdict(&acme.sends(&asking).await), accepted());
    acme.again();
    let answer = acme.sends(&asking).await;
    assert_eq!(verdict(&answer), refused("nonce_used"));
    assert!(advice(&answer).starts_with("The nonce is already being used by the consumer with ID "));
    let upper = Asking { nonce: asking.nonce.to_uppercase(), ..asking.clone() };
    assert_eq!(verdict(&acme.sends(&upper).await), accepted());
}

#[actix_web::test]
async fn a_verifier_opens_one_request_until_it_is_sent_again() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    acme.requests().await;
    let answer = acme.sends(&acme.asking()).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
    assert_eq!(advice(&answer), "Cannot create request token because consumer token is not a verifier token");
    acme.again();
    acme.exchanges().await;
    let answer = acme.sends(&acme.asking()).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
    assert!(advice(&answer).starts_with("A token with consumer ID "), "{}", answer.body);
}

#[actix_web::test]
async fn an_exchange_is_open_for_five_minutes_from_the_hand_over() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    app.clock.advance(seconds(299));
    acme.requests().await;
    acme.again();
    app.clock.advance(seconds(300));
    let answer = acme.sends(&acme.asking()).await;
    assert_eq!(verdict(&answer), refused("consumer_key_rejected"));
    assert_eq!(advice(&answer), "Consumer key has expired");
    assert_eq!(acme.status(), Status::Inactive);
}

#[actix_web::test]
async fn a_suspended_integration_is_refused_and_a_deleted_one_unknown() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    acme.exchanges().await;
    acme.again();
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), acme.id)).unwrap();
    assert_eq!(verdict(&acme.sends(&acme.asking()).await), refused("consumer_key_refused"));
    app.app.store.write_now(|work| integration::delete(work, &Actor::command(), acme.id)).unwrap();
    assert_eq!(verdict(&acme.sends(&acme.asking()).await), refused("consumer_key_unknown"));
}

#[actix_web::test]
async fn strangers_neither_load_the_database_nor_take_its_lock() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let mut forger = acme.handed.clone();
    forger.consumer_secret = "0".repeat(32);
    let mut stranger = forger.clone();
    stranger.consumer_key = "0".repeat(32);
    let asks = async |handed: &Handed| {
        let asking = acme.asking();
        verdict(&send(&app, &asking, &handed.header(&asking)).await)
    };
    let (tell, held) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let store = app.app.store.clone();
    let holder = thread::spawn(move || {
        store.write_now(|_| {
            tell.send(()).unwrap();
            released.recv().unwrap();
            Ok::<_, Error>(())
        })
    });
    held.recv().unwrap();
    assert_eq!(asks(&forger).await, refused("signature_invalid"));
    assert_eq!(asks(&stranger).await, refused("consumer_key_unknown"));
    release.send(()).unwrap();
    holder.join().unwrap().unwrap();
    // Answered from memory, for a second; a slow machine may need longer than that in between.
    for _ in 0..10 {
        assert_eq!(asks(&stranger).await, refused("consumer_key_unknown"));
        app.sql("alter table oauth_consumer rename to elsewhere");
        let is_remembered = asks(&stranger).await == refused("consumer_key_unknown");
        app.sql("alter table elsewhere rename to oauth_consumer");
        if is_remembered {
            return;
        }
    }
    panic!("an unknown key is looked up each time");
}

#[actix_web::test]
async fn a_failure_of_the_database_has_a_reference_and_no_details() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    acme.requests().await;
    app.sql("alter table oauth_token rename to elsewhere");
    let answer = acme.sends(&acme.asking()).await;
    assert_eq!(answer.status, 500);
    assert_is_wire_answer(&answer.headers);
    assert_eq!(field(&answer.body, "oauth_problem").unwrap(), "internal_error");
    assert!(field(&answer.body, "reference").unwrap().len() >= 8);
    assert!(!answer.body.contains("oauth_token"), "{}", answer.body);
}
