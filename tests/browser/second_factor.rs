//! Setting up a second factor by its picture, signing in with it, and choosing a new password behind a link: one that
//! a command prints, or one that comes by mail.

use data_encoding::BASE32_NOPAD;
use latchkey::domain::otp::totp;

use super::browser::{Browser, Setup};
use super::journey::{PASSWORD, set_up};
use super::mail::MailServer;
use super::server::Server;

const NEW: &str = "another horse battery";

/// An application that has typed the key of the page.
struct Application {
    key: Vec<u8>,
    /// Of the code that it showed last.
    step: i64,
}

impl Application {
    async fn beside(browser: &Browser) -> Self {
        let key = browser.see(".otp-secret").await.text().await.unwrap().replace(' ', "");
        Self { key: BASE32_NOPAD.decode(key.as_bytes()).unwrap(), step: 0 }
    }

    /// A code that was not shown before, if need be the next one.
    fn code(&mut self) -> String {
        let now = chrono::DateTime::from(std::time::SystemTime::now());
        self.step = totp::step(now).max(self.step + 1);
        totp::code(&self.key, self.step).expose().to_owned()
    }
}

async fn keep(browser: &Browser, name: &str) {
    browser.picture(name).await;
    assert!(!browser.overflows().await, "{name} sticks out");
}

/// Whence the link comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Printed,
    Mailed,
}

/// Asks for a link by mail, as whoever forgot the password does, and reads it.
async fn asked_for(browser: &Browser, name: &str, server: &Server, mails: &MailServer) -> String {
    browser.goto(&format!("{}admin/login", server.address())).await;
    browser.press("Forgot your password?").await;
    browser.fill("email", "jo@example.com").await;
    keep(browser, &format!("{name}-forgotten")).await;
    browser.press("Retrieve Password").await;
    browser.reads("We'll email you a link to reset your password.").await;
    let mail = mails.mail();
    assert!(mail.contains("To: \"Jo Doe\" <jo@example.com>"), "{mail}");
    let link = mail.split_whitespace().find(|word| word.contains("/admin/resetpassword?token="));
    link.unwrap_or_else(|| panic!("no link: {mail}")).to_owned()
}

async fn through(name: &str, setup: Setup, link: Link) {
    let mails = MailServer::start();
    let mail = format!("smtp_url = \"smtp://127.0.0.1:{}\"\nmail_from = \"store@example.com\"", mails.port);
    let server = Server::start_with(if link == Link::Mailed { &mail } else { "" });
    let browser = Browser::open(setup).await;
    set_up(&browser, &server, name).await;
    browser.goto(&format!("{}admin/account/otp", server.address())).await;
    keep(&browser, &format!("{name}-otp-off")).await;
    browser.press("Set up").await;
    browser.see("svg.qr").await;
    keep(&browser, &format!("{name}-otp-picture")).await;
    let mut application = Application::beside(&browser).await;
    browser.fill("otp", &application.code()).await;
    browser.press("Confirm").await;
    browser.reads("Your recovery codes").await;
    keep(&browser, &format!("{name}-otp-codes")).await;
    let kept = browser.see(".codes code").await.text().await.unwrap();
    browser.press("I have kept them").await;
    browser.reads("10 recovery codes are left.").await;
    assert!(!browser.client.source().await.unwrap().contains(&kept), "they are shown once");
    keep(&browser, &format!("{name}-otp-on")).await;
    browser.press("Sign Out").await;
    browser.reads("You have logged out.").await;

    let link = match link {
        Link::Printed => {
            server.command(&["admin", "reset-password", "jo"]).lines().nth(1).unwrap().to_owned()
        }
        Link::Mailed => asked_for(&browser, name, &server, &mails).await,
    };
    browser.goto(&link).await;
    browser.fill("password", NEW).await;
    browser.fill("password_confirmation", NEW).await;
    keep(&browser, &format!("{name}-reset")).await;
    browser.press("Reset Password").await;
    browser.reads("You updated your password.").await;
    browser.sign_in("jo", NEW).await;
    browser.reads("Enter your code").await;
    keep(&browser, &format!("{name}-otp-asked")).await;
    browser.fill("otp", &application.code()).await;
    browser.press("Sign in").await;
    browser.reads("Add New Integration").await;
    browser.goto(&format!("{}admin/activity", server.address())).await;
    browser.reads("Second factor set up").await;
    keep(&browser, &format!("{name}-activity")).await;
    browser.close().await;
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for() {
    through("factor-wide", Setup::default(), Link::Printed).await;
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for_on_a_telephone_in_the_dark_without_script() {
    let setup = Setup { width: 360, is_dark: true, has_script: false };
    through("factor-narrow", setup, Link::Mailed).await;
}

/// Whoever signs in without a second factor where everybody needs one sets it up on the way, and whoever was signed in
/// before gets no further without.
async fn required(name: &str, setup: Setup) {
    let server = Server::start();
    let browser = Browser::open(setup).await;
    set_up(&browser, &server, name).await;
    server.command(&["config", "set", "latchkey/otp/required", "1"]);
    let grid = format!("{}admin/integration", server.address());
    browser.goto(&grid).await;
    browser.reads("Please set yours up: nothing else is open to you before that.").await;
    keep(&browser, &format!("{name}-lacking")).await;
    browser.press("Sign Out").await;
    browser.reads("You have logged out.").await;

    browser.sign_in("jo", PASSWORD).await;
    browser.reads("Everybody here signs in with a second factor. Set yours up to go on.").await;
    browser.see("svg.qr").await;
    keep(&browser, &format!("{name}-picture")).await;
    // A page that was asked for meanwhile leads here again, and loses nothing.
    let mut application = Application::beside(&browser).await;
    browser.goto(&grid).await;
    browser.goto(&format!("{}admin/login", server.address())).await;
    keep(&browser, &format!("{name}-again")).await;
    let again = Application::beside(&browser).await;
    assert_eq!(again.key, application.key, "the key that the application has stays the same");
    browser.fill("otp", &application.code()).await;
    browser.press("Confirm").await;
    browser.reads("Your recovery codes").await;
    browser.press("I have kept them").await;
    browser.goto(&grid).await;
    browser.reads("Add New Integration").await;
    browser.close().await;
}

#[tokio::test]
async fn where_everybody_needs_a_second_factor_it_is_set_up_on_the_way_in() {
    required("factor-required", Setup::default()).await;
}

#[tokio::test]
async fn it_is_set_up_on_the_way_in_on_a_telephone_in_the_dark_without_script() {
    let setup = Setup { width: 360, is_dark: true, has_script: false };
    required("factor-required-narrow", setup).await;
}
