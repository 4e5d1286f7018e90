//! From the first start to a signed call: with the mouse, with the keyboard alone, and without script.

use std::time::SystemTime;

use super::browser::{Browser, Setup};
use super::server::Server;
use super::signer::{Credentials, Request};

pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
const NAME: &str = r#"O'Neil "and" <Sons> 🚀 شركة"#;
pub(crate) const PASSWORD: &str = "correct horse battery";
const FIRST_ADMINISTRATOR: [(&str, &str); 6] = [
    ("username", "jo"),
    ("firstname", "Jo"),
    ("lastname", "Doe"),
    ("email", "jo@example.com"),
    ("password", PASSWORD),
    ("password_confirmation", PASSWORD),
];
const TICKED: [&str; 3] =
    ["Magento_Catalog::products", "Magento_Sales::actions_view", "Magento_Customer::manage"];

/// Makes the first administrator on the page behind the printed link.
pub(crate) async fn set_up(browser: &Browser, server: &Server, name: &str) {
    browser.goto(server.setup_link.as_deref().expect("a fresh start prints a link")).await;
    browser.see("#username").await;
    browser.picture(&format!("{name}-1-setup")).await;
    for (id, text) in FIRST_ADMINISTRATOR {
        browser.fill(id, text).await;
    }
    browser.click("button[type=submit].primary").await;
    browser.reads("Add New Integration").await;
    browser.picture(&format!("{name}-2-empty-grid")).await;
}

/// Fills in the new form with three resources.
pub(crate) async fn fill_in(browser: &Browser, server: &Server) {
    browser.goto(&format!("{}admin/integration/new", server.address())).await;
    // The driver types no letters beyond the Basic Multilingual Plane, so a browser with script is given the name.
    let script = "const field = document.getElementById('integration_properties_name');
        field.value = arguments[0]; field.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.see("#integration_properties_name").await;
    browser.client.execute(script, vec![NAME.into()]).await.unwrap();
    browser.fill("integration_properties_email", "partner@example.com").await;
    browser.press("Expand all").await;
    for id in TICKED {
        browser.click(&format!("input[type=checkbox][value='{id}']")).await;
    }
}

