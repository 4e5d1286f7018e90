//! The known weaknesses of such exchanges elsewhere, by their numbers: 1–6, 8–20, 29–35 and 38–40 concern
//! the exchange. (The rest is about forms, permissions, bearer tokens and stored secrets.) What is tested in depth
//! elsewhere has a short test here all the same, so that the list can be read as a whole; the third needs the real
//! program, and is in `real`.

use latchkey::domain::Error;
use latchkey::domain::activation::{self, Replace};
use latchkey::outbound::{Failure, Handover, Http, Outbound as _, Outcome};
use latchkey::secret::Secret;
use tokio::sync::oneshot;

use super::*;
use crate::support::log::Log;

#[actix_web::test]
async fn weakness_01_a_captured_request_cannot_be_replayed_later() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let captured = acme.asking();
    assert_eq!(verdict(&acme.sends(&captured).await), accepted());
    for (after, expected) in
        [(0, "nonce_used"), (600, "nonce_used"), (1, "timestamp_refused"), (86_400, "timestamp_refused")]
    {
        app.clock.advance(seconds(after));
        acme.again();
        assert_eq!(verdict(&acme.sends(&captured).await), refused(expected), "{after} s later");
    }
}

#[actix_web::test]
async fn weakness_02_whoever_lacks_the_secret_writes_nothing() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let mut thief = acme.handed.clone();
    thief.consumer_secret = "0".repeat(32);
    let before = app.contents();
    let asking = acme.asking();
    let exchanging = acme.exchanging(&request);
    for asking in [&asking, &exchanging] {
        assert_eq!(verdict(&send(&app, asking, &thief.header(asking)).await), refused("signature_invalid"));
    }
    assert_eq!(app.contents(), before);
    assert_eq!(verdict(&acme.sends(&exchanging).await), accepted(), "the nonce was not burnt");
}

#[actix_web::test]
async fn weakness_04_a_bad_timestamp_has_its_own_problem() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    for bad in ["0", "-1", "soon", "1e9", "99999999999999999999", ""] {
        let header = acme.handed.header(&acme.asking());
        let header =
            header.replacen(&format!("timestamp=\"{}", acme.now()), &format!("timestamp=\"{bad}"), 1);
        let answer = send(&app, &acme.asking(), &header).await;
        assert_eq!(verdict(&answer), refused("timestamp_refused"), "{bad}");
        assert_eq!(advice(&answer), "Incorrect timestamp value in the oauth_timestamp parameter");
        assert!(field(&answer.body, "oauth_acceptable_timestamps").is_some());
    }
}

#[actix_web::test]
async fn weakness_05_long_nonces_are_neither_cut_nor_compared_without_case() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let common = "n".repeat(127);
    for nonce in [format!("{common}a"), format!("{common}A"), format!("{common}b"), common.clone()] {
        acme.again();
        assert_eq!(verdict(&acme.sends(&Asking { nonce, ..acme.asking() }).await), accepted());
    }
}

#[actix_web::test]
async fn weakness_06_a_request_deletes_no_old_nonces() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let nonce = "looked-for-later";
    acme.sends(&Asking { nonce: nonce.to_owned(), ..acme.asking() }).await;
    app.clock.advance(seconds(30 * 86_400));
    for _ in 0..20 {
        acme.again();
        acme.requests().await;
    }
    assert!(app.contents().contains(nonce));
}

#[actix_web::test]
async fn weakness_08_no_token_signs_calls_before_the_exchange_is_finished() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let verifier = Pair { token: acme.handed.verifier.clone(), secret: acme.handed.verifier.clone() };
    assert!(!acme.calls_with(&verifier).await);
    let request = acme.requests().await;
    assert!(!acme.calls_with(&request).await);
    let bearer = asked("GET", CALL).insert_header(("Authorization", format!("Bearer {}", request.token)));
    assert_eq!(app.send(bearer).await.status, 401);
}

#[actix_web::test]
async fn weakness_09_no_token_is_stored_in_clear() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let request = acme.requests().await;
    assert_nowhere(&app.contents(), &acme.handed, &request);
    acme.again();
    let access = acme.exchanges().await;
    assert_nowhere(&app.contents(), &acme.handed, &access);
}

