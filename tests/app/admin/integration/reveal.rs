//! Showing the secrets again.

use chrono::TimeDelta;
use latchkey::domain::setting::TOKEN_REVEAL;

use super::*;
use crate::support::given::PASSWORD;

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/edit/{}", id.0)
}

#[actix_web::test]
async fn revealing_shows_the_values_that_were_issued() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let issued = acme.active();
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    let page = browser.press("Reveal the secrets").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    assert_eq!(page.heading(), "Edit \"Acme\" Integration");
    assert_eq!(page.value("Consumer Key"), issued.consumer_key);
    assert_eq!(page.value("Consumer Secret"), issued.consumer_secret.expose());
    assert_eq!(page.value("Access Token"), issued.access_token.unwrap().expose());
    assert_eq!(page.value("Access Token Secret"), issued.access_token_secret.unwrap().expose());
}

#[actix_web::test]
async fn script_gets_the_values_alone() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    let request = TestRequest::post()
        .set_form([("form_key", browser.page.form_key())])
        .insert_header(("X-Requested-With", "XMLHttpRequest"));
    let part = browser.send(&format!("/admin/integration/reveal/{}", acme.id.0), request).await;
    assert!(!part.body.contains("<html") && part.all("[data-details]").len() == 1);
    assert_eq!(part.value("Consumer Secret").len(), 32);
    assert!(part.text().contains("Not there until the integration is activated."));
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_first() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let secret = acme.active().consumer_secret;
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open(&address(acme.id)).await;
    let page = browser.press("Reveal the secrets").await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Confirm your password"));
    assert!(!page.body.contains(secret.expose()));
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("Reveal").await;
    assert_eq!(page.status, 422);
    assert!(page.error_at("Your Password").is_some());
    assert!(!page.body.contains(secret.expose()) && !page.body.contains("wrong horse"));
    browser.fill("Your Password", PASSWORD);
    assert_eq!(browser.press("Reveal").await.value("Consumer Secret"), secret.expose());
}

#[actix_web::test]
async fn where_the_setting_forbids_it_the_dialog_was_the_only_time() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let secret = acme.active().consumer_secret;
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    set(&app, TOKEN_REVEAL, "0");
    let page = browser.press("Reveal the secrets").await;
    assert_eq!(
        page.messages(),
        ["Error: Secrets are shown once only: the setting latchkey/token/reveal is 0."]
    );
    assert!(!page.body.contains(secret.expose()));
    assert!(page.button("Reveal the secrets").is_none());
    let page = browser.open(&address(acme.id)).await;
    assert!(page.text().contains("Secrets are shown once only"), "{}", page.text());
}

#[actix_web::test]
async fn the_dialog_says_when_it_is_the_only_time() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    for (reveal, is_said) in [("1", false), ("0", true)] {
        set(&app, TOKEN_REVEAL, reveal);
        browser.open(&format!("/admin/integration/permissions_dialog/{}", acme.id.0)).await;
        let label = if is_said { "Reauthorize" } else { "Allow" };
        let page = browser.press(label).await;
        assert_eq!(page.value("Access Token").len(), 32);
        assert_eq!(page.text().contains("Copy them now: they are not shown again"), is_said);
    }
}

#[actix_web::test]
async fn whoever_does_not_hold_what_it_holds_sees_nothing() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    let mut browser = signed_in(&app, "clerk", &[VIEW, REVEAL]).await;
    browser.open(&address(acme.id)).await;
    let page = browser.press("Reveal the secrets").await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains(CATEGORIES), "{}", page.text());
}
