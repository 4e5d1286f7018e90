//! Signing in, staying in, going out.

use actix_web::http::header::SET_COOKIE;
use actix_web::test::TestRequest;
use chrono::TimeDelta;

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

const FAILED: &str = "Error: The account sign-in was incorrect or your account is disabled temporarily. \
    Please wait and try again later.";

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.open("/admin/integration").await;
    browser.address == "/admin/integration"
}

fn cookie(browser: &Browser<'_>) -> String {
    browser.cookies.get("latchkey").map(|(value, _)| value.clone()).unwrap_or_default()
}

#[actix_web::test]
async fn the_right_password_lets_in() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.status, 200);
    assert_eq!(browser.address, "/admin/integration");
}

#[actix_web::test]
async fn every_failure_reads_alike_and_keeps_the_name() {
    let app = TestApp::new();
    app.given().admin("jo");
    app.given().admin("gone");
    app.sql("update admin_user set is_active = false where username = 'gone'");
    for (username, password) in
        [("jo", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("", PASSWORD), ("jo", "")]
    {
        let mut browser = app.browser();
        browser.open("/admin/login").await;
        let page = browser.sign_in_here(username, password).await;
        assert_eq!(page.status, 422, "{username}");
        assert_eq!(page.messages(), [FAILED], "{username}");
        assert_eq!(page.value("Username"), username);
        assert_eq!(page.value("Password"), "");
        assert!(!is_signed_in(&mut browser).await);
    }
}

#[actix_web::test]
async fn signing_in_leads_to_the_page_asked_for() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/integration?sort=name&dir=desc").await;
    assert_eq!(browser.page.heading(), "Welcome, please sign in");
    browser.sign_in_here("jo", "wrong").await;
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.address, "/admin/integration?sort=name&dir=desc");
}

#[actix_web::test]
async fn signing_in_leads_to_the_first_page_that_is_open_to_the_person() {
    let app = TestApp::new();
    for (username, resource, address) in [
        ("clerk", "Magento_User::acl_roles", "/admin/role"),
        ("auditor", "Latchkey_Audit::view", "/admin/activity"),
        ("nobody", "Magento_Sales::actions_view", "/admin/account"),
    ] {
        app.given().admin_with(username, &[resource]);
        let mut browser = app.browser();
        browser.sign_in(username).await;
        assert_eq!((browser.address.as_str(), browser.page.status.as_u16()), (address, 200), "{username}");
    }
}

#[actix_web::test]
async fn signing_in_never_leads_away() {
    let app = TestApp::new();
    app.given().admin("jo");
    for next in [
        "https://evil.example/",
        "//evil.example/admin",
        "/\\evil.example",
        "/admin/../../x",
        "javascript:alert(1)",
    ] {
        let mut browser = app.browser();
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        browser.open(&format!("/admin/login?{query}")).await;
        browser.sign_in_here("jo", PASSWORD).await;
        assert_eq!(browser.address, "/admin/integration", "{next}");
        browser.open(&format!("/admin/login?{query}")).await;
        assert_eq!(browser.address, "/admin/integration", "{next}, when signed in already");
    }
}

#[actix_web::test]
async fn signing_in_gives_a_new_id_and_a_new_form_key() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    let (stranger, key) = (cookie(&browser), browser.page.form_key());
    browser.sign_in_here("jo", PASSWORD).await;
    let first = cookie(&browser);
    assert_ne!(stranger, first);
    assert_ne!(key, browser.page.form_key());
    let mut planted = app.browser();
    planted.cookies.insert("latchkey".into(), (stranger, "/admin".into()));
    assert!(!is_signed_in(&mut planted).await, "a cookie planted before signing in must stay a stranger's");
    let mut again = app.browser();
    again.sign_in("jo").await;
    assert_ne!(first, cookie(&again));
}

#[actix_web::test]
async fn strangers_leave_nothing_in_the_database() {
    let app = TestApp::new();
    let before = app.contents();
    for _ in 0..3 {
        app.browser().open("/admin").await;
    }
    assert_eq!(app.contents(), before);
}

#[actix_web::test]
async fn the_cookie_holds_no_key_that_the_database_holds() {
    let app = TestApp::new();
    let browser = app.administrator().await;
    let key = cookie(&browser).split("r.").nth(1).unwrap().to_owned();
    assert_eq!(key.len(), 32);
    assert!(!app.contents().contains(&key));
}

#[actix_web::test]
async fn signing_out_ends_the_session_in_the_database() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let stolen = browser.cookies.clone();
    browser.press("Sign Out").await;
    assert_eq!(browser.page.messages(), ["Success: You have logged out."]);
    assert!(!is_signed_in(&mut browser).await);
    let mut thief = app.browser();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief).await);
    assert_eq!(thief.page.messages(), ["Error: Your current session has been expired."]);
}

