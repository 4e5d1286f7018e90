//! The settings as a person changes them: groups, values, "use system value", what is refused and what it takes to save.

use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::setting::{self, Setting};

use crate::support::given::PASSWORD;
use crate::support::page::words;
use crate::support::{Browser, TestApp};

const ADDRESS: &str = "/admin/setting/oauth";
const TIMEOUT: &str = "OAuth consumer credentials HTTP Post timeout";

fn stored(app: &TestApp, setting: Setting) -> String {
    app.app.store.read_now(|work| setting::text(work, setting)).unwrap()
}

/// Clears or sets the box "Use system value" of a setting of the section OAuth.
fn use_default(browser: &mut Browser<'_>, group: &str, field: &str, on: bool) {
    browser.tick(&format!("groups[{group}][fields][{field}][inherit]"), "1", on);
}

#[actix_web::test]
async fn the_section_has_magentos_groups_labels_and_defaults_and_ours_below() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    browser.follow("Configuration").await;
    let page = &browser.page;
    assert_eq!((browser.address.as_str(), page.heading().as_str()), (ADDRESS, "Configuration"));
    let groups: Vec<String> = page.all("summary h2").into_iter().map(words).collect();
    let expected =
        ["Access Token Expiration", "Cleanup Settings", "Consumer Settings", "Authentication Locks"];
    assert_eq!(groups[..4], expected);
    assert!(groups.len() > 4, "{groups:?}");
    for (label, value) in [
        ("Customer Token Lifetime (hours)", "1"),
        ("Admin Token Lifetime (hours)", "4"),
        ("Expiration Period", "120"),
        ("OAuth consumer credentials HTTP Post maxredirects", "0"),
        (TIMEOUT, "5"),
        ("Maximum Login Failures to Lock Out Account", "6"),
        ("Lockout Time (seconds)", "1800"),
    ] {
        assert_eq!(page.value(label), value, "{label}");
    }
    let bearer = page.field("Allow OAuth Access Tokens to be used as standalone Bearer tokens").unwrap();
    let chosen: Vec<_> =
        bearer.select(&scraper::Selector::parse("option[selected]").unwrap()).map(words).collect();
    assert_eq!(chosen, ["No"]);
    let text = page.text();
    assert!(text.contains("Consumer key/secret will expire if not used within X seconds"), "{text}");
    assert!(!text.contains("Cleanup Probability") && !text.contains("JWT"), "they have no effect here");
    let ticked = page.all("input[type=checkbox][checked]").len();
    assert_eq!(ticked, setting::all().count(), "a fresh installation has every default");
}

#[actix_web::test]
async fn a_value_is_saved_counts_at_once_and_goes_back_to_the_default() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    use_default(&mut browser, "consumer", "post_timeout", false);
    browser.fill(TIMEOUT, " 12 ");
    let page = browser.press("Save Config").await;
    assert_eq!(page.messages(), ["Success: You saved the configuration."]);
    assert_eq!(page.value(TIMEOUT), "12");
    assert_eq!(stored(&app, setting::POST_TIMEOUT), "12");
    let page = browser.open("/admin/activity").await;
    let text = page.text();
    assert!(text.contains("Setting changed") && text.contains("oauth/consumer/post_timeout"), "{text}");

    browser.open(ADDRESS).await;
    use_default(&mut browser, "consumer", "post_timeout", true);
    browser.press("Save Config").await;
    assert_eq!(stored(&app, setting::POST_TIMEOUT), "5");
    assert!(browser.open("/admin/activity").await.text().contains("Setting back to default"));
    let entries = app.count("audit_entry");
    browser.open(ADDRESS).await;
    browser.press("Save Config").await;
    assert_eq!(app.count("audit_entry"), entries, "what is saved as it was is no change");
}

