//! Integrations that files declare: what can be seen and done, and what waits for a person.

use latchkey::outbound::{Failure, Outcome, Step};

use super::*;
use crate::support::declare::resources as listed;
use crate::support::partner::Partner;

const NOTICE: &str = "One or more integrations have been reset because of a change to their xml configs.";
const CAPTURE: &str = "Magento_Sales::capture";
/// Needs [`PRODUCTS`].
const PRODUCTS_CALL: &str = "/rest/V1/products";
/// Needs `Magento_Sales::sales`, `Magento_Sales::actions_view` or the like, which the first declaration does not list.
const ORDERS_CALL: &str = "/rest/V1/orders";
const ORDERS: &str = "Magento_Sales::actions_view";

fn page(id: IntegrationId) -> String {
    format!("/admin/integration/edit/{}", id.0)
}

fn activated<'a>(app: &'a TestApp, id: IntegrationId) -> Partner<'a> {
    use latchkey::domain::activation::{self, Replace};
    let activate = |work: &mut latchkey::store::Work<'_>| {
        activation::activate(work, &Actor::command(), id, Replace::AfterGrace)
    };
    Partner::with(app, &app.app.store.write_now(activate).unwrap().credentials)
}

/// Declared with a server to exchange tokens with, and these resources.
fn exchanging_acme(app: &TestApp, ids: &[&str]) -> IntegrationId {
    let urls = "<endpoint_url>https://partner.example/callback</endpoint_url>\
                <identity_link_url>https://partner.example/login</identity_link_url>";
    app.declare("Acme", &format!("{urls}{}", listed(ids)))
}

/// Reads what is asked for, and presses that button.
async fn consents(browser: &mut Browser<'_>, id: IntegrationId, button: &str) {
    browser.open(&format!("/admin/integration/permissions_dialog/{}", id.0)).await;
    browser.press(button).await;
}

#[actix_web::test]
async fn its_page_is_read_only_and_says_where_it_is_declared_and_what_is_included() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    let mut browser = app.administrator().await;
    let page = browser.open(&page(id)).await;
    assert_eq!(page.heading(), "View \"Acme\" Integration");
    for label in ["Name", "Email", "Callback URL", "Identity link URL"] {
        assert!(page.field(label).unwrap().attr("disabled").is_some(), "{label}");
    }
    assert!(page.button("Save").is_none());
    let text = page.text();
    assert!(text.contains("integration/acme.xml, line 2"), "{text}");
    let row = |id: &str| {
        let rows = page.all(".node-row").into_iter().map(crate::support::page::words);
        rows.filter(|row| row.contains(id)).min_by_key(String::len).unwrap()
    };
    assert!(row("Magento_Catalog::catalog_inventory").contains("included"));
    assert!(!row(PRODUCTS).contains("included"), "{}", row(PRODUCTS));
    assert!(page.link("Remove Acme").is_none() && page.link("Delete").is_none());
}

#[actix_web::test]
async fn what_is_held_until_a_change_is_approved_is_not_called_included() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    app.declare("Acme", &listed(&[CAPTURE]));
    let mut browser = app.administrator().await;
    let page = browser.open(&page(id)).await;
    let rows = page.all(".node-row").into_iter().map(crate::support::page::words);
    let products = rows.filter(|row| row.contains(PRODUCTS)).min_by_key(String::len).unwrap();
    assert!(!products.contains("included"), "{products}");
}

#[actix_web::test]
async fn names_that_grant_nothing_are_listed_with_what_may_be_meant() {
    let app = TestApp::new();
    let id =
        app.declare("Acme", &listed(&[PRODUCTS, "Magento_Catalog::product", "Magento_Backend::trans_email"]));
    let seen = app.administrator().await.open(&page(id)).await.text();
    assert!(seen.contains("Names that grant nothing"), "{seen}");
    assert!(seen.contains("Magento_Catalog::product perhaps Magento_Catalog::products"), "{seen}");
    assert!(seen.contains("Magento_Backend::trans_email perhaps Magento_Config::trans_email"), "{seen}");
}