#[actix_web::test]
async fn a_session_ends_when_it_is_idle_for_too_long() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for _ in 0..5 {
        app.clock.advance(TimeDelta::seconds(899));
        assert!(is_signed_in(&mut browser).await);
    }
    app.clock.advance(TimeDelta::seconds(900));
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(browser.page.messages(), ["Error: Your current session has been expired."]);
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.address, "/admin/integration");
}

#[actix_web::test]
async fn a_form_sent_too_late_is_told_to_be_unsaved_and_led_back_to() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    browser.fill("Name", "Acme");
    app.clock.advance(TimeDelta::seconds(900));
    browser.press("Save").await;
    let [ended, lost] = &browser.page.messages()[..] else { panic!("{:?}", browser.page.messages()) };
    assert_eq!(ended, "Error: Your current session has been expired.");
    assert!(lost.starts_with("Notice: Nothing was changed."), "{lost}");
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.address, "/admin/integration/new");
}

#[actix_web::test]
async fn the_idle_lifetime_is_a_setting() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let lifetime = latchkey::domain::setting::SESSION_LIFETIME;
    app.app
        .store
        .write_now(|work| {
            latchkey::domain::setting::set(work, &latchkey::domain::Actor::command(), lifetime, "60")
        })
        .unwrap();
    app.clock.advance(TimeDelta::seconds(59));
    assert!(is_signed_in(&mut browser).await);
    app.clock.advance(TimeDelta::seconds(60));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let told = |browser: &Browser<'_>, name: &str| -> u32 {
        browser.page.all(".idle")[0].attr(name).unwrap().parse().unwrap()
    };
    for _ in 0..71 {
        app.clock.advance(TimeDelta::minutes(10));
        assert!(is_signed_in(&mut browser).await);
        let left = told(&browser, "data-at-most");
        assert_eq!(told(&browser, "data-lasts"), left.min(873), "what the page warns by");
    }
    assert_eq!(told(&browser, "data-at-most"), 600);
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn the_time_of_the_last_request_is_written_rarely() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let before = app.contents();
    app.clock.advance(TimeDelta::seconds(26));
    browser.open("/admin/integration").await;
    assert_eq!(app.contents(), before);
    app.clock.advance(TimeDelta::seconds(1));
    browser.open("/admin/integration").await;
    assert_ne!(app.contents(), before);
}

#[actix_web::test]
async fn a_deactivated_or_deleted_account_is_signed_out_at_once() {
    let app = TestApp::new();
    app.given().admin("gone");
    app.given().admin("deleted");
    for (username, statement) in [
        ("gone", "update admin_user set is_active = false where username = 'gone'"),
        ("deleted", "delete from admin_user_session; delete from admin_user where username = 'deleted'"),
    ] {
        let mut browser = app.browser();
        browser.sign_in(username).await;
        assert!(is_signed_in(&mut browser).await);
        app.sql(statement);
        assert!(!is_signed_in(&mut browser).await, "{username}");
        assert_eq!(browser.page.heading(), "Welcome, please sign in");
    }
}

#[actix_web::test]
async fn the_cookie_is_for_our_pages_only_and_unseen_by_script() {
    let app = TestApp::new();
    let page = app.send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with("latchkey="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/admin"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Max-Age") && !cookie.contains("Domain"),
        "{cookie}"
    );
}

#[actix_web::test]
async fn over_https_the_cookie_is_secure_by_name_too() {
    let app = TestApp::with(|config| config.base_url = "https://shop.example/".parse().unwrap());
    let page = app.send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Secure-latchkey="), "{cookie}");
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[actix_web::test]
async fn a_forged_or_foreign_cookie_is_a_strangers() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let value = cookie(&browser);
    let other = TestApp::with(|config| {
        let keys = latchkey::seal::KeyRing::generate(&latchkey::entropy::SeededEntropy::new(99));
        config.keys = latchkey::config::KeySource::Given(keys);
    });
    let mut elsewhere = other.browser();
    elsewhere.cookies.insert("latchkey".into(), (value.clone(), "/admin".into()));
    assert!(!is_signed_in(&mut elsewhere).await);
    let last = value.chars().last().unwrap();
    let forged = format!("{}{}", &value[..value.len() - 1], if last == 'a' { 'b' } else { 'a' });
    browser.cookies.insert("latchkey".into(), (forged, "/admin".into()));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn a_form_without_cookies_is_explained() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    browser.cookies.clear();
    let page = browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(page.status, 403);
    assert_eq!(page.heading(), "Invalid Form Key. Please refresh the page.");
    assert!(page.headers.get(SET_COOKIE).is_none());
}
