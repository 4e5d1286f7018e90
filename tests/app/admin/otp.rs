//! The second factor: set up on the own account, asked for at sign-in, required of everybody, lost and taken away.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::clock::Clock as _;
use latchkey::domain::Actor;
use latchkey::domain::otp::totp;
use latchkey::domain::setting::{self, Setting};

use crate::support::given::PASSWORD;
use crate::support::page::words;
use crate::support::{Browser, TestApp};

const ACCOUNT: &str = "/admin/account/otp";

/// The key that the page shows, as whoever cannot scan types it.
fn shown_key(browser: &Browser<'_>) -> Vec<u8> {
    let text = words(browser.page.all(".otp-secret")[0]).replace(' ', "");
    data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap()
}

fn code(app: &TestApp, key: &[u8]) -> String {
    totp::code(key, totp::step(app.clock.now())).expose().to_owned()
}

fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
}

/// Whether everybody needs one from now on.
fn require(app: &TestApp, value: &str) {
    set(app, setting::OTP_REQUIRED, value);
}

pub(super) fn recovery_codes(browser: &Browser<'_>) -> Vec<String> {
    browser.page.all(".codes code").into_iter().map(words).collect()
}

/// Sets one up for whoever is signed in; answers key and recovery codes.
pub(super) async fn enrol(app: &TestApp, browser: &mut Browser<'_>) -> (Vec<u8>, Vec<String>) {
    browser.open(ACCOUNT).await;
    browser.press("Set up").await;
    let key = shown_key(browser);
    browser.fill("Authentication code", &code(app, &key));
    browser.press("Confirm").await;
    let codes = recovery_codes(browser);
    app.clock.advance(TimeDelta::seconds(30));
    (key, codes)
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.open("/admin/integration").await;
    browser.address == "/admin/integration"
}

#[actix_web::test]
async fn once_it_is_set_up_the_password_alone_opens_nothing() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let before = browser.cookies.clone();
    let (key, codes) = enrol(&app, &mut browser).await;
    assert_eq!(codes.len(), 10);
    assert_ne!(before, browser.cookies, "a new id, since the session is worth more");
    browser.open(ACCOUNT).await;
    assert!(browser.page.text().contains("10 recovery codes are left."), "{}", browser.page.text());
    for code in &codes {
        assert!(!browser.page.body.contains(code.as_str()) && !app.contents().contains(code.as_str()));
    }

    let mut again = app.browser();
    again.open("/admin/integration?sort=name&dir=asc").await;
    again.sign_in_here("jo", PASSWORD).await;
    assert_eq!(again.page.heading(), "Enter your code");
    let between = again.cookies.clone();
    assert!(!is_signed_in(&mut again).await, "between the stages nobody is signed in");
    again.open("/admin/login?next=%2Fadmin%2Fintegration%3Fsort%3Dname%26dir%3Dasc").await;
    again.fill("Authentication code", "000000");
    again.press("Sign in").await;
    assert_eq!(again.page.status, 422);
    assert!(again.page.messages()[0].starts_with("Error: The code was wrong"), "{:?}", again.page.messages());
    let right = code(&app, &key);
    again.fill("Authentication code", &right);
    again.press("Sign in").await;
    assert_eq!(again.address, "/admin/integration?sort=name&dir=asc");
    assert_ne!(between, again.cookies);

    let mut thief = app.browser();
    thief.sign_in("jo").await;
    thief.fill("Authentication code", &right);
    thief.press("Sign in").await;
    assert_eq!(thief.page.status, 422, "a code counts once");
}

#[actix_web::test]
async fn a_recovery_code_signs_in_once_and_is_told() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let (_, codes) = enrol(&app, &mut browser).await;
    for expected in [true, false] {
        let mut again = app.browser();
        again.sign_in("jo").await;
        again.fill("Authentication code", &codes[0]);
        again.press("Sign in").await;
        assert_eq!(is_signed_in(&mut again).await, expected);
    }
    browser.open("/admin/activity?act=recovery_code_used").await;
    assert_eq!(browser.page.rows().len(), 1);
    browser.open("/admin/activity?act=otp_failed").await;
    assert_eq!(browser.page.rows().len(), 1);
}

