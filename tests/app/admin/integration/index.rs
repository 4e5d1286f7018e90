//! The list, and its block alone.

use latchkey::domain::integration::Draft;

use super::*;

#[actix_web::test]
async fn an_empty_list_offers_to_create_the_first_one() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/integration").await;
    assert_eq!(page.heading(), "Integrations");
    assert!(page.text().contains("No integrations yet"), "{}", page.text());
    assert_eq!(page.link("Create the first integration").as_deref(), Some("/admin/integration/new"));
    assert!(!page.text().contains("We couldn't find any records."));
}

#[actix_web::test]
async fn a_filter_that_fits_nothing_is_told_apart_and_can_be_reset() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open("/admin/integration?limit=50").await;
    browser.fill("Name", "zzz");
    browser.press("Search").await;
    assert!(browser.page.text().contains("We couldn't find any records."), "{}", browser.page.text());
    assert!(!browser.page.text().contains("No integrations yet"));
    assert_eq!(browser.page.value("Name"), "zzz");
    browser.follow("Reset Filter").await;
    assert_eq!(browser.address, "/admin/integration?limit=50");
    assert_eq!(count(&browser.page), 1);
}

#[actix_web::test]
async fn a_row_says_what_an_integration_is() {
    let app = TestApp::new();
    given(&app, Draft { email: "ops@acme.example".into(), ..draft("Acme", &[CATEGORIES]) });
    app.given().integration("Umbrella").active();
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/integration").await;
    assert!(page.text().contains("2 records found"), "{}", page.text());
    let acme = row(page, "Acme");
    assert_eq!(acme["Status"], "Inactive");
    assert!(acme["Kind"].starts_with("Manual"), "{acme:?}");
    assert_eq!(acme["Email"], "ops@acme.example");
    assert_eq!(acme["Permissions"], "1 of 265");
    assert_eq!(acme["Created"], "2024-10-04 00:00 UTC");
    assert_eq!(acme["Activate"], "Activate");
    let umbrella = row(page, "Umbrella");
    assert_eq!((umbrella["Status"].as_str(), umbrella["Activate"].as_str()), ("Active", "Reauthorize"));
    for control in ["Activate Acme", "Edit Acme", "Remove Acme", "Reauthorize Umbrella"] {
        assert!(page.link(control).is_some(), "{control}");
    }
}

#[actix_web::test]
async fn odd_names_are_shown_unharmed_and_can_be_searched_for() {
    let app = TestApp::new();
    for name in odd_names() {
        app.given().integration(&name);
    }
    let mut browser = app.administrator().await;
    for name in odd_names() {
        browser.open("/admin/integration").await;
        assert!(browser.page.link(&format!("Edit {name}")).is_some(), "{name}");
        browser.fill("Name", &name);
        browser.press("Search").await;
        assert_eq!(browser.page.value("Name"), name);
        let rows = browser.page.rows();
        assert_eq!(rows.iter().map(|row| row["Name"].as_str()).collect::<Vec<_>>(), [name.as_str()]);
    }
    let body = &browser.open("/admin/integration").await.body;
    assert!(!body.contains("<script>alert") && !body.contains("<b>Sons"), "{body}");
}

