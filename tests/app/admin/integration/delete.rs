//! Deleting an integration.

use chrono::TimeDelta;

use super::*;
use crate::support::given::PASSWORD;

#[actix_web::test]
async fn deleting_is_asked_for_and_told() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        app.given().integration(&name).active();
        browser.open("/admin/integration").await;
        browser.follow(&format!("Remove {name}")).await;
        assert_eq!(browser.page.heading(), "Are you sure?");
        assert!(
            browser
                .page
                .text()
                .contains("Are you sure you want to delete this integration? You can't undo this action.")
        );
        assert!(browser.page.text().contains(&name));
        browser.press("OK").await;
        assert_eq!(browser.address, "/admin/integration");
        assert_eq!(browser.page.messages(), [format!("Success: The integration '{name}' has been deleted.")]);
        assert_eq!(count(&browser.page), 0);
    }
}

#[actix_web::test]
async fn cancelling_leads_back_and_does_nothing() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open("/admin/integration?sort=name&dir=desc").await;
    browser.follow("Remove Acme").await;
    browser.follow("Cancel").await;
    assert_eq!(browser.address, "/admin/integration?sort=name&dir=desc");
    assert_eq!(count(&browser.page), 1);
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_too() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/confirm/delete/{}", acme.id.0)).await;
    app.clock.advance(TimeDelta::minutes(10));
    let page = browser.press("OK").await;
    assert_eq!(page.status, 200);
    assert!(page.field("Your Password").is_some());
    assert_eq!(stored(&app, acme.id).name, "Acme");
    browser.fill("Your Password", PASSWORD);
    browser.press("OK").await;
    assert_eq!(browser.page.messages(), ["Success: The integration 'Acme' has been deleted."]);
}

#[actix_web::test]
async fn a_declared_integration_goes_with_its_extension() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/confirm/delete/{}", acme.id.0)).await;
    declare(&app, acme.id);
    browser.press("OK").await;
    assert_eq!(browser.address, "/admin/integration");
    assert_eq!(browser.page.messages(), ["Error: Uninstall the extension to remove integration 'Acme'."]);
    assert_eq!(count(&browser.page), 1);
}

#[actix_web::test]
async fn what_is_gone_already_is_told() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/confirm/delete/{}", acme.id.0)).await;
    app.app.store.write_now(|work| integration::delete(work, &Actor::command(), acme.id)).unwrap();
    let page = browser.press("OK").await;
    assert_eq!(page.status, 404);
    assert_eq!(page.heading(), format!("The integration with ID \"{}\" doesn't exist.", acme.id.0));
}