#[actix_web::test]
async fn weakness_10_nothing_secret_is_logged() {
    let log = Log::keep();
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let access = acme.exchanges_with(&request).await;
    acme.sends(&acme.exchanging(&request)).await;
    let log = log.text();
    assert!(log.contains("request token issued consumer.id="), "{log}");
    assert!(log.contains("access token issued consumer.id="), "{log}");
    assert!(log.contains("access token refused: token_used"), "{log}");
    for pair in [&request, &access] {
        assert_nowhere(&log, &acme.handed, pair);
    }
    assert!(!log.contains(&acme.handed.consumer_key), "{log}");
}

#[actix_web::test]
async fn weakness_11_credentials_go_neither_inside_nor_in_clear() {
    let app = TestApp::new();
    let draft = Draft {
        name: "Inside".to_owned(),
        endpoint: "http://partner.example/".to_owned(),
        identity_link_url: "https://partner.example/".to_owned(),
        ..Draft::default()
    };
    let saved = app.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[]));
    assert!(matches!(saved, Err(Error::Invalid(_))));
    let http = Http::new(Vec::new()).unwrap();
    for endpoint in ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://10.0.0.1/"]
    {
        let fields = ["a", "b", "c", "d"].map(|name| (name, Secret::new("x")));
        let timeout = std::time::Duration::from_secs(5);
        let handover = Handover { endpoint: endpoint.to_owned(), fields, timeout, max_redirects: 0 };
        let failure = http.hand_over(handover).await.failure;
        assert!(matches!(failure, Some(Failure::ForbiddenAddress { .. })), "{endpoint}: {failure:?}");
    }
}

#[actix_web::test]
async fn weakness_12_a_partner_that_answered_with_an_error_is_not_shown_as_reached() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    app.outbound.answer(Outcome::answered(500));
    assert!(!app.app.hand_over(Actor::command(), acme.id, None).await.unwrap().delivered);
    assert_eq!((acme.attempt(), acme.status()), (attempt::State::Failed, Status::Inactive));
    // Yet it had got them.
    acme.takes(&app.outbound.asked()[0]);
    acme.exchanges().await;
    assert_eq!((acme.attempt(), acme.status()), (attempt::State::Completed, Status::Active));
}

#[actix_web::test]
async fn weakness_13_a_partner_that_takes_its_time_holds_nobody_up() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let (answer, answered) = oneshot::channel();
    app.outbound.answer_with(async |_| {
        answered.await.unwrap();
        Outcome::answered(200)
    });
    let (program, id) = (app.app.clone(), acme.id);
    let click = actix_web::rt::spawn(async move { program.hand_over(Actor::command(), id, None).await });
    while app.outbound.asked().is_empty() {
        actix_web::rt::task::yield_now().await;
    }
    acme.takes(&app.outbound.asked()[0]);
    let access = acme.exchanges().await;
    assert!(acme.calls_with(&access).await);
    answer.send(()).unwrap();
    assert!(click.await.unwrap().unwrap().delivered);
    assert_eq!((acme.attempt(), acme.status()), (attempt::State::Completed, Status::Active));
}

#[actix_web::test]
async fn weakness_14_handing_over_again_leaves_token_and_status_alone() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let access = acme.exchanges().await;
    acme.again();
    assert!(acme.calls_with(&access).await);
    acme.requests().await;
    assert!(acme.calls_with(&access).await);
    assert_eq!(acme.status(), Status::Active);
}

#[actix_web::test]
async fn weakness_15_an_abandoned_exchange_blocks_none_after_it() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for abandoned_after_request in [false, true, true] {
        if abandoned_after_request {
            acme.requests().await;
        }
        acme.again();
    }
    let access = acme.exchanges().await;
    assert!(acme.calls_with(&access).await);
}

#[actix_web::test]
async fn weakness_16_no_stale_token_lets_an_activation_do_nothing() {
    let app = TestApp::new();
    let given = app.given().integration_with("Plain", &[PRODUCTS]);
    let first = given.active().access_token.unwrap();
    let again = |work: &mut latchkey::store::Work<'_>| {
        activation::activate(work, &Actor::command(), given.id, Replace::Now)
    };
    let second = app.app.store.write_now(again).unwrap().credentials.access_token.unwrap();
    assert_ne!(first, second);
}

