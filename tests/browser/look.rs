//! Every page wide and narrow, light and dark: nothing sticks out to the side, and a picture of each is kept.

use super::browser::{Browser, Setup};
use super::journey::set_up;
use super::server::Server;

/// Pages that a signed-in person reaches by address, with the names of their pictures.
const PAGES: [(&str, &str); 19] = [
    ("admin/integration", "grid"),
    ("admin/integration?name=nothing+like+this", "grid-none-match"),
    ("admin/integration/new", "new"),
    ("admin/integration/edit/1", "edit"),
    ("admin/integration/permissions_dialog/1", "permissions"),
    ("admin/integration/permissions_dialog/2", "permissions-all"),
    ("admin/integration/confirm/delete/1", "confirm-delete"),
    ("admin/integration/edit/404", "not-found"),
    ("admin/integration/edit/3", "edit-inactive"),
    ("admin/user", "users"),
    ("admin/user/new", "user-new"),
    ("admin/user/edit/1", "user"),
    ("admin/role", "roles"),
    ("admin/role/new", "role-new"),
    ("admin/role/edit/4", "role"),
    ("admin/account", "account"),
    ("admin/activity", "activity"),
    ("admin/activity?person=nobody&from=yesterday", "activity-none-match"),
    ("admin/forgotpassword", "forgotten"),
];

async fn look(name: &str, setup: Setup) {
    let server = Server::start();
    let long = "Wholesale-partner-with-an-unbroken-name-".repeat(6);
    let with = |name: &str, resource: &[&str]| {
        let mut arguments = vec!["integration", "create", "--name", name, "--email", "partner@example.com"];
        arguments.extend(resource);
        server.command(&arguments);
    };
    with(
        "Acme Warehouse",
        &["--resource", "Magento_Catalog::products", "--resource", "Magento_Sales::actions_view"],
    );
    with("شركة المثال 🚀", &["--all-resources"]);
    with(&long, &[]);
    server.command(&["integration", "activate", "Acme Warehouse"]);
    server.command(&["integration", "activate", "شركة المثال 🚀"]);
    server.command(&["integration", "suspend", "شركة المثال 🚀"]);

    let browser = Browser::open(setup).await;
    browser.goto(&format!("{}admin/integration", server.address())).await;
    browser.see("#username").await;
    keep(&browser, name, "login").await;
    set_up(&browser, &server, name).await;
    for (address, page) in PAGES {
        browser.goto(&format!("{}{address}", server.address())).await;
        browser.see("h1").await;
        keep(&browser, name, page).await;
    }
    // A form that is not accepted.
    browser.goto(&format!("{}admin/integration/new", server.address())).await;
    browser.fill("integration_properties_email", "nobody").await;
    browser.fill("integration_properties_endpoint", "http://partner.example/callback").await;
    browser.press("Save").await;
    browser.reads("This is a required field.").await;
    browser.reads("egress_allow").await;
    assert_eq!(browser.value("integration_properties_email").await, "nobody");
    keep(&browser, name, "refused").await;
    browser.close().await;
}

async fn keep(browser: &Browser, name: &str, page: &str) {
    browser.picture(&format!("{name}-{page}")).await;
    assert!(!browser.overflows().await, "{page} sticks out ({name})");
}

#[tokio::test]
async fn on_a_wide_screen_in_the_dark() {
    look("wide-dark", Setup { is_dark: true, ..Setup::default() }).await;
}

#[tokio::test]
async fn on_a_wide_screen_in_the_light() {
    look("wide-light", Setup::default()).await;
}

#[tokio::test]
async fn on_a_telephone_in_the_dark() {
    look("narrow-dark", Setup { width: 360, is_dark: true, ..Setup::default() }).await;
}

#[tokio::test]
async fn on_a_telephone_in_the_light_without_script() {
    look("narrow-light", Setup { width: 360, has_script: false, ..Setup::default() }).await;
}
