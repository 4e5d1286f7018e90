//! Lockout, sessions, and the items of OWASP ASVS 5.0 by name: what a thief does not get.

use latchkey::domain::Actor;
use latchkey::domain::setting::{self, Setting};

use crate::support::{Browser, TestApp};

mod asvs_access;
mod asvs_sessions;
mod asvs_web;
mod lockout;
mod sessions;

pub(super) const FAILED: &str = "Error: The account sign-in was incorrect or your account is disabled temporarily. \
    Please wait and try again later.";
pub(super) const LOCKED: &str = "Error: Your account is temporarily disabled. Please try again later.";

pub(super) fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
}

pub(super) async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.open("/admin/integration").await;
    browser.address == "/admin/integration"
}

pub(super) async fn try_in_vain(app: &TestApp, username: &str, times: usize) {
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    for _ in 0..times {
        browser.sign_in_here(username, "wrong").await;
        assert_eq!(browser.page.messages(), [FAILED]);
    }
}

pub(super) fn cookie(browser: &Browser<'_>) -> String {
    browser.cookies.get("latchkey").map(|(value, _)| value.clone()).unwrap_or_default()
}