#[actix_web::test]
async fn five_minutes_after_the_password_one_begins_again() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let (key, _) = enrol(&app, &mut browser).await;
    let mut again = app.browser();
    again.sign_in("jo").await;
    app.clock.advance(TimeDelta::minutes(5));
    again.fill("Authentication code", &code(&app, &key));
    again.press("Sign in").await;
    assert_eq!(again.page.heading(), "Welcome, please sign in");
    assert!(!is_signed_in(&mut again).await);
    again.sign_in("jo").await;
    again.follow("Sign in with another account").await;
    assert_eq!(again.page.heading(), "Welcome, please sign in");
}

#[actix_web::test]
async fn another_password_between_the_stages_voids_the_first_one_and_the_trail_tells_of_it() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let (key, _) = enrol(&app, &mut browser).await;
    let mut thief = app.browser();
    thief.sign_in("jo").await;
    browser.open("/admin/account").await;
    browser.fill("New Password", "seven purple otters");
    browser.fill("Password Confirmation", "seven purple otters");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Account").await;
    thief.fill("Authentication code", &code(&app, &key));
    thief.press("Sign in").await;
    assert_eq!(thief.page.heading(), "Welcome, please sign in");
    assert!(!is_signed_in(&mut thief).await);
    browser.open("/admin/activity?act=sign_in_failed").await;
    let rows = browser.page.rows();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].values().any(|text| text.contains("jo")), "{rows:?}");
}

#[actix_web::test]
async fn where_everybody_needs_one_it_is_set_up_right_after_the_password() {
    let app = TestApp::new();
    app.given().admin("jo");
    require(&app, "1");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(
        (browser.address.as_str(), browser.page.heading().as_str()),
        ("/admin/login/enrol", "Set up two-factor sign-in")
    );
    assert!(!is_signed_in(&mut browser).await);
    browser.open("/admin/login/enrol").await;
    let key = shown_key(&browser);
    browser.fill("Authentication code", "123");
    browser.press("Confirm").await;
    assert_eq!((browser.page.status.as_u16(), shown_key(&browser)), (422, key.clone()));
    assert!(browser.page.error_at("Authentication code").is_some());
    assert_eq!(app.count("audit_entry where act = 'otp_failed' and thing_name = 'jo'"), 1);
    app.sql("update admin_user set lock_expires_at = '2099-01-01 00:00:00'");
    browser.fill("Authentication code", &code(&app, &key));
    browser.press("Confirm").await;
    assert_eq!(browser.page.heading(), "Welcome, please sign in", "the account is locked");
    assert_eq!(app.count("audit_entry where act = 'sign_in_failed' and thing_name = 'jo'"), 1);
    app.sql("update admin_user set lock_expires_at = null");
    browser.sign_in("jo").await;
    let key = shown_key(&browser);
    browser.fill("Authentication code", &code(&app, &key));
    browser.press("Confirm").await;
    assert_eq!(recovery_codes(&browser).len(), 10);
    browser.follow("I have kept them").await;
    assert_eq!(browser.address, "/admin/integration");
    let mut stranger = app.browser();
    stranger.open("/admin/login/enrol").await;
    assert_eq!(stranger.page.heading(), "Welcome, please sign in");
}

#[actix_web::test]
async fn between_password_and_setting_it_up_every_address_leads_there_and_no_code_is_counted() {
    let app = TestApp::new();
    app.given().admin("jo");
    require(&app, "1");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    browser.open("/admin/integration?sort=name&dir=asc").await;
    assert_eq!(browser.page.heading(), "Set up two-factor sign-in", "a bookmark between the steps");
    let form = [("form_key".to_owned(), browser.page.form_key()), ("otp".to_owned(), "000000".to_owned())];
    for _ in 0..7 {
        browser.post("/admin/login", &form).await;
        assert_eq!(browser.page.heading(), "Set up two-factor sign-in");
    }
    let failed = "audit_entry where act in ('account_locked', 'otp_failed', 'sign_in_failed')";
    assert_eq!((app.count(failed), app.count("admin_user where failures_num > 0")), (0, 0));
    browser.open("/admin/integration?sort=name&dir=asc").await;
    let key = shown_key(&browser);
    browser.fill("Authentication code", &code(&app, &key));
    browser.press("Confirm").await;
    browser.follow("I have kept them").await;
    assert_eq!(browser.address, "/admin/integration?sort=name&dir=asc");
}

