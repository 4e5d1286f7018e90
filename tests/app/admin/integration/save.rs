//! Saving an integration.

use chrono::TimeDelta;
use latchkey::domain::integration::{Origin, Status};

use super::*;
use crate::support::given::PASSWORD;

const WRONG: &str =
    "The password entered for the current user is invalid. Verify the password and try again.";

fn fields(browser: &Browser<'_>, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let key = browser.page.form_key();
    let pairs = [("form_key", key.as_str())].into_iter().chain(more.iter().copied());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[actix_web::test]
async fn a_new_integration_is_saved_with_what_was_ticked() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration").await;
    browser.follow("Add New Integration").await;
    assert_eq!(browser.page.heading(), "New Integration");
    browser.fill("Name", "  Acme  ");
    browser.fill("Email", "ops@acme.example");
    browser.tick("resource[]", CATEGORIES, true);
    browser.tick("resource[]", PRODUCTS, true);
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration");
    assert_eq!(browser.page.messages(), ["Success: The integration 'Acme' has been saved."]);
    let acme = row(&browser.page, "Acme");
    assert_eq!((acme["Status"].as_str(), acme["Permissions"].as_str()), ("Inactive", "2 of 265"));
    assert_eq!(browser.open("/admin/integration").await.messages(), [""; 0], "told once");
}

#[actix_web::test]
async fn odd_names_are_saved_and_announced_unharmed() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for name in odd_names() {
        browser.open("/admin/integration/new").await;
        browser.fill("Name", &name);
        browser.press("Save").await;
        assert_eq!(browser.page.messages(), [format!("Success: The integration '{name}' has been saved.")]);
        assert!(browser.page.link(&format!("Edit {name}")).is_some());
    }
}

#[actix_web::test]
async fn every_wrong_field_says_why_and_what_was_typed_is_kept() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    let long = "x".repeat(256);
    for (label, text) in [
        ("Name", long.as_str()),
        ("Email", "jo@"),
        ("Callback URL", "http://acme.example/"),
        ("Identity link URL", "javascript:alert(1)"),
    ] {
        browser.fill(label, text);
    }
    browser.tick("resource[]", CATEGORIES, true);
    let page = browser.press("Save").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.heading(), "New Integration");
    assert!(page.text().contains("4 fields need your attention"), "{}", page.text());
    let error = |label: &str| page.error_at(label).unwrap_or_else(|| panic!("nothing at {label}"));
    assert_eq!(error("Name"), "Please enter at most 255 characters.");
    assert_eq!(error("Email"), "Please enter a valid email address (Ex: johndoe@domain.com).");
    assert!(
        error("Callback URL").contains("egress_allow") && error("Callback URL").contains("acme.example:80")
    );
    assert!(error("Identity link URL").contains("Please enter a valid URL."));
    assert_eq!((page.value("Name"), page.value("Email").as_str()), (long, "jo@"));
    assert_eq!(page.value("Identity link URL"), "javascript:alert(1)");
    assert!(page.text().contains("1 of 265 selected"), "ticks are kept");
    for (label, element) in page.all(".summary a").into_iter().map(|link| (link, link.attr("href").unwrap()))
    {
        assert_eq!(page.all(element).len(), 1, "{label:?} leads to its field");
    }
    browser.fill("Name", "Acme");
    for label in ["Email", "Callback URL", "Identity link URL"] {
        browser.fill(label, "");
    }
    browser.press("Save").await;
    assert_eq!(row(&browser.page, "Acme")["Permissions"], "1 of 265");
}

#[actix_web::test]
async fn all_is_kept_when_the_form_is_shown_again() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    browser.fill("Resource Access", "1");
    let page = browser.press("Save").await;
    assert_eq!(page.error_at("Name").as_deref(), Some("This is a required field."));
    assert_eq!(words_of_choice(page), "All");
    browser.fill("Name", "Acme");
    browser.fill("Resource Access", "1");
    browser.press("Save").await;
    assert_eq!(row(&browser.page, "Acme")["Permissions"], "All");
}

#[actix_web::test]
async fn what_turns_the_direction_of_writing_is_no_part_of_a_name() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for mark in ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        browser.open("/admin/integration/new").await;
        browser.fill("Name", &format!("Acme {mark}emcA"));
        let page = browser.press("Save").await;
        assert_eq!(page.status, 422, "{mark:?}");
        let told = page.error_at("Name").unwrap();
        assert!(told.contains("direction of writing"), "{told}");
    }
    assert_eq!(count(browser.open("/admin/integration").await), 0);
}

fn words_of_choice(page: &Page) -> String {
    crate::support::page::words(page.all("#all_resources option[selected]")[0])
}

#[actix_web::test]
async fn a_name_that_is_taken_is_refused_without_regard_to_case() {
    let app = TestApp::new();
    app.given().integration("Straße");
    let other = app.given().integration("Other");
    let mut browser = app.administrator().await;
    for address in ["/admin/integration/new".to_owned(), format!("/admin/integration/edit/{}", other.id.0)] {
        browser.open(&address).await;
        browser.fill("Name", " STRASSE");
        let page = browser.press("Save").await;
        assert_eq!(page.error_at("Name").as_deref(), Some("The integration with name \"STRASSE\" exists."));
        assert_eq!(page.value("Name"), " STRASSE");
    }
    assert_eq!(browser.page.heading(), "Edit \"Other\" Integration", "the saved name");
    assert_eq!(count(browser.open("/admin/integration").await), 2);
}

