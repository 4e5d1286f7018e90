//! The own account: who somebody is, and their password.

use latchkey::domain::setting;

use super::user::{NEW_PASSWORD, set};
use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

#[actix_web::test]
async fn the_account_page_changes_the_person_and_needs_the_present_password_for_a_new_one() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let mut elsewhere = app.browser();
    elsewhere.sign_in("jo").await;
    browser.open("/admin/account").await;
    browser.fill("First Name", "Joanna");
    browser.press("Save Account").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the account."]);
    assert_eq!(browser.page.value("First Name"), "Joanna");
    browser.fill("Email", "joanna@example.com");
    browser.press("Save Account").await;
    assert!(browser.page.messages()[0].contains("Nothing is saved yet"), "a password could be mailed there");
    browser.fill("Email", "jo@example.com");
    browser.fill("New Password", NEW_PASSWORD);
    browser.fill("Password Confirmation", NEW_PASSWORD);
    browser.press("Save Account").await;
    assert_eq!(browser.page.status, 200);
    assert!(browser.page.messages()[0].contains("Nothing is saved yet"), "{:?}", browser.page.messages());
    browser.fill("New Password", NEW_PASSWORD);
    browser.fill("Password Confirmation", NEW_PASSWORD);
    browser.fill("Your Password", PASSWORD);
    let before = browser.cookies.clone();
    browser.press("Save Account").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the account."], "{}", browser.page.text());
    assert_ne!(before, browser.cookies, "a new key for the session");
    elsewhere.open("/admin/integration").await;
    assert_eq!(
        elsewhere.page.messages(),
        ["Error: The password of this account has been changed. Sign in with the new one."]
    );
    elsewhere.sign_in_here("jo", PASSWORD).await;
    assert_eq!(elsewhere.page.status, 422);
    elsewhere.sign_in_here("jo", NEW_PASSWORD).await;
    assert_eq!(elsewhere.page.heading(), "Integrations");
}

#[actix_web::test]
async fn the_last_four_passwords_are_not_taken_again() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let passwords =
        [PASSWORD, "one quiet walrus", "two quiet walrus", "three quiet walrus", "four quiet walrus"];
    let mut present = PASSWORD;
    for next in &passwords[1..] {
        change(&mut browser, present, next).await;
        assert_eq!(browser.page.messages(), ["Success: You saved the account."], "{}", browser.page.text());
        present = next;
    }
    for used in &passwords[1..] {
        change(&mut browser, present, used).await;
        assert_eq!(
            browser.page.error_at("New Password").as_deref(),
            Some("Sorry, but this password has already been used. Please create another."),
            "{used}"
        );
    }
    change(&mut browser, present, PASSWORD).await;
    assert_eq!(browser.page.messages(), ["Success: You saved the account."], "older ones are");
}

async fn change(browser: &mut Browser<'_>, present: &str, next: &str) {
    browser.open("/admin/account").await;
    browser.fill("New Password", next);
    browser.fill("Password Confirmation", next);
    browser.fill("Your Password", present);
    browser.press("Save Account").await;
}

#[actix_web::test]
async fn a_password_past_its_lifetime_comes_first() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    set(&app, setting::PASSWORD_LIFETIME, "1");
    browser.open("/admin/integration").await;
    assert_eq!(browser.page.heading(), "Integrations");
    app.clock.advance(chrono::TimeDelta::days(1));
    browser.open("/admin/login").await;
    browser.sign_in("jo").await;
    assert_eq!(browser.address, "/admin/account");
    browser.open("/admin/user").await;
    assert_eq!(browser.address, "/admin/account");
    assert!(browser.page.text().contains("It's time to change your password."), "{}", browser.page.text());
    change(&mut browser, PASSWORD, NEW_PASSWORD).await;
    browser.open("/admin/user").await;
    assert_eq!(browser.page.heading(), "Users");
    set(&app, setting::PASSWORD_IS_FORCED, "0");
    app.clock.advance(chrono::TimeDelta::days(1));
    browser.open("/admin/login").await;
    browser.sign_in_here("jo", NEW_PASSWORD).await;
    assert_eq!(browser.page.heading(), "Integrations");
    assert_eq!(browser.page.link("change your password").as_deref(), Some("/admin/account"));
}
