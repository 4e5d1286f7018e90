//! Making the first administrator.

use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::setup::renew_link;

use crate::support::{Browser, TestApp};

fn link(app: &TestApp) -> String {
    let token = app.app.store.write_now(|work| renew_link(work, &Actor::command())).unwrap().unwrap();
    format!("/admin/setup?token={}", token.expose())
}

fn fill_in(browser: &mut Browser<'_>) {
    for (label, text) in [
        ("User Name", "jo"),
        ("First Name", "Jo"),
        ("Last Name", "O'Neil"),
        ("Email", "jo@example.com"),
        ("Password", "correct horse battery"),
        ("Password Confirmation", "correct horse battery"),
    ] {
        browser.fill(label, text);
    }
}

async fn is_refused(browser: &mut Browser<'_>, link: &str) {
    let page = browser.open(link).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.heading(), "This link is no longer valid");
    assert!(page.text().contains("latchkey admin setup-link"), "{}", page.text());
}

#[actix_web::test]
async fn the_first_administrator_is_made_and_signed_in() {
    let app = TestApp::new();
    let mut browser = app.browser();
    browser.open(&link(&app)).await;
    assert_eq!(browser.page.heading(), "Make the first administrator");
    fill_in(&mut browser);
    browser.press("Create Administrator").await;
    assert_eq!(browser.page.status, 200, "{}", browser.page.text());
    assert_eq!(browser.address, "/admin/integration");
}

#[actix_web::test]
async fn a_link_works_once() {
    let app = TestApp::new();
    let link = link(&app);
    let (mut first, mut second) = (app.browser(), app.browser());
    second.open(&link).await;
    fill_in(&mut second);
    first.open(&link).await;
    fill_in(&mut first);
    first.press("Create Administrator").await;
    second.press("Create Administrator").await;
    assert_eq!(second.page.status, 404);
    assert_eq!(second.page.heading(), "This link is no longer valid");
    is_refused(&mut app.browser(), &link).await;
}

#[actix_web::test]
async fn a_link_works_for_an_hour() {
    let app = TestApp::new();
    let link = link(&app);
    app.clock.advance(TimeDelta::seconds(3_599));
    assert_eq!(app.browser().open(&link).await.status, 200);
    app.clock.advance(TimeDelta::seconds(1));
    is_refused(&mut app.browser(), &link).await;
}

#[actix_web::test]
async fn a_new_link_voids_the_old_one() {
    let app = TestApp::new();
    let old = link(&app);
    let new = link(&app);
    is_refused(&mut app.browser(), &old).await;
    assert_eq!(app.browser().open(&new).await.status, 200);
}

#[actix_web::test]
async fn there_is_no_setup_without_a_token_or_with_a_made_up_one() {
    let app = TestApp::new();
    link(&app);
    is_refused(&mut app.browser(), "/admin/setup").await;
    is_refused(&mut app.browser(), "/admin/setup?token=0123456789abcdefghijklmnopqrstuv").await;
}

#[actix_web::test]
async fn what_is_wrong_is_told_at_its_field_and_what_was_typed_is_kept() {
    let app = TestApp::new();
    let mut browser = app.browser();
    browser.open(&link(&app)).await;
    fill_in(&mut browser);
    browser.fill("Email", "jo@example");
    browser.fill("Password", "short");
    let page = browser.press("Create Administrator").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.value("Last Name"), "O'Neil");
    assert!(page.error_at("Email").is_some_and(|error| error.contains("valid email")));
    assert!(page.error_at("Password").is_some_and(|error| error.contains("12 characters")));
    assert!(page.error_at("Password Confirmation").is_some());
    assert_eq!(page.error_at("User Name"), None);
    assert_eq!(page.value("Password"), "");
    assert!(!page.body.contains("correct horse"), "a password is never drawn");
    fill_in(&mut browser);
    browser.press("Create Administrator").await;
    assert_eq!(browser.address, "/admin/integration");
}