#[actix_web::test]
async fn a_widened_declaration_never_widens_a_live_token_before_a_person_approves() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    let partner = activated(&app, id);
    assert_eq!(partner.calls("GET", PRODUCTS_CALL).await.status, 200);
    assert_eq!(partner.calls("GET", ORDERS_CALL).await.status, 403);
    app.declare("Acme", &listed(&[PRODUCTS, ORDERS, CAPTURE]));
    // The old token works with the old permissions, and with no others.
    assert_eq!(partner.calls("GET", PRODUCTS_CALL).await.status, 200);
    assert_eq!(partner.calls("GET", ORDERS_CALL).await.status, 403);

    let mut browser = app.administrator().await;
    let seen = browser.open("/admin/integration").await;
    assert!(seen.text().contains(NOTICE), "{}", seen.text());
    assert_eq!(seen.link("integrations").as_deref(), Some("/admin/integration?status=2"));
    assert!(row(seen, "Acme")["Status"].starts_with("Reset"));
    let seen = browser.open(&page(id)).await.text();
    assert!(seen.contains("What its declaration changes") && seen.contains(CAPTURE), "{seen}");
    browser.follow("Review and approve").await;
    let asked = browser.page.text();
    assert!(
        asked.contains("It asks for") && asked.contains("Operations › Orders › Actions › Capture"),
        "{asked}"
    );
    let done = browser.press("Reauthorize").await;
    assert!(done.text().contains("has been re-authorized"), "{}", done.text());
    assert_eq!(
        partner.calls("GET", ORDERS_CALL).await.status,
        200,
        "approved, for the token of before as well"
    );
    assert!(!browser.open("/admin/integration").await.text().contains(NOTICE));
}

#[actix_web::test]
async fn an_approval_counts_for_what_was_seen_and_for_nothing_that_came_later() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    activated(&app, id);
    app.declare("Acme", &listed(&[PRODUCTS, CAPTURE]));
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/permissions_dialog/{}", id.0)).await;
    app.declare("Acme", &listed(&[PRODUCTS, CAPTURE, ORDERS]));
    browser.press("Reauthorize").await;
    assert!(browser.page.messages()[0].contains("Review it again."), "{:?}", browser.page.messages());
    let held = resources(&app, id);
    assert!(!held.contains(&CAPTURE.to_owned()) && !held.contains(&ORDERS.to_owned()), "{held:?}");
}

#[actix_web::test]
async fn an_exchange_begun_before_the_declaration_changed_brings_the_old_permissions_only() {
    let app = TestApp::new();
    let id = exchanging_acme(&app, &[PRODUCTS]);
    let mut browser = app.administrator().await;
    consents(&mut browser, id, "Allow").await;
    exchanging_acme(&app, &[PRODUCTS, ORDERS]);
    let partner = Partner::copy(&app, exchanges(&app).await);
    assert_eq!(partner.calls("GET", PRODUCTS_CALL).await.status, 200);
    assert_eq!(partner.calls("GET", ORDERS_CALL).await.status, 403);
    assert_eq!(stored(&app, id).status, latchkey::domain::integration::Status::Reset);
    // Re-authorizing by an exchange approves; the notice stands until the partner has come back.
    consents(&mut browser, id, "Reauthorize").await;
    let partner = Partner::copy(&app, exchanges(&app).await);
    assert_eq!(partner.calls("GET", ORDERS_CALL).await.status, 200);
    assert_eq!(stored(&app, id).status, latchkey::domain::integration::Status::Active);
}