#[actix_web::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    for (group, field) in [
        ("consumer", "post_timeout"),
        ("consumer", "post_maxredirects"),
        ("access_token_lifetime", "admin"),
        ("authentication_lock", "timeout"),
        ("admin/security", "session_lifetime"),
    ] {
        use_default(&mut browser, group, field, false);
    }
    browser.fill(TIMEOUT, "soon");
    browser.fill("OAuth consumer credentials HTTP Post maxredirects", "-1");
    browser.fill("Lockout Time (seconds)", "");
    browser.fill("Admin Session Lifetime (seconds)", "5");
    browser.fill("Admin Token Lifetime (hours)", "0.25");
    let before = app.contents();
    let page = browser.press("Save Config").await;
    assert_eq!(page.status, 422);
    let wrong = [
        (TIMEOUT, "Please enter a valid number in this field.", "soon"),
        (
            "OAuth consumer credentials HTTP Post maxredirects",
            "Please enter a number 0 or greater in this field.",
            "-1",
        ),
        ("Lockout Time (seconds)", "This is a required field.", ""),
        ("Admin Session Lifetime (seconds)", "Please enter a number 60 or greater in this field.", "5"),
    ];
    for (label, reason, typed) in wrong {
        assert_eq!(page.error_at(label).as_deref(), Some(reason), "{label}");
        assert_eq!(page.value(label), typed, "{label}");
        assert!(page.link(&format!("{label}: {reason}")).is_some(), "{label} in the summary");
    }
    assert_eq!(
        (page.value("Admin Token Lifetime (hours)").as_str(), page.error_at("Admin Token Lifetime (hours)")),
        ("0.25", None)
    );
    assert_eq!(app.contents(), before, "all of it, or nothing");

    browser.fill(TIMEOUT, "9");
    browser.fill("OAuth consumer credentials HTTP Post maxredirects", "1");
    browser.fill("Lockout Time (seconds)", "60");
    browser.fill("Admin Session Lifetime (seconds)", "600");
    browser.press("Save Config").await;
    assert_eq!(stored(&app, setting::ADMIN_TOKEN_LIFETIME), "0.25");
    assert_eq!(stored(&app, setting::SESSION_LIFETIME), "600");
}

#[actix_web::test]
async fn a_value_that_is_typed_beside_the_ticked_default_is_not_dropped_silently() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    browser.fill(TIMEOUT, "12");
    let page = browser.press("Save Config").await;
    assert_eq!(page.status, 422);
    assert!(page.error_at(TIMEOUT).unwrap().contains("Use system value"), "{}", page.text());
    assert_eq!(page.value(TIMEOUT), "12");
    use_default(&mut browser, "consumer", "post_timeout", false);
    browser.press("Save Config").await;
    assert_eq!(stored(&app, setting::POST_TIMEOUT), "12");
}

#[actix_web::test]
async fn saving_asks_for_the_password_when_the_last_confirmation_is_old_and_keeps_what_was_typed() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    use_default(&mut browser, "consumer", "post_timeout", false);
    browser.fill(TIMEOUT, "12");
    app.clock.advance(TimeDelta::minutes(11));
    let page = browser.press("Save Config").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.value(TIMEOUT), "12");
    assert_eq!(stored(&app, setting::POST_TIMEOUT), "5");
    browser.fill("Your Password", "wrong");
    let page = browser.press("Save Config").await;
    assert_eq!((page.status.as_u16(), page.value(TIMEOUT).as_str()), (422, "12"));
    assert!(page.error_at("Your Password").is_some());
    assert!(!page.body.contains("\"wrong\""), "a password is never drawn");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Config").await;
    assert_eq!(stored(&app, setting::POST_TIMEOUT), "12");
}

#[actix_web::test]
async fn what_somebody_else_saved_meanwhile_is_told_and_not_overwritten() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    app.app
        .store
        .write_now(|work| setting::set(work, &Actor::command(), setting::TOKEN_GRACE, "60"))
        .unwrap();
    use_default(&mut browser, "consumer", "post_timeout", false);
    browser.fill(TIMEOUT, "12");
    let page = browser.press("Save Config").await;
    assert_eq!((page.status.as_u16(), page.value(TIMEOUT).as_str()), (409, "12"));
    assert!(page.text().contains("Somebody else saved this in the meantime."), "{}", page.text());
    assert_eq!(stored(&app, setting::TOKEN_GRACE), "60");
    browser.follow("Open the stored version").await;
    use_default(&mut browser, "consumer", "post_timeout", false);
    browser.fill(TIMEOUT, "12");
    browser.press("Save Config").await;
    assert_eq!(
        (stored(&app, setting::POST_TIMEOUT).as_str(), stored(&app, setting::TOKEN_GRACE).as_str()),
        ("12", "60")
    );
}

#[actix_web::test]
async fn a_form_that_holds_a_part_changes_that_part() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open(ADDRESS).await;
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let key = field("form_key", &browser.page.form_key());
    let fields = [key, field("groups[consumer][fields][expiration_period][value]", "60")];
    browser.post(ADDRESS, &fields).await;
    assert_eq!(stored(&app, setting::EXCHANGE_PERIOD), "60");
    let set: usize = app.app.store.read_now(setting::list).unwrap().iter().filter(|it| it.is_set).count();
    assert_eq!(set, 1);
}
