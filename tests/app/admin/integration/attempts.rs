//! Attempts on the page of their integration, a new consumer secret, and ending what is still valid beside it.

use chrono::TimeDelta;
use latchkey::domain::activation::exchange;
use latchkey::domain::integration::Status;
use latchkey::domain::setting::TOKEN_GRACE;
use latchkey::outbound::{End, Failure, Outcome, Step, Timed};

use super::*;
use crate::support::given::PASSWORD;
use crate::support::page::words;
use crate::support::partner::Partner;

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/edit/{}", id.0)
}

/// Sends the credentials from the page.
async fn send(browser: &mut Browser<'_>, id: IntegrationId) {
    browser.open(&format!("/admin/integration/permissions_dialog/{}", id.0)).await;
    let button = if browser.page.button("Allow").is_some() { "Allow" } else { "Reauthorize" };
    browser.press(button).await;
}

/// The attempts as listed, one line each.
fn attempts(page: &Page) -> Vec<String> {
    page.all("#integration-attempts details").into_iter().map(words).collect()
}

#[actix_web::test]
async fn the_latest_attempts_are_listed_with_steps_times_and_causes() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    assert!(page.text().contains("No credentials have been sent"), "{}", page.text());
    assert!(page.link("Send again").is_none());
    let timed = |step, millis, end| Timed { step, millis, end };
    app.outbound.answer(Outcome {
        addresses: vec!["93.184.216.34:443".parse().unwrap()],
        steps: vec![
            timed(Step::NameLookup, 12, End::Passed),
            timed(Step::AddressCheck, 0, End::Passed),
            timed(Step::Connect, 31, End::Failed),
        ],
        status: None,
        failure: Some(Failure::ConnectionRefused),
    });
    send(&mut browser, acme.id).await;
    app.clock.advance(TimeDelta::minutes(3));
    app.outbound.answer(Outcome::answered(200));
    send(&mut browser, acme.id).await;
    let credentials = exchanges(&app).await;
    Partner::copy(&app, credentials).calls("GET", "/rest/V1/categories").await;
    let page = browser.open(&address(acme.id)).await;
    let listed = attempts(page);
    assert_eq!(listed.len(), 2);
    for part in [
        "Attempt 2 Completed 2024-10-04 00:03 UTC",
        "Sent to https://partner.example/callback",
        "Sending of the credentials 200 0 ms",
        "Request token asked for 00:03:00 UTC",
        "Access token given 00:03:00 UTC",
        "First signed call 00:03:00 UTC",
    ] {
        assert!(listed[0].contains(part), "{part}: {}", listed[0]);
    }
    for part in [
        "Attempt 1 Failed 2024-10-04 00:00 UTC",
        "Nobody listens at partner.example:443.",
        "Name lookup 12 ms",
        "Connection failed 93.184.216.34:443 31 ms",
    ] {
        assert!(listed[1].contains(part), "{part}: {}", listed[1]);
    }
}

#[actix_web::test]
async fn no_more_than_ten_are_listed_and_a_later_one_replaces_what_was_open() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    for _ in 0..11 {
        app.outbound.answer(Outcome::answered(200));
        send(&mut browser, acme.id).await;
    }
    let listed = attempts(browser.open(&address(acme.id)).await);
    assert_eq!(listed.len(), 10);
    assert!(listed[0].starts_with("Attempt 11 Waiting for the partner"), "{}", listed[0]);
    assert!(listed[1].starts_with("Attempt 10 Replaced"), "{}", listed[1]);
}

#[actix_web::test]
async fn an_attempt_that_nobody_finished_is_named_and_blocks_nothing() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.app.store.write_now(|work| exchange::begin(work, &Actor::command(), acme.id)).unwrap();
    let listed = attempts(browser.open(&address(acme.id)).await);
    assert!(listed[0].starts_with("Attempt 1 On its way"), "{}", listed[0]);
    app.clock.advance(TimeDelta::seconds(15));
    let listed = attempts(browser.open(&address(acme.id)).await);
    assert!(listed[0].starts_with("Attempt 1 Interrupted"), "{}", listed[0]);
    assert!(listed[0].contains("Latchkey stopped while it was sending"), "{}", listed[0]);
    let page = browser.follow("Send again").await;
    assert_eq!(page.heading(), "Acme");
    app.outbound.answer(Outcome::answered(200));
    browser.press("Allow").await;
    exchanges(&app).await;
    assert_eq!(stored(&app, acme.id).status, Status::Active);
}

#[actix_web::test]
async fn an_integration_whose_tokens_are_shown_has_no_attempts() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    assert!(page.all("#integration-attempts").is_empty());
}