#[actix_web::test]
async fn weakness_17_token_and_activation_come_together_or_not_at_all() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    app.sql("alter table integration rename to elsewhere");
    let failed = acme.sends(&acme.exchanging(&request)).await;
    assert_eq!(failed.status, 500);
    app.sql("alter table elsewhere rename to integration");
    assert_eq!(acme.status(), Status::Inactive);
    // Not spent, and neither is the nonce of a request that failed.
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), accepted());
    assert_eq!(acme.status(), Status::Active);
}

#[actix_web::test]
async fn weakness_18_an_exchange_without_its_integration_makes_none() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    app.app.store.write_now(|work| integration::delete(work, &Actor::command(), acme.id)).unwrap();
    let before = app.contents();
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), refused("consumer_key_unknown"));
    assert_eq!(app.contents(), before);
}

#[actix_web::test]
async fn weakness_19_a_request_token_expires_by_the_clock() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    app.clock.advance(seconds(300));
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&request)).await), refused("token_expired"));
}

#[actix_web::test]
async fn weakness_20_every_hand_over_has_a_verifier_of_its_own() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    let first = acme.handed.verifier.clone();
    acme.again();
    assert_ne!(first, acme.handed.verifier);
    let request = acme.requests().await;
    let with_first = Asking { verifier: Some(&first), ..acme.exchanging(&request) };
    assert_eq!(verdict(&acme.sends(&with_first).await), refused("verifier_invalid"));
    let access = acme.exchanges_with(&request).await;
    assert!(acme.calls_with(&access).await);
}

#[actix_web::test]
async fn weakness_29_problems_are_codes_in_a_form() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let header = acme.handed.header(&acme.asking()).replace("HMAC-SHA256", "PLAINTEXT");
    let answer = send(&app, &acme.asking(), &header).await;
    assert_eq!(answer.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(
        answer.body,
        "oauth_problem=signature_method_rejected\
         &oauth_problem_advice=Signature+method+PLAINTEXT+is+not+supported"
    );
}

#[actix_web::test]
async fn weakness_30_a_correct_client_is_accepted_in_the_corners() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    // As received; and with names as they stand in a base string, which is what the library wants.
    for (query, signed) in [
        (
            "f%5B1%5D=a&f%5B10%5D=b&f%5B2%5D=c",
            [("f%255B1%255D", "a"), ("f%255B10%255D", "b"), ("f%255B2%255D", "c")],
        ),
        ("a=2&a=1&a=1", [("a", "1"), ("a", "1"), ("a", "2")]),
        ("a=1+2&b=1%2B2&c.d", [("a", "1 2"), ("b", "1+2"), ("c.d", "")]),
    ] {
        acme.again();
        let asking = acme.asking();
        let header = acme.handed.header(&Asking { parameters: &signed, ..asking.clone() });
        let asking = Asking { uri: format!("{REQUEST}?{query}"), ..asking };
        let answer = send(&app, &asking, &header).await;
        assert_eq!(verdict(&answer), accepted(), "{query}");
    }
}

#[actix_web::test]
async fn weakness_31_what_a_form_says_is_protected() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let header = acme.handed.header(&acme.asking());
    let form = to(&acme.asking())
        .insert_header(("Authorization", header))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload("added=1");
    assert_eq!(verdict(&app.send(form).await), refused("signature_invalid"));
}

#[actix_web::test]
async fn weakness_32_nested_form_fields_crash_nothing() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let nested = ["a[b][c][]=1", "oauth_x[]=1", "oauth_nonce[a]=1", "[]=", "a[=1&a]=2", "a[b=1"];
    for body in nested {
        let header = acme.handed.header(&acme.asking());
        let form = to(&acme.asking())
            .insert_header(("Authorization", header))
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(body);
        assert_eq!(verdict(&app.send(form).await), refused("signature_invalid"), "{body}");
    }
    let asking = acme.asking();
    let signed = [("a%255Bb%255D%255Bc%255D%255B%255D", "1")];
    let header = acme.handed.header(&Asking { parameters: &signed, ..asking.clone() });
    let form = to(&asking)
        .insert_header(("Authorization", header))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload("a[b][c][]=1");
    assert_eq!(verdict(&app.send(form).await), accepted());
}

