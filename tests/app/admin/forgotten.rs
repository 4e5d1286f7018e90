//! A forgotten password: asked for by mail, or printed by the command; chosen anew behind a link that works once.

use chrono::TimeDelta;
use latchkey::config::Config;
use latchkey::domain::Actor;
use latchkey::domain::password_reset;
use latchkey::mailing::password_link;
use latchkey::secret::Secret;

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

const NEW: &str = "another horse battery";
const SENT: &str = "Success: We'll email you a link to reset your password.";

fn with_mail(config: &mut Config) {
    config.smtp_url = Some(Secret::new("smtp://127.0.0.1:1"));
    config.mail_from = Some("store@example.com".to_owned());
}

async fn ask(browser: &mut Browser<'_>, email: &str) -> Vec<String> {
    browser.open("/admin/login").await;
    browser.follow("Forgot your password?").await;
    browser.fill("Email address", email);
    browser.press("Retrieve Password").await;
    browser.page.messages()
}

fn link_in(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/admin/resetpassword?token=")).unwrap();
    link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

/// What the command prints.
pub(super) fn printed(app: &TestApp) -> String {
    let made = app.app.store.write_now(|work| password_reset::link_for_name(work, &Actor::command(), "jo"));
    let link = password_link(&app.app.config.admin_base(), &made.unwrap().token);
    link_in(link.expose())
}

pub(super) async fn choose(browser: &mut Browser<'_>, link: &str, password: &str) {
    browser.open(link).await;
    browser.fill("New Password", password);
    browser.fill("Confirm New Password", password);
    browser.press("Reset Password").await;
}

#[actix_web::test]
async fn a_mail_brings_a_link_that_works_once() {
    let app = TestApp::with(with_mail);
    app.given().admin("jo");
    let mut browser = app.browser();
    assert_eq!(ask(&mut browser, "JO@example.com").await, [SENT]);
    let mails = app.outbound.mails(1).await;
    assert_eq!(mails[0].to, ("Jo Example".to_owned(), "jo@example.com".to_owned()));
    assert_eq!(mails[0].subject, "Password Reset Confirmation for Jo Example");
    let link = link_in(mails[0].text.expose());
    assert!(mails[0].html.expose().contains(&link));
    assert!(mails[0].text.expose().contains("within 2 hours"));
    choose(&mut browser, &link, NEW).await;
    assert_eq!(browser.page.messages(), ["Success: You updated your password."]);
    browser.sign_in_here("jo", NEW).await;
    assert_eq!(browser.address, "/admin/integration");
    let mut again = app.browser();
    again.open(&link).await;
    assert_eq!(again.page.messages(), ["Error: Your password reset link has expired."]);
}

#[actix_web::test]
async fn the_owner_hears_at_the_address_of_before_that_the_account_signs_in_otherwise() {
    let app = TestApp::with(with_mail);
    let mut browser = app.administrator().await;
    let kim = app.given().admin("kim");
    browser.open("/admin/account").await;
    browser.fill("First Name", "Joanna");
    browser.press("Save Account").await;
    browser.open("/admin/account").await;
    browser.fill("Email", "joanna@example.com");
    browser.fill("New Password", NEW);
    browser.fill("Password Confirmation", NEW);
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Account").await;
    let mails = app.outbound.mails(1).await;
    assert_eq!(mails[0].to, ("Joanna Example".to_owned(), "jo@example.com".to_owned()));
    assert_eq!(mails[0].subject, "New e-mail address, password for jo");
    assert!(mails[0].text.expose().contains("in your account “jo”: e-mail address, password."));
    assert!(
        !mails[0].text.expose().contains(NEW) && mails[0].html.expose().contains("another administrator")
    );
    browser.open(&format!("/admin/user/edit/{}", kim.0)).await;
    browser.fill("User Name", "kim2");
    browser.press("Save User").await;
    let mails = app.outbound.mails(2).await;
    assert_eq!(
        (mails[1].subject.as_str(), mails[1].to.1.as_str()),
        ("New user name for kim", "kim@example.com")
    );
    assert_eq!(mails.len(), 2);
}

#[actix_web::test]
async fn the_answer_tells_nothing_about_who_is_known() {
    let app = TestApp::with(with_mail);
    app.given().admin("jo");
    app.given().admin("gone");
    app.sql("update admin_user set is_active = false where username = 'gone'");
    app.sql(
        "insert into setting (path, value, updated_at) values
        ('admin/security/password_reset_protection_type', '0', '2024-10-04 00:00:00')",
    );
    for email in ["nobody@example.com", "gone@example.com", "jo@example.com"] {
        let mut browser = app.browser();
        assert_eq!(ask(&mut browser, email).await, [SENT], "{email}");
        assert_eq!((browser.address.as_str(), browser.page.status.as_u16()), ("/admin/login", 200));
    }
    assert_eq!(app.outbound.mails(1).await.len(), 1);
}

#[actix_web::test]
async fn too_many_requests_are_refused_known_or_not() {
    let app = TestApp::with(with_mail);
    app.given().admin("jo");
    for email in ["jo@example.com", "nobody@example.com"] {
        let mut browser = app.browser();
        assert_eq!(ask(&mut browser, email).await, [SENT]);
        let refused = ask(&mut browser, email).await;
        assert!(
            refused[0].contains("too many requests") && refused[0].contains("store@example.com"),
            "{refused:?}"
        );
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(ask(&mut app.browser(), "jo@example.com").await, [SENT]);
    assert_eq!(app.outbound.mails(2).await.len(), 2);
}

#[actix_web::test]
async fn what_is_no_address_is_said_at_the_field() {
    let app = TestApp::with(with_mail);
    let mut browser = app.browser();
    for (typed, reason) in
        [("", "Please enter an email address."), ("jo", "Please correct this email address:")]
    {
        ask(&mut browser, typed).await;
        assert_eq!(browser.page.status, 422);
        assert_eq!(browser.page.error_at("Email address").as_deref(), Some(reason));
        assert_eq!(browser.page.value("Email address"), typed);
    }
}

#[actix_web::test]
async fn without_a_mail_server_the_page_says_what_else_can_be_done() {
    let app = TestApp::new();
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    browser.follow("Forgot your password?").await;
    assert!(browser.page.text().contains("latchkey admin reset-password"), "{}", browser.page.text());
}

#[actix_web::test]
async fn a_new_password_ends_every_session_and_the_old_one() {
    let app = TestApp::new();
    let mut signed_in = app.administrator().await;
    let mut browser = app.browser();
    choose(&mut browser, &printed(&app), NEW).await;
    signed_in.open("/admin/integration").await;
    assert_eq!(signed_in.page.heading(), "Welcome, please sign in");
    signed_in.sign_in_here("jo", PASSWORD).await;
    assert_eq!(signed_in.page.status, 422);
    browser.sign_in("jo").await;
    assert_eq!(browser.page.status, 422);
    browser.sign_in_here("jo", NEW).await;
    browser.open("/admin/activity?act=password_reset").await;
    assert_eq!(browser.page.rows().len(), 1);
}

#[actix_web::test]
async fn a_password_that_is_not_accepted_leaves_the_link_as_it_is() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    let link = printed(&app);
    choose(&mut browser, &link, "short").await;
    assert_eq!(browser.page.status, 422);
    assert!(browser.page.error_at("New Password").is_some());
    browser.fill("New Password", NEW);
    browser.fill("Confirm New Password", "different");
    browser.press("Reset Password").await;
    assert!(browser.page.error_at("Confirm New Password").is_some());
    choose(&mut browser, &link, NEW).await;
    assert_eq!(browser.page.messages(), ["Success: You updated your password."]);
}

#[actix_web::test]
async fn a_link_ends_after_two_hours_and_opening_it_does_not_prolong_it() {
    let app = TestApp::new();
    app.given().admin("jo");
    let link = printed(&app);
    let mut browser = app.browser();
    app.clock.advance(TimeDelta::minutes(119));
    browser.open(&link).await;
    assert_eq!(browser.page.heading(), "Reset a Password");
    app.clock.advance(TimeDelta::minutes(1));
    browser.open(&link).await;
    assert_eq!(browser.page.messages(), ["Error: Your password reset link has expired."]);
}

#[actix_web::test]
async fn behind_the_link_a_password_is_no_easier_than_elsewhere_and_ends_every_session() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut open = app.browser();
    open.sign_in("jo").await;
    let link = printed(&app);
    let mut browser = app.browser();
    for (password, why) in [
        (PASSWORD, "already been used"),
        ("example of Jo Example", "must not contain your user name"),
        ("short", "12"),
    ] {
        choose(&mut browser, &link, password).await;
        assert_eq!(browser.page.status, 422, "{password}");
        let told = browser.page.error_at("New Password").unwrap_or_default();
        assert!(told.contains(why), "{password}: {told}");
    }
    choose(&mut browser, &link, NEW).await;
    assert_eq!(browser.page.messages(), ["Success: You updated your password."]);
    open.open("/admin/integration").await;
    let told = ["Error: The password of this account has been changed. Sign in with the new one."];
    assert_eq!(open.page.messages(), told);
    let next = printed(&app);
    choose(&mut browser, &next, PASSWORD).await;
    assert_eq!(browser.page.status, 422, "one of the last four is not taken again");
}
