//! The registry of sessions, and hashes that are replaced.

use actix_web::test::TestRequest;
use latchkey::domain::setting;

use super::{is_signed_in, set};
use crate::support::TestApp;
use crate::support::given::PASSWORD;

#[actix_web::test]
async fn sessions_are_listed_with_where_they_came_from_and_can_be_ended() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut here = app.browser();
    here.sign_in("jo").await;
    let mut there = app.browser();
    there.open("/admin/login").await;
    let form = [
        ("form_key", there.page.form_key()),
        ("username", "jo".to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let request = TestRequest::post()
        .peer_addr("[2001:db8:1234:5678:9abc:def0:1234:5678]:4711".parse().unwrap())
        .insert_header(("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"))
        .set_form(form);
    there.send("/admin/login", request).await;
    assert!(is_signed_in(&mut there).await);
    here.open("/admin/account").await;
    let text = here.page.text();
    for part in
        ["This one", "Firefox, Linux", "2001:db8:1234:5678:9abc:def0:1234:5678", "2024-10-04 00:00 UTC"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    here.press("End session Firefox, Linux").await;
    assert_eq!(here.page.messages(), ["Success: The session has ended."], "{}", here.page.text());
    assert!(!is_signed_in(&mut there).await);
    assert_eq!(
        there.page.messages(),
        ["Error: Your current session is terminated by another user of this account."]
    );
    there.sign_in_here("jo", PASSWORD).await;
    here.open("/admin/account").await;
    here.follow("Log out all other sessions").await;
    here.press("End session").await;
    assert_eq!(here.page.messages(), ["Success: All other open sessions for this account were terminated."]);
    assert!(is_signed_in(&mut here).await);
    assert!(!is_signed_in(&mut there).await);
}

#[actix_web::test]
async fn without_account_sharing_signing_in_ends_the_session_elsewhere() {
    let app = TestApp::new();
    app.given().admin("jo");
    set(&app, setting::ADMIN_ACCOUNT_SHARING, "0");
    let mut first = app.browser();
    first.sign_in("jo").await;
    assert!(first.page.messages().is_empty());
    let mut second = app.browser();
    second.sign_in("jo").await;
    assert_eq!(
        second.page.messages(),
        ["Warning: All other open sessions for this account were terminated."]
    );
    assert!(!is_signed_in(&mut first).await);
    assert_eq!(
        first.page.messages(),
        [
            "Error: Someone logged into this account from another device or browser. Your current session is terminated."
        ]
    );
}

#[actix_web::test]
async fn of_two_who_sign_in_at_once_without_account_sharing_one_stays_and_the_other_learns_why() {
    let app = TestApp::new();
    app.given().admin("jo");
    set(&app, setting::ADMIN_ACCOUNT_SHARING, "0");
    let mut both = [app.browser(), app.browser()];
    for browser in &mut both {
        browser.open("/admin/login").await;
    }
    let [one, other] = &mut both;
    tokio::join!(one.sign_in_here("jo", PASSWORD), other.sign_in_here("jo", PASSWORD));
    assert_eq!(app.count("admin_user_session where status = 1"), 1);
    let mut told = Vec::new();
    let mut stayed = 0;
    for browser in &mut both {
        told.extend(browser.page.messages());
        stayed += usize::from(is_signed_in(browser).await);
        told.extend(browser.page.messages());
    }
    told.sort();
    assert_eq!(stayed, 1);
    assert_eq!(
        told,
        [
            "Error: Someone logged into this account from another device or browser. Your current session is terminated.",
            "Warning: All other open sessions for this account were terminated."
        ]
    );
}

#[actix_web::test]
async fn an_outdated_hash_is_replaced_when_its_password_is_given() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    // sha256("salt" + "correct horse battery"), computed with Python.
    let digest = "6f5f3f9c9f74e007306fd7a102924a3eb114ab22593f572e1e349e11cb321d4c";
    app.sql(&format!("update admin_user set password_hash = '{digest}:salt:1' where username = 'jo'"));
    let hash = || {
        app.app.store.read_now(|work| latchkey::domain::admin_user::password_hash(work, jo)).unwrap().unwrap()
    };
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.heading(), "Integrations");
    assert!(hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash());
    browser.press("Sign Out").await;
    browser.sign_in("jo").await;
    assert_eq!(browser.page.heading(), "Integrations");
}