#[actix_web::test]
async fn weakness_33_the_word_oauth_inside_something_else_starts_nothing() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let header = acme.handed.header(&acme.asking());
    for disguised in [
        format!("Bearer {header}"),
        format!("X{header}"),
        format!("Digest username=\"x, {}\"", header.replace('"', "")),
        header.replace("oauth_", "my_oauth_"),
    ] {
        let answer = send(&app, &acme.asking(), &disguised).await;
        assert_eq!(verdict(&answer), malformed("parameter_absent"), "{disguised}");
    }
}

#[actix_web::test]
async fn weakness_34_the_version_is_a_word() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    for version in ["1", "1.00", "01.0", "1.0a", "2.0", ""] {
        let header = acme.handed.header(&acme.asking());
        let header = header.replacen("OAuth ", &format!("OAuth oauth_version=\"{version}\","), 1);
        let answer = send(&app, &acme.asking(), &header).await;
        assert_eq!(verdict(&answer), malformed("version_rejected"), "{version}");
    }
}

#[actix_web::test]
async fn weakness_35_no_answer_repeats_a_key_a_token_or_a_secret() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let sent = [&acme.handed.consumer_key, &acme.handed.verifier, &request.token, &request.secret];
    let header = acme.handed.header(&acme.exchanging(&request));
    for name in
        ["oauth_consumer_key", "oauth_token", "oauth_verifier", "oauth_signature_method", "oauth_nonce"]
    {
        let start = header.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        let end = start + header[start..].find('"').unwrap();
        for value in sent {
            for wrong in [value.clone(), format!("{value}x"), format!("%00{value}")] {
                if wrong == header[start..end] {
                    continue;
                }
                let mut header = header.clone();
                header.replace_range(start..end, &wrong);
                let answer = send(&app, &acme.exchanging(&request), &header).await;
                assert_ne!(answer.status, 200);
                for secret in sent {
                    assert!(!answer.body.contains(secret.as_str()), "{name}: {}", answer.body);
                }
            }
        }
    }
}

#[actix_web::test]
async fn weakness_38_asking_again_adds_no_tokens() {
    let app = TestApp::new();
    let mut acme = Acme::new(&app);
    for _ in 0..3 {
        acme.exchanges().await;
        acme.again();
        acme.requests().await;
        acme.again();
    }
    // One that is pending, one live, one retiring.
    assert_eq!(app.count("oauth_token"), 3);
}

#[actix_web::test]
async fn weakness_39_secrets_sign_and_are_not_sent() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let header = acme.handed.header(&acme.exchanging(&request));
    for secret in [&acme.handed.consumer_secret, &request.secret] {
        assert!(!header.contains(secret.as_str()));
    }
    assert_eq!(verdict(&send(&app, &acme.exchanging(&request), &header).await), accepted());
}

#[actix_web::test]
async fn weakness_40_keys_tokens_and_verifiers_differ_by_case() {
    let app = TestApp::new();
    let acme = Acme::new(&app);
    let request = acme.requests().await;
    let upper = |text: &str| text.to_uppercase();
    let mut handed = acme.handed.clone();
    handed.consumer_key = upper(&handed.consumer_key);
    let asking = acme.asking();
    assert_eq!(verdict(&send(&app, &asking, &handed.header(&asking)).await), refused("consumer_key_unknown"));
    let token = Pair { token: upper(&request.token), ..request.clone() };
    assert_eq!(verdict(&acme.sends(&acme.exchanging(&token)).await), refused("token_rejected"));
    let verifier = upper(&acme.handed.verifier);
    let asking = Asking { verifier: Some(&verifier), ..acme.exchanging(&request) };
    assert_eq!(verdict(&acme.sends(&asking).await), refused("verifier_invalid"));
}

fn assert_nowhere(text: &str, handed: &Handed, pair: &Pair) {
    for secret in [&handed.consumer_secret, &handed.verifier, &pair.token, &pair.secret] {
        assert!(!text.contains(secret.as_str()), "{text}");
    }
}
