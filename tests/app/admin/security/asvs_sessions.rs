//! OWASP ASVS 5.0, chapter 7: sessions.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::domain::Actor;

use super::{cookie, is_signed_in};
use crate::admin::{forgotten, otp};
use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

#[actix_web::test]
async fn asvs_7_2_1_to_7_2_3_sessions_are_random_references_kept_by_the_server() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let value = cookie(&browser);
    let key = value.split("r.").nth(1).unwrap();
    // 32 characters of 36 are 165 bits.
    assert_eq!(key.len(), 32);
    let mut other = app.browser();
    other.sign_in("jo").await;
    assert_ne!(cookie(&other), value);
    app.sql("delete from admin_user_session");
    assert!(!is_signed_in(&mut browser).await, "the cookie alone is nothing");
}

#[actix_web::test]
async fn asvs_7_2_4_confirming_the_password_gives_another_key_and_the_old_one_is_dead() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/integration/new").await;
    let stolen = browser.cookies.clone();
    browser.fill("Name", "Acme");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "{}", browser.page.text());
    assert_ne!(stolen, browser.cookies);
    let mut thief = app.browser();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief).await);
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(app.count("admin_user_session"), 1, "it is the same session");
    // Its age counts from the sign-in, not from the confirmation.
    for _ in 0..70 {
        app.clock.advance(TimeDelta::minutes(10));
        assert!(is_signed_in(&mut browser).await);
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_3_1_and_7_3_2_sessions_end_by_idleness_and_by_age() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::seconds(900));
    assert!(!is_signed_in(&mut browser).await);
    browser.sign_in("jo").await;
    for _ in 0..71 {
        app.clock.advance(TimeDelta::minutes(10));
        assert!(is_signed_in(&mut browser).await);
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_4_1_a_stolen_cookie_is_dead_after_signing_out() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let stolen = browser.cookies.clone();
    browser.press("Sign Out").await;
    let mut thief = app.browser();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief).await);
}

#[actix_web::test]
async fn asvs_7_4_2_every_session_of_a_closed_account_ends() {
    use latchkey::domain::admin_user;
    let app = TestApp::new();
    app.given().admin("boss");
    for (name, is_deleted) in [("kim", true), ("lee", false)] {
        let id = app.given().admin(name);
        let (mut first, mut second) = (app.browser(), app.browser());
        first.sign_in(name).await;
        second.sign_in(name).await;
        let close = if is_deleted { admin_user::delete } else { admin_user::deactivate };
        app.app.store.write_now(|work| close(work, &Actor::command(), id)).unwrap();
        assert!(!is_signed_in(&mut first).await && !is_signed_in(&mut second).await, "{name}");
    }
}

#[actix_web::test]
async fn asvs_7_4_3_a_new_password_ends_all_other_sessions() {
    const ENDED: &str = "Error: The password of this account has been changed. Sign in with the new one.";
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let mut others = [app.browser(), app.browser()];
    for other in &mut others {
        other.sign_in("jo").await;
        assert!(is_signed_in(other).await);
    }
    browser.open("/admin/account").await;
    browser.fill("New Password", "seven purple otters");
    browser.fill("Password Confirmation", "seven purple otters");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Account").await;
    assert!(is_signed_in(&mut browser).await);
    for other in &mut others {
        assert!(!is_signed_in(other).await);
        assert_eq!(other.page.messages(), [ENDED]);
        other.sign_in_here("jo", "seven purple otters").await;
        assert!(is_signed_in(other).await);
    }
    // Whoever recovers the account by a link is not signed in by that: every session is another one.
    let mut anybody = app.browser();
    forgotten::choose(&mut anybody, &forgotten::printed(&app), "eight yellow badgers").await;
    assert_eq!(anybody.page.messages(), ["Success: You updated your password."]);
    for one in others.iter_mut().chain([&mut browser]) {
        assert!(!is_signed_in(one).await);
        assert_eq!(one.page.messages(), [ENDED]);
    }
}

#[actix_web::test]
async fn asvs_7_4_3_every_change_of_the_second_factor_offers_to_end_all_other_sessions() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/account/otp").await;
    assert!(browser.page.link("Log out all other sessions").is_none(), "there are none");

    let mut others = elsewhere(&app, &[]).await;
    let (_, codes) = otp::enrol(&app, &mut browser).await;
    browser.follow("I have kept them").await;
    ends_all(&mut browser, &mut others).await;

    let mut others = elsewhere(&app, &codes).await;
    browser.open("/admin/account/otp").await;
    browser.press("Make other recovery codes").await;
    let codes = otp::recovery_codes(&browser);
    browser.follow("I have kept them").await;
    ends_all(&mut browser, &mut others).await;

    let mut others = elsewhere(&app, &codes).await;
    browser.open("/admin/account/otp").await;
    browser.press("Take it away").await;
    ends_all(&mut browser, &mut others).await;
}

/// Two other sessions of the person, who gives one of these codes for each, if there are any.
async fn elsewhere<'a>(app: &'a TestApp, codes: &[String]) -> [Browser<'a>; 2] {
    let mut others = [app.browser(), app.browser()];
    for (number, other) in others.iter_mut().enumerate() {
        other.sign_in("jo").await;
        if let Some(code) = codes.get(number) {
            other.fill("Authentication code", code);
            other.press("Sign in").await;
        }
        assert!(is_signed_in(other).await);
    }
    others
}

/// Takes up what the page offers.
async fn ends_all(browser: &mut Browser<'_>, others: &mut [Browser<'_>]) {
    browser.follow("Log out all other sessions").await;
    browser.press("End session").await;
    for other in others {
        assert!(!is_signed_in(other).await);
    }
    assert!(is_signed_in(browser).await);
}

#[actix_web::test]
async fn asvs_7_4_5_an_administrator_ends_the_sessions_of_anybody() {
    let app = TestApp::new();
    let kim = app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{}", kim.0)).await;
    browser.follow("Force Sign-In").await;
    browser.press("Force Sign-In").await;
    assert_eq!(browser.page.messages(), ["Success: All sessions of 'kim' have ended."]);
    assert!(!is_signed_in(&mut theirs).await);
    assert_eq!(
        theirs.page.messages(),
        ["Error: An administrator has ended your session. You can sign in again."]
    );
}

#[actix_web::test]
async fn asvs_7_5_2_ending_sessions_asks_for_the_password() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let mut other = app.browser();
    other.sign_in("jo").await;
    app.clock.advance(TimeDelta::minutes(10));
    assert!(is_signed_in(&mut other).await);
    browser.open("/admin/account").await;
    browser.press("End session Unknown").await;
    assert!(browser.page.field("Your Password").is_some(), "{}", browser.page.text());
    assert!(is_signed_in(&mut other).await);
    browser.fill("Your Password", PASSWORD);
    browser.press("End session").await;
    assert!(!is_signed_in(&mut other).await);
    assert!(is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_5_3_what_matters_asks_for_the_password_again() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/user").await;
    let key = browser.page.form_key();
    let before = app.contents();
    for address in [
        format!("/admin/user/delete/{kim}"),
        format!("/admin/user/deactivate/{kim}"),
        "/admin/user/save".to_owned(),
        "/admin/role/save".to_owned(),
        "/admin/account/save".to_owned(),
    ] {
        let form = [("form_key", key.as_str()), ("username", "x"), ("rolename", "x")];
        let answer = browser.send(&address, TestRequest::post().set_form(form)).await;
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.field("Your Password").is_some(), "{address}: {}", answer.text());
        assert_eq!(app.contents(), before, "{address}");
    }
}