#[actix_web::test]
async fn whoever_has_nothing_left_to_give_between_the_stages_begins_again() {
    let app = TestApp::new();
    app.given().admin("jo");
    require(&app, "1");
    let begin = async || {
        let mut browser = app.browser();
        browser.sign_in("jo").await;
        assert_eq!(browser.page.heading(), "Set up two-factor sign-in");
        browser
    };
    let mut reset = begin().await;
    app.sql("delete from admin_user_otp");
    reset.open("/admin/integration").await;
    assert_eq!(reset.page.heading(), "Welcome, please sign in", "what was begun is gone");
    let mut freed = begin().await;
    require(&app, "0");
    freed.open("/admin/integration").await;
    assert_eq!(freed.page.heading(), "Welcome, please sign in", "it is no longer required");
    freed.sign_in_here("jo", PASSWORD).await;
    assert_eq!(freed.address, "/admin/integration");
}

#[actix_web::test]
async fn setting_it_up_asks_for_the_password_when_that_was_long_ago() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ACCOUNT).await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.press("Set up").await;
    assert!(browser.page.all(".qr").is_empty());
    browser.fill("Your Password", PASSWORD);
    browser.press("Set up").await;
    assert_eq!(browser.page.all("svg.qr path").len(), 1);
    let drawn = browser.page.all("svg.qr path")[0].attr("d").unwrap().len();
    assert!(drawn > 1000, "a picture");
    app.clock.advance(TimeDelta::minutes(10));
    browser.fill("Authentication code", "000000");
    browser.press("Confirm").await;
    assert!(browser.page.all(".qr").is_empty(), "nor is it shown again to whoever finds the window open");
}

#[actix_web::test]
async fn it_can_be_taken_away() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    enrol(&app, &mut browser).await;
    browser.open(ACCOUNT).await;
    browser.press("Take it away").await;
    assert_eq!(browser.page.messages(), ["Success: Your second factor has been taken away."]);
    let mut again = app.browser();
    again.sign_in("jo").await;
    assert!(is_signed_in(&mut again).await);
}

#[actix_web::test]
async fn wrong_codes_lock_the_account_however_often_the_password_is_given_between() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let (key, codes) = enrol(&app, &mut browser).await;
    for number in 1..=6 {
        let mut thief = app.browser();
        thief.sign_in("jo").await;
        assert_eq!(thief.page.heading(), "Enter your code");
        thief.fill("Authentication code", "000000");
        thief.press("Sign in").await;
        let expected = if number < 6 { "Enter your code" } else { "Welcome, please sign in" };
        assert_eq!(thief.page.heading(), expected, "{number}");
    }
    let mut again = app.browser();
    again.sign_in("jo").await;
    assert_eq!(again.page.status, 422, "while it is locked the right password leads nowhere");
    browser.open("/admin/activity?act=account_locked").await;
    assert_eq!(browser.page.rows().len(), 1);
    browser.open("/admin/activity?act=otp_failed").await;
    assert_eq!(browser.page.rows().len(), 6);
    app.clock.advance(TimeDelta::minutes(30));
    again.sign_in("jo").await;
    again.fill("Authentication code", &code(&app, &key));
    again.press("Sign in").await;
    assert_eq!(again.address, "/admin/integration");
    assert!(
        again.page.messages()[0].starts_with("Warning: There were 7 failed"),
        "{:?}",
        again.page.messages()
    );
    again.open(ACCOUNT).await;
    assert!(again.page.text().contains("10 recovery codes are left."), "{codes:?}");
}