#[actix_web::test]
async fn a_new_consumer_secret_lets_the_old_one_sign_until_it_is_ended() {
    let app = TestApp::new();
    let acme = app.given().integration_with("Acme", &[CATEGORIES]);
    let old = acme.active();
    let partner = Partner::with(&app, &old);
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    let page = browser.follow("New consumer secret").await;
    assert!(page.text().contains("goes on signing until the grace period ends"), "{}", page.text());
    let page = browser.press("New consumer secret").await;
    let said = "Success: The integration 'Acme' has a new consumer secret. The one before it signs until \
                2024-10-05 00:00:00 UTC. Reveal the new one, or reauthorize the integration to be shown it, and pass \
                it to the partner.";
    assert_eq!(page.messages(), [said]);
    assert!(page.text().contains("signs until 2024-10-05 00:00:00 UTC"), "{}", page.text());
    assert!(!page.body.contains(old.consumer_secret.expose()));
    assert_eq!(partner.calls("GET", "/rest/V1/categories").await.status, 200);
    // Both count their nonces from one.
    app.clock.advance(TimeDelta::seconds(1));
    let page = browser.press("Reveal the secrets").await;
    let new = page.value("Consumer Secret");
    assert_ne!(new, old.consumer_secret.expose());
    let renewed = Partner::copy(&app, Credentials { consumer_secret: new, ..partner.credentials.clone() });
    assert_eq!(renewed.calls("GET", "/rest/V1/categories").await.status, 200);
    browser.open(&address(acme.id)).await;
    let page = browser.press("End now").await;
    let said = "Success: What the integration 'Acme' had before its present credentials has ended.";
    assert_eq!(page.messages(), [said]);
    assert!(page.button("End now").is_none(), "nothing is left to be ended");
    assert_eq!(partner.calls("GET", "/rest/V1/categories").await.status, 401);
    assert_eq!(renewed.calls("GET", "/rest/V1/categories").await.status, 200);
}

#[actix_web::test]
async fn a_token_that_retires_can_be_ended_now() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    send(&mut browser, acme.id).await;
    let old = Partner::copy(&app, exchanges(&app).await);
    assert!(browser.open(&address(acme.id)).await.button("End now").is_none());
    app.outbound.answer(Outcome::answered(200));
    send(&mut browser, acme.id).await;
    let new = Partner::copy(&app, exchanges(&app).await);
    let page = browser.open(&address(acme.id)).await;
    let said = "The token before the present one works until 2024-10-04 00:10:00 UTC.";
    assert!(page.text().contains(said), "{}", page.text());
    assert_eq!(old.calls("GET", "/rest/V1/categories").await.status, 200);
    browser.press("End now").await;
    assert_eq!(old.calls("GET", "/rest/V1/categories").await.status, 401);
    assert_eq!(new.calls("GET", "/rest/V1/categories").await.status, 200);
}

#[actix_web::test]
async fn an_exchange_hands_the_new_secret_over() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    app.outbound.answer(Outcome::answered(200));
    send(&mut browser, acme.id).await;
    let old = exchanges(&app).await;
    set(&app, TOKEN_GRACE, "0");
    browser.open(&address(acme.id)).await;
    browser.follow("New consumer secret").await;
    let page = browser.press("New consumer secret").await;
    let said = "Success: The integration 'Acme' has a new consumer secret. The one before it has ended. \
                Reauthorize the integration to send the new one to the partner's server.";
    assert_eq!(page.messages(), [said]);
    app.outbound.answer(Outcome::answered(200));
    send(&mut browser, acme.id).await;
    assert_ne!(handed(&app).consumer_secret, old.consumer_secret);
    exchanges(&app).await;
}

#[actix_web::test]
async fn secrets_are_renewed_and_ended_only_with_a_fresh_password_and_the_right() {
    let app = TestApp::new();
    let acme = app.given().integration_with("Acme", &[CATEGORIES]);
    let old = acme.active().consumer_secret;
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open(&address(acme.id)).await;
    browser.follow("New consumer secret").await;
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("New consumer secret").await;
    assert_eq!(page.status, 422);
    browser.fill("Your Password", PASSWORD);
    browser.press("New consumer secret").await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open(&address(acme.id)).await;
    let page = browser.press("End now").await;
    assert_eq!(page.heading(), "Confirm your password");
    browser.fill("Your Password", PASSWORD);
    let page = browser.press("End now").await;
    assert!(page.messages()[0].starts_with("Success: What the integration"), "{:?}", page.messages());
    assert!(!page.body.contains(old.expose()));
    let mut reader = signed_in(&app, "reader", &[VIEW, MANAGE]).await;
    let page = reader.open(&address(acme.id)).await;
    assert!(page.link("New consumer secret").is_none());
    let mut clerk = signed_in(&app, "clerk", &[VIEW, ACTIVATE]).await;
    clerk.open(&address(acme.id)).await;
    clerk.follow("New consumer secret").await;
    let page = clerk.press("New consumer secret").await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains(CATEGORIES), "{}", page.text());
}
