//! Every page wide and narrow, light and dark: nothing sticks out to the side, and a picture of each is kept.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::browser::{Browser, Setup};
use super::journey::{PASSWORD, set_up};
use super::server::Server;

/// Pages that a signed-in person reaches by address, with the names of their pictures.
const PAGES: &[(&str, &str)] = &[
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
    ("admin/role/edit/6", "role"),
    ("admin/account", "account"),
    ("admin/activity", "activity"),
    ("admin/activity?person=nobody&from=yesterday", "activity-none-match"),
    ("admin/forgotpassword", "forgotten"),
    ("admin/customer", "customers"),
    ("admin/customer?name=nobody", "customers-none-match"),
    ("admin/user/confirm/revoke_tokens/1", "confirm-revoke-tokens"),
    ("admin/setting/oauth", "settings"),
    ("admin/schedule", "schedule"),
    ("admin/schedule?state=failed", "schedule-none-match"),
    ("admin/webhook", "webhooks"),
    ("admin/webhook/edit/1", "webhook"),
    ("admin/webhook/confirm/rotate/1", "confirm-rotate"),
    ("admin/resource", "resources"),
    ("admin/integration/edit/4", "declared"),
    ("admin/integration/permissions_dialog/4", "declared-approve"),
    ("admin/integration/permissions_dialog/5", "declared-first"),
];

const CUSTOMERS: &str = "email,firstname,lastname,password_hash,website,is_active,confirmed
ada@example.com,Ada,Lovelace,36bf5356c904ffb0dd6a3fe25dad0f39:salt:0,base,1,1
somebody.with.a.long.address@wholesale-of-everything.example,Wolfeschlegelsteinhausen,Bergerdorff,36bf5356c904ffb0dd6a3fe25dad0f39:salt:0,base,0,1
zolw@example.pl,Żółw,مثال,36bf5356c904ffb0dd6a3fe25dad0f39:salt:0,base,1,0
";

/// What files declare: an integration that asks for more than was approved, and one that nobody approved yet.
fn declare(server: &Server) {
    let folder = server.folder.path().join("declarations/integration");
    std::fs::create_dir_all(&folder).unwrap();
    let declare = |name: &str, resources: &[&str]| {
        let resources: String = resources.iter().map(|id| format!("<resource name=\"{id}\"/>")).collect();
        let inside = format!("<email>sync@acme.example</email><resources>{resources}</resources>");
        let text = format!("<config><integration name=\"{name}\">{inside}</integration></config>");
        std::fs::write(folder.join(format!("{name}.xml")), text).unwrap();
        server.command(&["integration", "apply"]);
    };
    declare("Acme Sync", &["Magento_Catalog::products", "Magento_Catalog::categories"]);
    server.command(&["integration", "activate", "Acme Sync"]);
    declare("Acme Sync", &["Magento_Catalog::products", "Magento_Sales::capture"]);
    declare("Umbrella Reports", &["Magento_Reports::salesroot_sales"]);
}

/// A webhook that nobody listens to, and what it is told in vain: of a token that is asked for.
async fn make_webhook(browser: &Browser, server: &Server, name: &str) {
    browser.goto(&format!("{}admin/webhook/new", server.address())).await;
    browser.fill("webhook_name", "Warehouse-dashboard-with-an-unbroken-name").await;
    browser.fill("webhook_url", "http://127.0.0.1:9/hooks/latchkey").await;
    keep(browser, name, "webhook-new").await;
    browser.press("Save Webhook").await;
    browser.see("#webhook_secret").await;
    keep(browser, name, "webhook-secret").await;
    let body = format!("{{\"username\":\"jo\",\"password\":\"{PASSWORD}\"}}");
    let (host, length) = (format!("127.0.0.1:{}", server.port), body.len());
    let request = format!(
        "POST /rest/V1/integration/admin/token HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

async fn look(name: &str, setup: Setup) {
    let server = Server::start_with("egress_allow = [\"127.0.0.1:9\"]");
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
    declare(&server);
    std::fs::write(server.folder.path().join("customers.csv"), CUSTOMERS).unwrap();
    server.command(&["customer", "import", "customers.csv"]);

    let browser = Browser::open(setup).await;
    browser.goto(&format!("{}admin/integration", server.address())).await;
    browser.see("#username").await;
    keep(&browser, name, "login").await;
    set_up(&browser, &server, name).await;
    make_webhook(&browser, &server, name).await;
    for (address, page) in PAGES {
        browser.goto(&format!("{}{address}", server.address())).await;
        let heading = browser.see("h1").await.text().await.unwrap();
        let is_there = !heading.contains("no longer exists");
        assert!(is_there || *page == "not-found", "{address}: {heading}");
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
