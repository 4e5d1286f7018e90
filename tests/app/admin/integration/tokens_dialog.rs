//! Activation by showing the four values.

use chrono::TimeDelta;
use latchkey::domain::activation;
use latchkey::domain::integration::Status;

use super::*;
use crate::support::given::PASSWORD;

const LABELS: [&str; 4] = ["Consumer Key", "Consumer Secret", "Access Token", "Access Token Secret"];

fn dialog(id: IntegrationId) -> String {
    format!("/admin/integration/permissions_dialog/{}", id.0)
}

fn values(page: &Page) -> [String; 4] {
    LABELS.map(|label| page.value(label))
}

#[actix_web::test]
async fn allowing_shows_four_values_and_the_list_tells_it() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        let made = given(&app, draft(&name, &[CATEGORIES]));
        browser.open("/admin/integration?sort=created&dir=desc").await;
        browser.follow(&format!("Activate {name}")).await;
        let page = browser.press("Allow").await;
        assert_eq!((page.status.as_u16(), page.heading()), (200, name.clone()));
        assert!(
            page.text().contains(&format!("The integration '{name}' has been activated.")),
            "{}",
            page.text()
        );
        for value in values(page) {
            assert_eq!(value.len(), 32);
            assert!(value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()), "{value}");
        }
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(stored(&app, made.id).status, Status::Active);
        browser.follow("Done").await;
        assert_eq!(browser.address, "/admin/integration");
        assert_eq!(
            browser.page.messages(),
            [format!("Success: The integration '{name}' has been activated.")]
        );
    }
}

#[actix_web::test]
async fn reauthorizing_keeps_the_consumer_and_replaces_the_token() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let old = acme.active();
    let mut browser = app.administrator().await;
    browser.open(&dialog(acme.id)).await;
    let page = browser.press("Reauthorize").await;
    let [key, secret, token, _] = values(page);
    assert_eq!((key.as_str(), secret.as_str()), (old.consumer_key.as_str(), old.consumer_secret.expose()));
    assert_ne!(token, old.access_token.unwrap().expose());
    assert!(page.text().contains("The integration 'Acme' has been re-authorized."));
    assert!(
        page.text().contains(
            "ends one minute after the new one is first used, at the latest on 2024-10-05 00:00 UTC"
        ),
        "{}",
        page.text()
    );
    browser.follow("Done").await;
    assert_eq!(browser.page.messages(), ["Success: The integration 'Acme' has been re-authorized."]);
}

#[actix_web::test]
async fn the_token_can_be_replaced_now() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    browser.open(&dialog(acme.id)).await;
    browser.tick("now", "1", true);
    let page = browser.press("Reauthorize").await;
    assert!(page.text().contains("The token before it has ended."), "{}", page.text());
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_in_the_dialog() {
    let app = TestApp::new();
    let acme = app.given().integration_with("Acme", &[CATEGORIES]);
    acme.active();
    let mut browser = app.administrator().await;
    browser.open(&format!("{}?after=save", dialog(acme.id))).await;
    assert!(browser.page.field("Your Password").is_none());
    app.clock.advance(TimeDelta::minutes(10));
    browser.tick("now", "1", true);
    let token = || {
        app.app
            .store
            .write_now(|work| activation::reveal(work, &Actor::command(), acme.id))
            .unwrap()
            .access_token
    };
    let before = token();
    let page = browser.press("Reauthorize").await;
    assert_eq!(page.status, 200);
    assert!(page.field("Replace the token now").unwrap().attr("checked").is_some(), "the choice is kept");
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("Reauthorize").await;
    assert_eq!(page.status, 422);
    assert!(
        page.error_at("Your Password").is_some_and(|why| why.contains("Verify the password and try again."))
    );
    assert!(!page.body.contains("wrong horse"));
    assert_eq!(
        page.link("Back"),
        Some(format!("/admin/integration/edit/{}", acme.id.0)),
        "where it came from is kept"
    );
    assert_eq!(token(), before, "nothing was done yet");
    browser.fill("Your Password", PASSWORD);
    let page = browser.press("Reauthorize").await;
    assert!(
        page.text().contains("has been re-authorized. The token before it has ended."),
        "{}",
        page.text()
    );
}

#[actix_web::test]
async fn script_gets_the_values_in_its_dialog() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&dialog(acme.id)).await;
    let request = TestRequest::post()
        .set_form([("form_key", browser.page.form_key())])
        .insert_header(("X-Requested-With", "XMLHttpRequest"));
    let part = browser.send(&format!("/admin/integration/tokens_dialog/{}", acme.id.0), request).await;
    assert!(!part.body.contains("<html"));
    assert_eq!(part.all("[data-close-href]")[0].attr("data-close-href"), Some("/admin/integration"));
    assert!(values(&part).iter().all(|value| value.len() == 32));
}

#[actix_web::test]
async fn what_changed_meanwhile_is_told_on_the_page_of_the_integration() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    browser.open(&dialog(acme.id)).await;
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), acme.id)).unwrap();
    browser.press("Reauthorize").await;
    assert_eq!(browser.page.messages(), ["Error: This integration is suspended. Resume it first."]);
    assert_eq!(browser.page.heading(), "Edit \"Acme\" Integration");
}

#[actix_web::test]
async fn whoever_does_not_hold_what_it_holds_cannot_activate_it() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    let mut browser = signed_in(&app, "clerk", &[VIEW, ACTIVATE]).await;
    browser.open("/admin/integration").await;
    let sent = [("form_key".to_owned(), browser.page.form_key())];
    let page = browser.post(&format!("/admin/integration/tokens_dialog/{}", acme.id.0), &sent).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains(CATEGORIES), "{}", page.text());
    assert_eq!(stored(&app, acme.id).status, Status::Inactive);
}