#[actix_web::test]
async fn the_own_account_says_how_it_stands_and_an_administrator_takes_it_away_from_whoever_lost_it() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    theirs.open("/admin/account").await;
    assert_eq!(words(theirs.page.all("#otp .pill")[0]), "Off");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    assert!(browser.page.button("Reset Second Factor").is_none());
    enrol(&app, &mut theirs).await;
    theirs.open("/admin/account").await;
    assert_eq!(words(theirs.page.all("#otp .pill")[0]), "On");
    assert_eq!(theirs.page.link("Manage").as_deref(), Some(ACCOUNT));
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    browser.press("Reset Second Factor").await;
    assert_eq!(browser.page.messages(), ["Success: The second factor of 'kim' has been taken away."]);
    let mut again = app.browser();
    again.sign_in("kim").await;
    assert!(is_signed_in(&mut again).await);
}

#[actix_web::test]
async fn taking_it_away_from_somebody_asks_for_the_password_when_that_was_long_ago() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    enrol(&app, &mut theirs).await;
    let mut browser = app.administrator().await;
    let page = format!("/admin/user/edit/{kim}");
    browser.open(&page).await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.press("Reset Second Factor").await;
    assert_eq!(browser.page.heading(), "Confirm your password");
    assert!(browser.page.text().contains("the password alone signs in"), "{}", browser.page.text());
    browser.fill("Your Password", "wrong");
    browser.press("Reset Second Factor").await;
    assert_eq!(browser.page.status, 422);
    assert!(browser.page.error_at("Your Password").is_some());
    assert_eq!(app.count("admin_user_otp"), 1);
    browser.fill("Your Password", PASSWORD);
    browser.press("Reset Second Factor").await;
    assert_eq!(browser.page.messages(), ["Success: The second factor of 'kim' has been taken away."]);
    assert_eq!(browser.address, page);
    assert_eq!(app.count("admin_user_otp") + app.count("admin_user_recovery_code"), 0);
}

#[actix_web::test]
async fn nobody_takes_it_away_from_whoever_may_do_more() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    enrol(&app, &mut theirs).await;
    app.given().admin_with("clerk", &["Magento_User::acl_users"]);
    let mut browser = app.browser();
    browser.sign_in("clerk").await;
    browser.open("/admin/account").await;
    let form = [("form_key".to_owned(), browser.page.form_key())];
    browser.post(&format!("/admin/user/reset_otp/{kim}"), &form).await;
    assert_eq!(browser.page.status, 403);
    let told = "You do not hold everything that this user holds.";
    assert!(browser.page.text().contains(told), "{}", browser.page.text());
    assert_eq!(app.count("admin_user_otp"), 1);
}

#[actix_web::test]
async fn whoever_is_signed_in_already_when_it_becomes_required_sets_it_up_before_anything_else() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let key = browser.page.form_key();
    require(&app, "1");
    for address in ["/admin", "/admin/integration", "/admin/account", "/admin/user/edit/1"] {
        browser.open(address).await;
        assert_eq!(browser.address, ACCOUNT, "{address}");
    }
    assert!(browser.page.text().contains("Please set yours up"), "{}", browser.page.text());
    let form = [("form_key", key.as_str()), ("name", "Acme"), ("current_password", PASSWORD)];
    for address in ["/admin/integration/save", "/admin/account/save"] {
        let page = browser.send(address, TestRequest::post().set_form(form)).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, ACCOUNT), "{address}");
    }
    assert_eq!(app.count("integration"), 0);
    enrol(&app, &mut browser).await;
    assert!(is_signed_in(&mut browser).await);
    theirs.open("/admin/integration").await;
    theirs.press("Sign Out").await;
    assert_eq!(theirs.page.heading(), "Welcome, please sign in");
}

#[actix_web::test]
async fn an_old_password_comes_before_the_second_factor_and_either_leads_to_its_page() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    require(&app, "1");
    set(&app, setting::PASSWORD_LIFETIME, "90");
    app.sql("update admin_user set password_changed_at = '2020-01-01 00:00:00'");
    browser.open("/admin/integration").await;
    assert_eq!(browser.address, "/admin/account");
    browser.fill("New Password", "seven purple otters");
    browser.fill("Password Confirmation", "seven purple otters");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Account").await;
    browser.open("/admin/integration").await;
    assert_eq!(browser.address, ACCOUNT);
}
