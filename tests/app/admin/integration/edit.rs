//! The page of one integration.

use super::*;
use crate::support::page::words;

const CATALOG: &str = "Magento_Catalog::catalog";
const BEARER: &str = "Calls without a signature";
const OTHER: &str = "Magento_Backend::system_other_settings";

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/edit/{}", id.0)
}

fn node<'p>(page: &'p Page, id: &str) -> scraper::ElementRef<'p> {
    let found = page.all("[data-node]").into_iter().find(|node| node.attr("data-node") == Some(id));
    found.unwrap_or_else(|| panic!("no resource {id}"))
}

fn line(page: &Page, id: &str) -> String {
    let row = scraper::Selector::parse(".node-row").unwrap();
    words(node(page, id).select(&row).next().unwrap())
}

fn box_of<'p>(page: &'p Page, id: &str) -> scraper::ElementRef<'p> {
    let inputs = page.all("input[type=checkbox]");
    inputs.into_iter().find(|input| input.attr("value") == Some(id)).unwrap()
}

#[actix_web::test]
async fn the_page_shows_what_is_stored() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        let stored = Draft {
            email: "ops@acme.example".into(),
            endpoint: "https://acme.example/callback?a=1&b=%22".into(),
            ..draft(&name, &[PRODUCTS])
        };
        let made = given(&app, stored);
        let page = browser.open(&address(made.id)).await;
        assert_eq!(page.heading(), format!("Edit \"{name}\" Integration"));
        assert_eq!(page.value("Name"), name);
        assert_eq!(page.value("Email"), "ops@acme.example");
        assert_eq!(page.value("Callback URL"), "https://acme.example/callback?a=1&b=%22");
        assert_eq!(page.value("Identity link URL"), "");
        assert!(box_of(page, PRODUCTS).attr("checked").is_some());
        assert!(box_of(page, CATEGORIES).attr("checked").is_none());
    }
}

#[actix_web::test]
async fn an_unknown_integration_is_a_page_with_a_way_back() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for (id, message) in [
        ("4711", "The integration with ID \"4711\" doesn't exist."),
        ("99999999999999999999", "The integration with ID \"99999999999999999999\" doesn't exist."),
        ("0", "Integration ID is not specified or is invalid."),
        ("acme", "Integration ID is not specified or is invalid."),
    ] {
        for page in ["edit", "permissions_dialog", "confirm/delete", "confirm/suspend", "confirm/revoke"] {
            let page = browser.open(&format!("/admin/integration/{page}/{id}")).await;
            assert_eq!((page.status.as_u16(), page.heading().as_str()), (404, message));
            assert_eq!(page.link("Back to the integrations").as_deref(), Some("/admin/integration"));
        }
    }
}

#[actix_web::test]
async fn an_address_without_an_id_is_told_as_one_with_none_that_can_be() {
    let app = TestApp::new();
    given(&app, draft("Acme", &[]));
    let mut browser = app.administrator().await;
    let told = (404, "Integration ID is not specified or is invalid.".to_owned());
    for page in ["edit", "permissions_dialog"] {
        let page = browser.open(&format!("/admin/integration/{page}")).await;
        assert_eq!((page.status.as_u16(), page.heading()), told);
        assert_eq!(page.link("Back to the integrations").as_deref(), Some("/admin/integration"));
    }
    browser.open("/admin/integration").await;
    let sent = [("form_key", browser.page.form_key())];
    let page = browser.send("/admin/integration/delete", TestRequest::post().set_form(&sent)).await;
    assert_eq!((page.status.as_u16(), page.heading()), told);
    assert_eq!(count(browser.open("/admin/integration").await), 1);
}

#[actix_web::test]
async fn a_name_written_from_right_to_left_turns_nothing_around_it() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    // The last was stored before such names were refused.
    let turned = ["(12) שלום, 3!", "?شركة 7 - A", "Acme \u{202e}emcA"];
    for name in turned {
        let acme = given(&app, draft("Acme", &[]));
        app.sql(&format!("update integration set name = '{name}' where integration_id = {}", acme.id.0));
        browser.open(&address(acme.id)).await;
        let heading = format!("Edit \"\u{2068}{name}\u{2069}\" Integration");
        let drawn = |css| browser.page.all(css)[0].text().collect::<String>();
        assert_eq!(drawn("h1"), heading);
        assert!(drawn("title").starts_with(&heading), "{}", drawn("title"));
        let page = browser.open(&format!("/admin/integration/permissions_dialog/{}", acme.id.0)).await;
        let title = page.all("title")[0].text().collect::<String>();
        assert!(title.starts_with(&format!("\u{2068}{name}\u{2069}")), "{title}");
        browser.open(&format!("/admin/integration/confirm/delete/{}", acme.id.0)).await;
        browser.press("OK").await;
        let told = browser.page.all("#messages .message-text")[0].text().collect::<String>();
        assert!(told.contains(&format!("'\u{2068}{name}\u{2069}'")), "{told}");
    }
}

