//! One token after the other: the old one works until the new one has proved itself.

use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::activation::{self, Replace};
use latchkey::domain::integration::IntegrationId;

use super::*;

fn reauthorized(app: &TestApp, id: IntegrationId, replace: Replace) -> Partner<'_> {
    let again = app.app.store.write_now(|work| activation::activate(work, &Actor::command(), id, replace));
    Partner::with(app, &again.unwrap().credentials)
}

async fn works(partner: &Partner<'_>) -> bool {
    let answer = partner.calls("GET", PERMITTED).await;
    assert!(verdict(&answer) == passes() || verdict(&answer) == refused("token_rejected"), "{}", answer.body);
    answer.status == 200
}

#[actix_web::test]
async fn the_old_token_works_until_a_minute_after_the_new_ones_first_valid_call() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let old = Partner::with(&app, &given.active());
    assert!(works(&old).await);
    let new = reauthorized(&app, given.id, Replace::AfterGrace);
    assert_eq!(new.credentials.consumer_key, old.credentials.consumer_key);
    app.clock.advance(TimeDelta::hours(20));
    assert!(works(&old).await);
    // A call that does not hold starts nothing.
    let mut wrong = Partner::copy(&app, new.credentials.clone());
    wrong.credentials.access_token_secret = "0".repeat(32);
    assert_eq!(verdict(&wrong.calls("GET", PERMITTED).await), refused("signature_invalid"));
    app.clock.advance(TimeDelta::minutes(2));
    assert!(works(&old).await);
    assert!(works(&new).await);
    app.clock.advance(TimeDelta::seconds(30));
    assert!(works(&new).await && works(&old).await);
    app.clock.advance(TimeDelta::seconds(29));
    assert!(works(&old).await);
    app.clock.advance(TimeDelta::seconds(2));
    assert!(!works(&old).await);
    assert!(works(&new).await);
}

#[actix_web::test]
async fn an_old_token_ends_with_its_grace_although_the_new_one_is_never_used() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let old = Partner::with(&app, &given.active());
    reauthorized(&app, given.id, Replace::AfterGrace);
    app.clock.advance(TimeDelta::seconds(86_399));
    assert!(works(&old).await);
    app.clock.advance(TimeDelta::seconds(1));
    assert!(!works(&old).await);
}

#[actix_web::test]
async fn ended_now_is_ended_at_once() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let old = Partner::with(&app, &given.active());
    assert!(works(&old).await);
    let new = reauthorized(&app, given.id, Replace::Now);
    assert!(!works(&old).await);
    assert!(works(&new).await);
}