#[actix_web::test]
async fn heads_sort_and_say_so() {
    let app = TestApp::new();
    for name in ["beta", "Alpha", "gamma"] {
        app.given().integration(name);
    }
    let names = |page: &Page| page.rows().iter().map(|row| row["Name"].clone()).collect::<Vec<_>>();
    let order = |page: &Page| {
        page.all("th[aria-sort]")
            .iter()
            .map(|head| head.attr("aria-sort").unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut browser = app.administrator().await;
    browser.open("/admin/integration?name=a&page=7").await;
    assert_eq!(names(&browser.page), ["beta", "Alpha", "gamma"], "in the order in which they were made");
    assert_eq!(order(&browser.page), ["none", "none", "none"]);
    browser.press("Name").await;
    assert_eq!(names(&browser.page), ["Alpha", "beta", "gamma"]);
    assert_eq!(order(&browser.page), ["ascending", "none", "none"]);
    assert_eq!(browser.page.value("Name"), "a", "the filter stays");
    browser.press("Name").await;
    assert_eq!(names(&browser.page), ["gamma", "beta", "Alpha"]);
    assert_eq!(order(&browser.page), ["descending", "none", "none"]);
    browser.press("Status").await;
    assert_eq!(order(&browser.page), ["none", "ascending", "none"]);
}

#[actix_web::test]
async fn a_page_beyond_the_last_is_the_last() {
    let app = TestApp::new();
    for number in 0..23 {
        app.given().integration(&format!("Partner {number:02}"));
    }
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    assert_eq!(count(&browser.page), 20);
    browser.follow("Next page").await;
    assert_eq!(browser.address, "/admin/integration?page=2");
    assert_eq!(count(&browser.page), 3);
    browser.open("/admin/integration?page=99&sort=name").await;
    assert_eq!((count(&browser.page), browser.page.value("Page").as_str()), (3, "2"));
    assert!(browser.page.text().contains("of 2"));
    assert_eq!(browser.page.link("Next page"), None);
    browser.open("/admin/integration?page=2&name=Partner+01").await;
    assert_eq!(count(&browser.page), 1, "few results on an earlier page are shown");
    browser.open("/admin/integration?limit=30").await;
    assert_eq!(count(&browser.page), 23);
}

#[actix_web::test]
async fn statuses_filter() {
    let app = TestApp::new();
    app.given().integration("Acme");
    app.given().integration("Umbrella").active();
    let mut browser = app.administrator().await;
    for (status, names) in
        [("0", vec!["Acme"]), ("1", vec!["Umbrella"]), ("2", vec![]), ("x", vec!["Acme", "Umbrella"])]
    {
        let page = browser.open(&format!("/admin/integration?status={status}")).await;
        assert_eq!(page.rows().iter().map(|row| row["Name"].as_str()).collect::<Vec<_>>(), names, "{status}");
    }
}

#[actix_web::test]
async fn an_address_without_sense_is_answered_like_a_plain_one() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    let long = format!("name={}", "%25".repeat(9_000));
    for query in [
        "sort=;drop&dir=&page=-1&limit=x&status=9",
        "page=99999999999999999999",
        "%00=%ff&&&=",
        "name=%00",
        &long,
    ] {
        for address in ["/admin/integration", "/admin/integration/grid"] {
            let page = browser.open(&format!("{address}?{query}")).await;
            assert_eq!(page.status, 200, "{address}?{query}");
        }
    }
}

#[actix_web::test]
async fn one_rule_decides_the_mark_and_the_notice() {
    const NOTICE: &str = "Notice: Warning! Integrations not using HTTPS are insecure and potentially expose private or personally identifiable information";
    let app = TestApp::new();
    app.given().integration("No addresses");
    given(&app, Draft { endpoint: "https://a.example/".into(), ..draft("Secure", &[]) });
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/integration").await;
    assert!(page.messages().is_empty(), "{:?}", page.messages());
    assert!(!page.text().contains("Integration not secure"));
    given(&app, Draft { identity_link_url: "HTTP://plain.example/".into(), ..draft("Plain", &[]) });
    let page = browser.open("/admin/integration").await;
    assert_eq!(page.messages(), [NOTICE]);
    assert_eq!(row(page, "Plain")["Name"], "Plain Integration not secure");
    assert_eq!(row(page, "Secure")["Name"], "Secure");
    let block = browser.open("/admin/integration/grid").await;
    assert!(block.text().contains("Warning! Integrations not using HTTPS"), "{}", block.text());
}

#[actix_web::test]
async fn the_block_comes_alone_with_waiting_messages() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    let fields = [("form_key", browser.page.form_key()), ("name", "Umbrella".to_owned())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let saved = browser.send("/admin/integration/save", TestRequest::post().set_form(&fields)).await;
    assert_eq!(saved.location(), "/admin/integration");
    let block = browser.open("/admin/integration/grid?name=acme").await;
    assert!(!block.body.contains("<html") && block.heading().is_empty());
    assert!(block.text().contains("The integration 'Umbrella' has been saved."), "{}", block.text());
    assert_eq!(count(block), 1);
    assert_eq!(block.link("Edit Acme"), Some(format!("/admin/integration/edit/{}", acme.id.0)));
}

#[actix_web::test]
async fn what_somebody_may_not_do_is_not_offered() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = signed_in(&app, "viewer", &[VIEW]).await;
    let page = browser.open("/admin/integration").await;
    for control in ["Add New Integration", "Activate Acme", "Edit Acme", "Remove Acme"] {
        assert_eq!(page.link(control), None, "{control}");
    }
    assert!(page.link("View Acme").is_some());
    let mut browser = signed_in(&app, "remover", &[VIEW, DELETE]).await;
    let page = browser.open("/admin/integration").await;
    assert!(page.link("Remove Acme").is_some());
    assert_eq!(page.link("Activate Acme"), None);
}

#[actix_web::test]
async fn a_declared_integration_can_be_viewed_and_not_removed() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    declare(&app, acme.id);
    let mut browser = app.administrator().await;
    let page = browser.open("/admin/integration").await;
    assert!(row(page, "Acme")["Kind"].starts_with("Config file"));
    assert!(page.link("View Acme").is_some());
    let remove = page.button("Remove Acme: Uninstall the extension to remove this integration").unwrap();
    assert_eq!(remove.attr("title"), Some("Uninstall the extension to remove this integration"));
    assert!(remove.attr("disabled").is_some());
}

#[actix_web::test]
async fn saving_leads_back_to_the_list_as_it_was_left() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    let list = "/admin/integration?name=Acme&sort=name&dir=asc&limit=50";
    browser.open(list).await;
    browser.follow("Edit Acme").await;
    assert_eq!(browser.page.link("Back").as_deref(), Some(list));
    browser.fill("Email", "jo@");
    browser.press("Save").await;
    assert_eq!(browser.page.status, 422);
    assert_eq!(browser.page.link("Back").as_deref(), Some(list), "kept while the form is corrected");
    browser.fill("Email", "jo@acme.example");
    browser.press("Save").await;
    assert_eq!(browser.address, list);
    browser.follow("Add New Integration").await;
    browser.fill("Name", "Acme Two");
    browser.press("Save").await;
    assert_eq!(browser.address, list);
}