#[actix_web::test]
async fn a_partly_ticked_resource_says_how_much_is_ticked() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    let shop = given(&app, draft("Shop", &["Magento_Variable::variable"]));
    let mut browser = app.administrator().await;
    let page = browser.open(&address(shop.id)).await;
    assert_eq!(node(page, OTHER).attr("data-state"), Some("mixed"));
    assert!(line(page, OTHER).contains("1 of 7"), "{}", line(page, OTHER));
    let page = browser.open(&address(acme.id)).await;
    assert_eq!(node(page, CATALOG).attr("data-state"), Some("mixed"));
    assert!(line(page, CATALOG).contains("1 of 6"), "{}", line(page, CATALOG));
    assert!(box_of(page, CATALOG).attr("checked").is_none(), "partly is not ticked");
    assert_eq!(node(page, CATEGORIES).attr("data-state"), Some("on"));
    assert_eq!(node(page, "Magento_Sales::sales").attr("data-state"), Some("off"));
    assert!(page.text().contains("1 of 265 selected"));
    // The lists nest as the tree does, to its very end.
    let parent = |id| {
        node(page, id)
            .ancestors()
            .filter_map(scraper::ElementRef::wrap)
            .find_map(|above| above.attr("data-node"))
    };
    assert_eq!(parent("Magento_Catalog::update_attributes"), Some(PRODUCTS));
    assert_eq!(parent("Magento_Backend::global_search"), None);
}

#[actix_web::test]
async fn resources_show_their_ids_and_whether_a_route_asks_for_them() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/integration/new").await;
    let products = line(page, PRODUCTS);
    assert!(products.contains(PRODUCTS) && products.contains("32 routes"), "{products}");
    assert!(line(page, "Magento_Backend::dashboard").contains("No API route"));
    assert!(
        page.all("[data-node]").iter().all(|node| !node.attr("data-node").unwrap().starts_with("Latchkey_"))
    );
}

#[actix_web::test]
async fn unticked_ancestors_that_guard_routes_can_be_included_without_script() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    let mut browser = app.administrator().await;
    browser.open(&address(acme.id)).await;
    assert!(browser.page.text().contains("Catalog: 31 routes"), "{}", browser.page.text());
    browser.fill("Name", "Acme 2");
    let page = browser.press("Include Catalog").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.value("Name"), "Acme 2", "what was typed is kept");
    assert!(box_of(page, CATALOG).attr("checked").is_some());
    assert!(page.button("Include Catalog").is_none());
    assert!(page.button("Include Inventory").is_some());
    assert_eq!(stored(&app, acme.id).name, "Acme", "nothing is saved yet");
    browser.press("Save").await;
    let saved = resources(&app, acme.id);
    assert_eq!(saved, ["Magento_Backend::admin", CATALOG, CATEGORIES]);
}

#[actix_web::test]
async fn secrets_are_not_on_the_page_until_revealed() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let credentials = acme.active();
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    assert_eq!(page.value("Consumer Key"), credentials.consumer_key);
    for secret in
        [Some(credentials.consumer_secret), credentials.access_token, credentials.access_token_secret]
    {
        assert!(!page.body.contains(secret.unwrap().expose()));
    }
    assert!(page.button("Reveal the secrets").is_some());
}

#[actix_web::test]
async fn a_declared_integration_is_read_only() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    declare(&app, acme.id);
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    assert_eq!(page.heading(), "View \"Acme\" Integration");
    assert!(page.button("Save").is_none() && page.link("Delete").is_none());
    assert!(page.link("Activate").is_some(), "it can be activated");
    assert!(page.field("Name").unwrap().attr("disabled").is_some());
    assert!(page.all("input[type=checkbox]").is_empty());
    assert!(
        page.text().contains("Categories") && page.text().contains("1 of 265 selected"),
        "{}",
        page.text()
    );
}

#[actix_web::test]
async fn whoever_may_only_look_sees_a_page_to_look_at() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = signed_in(&app, "viewer", &[VIEW]).await;
    let page = browser.open(&address(acme.id)).await;
    assert_eq!(page.heading(), "View \"Acme\" Integration");
    for label in ["Reauthorize", "Suspend", "Revoke", "Delete"] {
        assert_eq!(page.link(label), None, "{label}");
    }
    assert!(page.button("Save").is_none() && page.button("Reveal the secrets").is_none());
}