#[actix_web::test]
async fn a_change_over_somebody_elses_change_is_refused() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let address = format!("/admin/integration/edit/{}", acme.id.0);
    let mut first = app.administrator().await;
    app.given().admin("ann");
    let mut second = app.browser();
    second.sign_in("ann").await;
    first.open(&address).await;
    second.open(&address).await;
    first.fill("Name", "Acme One");
    first.press("Save").await;
    second.fill("Name", "Acme Two");
    second.fill("Email", "two@acme.example");
    let page = second.press("Save").await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("Somebody else saved this in the meantime."), "{}", page.text());
    assert_eq!((page.value("Name").as_str(), page.value("Email").as_str()), ("Acme Two", "two@acme.example"));
    assert_eq!(stored(&app, acme.id).name, "Acme One");
    second.press("Save").await;
    assert_eq!(second.page.status, 409, "sending the same again does not help");
    second.follow("Open the stored version").await;
    assert_eq!(second.page.value("Name"), "Acme One");
    second.fill("Name", "Acme Two");
    second.press("Save").await;
    assert_eq!(stored(&app, acme.id).name, "Acme Two");
}

#[actix_web::test]
async fn only_the_fields_of_the_form_are_read() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let other = app.given().integration("Other");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/edit/{}", acme.id.0)).await;
    let id = acme.id.0.to_string();
    let forged = [
        ("id", id.as_str()),
        ("version", "1"),
        ("name", "Acme 2"),
        ("status", "1"),
        ("setup_type", "1"),
        ("consumer_id", "2"),
        ("integration_id", "2"),
        ("created_at", "2000-01-01"),
        ("consumer_key", "mine"),
    ];
    let key =
        app.app.store.write_now(|work| latchkey::domain::activation::consumer_key(work, acme.id)).unwrap();
    let answer = browser.post("/admin/integration/save", &fields(&browser, &forged)).await;
    assert_eq!(answer.status, 200);
    let after = stored(&app, acme.id);
    assert_eq!(
        (after.name.as_str(), after.status, after.origin),
        ("Acme 2", Status::Inactive, Origin::Manual)
    );
    let unchanged =
        app.app.store.write_now(|work| latchkey::domain::activation::consumer_key(work, acme.id)).unwrap();
    assert_eq!(unchanged, key);
    assert_eq!(stored(&app, other.id).name, "Other");
}

#[actix_web::test]
async fn weakness_23_an_update_without_a_list_keeps_the_permissions() {
    let app = TestApp::new();
    let everything = given(&app, Draft { name: "All".into(), grants: Wish::Everything, ..Draft::default() });
    let some = given(&app, draft("Some", &[CATEGORIES, PRODUCTS]));
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    let key = browser.page.form_key();
    let save = |acme: &Integration, name: &str, more: &[(&str, &str)]| {
        let (id, version) = (acme.id.0.to_string(), stored(&app, acme.id).version.to_string());
        let own =
            [("form_key", key.as_str()), ("id", id.as_str()), ("version", version.as_str()), ("name", name)];
        let sent = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        sent.collect::<Vec<_>>()
    };
    for acme in [&everything, &some] {
        let before = resources(&app, acme.id);
        let sent = save(acme, &format!("{} 2", acme.name), &[]);
        let saved = browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
        assert_eq!(saved.status, 303);
        assert_eq!(resources(&app, acme.id), before);
        assert_eq!(stored(&app, acme.id).name, format!("{} 2", acme.name));
        let sent = save(acme, "", &[]);
        let again = browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
        assert_eq!(again.status, 422);
        assert_eq!(words_of_choice(&again), if acme.name == "All" { "All" } else { "Custom" });
        for wrong in ["5", "", "yes"] {
            let sent = save(acme, "Mine", &[("all_resources", wrong), ("resource[]", CATEGORIES)]);
            let refused = browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
            assert_eq!(refused.status, 422, "{wrong}");
            assert_eq!(refused.error_at("Resource Access").as_deref(), Some("Please enter 0 or 1."));
        }
        assert_eq!(resources(&app, acme.id), before);
    }
    let sent = save(&everything, "All", &[("resource[]", PRODUCTS)]);
    browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
    assert!(resources(&app, everything.id).contains(&PRODUCTS.to_owned()), "a list is a list");
    let sent = save(&some, "Some", &[("all_resources", "0")]);
    browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
    assert_eq!(resources(&app, some.id), [""; 0], "un-ticking everything takes everything away");
    let sent = fields(&browser, &[("name", "New")]);
    browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
    let page = browser.open("/admin/integration").await;
    assert_eq!(row(page, "New")["Permissions"], "0 of 265");
}

