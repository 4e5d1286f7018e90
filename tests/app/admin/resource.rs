//! The page of the permission tree.

use super::integration::signed_in;
use crate::support::TestApp;
use crate::support::page::words;

const PRODUCTS: &str = "Magento_Catalog::products";

#[actix_web::test]
async fn a_resource_shows_its_routes_and_who_holds_it() {
    let app = TestApp::new();
    app.given().integration_with("Acme <b>", &[PRODUCTS]);
    app.given().integration("Nobody");
    app.given().admin_with("clerk", &[PRODUCTS]);
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    let page = browser.follow("Resources").await;
    assert_eq!(page.heading(), "Resources");
    assert!(page.text().contains("Choose a resource"));
    let page = browser.open(&format!("/admin/resource?resource={PRODUCTS}")).await;
    let chosen = words(page.all("#chosen")[0]);
    assert!(chosen.contains("GET /V1/products/:sku"), "{chosen}");
    assert!(chosen.contains("Acme <b>") && !chosen.contains("Nobody"), "{chosen}");
    // The role that holds everything holds this, too.
    assert!(chosen.contains("Role of clerk") && chosen.contains("Administrators"), "{chosen}");
    assert!(page.link("Acme <b>").is_some_and(|href| href.starts_with("/admin/integration/edit/")));
}

#[actix_web::test]
async fn search_finds_by_name_title_and_route_and_shows_the_way_there() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for (search, found) in [
        ("magento_sales::CAPTURE", "Magento_Sales::capture"),
        ("mass update", "Magento_Catalog::update_attributes"),
        ("/V1/products-render-info", ""),
        ("/V1/orders/:id/comments", "Magento_Sales::"),
    ] {
        browser.open("/admin/resource").await;
        browser.fill("Name, title or address of a route", search);
        let text = browser.press("Search").await.text();
        if found.is_empty() {
            assert!(text.contains("No resource fits this search."), "{search}: {text}");
        } else {
            assert!(text.contains(found), "{search}: {text}");
            assert!(text.contains("Sales") || text.contains("Catalog"), "the way down: {text}");
        }
    }
}

#[actix_web::test]
async fn who_may_not_see_roles_sees_integrations_only() {
    let app = TestApp::new();
    app.given().integration_with("Acme", &[PRODUCTS]);
    let mut browser = signed_in(&app, "clerk", &["Magento_Integration::integrations"]).await;
    let page = browser.open(&format!("/admin/resource?resource={PRODUCTS}")).await;
    let chosen = words(page.all("#chosen")[0]);
    assert!(chosen.contains("Acme") && !chosen.contains("Administrators"), "{chosen}");
}