/// The four values on the tokens dialog or page.
pub(crate) async fn shown(browser: &Browser) -> Credentials {
    let credentials = Credentials {
        consumer_key: browser.value("integration_token_consumer_key").await,
        consumer_secret: browser.value("integration_token_consumer_secret").await,
        access_token: browser.value("integration_token_token").await,
        access_token_secret: browser.value("integration_token_token_secret").await,
    };
    for value in [
        &credentials.consumer_key,
        &credentials.consumer_secret,
        &credentials.access_token,
        &credentials.access_token_secret,
    ] {
        assert_eq!(value.len(), 32, "{value:?}");
    }
    credentials
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// What the credentials open, and what they do not.
fn sign_calls(server: &Server, credentials: &Credentials) {
    let signed = |path: &str, nonce: &str, timestamp: i64| {
        let uri = format!("{}{path}", server.address());
        let header = credentials.sha256(&Request { method: "GET", uri: &uri, query: &[], nonce, timestamp });
        server.verify(&format!("/{path}"), &header)
    };
    // A nonce counts once per timestamp: the same call again is one of the same second.
    let moment = now();
    let permitted = signed("rest/V1/products/24-MB01", "n1", moment);
    assert_eq!(permitted.status, 200, "{permitted:?}");
    assert!(
        permitted.head.to_ascii_lowercase().contains("x-latchkey-user-type: integration"),
        "{permitted:?}"
    );
    let again = signed("rest/V1/products/24-MB01", "n1", moment);
    assert_eq!(again.status, 401, "{again:?}");
    assert!(again.body.contains("nonce_used"), "{again:?}");
    let refused = signed("rest/V1/categories", "n2", now());
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(refused.body.contains("Magento_Catalog::categories"), "{refused:?}");
    for shift in [-660, 660] {
        let late = signed("rest/V1/products/24-MB01", "n3", now() + shift);
        assert_eq!(late.status, 401, "{late:?}");
        assert!(late.body.contains("timestamp_refused"), "{late:?}");
    }
}

#[tokio::test]
async fn from_the_first_start_to_a_signed_call() {
    let mut server = Server::start();
    let browser = Browser::open(Setup::default()).await;
    set_up(&browser, &server, "journey").await;
    fill_in(&browser, &server).await;
    browser.picture("journey-3-new").await;
    browser.click("#save-split-button-toggle").await;
    browser.picture("journey-4-split-button").await;
    browser.click("#save-split-button-activate").await;
    browser.see("dialog[open]").await;
    browser.reads("asks you to approve access to the following").await;
    browser.picture("journey-5-permissions-dialog").await;
    browser.press("Allow").await;
    browser.see("#integration_token_consumer_key").await;
    browser.picture("journey-6-tokens-dialog").await;
    let credentials = shown(&browser).await;
    browser.press("Done").await;
    browser.reads("has been activated").await;
    browser.reads(NAME).await;
    browser.picture("journey-7-activated").await;
    sign_calls(&server, &credentials);

    // What was acknowledged outlives a crash.
    let uri = format!("{}rest/V1/products/24-MB01", server.address());
    let header =
        credentials.sha1(&Request { method: "GET", uri: &uri, query: &[], nonce: "crash", timestamp: now() });
    assert_eq!(server.verify("/rest/V1/products/24-MB01", &header).status, 200);
    server.kill_and_restart();
    let replayed = server.verify("/rest/V1/products/24-MB01", &header);
    assert_eq!((replayed.status, replayed.body.contains("nonce_used")), (401, true), "{replayed:?}");

    // The session outlives it too; the page can still be used.
    browser.goto(&format!("{}admin/integration", server.address())).await;
    browser.press(&format!("Edit {NAME}")).await;
    browser.reads("Consumer Key").await;
    browser.picture("journey-8-edit").await;
    browser.press("Suspend").await;
    browser.see("dialog[open]").await;
    browser.picture("journey-9-suspend-dialog").await;
    browser
        .client
        .find(fantoccini::Locator::Css("dialog[open] button.button[type=submit]:not(.icon-only)"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.reads("Suspended").await;
    let header =
        credentials.sha1(&Request { method: "GET", uri: &uri, query: &[], nonce: "susp", timestamp: now() });
    let suspended = server.verify("/rest/V1/products/24-MB01", &header);
    assert_eq!(
        (suspended.status, suspended.body.contains("consumer_key_refused")),
        (401, true),
        "{suspended:?}"
    );
    browser.close().await;
}

#[tokio::test]
async fn everything_works_without_script() {
    let server = Server::start();
    let browser = Browser::open(Setup { has_script: false, ..Setup::default() }).await;
    set_up(&browser, &server, "plain").await;
    browser.press("Add New Integration").await;
    browser.fill("integration_properties_name", "Plain Partner").await;
    for parent in ["Magento_Catalog::catalog", "Magento_Catalog::catalog_inventory"] {
        browser.click(&format!("li[data-node='{parent}'] > details > summary")).await;
    }
    browser.click("input[type=checkbox][value='Magento_Catalog::products']").await;
    browser.picture("plain-3-new").await;
    browser.press("Save & Activate").await;
    browser.reads("asks you to approve access to the following").await;
    browser.picture("plain-4-permissions").await;
    browser.press("Allow").await;
    let credentials = shown(&browser).await;
    browser.picture("plain-5-tokens").await;
    sign_calls(&server, &credentials);
    browser.press("Done").await;
    browser.reads("Plain Partner").await;

    browser.press("Edit Plain Partner").await;
    assert_eq!(browser.value("integration_properties_name").await, "Plain Partner");
    browser.press("Reveal").await;
    browser.reads("Access Token Secret").await;
    let source = browser.client.source().await.unwrap();
    assert!(source.contains(&credentials.access_token_secret), "revealed on a page of its own");
    browser.picture("plain-6-revealed").await;

    browser.goto(&format!("{}admin/integration?sort=name&dir=desc", server.address())).await;
    browser.press("Remove Plain Partner").await;
    browser.reads("You can't undo this action.").await;
    browser.picture("plain-7-delete").await;
    browser.press("OK").await;
    browser.reads("The integration 'Plain Partner' has been deleted.").await;
    browser.press("Sign Out").await;
    browser.reads("You have logged out.").await;
    browser.close().await;
}

#[tokio::test]
async fn the_keyboard_alone_suffices() {
    let server = Server::start();
    let browser = Browser::open(Setup::default()).await;
    browser.goto(server.setup_link.as_deref().unwrap()).await;
    browser.see("#username").await;
    for (id, text) in FIRST_ADMINISTRATOR {
        browser.tab_to(&format!("#{id}")).await;
        browser.keys(text).await;
    }
    browser.keys(ENTER).await;
    browser.reads("Add New Integration").await;
    browser.tab_to("a[href='/admin/integration/new']").await;
    browser.keys(ENTER).await;
    browser.see("#integration_properties_name").await;
    browser.tab_to("#integration_properties_name").await;
    browser.keys("Keyboard Partner").await;
    browser.tab_to("#resources-search").await;
    browser.keys("Magento_Catalog::products").await;
    browser.tab_to("input[value='Magento_Catalog::products']").await;
    browser.keys(" ").await;
    browser.tab_back_to("#save-split-button-toggle").await;
    browser.keys(ENTER).await;
    browser.tab_to("#save-split-button-activate").await;
    browser.keys(ENTER).await;
    browser.see("dialog[open]").await;
    browser.reads("asks you to approve access to the following").await;
    browser.tab_to("dialog button.primary").await;
    browser.keys(ENTER).await;
    browser.see("#integration_token_token").await;
    let credentials = shown(&browser).await;
    browser.tab_to("dialog a.primary").await;
    browser.keys(ENTER).await;
    browser.reads("has been activated").await;
    sign_calls(&server, &credentials);

    // Escape closes a dialog and nothing happens.
    browser.goto(&format!("{}admin/integration", server.address())).await;
    browser.tab_to("[aria-label='Remove Keyboard Partner']").await;
    browser.keys(ENTER).await;
    browser.see("dialog[open]").await;
    browser.keys(ESCAPE).await;
    browser.tab_to("button[type=submit][title='Sort by Name'], th button").await;
    browser.keys(ENTER).await;
    browser.see("th[aria-sort=ascending]").await;
    browser.reads("Keyboard Partner").await;
    browser.close().await;
}