#[actix_web::test]
async fn an_id_that_leads_nowhere_is_told() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    for (id, heading) in [
        ("4711", "The integration with ID \"4711\" doesn't exist."),
        ("x", "Integration ID is not specified or is invalid."),
    ] {
        let sent = fields(&browser, &[("id", id), ("name", "Acme")]);
        let answer = browser.send("/admin/integration/save", TestRequest::post().set_form(&sent)).await;
        assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (404, heading));
    }
    assert_eq!(count(browser.open("/admin/integration").await), 0);
}

#[actix_web::test]
async fn an_old_confirmation_asks_for_the_password_in_place() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    app.clock.advance(TimeDelta::seconds(599));
    browser.fill("Name", "In time");
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "a confirmation counts for ten minutes");
    browser.open("/admin/integration/new").await;
    assert!(browser.page.field("Your Password").is_none());
    app.clock.advance(TimeDelta::seconds(1));
    browser.fill("Name", "Late");
    browser.tick("resource[]", CATEGORIES, true);
    let page = browser.press("Save").await;
    assert_eq!(page.status, 200);
    assert!(page.field("Your Password").is_some());
    assert_eq!(
        page.messages(),
        ["Notice: Nothing is saved yet. Enter your password below, then save again."]
    );
    assert_eq!(page.value("Name"), "Late");
    assert!(page.text().contains("1 of 265 selected"));
    browser.fill("Your Password", "wrong horse");
    let page = browser.press("Save").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.error_at("Your Password").as_deref(), Some(WRONG));
    assert!(!page.body.contains("wrong horse"), "a password is never drawn");
    assert_eq!(page.value("Name"), "Late");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save").await;
    assert_eq!(
        browser.page.messages(),
        ["Success: The integration 'Late' has been saved."],
        "one POST finishes"
    );
    browser.open("/admin/integration/new").await;
    assert!(browser.page.field("Your Password").is_none(), "and counts for ten minutes more");
}

#[actix_web::test]
async fn a_right_password_beside_a_wrong_field_is_not_drawn_and_not_asked_for_again() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/integration/new").await;
    browser.fill("Your Password", PASSWORD);
    let page = browser.press("Save").await;
    assert_eq!(page.status, 422);
    assert!(!page.body.contains(PASSWORD));
    assert!(page.field("Your Password").is_none());
    browser.fill("Name", "Acme");
    browser.press("Save").await;
    assert_eq!(count(&browser.page), 1);
}

#[actix_web::test]
async fn save_and_activate_leads_to_the_permissions_and_back_to_the_integration() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    browser.fill("Name", "Acme");
    browser.tick("resource[]", CATEGORIES, true);
    browser.press("Save & Activate").await;
    assert_eq!(browser.page.heading(), "Acme");
    assert_eq!(browser.page.messages(), ["Success: The integration 'Acme' has been saved."]);
    assert!(
        browser
            .page
            .text()
            .contains("The integration you selected asks you to approve access to the following:")
    );
    browser.follow("Back").await;
    assert_eq!(browser.page.heading(), "Edit \"Acme\" Integration");
}

#[actix_web::test]
async fn whoever_may_not_activate_is_not_offered_it_and_not_led_there() {
    let app = TestApp::new();
    let mut browser = signed_in(&app, "clerk", &[VIEW, MANAGE]).await;
    browser.open("/admin/integration/new").await;
    assert!(browser.page.button("Save & Activate").is_none());
    let sent = fields(&browser, &[("name", "Acme"), ("activate", "1")]);
    browser.post("/admin/integration/save", &sent).await;
    assert_eq!(browser.address, "/admin/integration");
}

#[actix_web::test]
async fn nobody_grants_more_than_they_hold() {
    let app = TestApp::new();
    let mut browser = signed_in(&app, "clerk", &[VIEW, MANAGE, PRODUCTS]).await;
    for forged in [("resource[]", CATEGORIES), ("resource[]", "Magento_Backend::all"), ("all_resources", "1")]
    {
        browser.open("/admin/integration/new").await;
        let sent = fields(&browser, &[("name", "Acme"), forged]);
        let page = browser.post("/admin/integration/save", &sent).await;
        assert_eq!(page.status, 422, "{forged:?}");
        assert!(
            page.error_at("Resource Access")
                .is_some_and(|why| why.contains("You cannot grant what you do not hold"))
        );
    }
    browser.open("/admin/integration/new").await;
    let sent = fields(&browser, &[("name", "Acme"), ("resource[]", "Magento_Nothing::here")]);
    let page = browser.post("/admin/integration/save", &sent).await;
    assert!(page.error_at("Resource Access").is_some_and(|why| why.contains("Magento_Nothing::here")));
    assert_eq!(count(browser.open("/admin/integration").await), 0);
}

#[actix_web::test]
async fn a_declared_integration_cannot_be_saved_whatever_the_password() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/integration/edit/{}", acme.id.0)).await;
    declare(&app, acme.id);
    app.clock.advance(TimeDelta::minutes(10));
    browser.fill("Name", "Mine");
    browser.press("Save").await;
    assert_eq!(
        browser.page.messages(),
        ["Error: The integrations created in the config file can't be edited."]
    );
    assert_eq!(browser.page.heading(), "View \"Acme\" Integration");
}