#[actix_web::test]
async fn an_approval_that_ends_in_a_failed_hand_over_widens_nothing_until_the_partner_comes_back() {
    let app = TestApp::new();
    let id = exchanging_acme(&app, &[PRODUCTS]);
    let mut browser = app.administrator().await;
    consents(&mut browser, id, "Allow").await;
    let before = Partner::copy(&app, exchanges(&app).await);
    exchanging_acme(&app, &[PRODUCTS, ORDERS]);

    app.outbound.answer(Outcome::failed(Failure::ConnectionRefused));
    let asked = browser.open(&format!("/admin/integration/permissions_dialog/{}", id.0)).await.text();
    assert!(asked.contains("If that fails, everything stays as it is."), "{asked}");
    browser.press("Reauthorize").await;
    assert_eq!(before.calls("GET", PRODUCTS_CALL).await.status, 200);
    assert_eq!(before.calls("GET", ORDERS_CALL).await.status, 403, "approved, but not re-authorized");
    let seen = browser.open(&page(id)).await.text();
    assert!(seen.contains("Reset") && seen.contains("This has been approved."), "{seen}");
    let trail = browser.open("/admin/activity").await.rows();
    for act in ["Declaration approved", "Reset by its declaration"] {
        let told = trail.iter().find(|row| row["What"].starts_with(act)).unwrap();
        assert!(told["Changes"].contains("asked for, not granted yet"), "{told:?}");
    }

    // Files ask for more meanwhile: sending again approves nothing that nobody has seen.
    exchanging_acme(&app, &[PRODUCTS, ORDERS, CAPTURE]);
    app.outbound.answer(Outcome::answered(200));
    browser.open(&format!("/admin/integration/tokens_exchange/{}", id.0)).await;
    browser.press("Send again").await;
    let again = Partner::copy(&app, exchanges(&app).await);
    assert_eq!(again.calls("GET", PRODUCTS_CALL).await.status, 200);
    assert_eq!(again.calls("GET", ORDERS_CALL).await.status, 403);
    assert!(!browser.open(&page(id)).await.text().contains("This has been approved."));

    app.outbound.answer(Outcome::failed(Failure::TimedOut(Step::Post)));
    consents(&mut browser, id, "Reauthorize").await;
    assert_eq!(again.calls("GET", ORDERS_CALL).await.status, 403);
    // It comes back late, and that is a re-authorization: now it counts.
    let after = Partner::copy(&app, exchanges(&app).await);
    assert_eq!(after.calls("GET", ORDERS_CALL).await.status, 200);
    assert_eq!(stored(&app, id).status, latchkey::domain::integration::Status::Active);
    let trail = browser.open("/admin/activity").await;
    let given = &trail.rows()[0];
    assert!(
        given["What"].starts_with("Access token given") && given["Changes"].contains("granted"),
        "{given:?}"
    );
}

#[actix_web::test]
async fn a_reset_integration_is_approved_by_nobody_who_has_not_seen_what_it_asks_for() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    activated(&app, id);
    app.declare("Acme", &listed(&[PRODUCTS, CAPTURE]));
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    browser.post(&format!("/admin/integration/tokens_dialog/{}", id.0), &[]).await;
    assert!(!resources(&app, id).contains(&CAPTURE.to_owned()));
}

#[actix_web::test]
async fn one_whose_declaration_is_gone_says_so_and_can_be_deleted() {
    let app = TestApp::new();
    let id = app.declare("Acme", "");
    app.apply("<config/>");
    let mut browser = app.administrator().await;
    let list = browser.open("/admin/integration").await;
    assert!(row(list, "Acme")["Kind"].starts_with("Config file, gone"), "{:?}", row(list, "Acme"));
    assert!(list.link("Remove Acme").is_some());
    let seen = browser.open(&page(id)).await.text();
    assert!(seen.contains("no file declares this integration any more"), "{seen}");
    assert!(seen.contains("It was declared in:") && !seen.contains("Change them there."), "{seen}");
    browser.open(&format!("/admin/integration/confirm/delete/{}", id.0)).await;
    browser.press("OK").await;
    assert_eq!(count(&browser.page), 0);
}

#[actix_web::test]
async fn the_notice_is_for_those_who_may_see_integrations() {
    let app = TestApp::new();
    let id = app.declare("Acme", &listed(&[PRODUCTS]));
    activated(&app, id);
    app.declare("Acme", &listed(&[CAPTURE]));
    let mut browser = signed_in(&app, "clerk", &["Magento_User::acl_users"]).await;
    assert!(!browser.open("/admin/user").await.text().contains(NOTICE));
}
