//! Suspending, resuming, revoking.

use chrono::TimeDelta;
use latchkey::domain::activation;
use latchkey::domain::integration::Status;

use super::*;
use crate::support::given::PASSWORD;

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/edit/{}", id.0)
}

#[actix_web::test]
async fn suspending_is_asked_for_told_and_undone_by_resuming() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        let acme = app.given().integration(&name);
        acme.active();
        browser.open(&address(acme.id)).await;
        browser.follow("Suspend").await;
        assert_eq!(browser.page.heading(), "Are you sure?");
        assert!(browser.page.text().contains(&name));
        assert_eq!(stored(&app, acme.id).status, Status::Active, "asking does nothing");
        browser.press("Suspend").await;
        assert_eq!(browser.address, address(acme.id));
        assert_eq!(
            browser.page.messages(),
            [format!("Success: The integration '{name}' has been suspended.")]
        );
        assert_eq!(stored(&app, acme.id).status, Status::Suspended);
        assert_eq!(browser.page.link("Suspend"), None);
        browser.press("Resume").await;
        assert_eq!(browser.page.messages(), [format!("Success: The integration '{name}' has been resumed.")]);
        assert_eq!(stored(&app, acme.id).status, Status::Active);
    }
}

#[actix_web::test]
async fn a_suspended_one_can_be_resumed_from_the_list_as_it_was_left() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), acme.id)).unwrap();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration?name=ac&sort=name&dir=asc").await;
    assert_eq!(row(&browser.page, "Acme")["Status"], "Suspended");
    browser.press("Resume Acme").await;
    assert_eq!(browser.address, "/admin/integration?name=ac&sort=name&dir=asc");
    assert_eq!(row(&browser.page, "Acme")["Status"], "Active");
}

#[actix_web::test]
async fn revoking_deletes_the_tokens() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    browser.follow("Revoke").await;
    browser.press("Revoke").await;
    assert_eq!(browser.page.messages(), ["Success: The access of the integration 'Acme' has been revoked."]);
    assert_eq!(stored(&app, acme.id).status, Status::Inactive);
    assert!(browser.page.text().contains("Access Token: Not there until the integration is activated."));
    assert!(browser.page.link("Activate").is_some() && browser.page.link("Revoke").is_none());
    let sent = [("form_key".to_owned(), browser.page.form_key())];
    browser.post(&format!("/admin/integration/revoke/{}", acme.id.0), &sent).await;
    let told = "Error: This integration has no access at present, so there is nothing to revoke.";
    assert_eq!(browser.page.messages(), [told], "a second press on a page that is still open");
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_first() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open(&address(acme.id)).await;
    browser.follow("Suspend").await;
    assert!(browser.page.field("Your Password").is_some(), "asked for together with the question");
    let page = browser.press("Suspend").await;
    assert_eq!(page.status, 200);
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("Suspend").await;
    assert_eq!(page.status, 422);
    assert!(page.error_at("Your Password").is_some() && !page.body.contains("wrong horse"));
    assert_eq!(stored(&app, acme.id).status, Status::Active);
    browser.fill("Your Password", PASSWORD);
    browser.press("Suspend").await;
    assert_eq!(stored(&app, acme.id).status, Status::Suspended);
    app.clock.advance(TimeDelta::minutes(10));
    browser.open(&address(acme.id)).await;
    browser.press("Resume").await;
    assert_eq!(browser.page.heading(), "Confirm your password");
    browser.fill("Your Password", PASSWORD);
    browser.press("Resume").await;
    assert_eq!(stored(&app, acme.id).status, Status::Active);
}

#[actix_web::test]
async fn a_state_that_changed_meanwhile_is_told() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    browser.follow("Suspend").await;
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), acme.id)).unwrap();
    browser.press("Suspend").await;
    assert_eq!(browser.page.messages(), ["Error: This integration is suspended. Resume it first."]);
    app.app.store.write_now(|work| activation::resume(work, &Actor::command(), acme.id)).unwrap();
    browser.press("Resume").await;
    assert_eq!(browser.page.messages(), ["Error: This integration is not suspended."]);
}

#[actix_web::test]
async fn whoever_does_not_hold_what_it_holds_can_stop_it_and_not_resume_it() {
    let app = TestApp::new();
    let acme = app.given().integration_with("Acme", &[CATEGORIES]);
    acme.active();
    let mut browser = signed_in(&app, "clerk", &[VIEW, MANAGE]).await;
    browser.open(&address(acme.id)).await;
    browser.follow("Suspend").await;
    browser.press("Suspend").await;
    assert_eq!(stored(&app, acme.id).status, Status::Suspended);
    let page = browser.press("Resume").await;
    assert_eq!(page.status, 403);
    assert_eq!(stored(&app, acme.id).status, Status::Suspended);
}