#[actix_web::test]
async fn what_the_editor_does_not_hold_is_locked_and_stays() {
    let app = TestApp::new();
    let acme = given(&app, draft("Acme", &[CATEGORIES, PRODUCTS]));
    let mut browser = signed_in(&app, "clerk", &[VIEW, MANAGE, PRODUCTS]).await;
    let page = browser.open(&address(acme.id)).await;
    let categories = box_of(page, CATEGORIES);
    assert!(categories.attr("disabled").is_some() && categories.attr("checked").is_some());
    assert!(line(page, CATEGORIES).contains("You do not hold this resource. It stays as it is."));
    assert!(box_of(page, PRODUCTS).attr("disabled").is_none());
    browser.tick("resource[]", PRODUCTS, false);
    browser.fill("Name", "");
    let page = browser.press("Save").await;
    assert_eq!(page.status, 422);
    assert!(box_of(page, CATEGORIES).attr("checked").is_some(), "shown as it will stay");
    assert!(box_of(page, PRODUCTS).attr("checked").is_none());
    browser.fill("Name", "Acme");
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "{}", browser.page.text());
    assert_eq!(resources(&app, acme.id), ["Magento_Backend::admin", CATEGORIES]);
}

#[actix_web::test]
async fn everything_stays_everything_under_an_editor_who_does_not_hold_it() {
    let app = TestApp::new();
    let acme = given(&app, Draft { grants: Wish::Everything, ..draft("Acme", &[]) });
    let mut browser = signed_in(&app, "clerk", &[VIEW, MANAGE]).await;
    browser.open(&address(acme.id)).await;
    assert!(browser.page.field("Resource Access").unwrap().attr("disabled").is_some());
    browser.fill("Name", "Acme 2");
    browser.press("Save").await;
    assert_eq!(stored(&app, acme.id).name, "Acme 2");
    assert_eq!(resources(&app, acme.id), ["Magento_Backend::all"]);
}

#[actix_web::test]
async fn credentials_of_an_integration_that_holds_more_than_the_editor_go_where_they_went() {
    let app = TestApp::new();
    let stored_draft = Draft {
        endpoint: "https://acme.example/callback".into(),
        identity_link_url: "https://acme.example/login".into(),
        ..draft("Acme", &[CATEGORIES, PRODUCTS])
    };
    let acme = given(&app, stored_draft);
    let mut clerk = signed_in(&app, "clerk", &[VIEW, MANAGE, PRODUCTS]).await;
    for (name, value) in [
        ("Callback URL", "https://thief.example/"),
        ("Identity link URL", "https://thief.example/"),
        ("Callback URL", ""),
        (BEARER, "allowed"),
    ] {
        clerk.open(&address(acme.id)).await;
        clerk.fill(name, value);
        let page = clerk.press("Save").await;
        assert_eq!(page.status, 403, "{name}={value}");
        let told = "You do not hold everything that this integration holds.";
        assert!(page.text().contains(told), "{}", page.text());
    }
    let kept = stored(&app, acme.id);
    assert_eq!(kept.endpoint.as_deref(), Some("https://acme.example/callback"));
    assert_eq!(kept.identity_link_url.as_deref(), Some("https://acme.example/login"));
    assert_eq!(kept.bearer_mode, BearerMode::Follow);

    clerk.open(&address(acme.id)).await;
    clerk.fill("Name", "Acme 2");
    clerk.fill("Email", "ops@acme.example");
    clerk.press("Save").await;
    assert_eq!(stored(&app, acme.id).name, "Acme 2", "{}", clerk.page.text());
    let mut peer = signed_in(&app, "peer", &[VIEW, MANAGE, PRODUCTS, CATEGORIES]).await;
    peer.open(&address(acme.id)).await;
    peer.fill("Callback URL", "https://acme.example/other");
    peer.press("Save").await;
    assert_eq!(stored(&app, acme.id).endpoint.as_deref(), Some("https://acme.example/other"));
}

#[actix_web::test]
async fn nor_does_an_editor_who_holds_less_let_the_token_alone_be_enough_by_the_setting_for_all() {
    let app = TestApp::new();
    let acme = given(&app, Draft { bearer_mode: "signed".into(), ..draft("Acme", &[CATEGORIES]) });
    let mut clerk = signed_in(&app, "clerk", &[VIEW, MANAGE]).await;
    for (for_all, status) in [("1", 403), ("0", 200)] {
        set(&app, latchkey::domain::setting::INTEGRATION_AS_BEARER, for_all);
        clerk.open(&address(acme.id)).await;
        clerk.fill(BEARER, "follow");
        assert_eq!(clerk.press("Save").await.status, status);
    }
}
