//! The bar of system messages: there while its cause is, for whoever may see it.

use latchkey::secret::Secret;

use crate::support::page::words;
use crate::support::{Browser, TestApp};

fn told(browser: &Browser<'_>) -> Vec<String> {
    browser.page.all(".system p, .system li").into_iter().map(words).collect()
}

fn public(address: &'static str) -> TestApp {
    TestApp::with(|config| config.base_url = address.parse().unwrap())
}

#[actix_web::test]
async fn a_fresh_installation_on_this_machine_has_nothing_to_tell() {
    let app = TestApp::new();
    let browser = app.administrator().await;
    assert!(told(&browser).is_empty(), "{:?}", told(&browser));
    assert!(!browser.page.text().contains("System Messages:"));
}

#[actix_web::test]
async fn what_is_wrong_with_a_public_server_is_told_the_worst_first() {
    let app = public("http://shop.example/");
    let browser = app.administrator().await;
    let messages = told(&browser);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].contains("not https") && messages[0].contains("base_url"), "{messages:?}");
    assert!(messages[1].contains("smtp_url"), "{messages:?}");
    let app = TestApp::with(|config| {
        config.base_url = "http://[::1]:8080/".parse().unwrap();
        config.smtp_url = Some(Secret::new("smtp://127.0.0.1:1"));
    });
    assert!(told(&app.administrator().await).is_empty());
}

#[actix_web::test]
async fn integrations_that_wait_for_approval_are_told_until_none_waits() {
    let app = TestApp::new();
    app.given().integration("Declared");
    app.given().integration("Manual");
    app.sql("update integration set setup_type = 1, status = 2 where name = 'Declared'");
    app.sql("update integration set status = 2 where name = 'Manual'");
    let mut browser = app.administrator().await;
    let message = "One or more integrations have been reset because of a change to their xml configs.";
    assert_eq!(told(&browser), [message]);
    browser.follow("integrations").await;
    assert_eq!(browser.address, "/admin/integration?status=2");
    app.sql("update integration set status = 1 where name = 'Declared'");
    browser.open("/admin/account").await;
    assert!(told(&browser).is_empty(), "{:?}", told(&browser));
}

#[actix_web::test]
async fn whoever_lacks_the_right_to_system_messages_sees_none() {
    let app = public("http://shop.example/");
    app.given().admin_with("kim", &["Magento_Integration::integrations"]);
    app.given().admin_with("lee", &["Magento_AdminNotification::show_list"]);
    for (name, count) in [("kim", 0), ("lee", 2)] {
        let mut browser = app.browser();
        browser.sign_in(name).await;
        browser.open("/admin/account").await;
        assert_eq!(told(&browser).len(), count, "{name}");
    }
}
