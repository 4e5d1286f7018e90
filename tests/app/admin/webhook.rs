//! Webhooks as administrators see them: made, changed, their secret, and what became of events.

use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::event::delivery::WAITS;
use latchkey::jobs::{self, EVENT_DELIVERY};
use latchkey::outbound::{Failure, Outcome};

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

const WEBHOOKS: &str = "Latchkey_Webhook::manage";

async fn signed_in(app: &TestApp) -> Browser<'_> {
    app.given().admin_with("jo", &[WEBHOOKS]);
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    // What happened before a webhook was made is nothing to it.
    app.clock.advance(TimeDelta::seconds(1));
    browser
}

async fn fill_in(browser: &mut Browser<'_>) {
    browser.open("/admin/webhook/new").await;
    browser.fill("Name", "Shop");
    browser.fill("URL", "https://shop.example/hooks");
    browser.press("Save Webhook").await;
}

async fn deliver(app: &TestApp) {
    jobs::run_now(&app.app, &Actor::command(), EVENT_DELIVERY).await.unwrap();
}

#[actix_web::test]
async fn a_new_webhook_shows_its_secret_once_and_again_only_with_the_password() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    browser.open("/admin/webhook").await;
    assert!(browser.page.text().contains("No webhooks yet"));
    fill_in(&mut browser).await;
    let secret = browser.page.value("Signing Secret");
    assert!(secret.starts_with("whsec_"), "{}", browser.page.text());
    browser.open("/admin/webhook/edit/1").await;
    assert!(!browser.page.text().contains("whsec_"));
    app.clock.advance(TimeDelta::minutes(11));
    browser.press("Reveal Secret").await;
    assert!(browser.page.text().contains("Your Password"));
    browser.fill("Your Password", "wrong password!");
    browser.press("Reveal Secret").await;
    assert_eq!(browser.page.status, 422);
    browser.fill("Your Password", PASSWORD);
    browser.press("Reveal Secret").await;
    assert_eq!(browser.page.value("Signing Secret"), secret);
    browser.open("/admin/webhook/edit/1").await;
    browser.follow("New Secret").await;
    browser.press("New Secret").await;
    let renewed = browser.page.value("Signing Secret");
    assert!(renewed.starts_with("whsec_") && renewed != secret);
    assert!(browser.page.text().contains("The secret before this one signs beside it until"));
    assert_eq!(app.count("audit_entry"), 6, "every one of these acts is recorded");
}

#[actix_web::test]
async fn what_is_wrong_is_said_at_the_field_and_nothing_is_lost() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    browser.open("/admin/webhook/new").await;
    browser.fill("URL", "http://shop.example/");
    browser.tick("all", "0", true);
    browser.press("Save Webhook").await;
    assert_eq!(browser.page.status, 422);
    assert!(browser.page.error_at("URL").unwrap().contains("egress_allow"));
    assert_eq!(browser.page.error_at("Name").as_deref(), Some("This is a required field."));
    assert!(browser.page.text().contains("Choose at least one event."));
    assert_eq!(browser.page.value("URL"), "http://shop.example/");
    browser.fill("Name", "Shop");
    browser.fill("URL", "https://shop.example/");
    browser.tick("kinds[]", "token_issued", true);
    browser.press("Save Webhook").await;
    browser.open("/admin/webhook").await;
    let rows = browser.page.rows();
    assert_eq!((rows[0]["Events"].as_str(), rows[0]["Status"].as_str()), ("1 event", "On"));
}

#[actix_web::test]
async fn what_was_not_delivered_is_seen_with_its_cause_and_sent_again() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    fill_in(&mut browser).await;
    app.outbound.reply_with(|_| Outcome::failed(Failure::ConnectionRefused));
    app.given().integration("Acme");
    deliver(&app).await;
    browser.open("/admin/webhook/edit/1").await;
    let row = &browser.page.rows()[0];
    assert!(row["Status"].starts_with("Trying again"), "{row:?}");
    assert!(row["Status"].contains("Nobody listens at shop.example:443."), "{row:?}");
    for wait in WAITS {
        app.clock.advance(wait);
        deliver(&app).await;
    }
    browser.sign_in("jo").await;
    browser.open("/admin/webhook").await;
    let rows = browser.page.rows();
    assert_eq!(rows[0]["Status"], "Not everything delivered");
    assert_eq!(rows[0]["Not Delivered"], "1");
    browser.follow("1").await;
    let row = &browser.page.rows()[0];
    assert!(row["Status"].starts_with("Not delivered"), "{row:?}");
    assert_eq!(row["Tries"], "7 tries, 0 ms");
    app.outbound.reply_with(|_| Outcome::answered(204));
    let again =
        browser.page.all("button[aria-label^='Send again']")[0].attr("aria-label").unwrap().to_owned();
    browser.press(&again).await;
    assert_eq!(browser.page.messages(), ["Success: The event is being sent again."]);
    deliver(&app).await;
    browser.open("/admin/webhook/edit/1").await;
    assert_eq!(browser.page.rows()[0]["Status"], "Delivered");
}

#[actix_web::test]
async fn a_deleted_webhook_is_gone_with_its_deliveries() {
    let app = TestApp::new();
    let mut browser = signed_in(&app).await;
    fill_in(&mut browser).await;
    app.given().integration("Acme");
    deliver(&app).await;
    browser.open("/admin/webhook/edit/1").await;
    browser.follow("Delete Webhook").await;
    browser.press("Delete Webhook").await;
    assert_eq!(browser.page.messages(), ["Success: You deleted the webhook 'Shop'."]);
    browser.open("/admin/webhook/edit/1").await;
    assert_eq!(browser.page.status, 404);
    browser.open("/admin/webhook").await;
    assert!(browser.page.link("Shop").is_none());
    assert_eq!(app.count("webhook where secret = ''"), 1, "nothing of its secret is left");
    let cleanup = "delivered_events_cleanup";
    jobs::run_now(&app.app, &Actor::command(), cleanup).await.unwrap();
    assert_eq!(app.count("webhook"), 0);
    assert_eq!(app.count("event_delivery where observer = 'webhook'"), 0);
    assert_ne!(app.count("event_delivery"), 0, "what the log was told is not its");
}
