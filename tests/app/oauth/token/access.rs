//! `/oauth/token/access`.

use latchkey::domain::activation;

use super::*;

#[actix_web::test]
async fn a_request_token_becomes_the_access_token_and_the_integration_active() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let answer = acme.sends(&acme.exchanging(&request)).await;
    assert_eq!(verdict(&answer), accepted());
    let access = issued(&answer.body).unwrap();
    assert_eq!(answer.body, format!("oauth_token={}&oauth_token_secret={}", access.token, access.secret));
    assert!(access.token != request.token && access.secret != request.secret);
    assert_eq!((acme.status(), acme.attempt()), (Status::Active, attempt::State::Completed));
    assert!(acme.calls_with(&access).await);
    assert!(!acme.calls_with(&request).await);
}

#[actix_web::test]
async fn every_way_of_sending_is_accepted() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for (method, by_sha1) in [("POST", true), ("GET", false), ("GET", true)] {
        acme.again();
        let request = acme.requests().await;
        let asking = Asking { method, by_sha1, ..acme.exchanging(&request) };
        assert_eq!(verdict(&acme.sends(&asking).await), accepted(), "{method} {by_sha1}");
    }
    acme.again();
    let request = acme.requests().await;
    let asking = acme.exchanging(&request);
    let form = to(&asking)
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(acme.handed.form(&asking));
    assert_eq!(verdict(&app.send(form).await), accepted());
}

#[actix_web::test]
async fn what_is_missing_is_named() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let answer = acme.sends(&Asking { uri: format!("{BASE}{ACCESS}"), ..acme.asking() }).await;
    assert_eq!(verdict(&answer), malformed("parameter_absent"));
    assert_eq!(
        advice(&answer),
        "\"oauth_token\" is required. Enter and try again, \"oauth_verifier\" is required. Enter and try again"
    );
    let answer = acme.sends(&Asking { verifier: None, ..acme.exchanging(&request) }).await;
    assert_eq!(verdict(&answer), malformed("parameter_absent"));
    assert_eq!(field(&answer.body, "oauth_parameters_absent").unwrap(), "oauth_verifier");
    let bare = send(&app, &acme.exchanging(&request), "").await;
    assert!(field(&bare.body, "oauth_parameters_absent").unwrap().ends_with("&oauth_token&oauth_verifier"));
}

#[actix_web::test]
async fn a_wrong_verifier_is_refused_and_the_right_one_still_works() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let upper = acme.handed.verifier.to_uppercase();
    for (verifier, sentence) in [
        ("short", "Verifier is not the correct length"),
        ("", "Verifier is not the correct length"),
        ("%7F2345678901234567890123456789012", "Verifier is invalid"),
        ("01234567890123456789012345678901", "Token verifier and verifier token do not match"),
        (upper.as_str(), "Token verifier and verifier token do not match"),
    ] {
        let asking = acme.exchanging(&request);
        let answer = match verifier.strip_prefix("%7F") {
            // Refused by its form, before the signature is looked at.
            Some(rest) => {
                let header = acme.handed.header(&asking);
                let header = header.replace(&acme.handed.verifier, &format!("%7F{rest}"));
                send(&app, &asking, &header).await
            }
            None => acme.sends(&Asking { verifier: Some(verifier), ..asking }).await,
        };
        assert_eq!(verdict(&answer), refused("verifier_invalid"), "{verifier}");
        assert_eq!(advice(&answer), sentence, "{verifier}");
    }
    assert_eq!(acme.status(), Status::Inactive);
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), accepted());
}

#[actix_web::test]
async fn another_token_than_the_request_token_is_refused_by_its_kind() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let umbrella = Acme::named(&app, "Umbrella");
    let foreign = umbrella.requests().await;
    let answer = acme.sends(&acme.exchanging(&foreign)).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
    assert_eq!(advice(&answer), "Request token is not associated with the specified consumer");
    let unknown = Pair { token: "0".repeat(32), secret: "0".repeat(32) };
    let answer = acme.sends(&acme.exchanging(&unknown)).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
    assert_eq!(advice(&answer), "Specified token does not exist");
    let short = Pair { token: "short".into(), secret: "short".into() };
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&short)).await), malformed("parameter_rejected"));
    let access = acme.exchanges().await;
    let answer = acme.sends(&acme.exchanging(&access)).await;
    assert_eq!(verdict(&answer), refused("token_used"));
    assert_eq!(advice(&answer), "Token is already being used");
}

#[actix_web::test]
async fn a_request_token_works_once_and_only_in_its_attempt() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let request = acme.requests().await;
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), accepted());
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), refused("token_used"));
    acme.again();
    let request = acme.requests().await;
    acme.again();
    let answer = acme.sends(&acme.exchanging(&request)).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
}

#[actix_web::test]
async fn a_request_token_ends_with_the_exchange() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for (after, expected) in [(299, accepted()), (300, refused("token_expired"))] {
        acme.again();
        let request = acme.requests().await;
        app.clock.advance(seconds(after));
        assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), expected, "{after}");
    }
}

#[actix_web::test]
async fn signature_window_and_nonce_are_checked_here_too() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let wrong = Pair { secret: "0".repeat(32), ..request.clone() };
    let answer = acme.sends(&acme.exchanging(&wrong)).await;
    assert_eq!(verdict(&answer), refused("signature_invalid"));
    assert_eq!(answer.header("www-authenticate"), format!("OAuth realm=\"{BASE}/\""));
    let late = Asking { timestamp: acme.now() - 601, ..acme.exchanging(&request) };
    assert_eq!(verdict(&acme.sends(&late).await), refused("timestamp_refused"));
    let used = acme.asking();
    acme.sends(&used).await;
    let replayed = Asking { nonce: used.nonce, ..acme.exchanging(&request) };
    assert_eq!(verdict(&acme.sends(&replayed).await), refused("nonce_used"));
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), accepted());
}

#[actix_web::test]
async fn neither_a_suspended_nor_a_revoked_integration_gets_a_token() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    acme.exchanges().await;
    acme.again();
    let request = acme.requests().await;
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), acme.id)).unwrap();
    let answer = acme.sends(&acme.exchanging(&request)).await;
    assert_eq!(verdict(&answer), refused("consumer_key_refused"));
    assert_eq!(acme.status(), Status::Suspended);
    app.app.store.write_now(|work| activation::revoke(work, &Actor::command(), acme.id)).unwrap();
    let answer = acme.sends(&acme.exchanging(&request)).await;
    assert_eq!(verdict(&answer), refused("token_rejected"));
    assert_eq!(acme.status(), Status::Inactive);
}

#[actix_web::test]
async fn the_old_token_works_until_the_new_one_has_proved_itself() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let old = acme.exchanges().await;
    assert!(acme.calls_with(&old).await);
    acme.again();
    let request = acme.requests().await;
    assert!(acme.calls_with(&old).await);
    let answer = acme.sends(&acme.exchanging(&request)).await;
    let new = issued(&answer.body).unwrap();
    assert!(acme.calls_with(&old).await);
    app.clock.advance(seconds(120));
    assert!(acme.calls_with(&new).await);
    app.clock.advance(seconds(59));
    assert!(acme.calls_with(&old).await);
    app.clock.advance(seconds(2));
    assert!(!acme.calls_with(&old).await);
    assert!(acme.calls_with(&new).await);
}
