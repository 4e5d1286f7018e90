//! What an integration asks for, before it is allowed.

use latchkey::domain::activation;
use latchkey::outbound::Outcome;

use super::*;

fn address(id: IntegrationId) -> String {
    format!("/admin/integration/permissions_dialog/{}", id.0)
}

#[actix_web::test]
async fn the_granted_resources_are_listed_and_no_others() {
    let app = TestApp::new();
    let acme = given(&app, draft(&odd_names()[0], &["Magento_Sales::actions_view", PRODUCTS]));
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    assert_eq!(page.heading(), odd_names()[0]);
    assert!(
        page.text().contains("The integration you selected asks you to approve access to the following:")
    );
    let listed: Vec<String> =
        page.all("main .node code").iter().map(|code| crate::support::page::words(*code)).collect();
    assert_eq!(listed, ["Magento_Sales::actions_view", PRODUCTS]);
    assert!(page.text().contains("Sales › Operations › Orders › Actions › View"), "{}", page.text());
    assert!(page.button("Allow").is_some());
    assert!(page.all("main input[type=checkbox]").is_empty());
}

#[actix_web::test]
async fn everything_and_nothing_are_said() {
    let app = TestApp::new();
    let all = given(&app, Draft { grants: Wish::Everything, ..draft("All", &[]) });
    let none = app.given().integration("None");
    let mut browser = app.administrator().await;
    let page = browser.open(&address(all.id)).await;
    assert!(page.text().contains("All resources"));
    assert_eq!(page.all("main .node").len(), 265, "the whole tree");
    let page = browser.open(&address(none.id)).await;
    assert!(page.text().contains("No permissions requested"));
}

#[actix_web::test]
async fn with_a_live_token_the_button_reauthorizes() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    assert!(browser.open(&address(acme.id)).await.field("Replace the token now").is_none());
    acme.active();
    let page = browser.open(&address(acme.id)).await;
    assert!(page.button("Reauthorize").is_some() && page.button("Allow").is_none());
    assert!(page.field("Replace the token now").unwrap().attr("checked").is_none());
}

#[actix_web::test]
async fn script_gets_the_inside_of_a_dialog() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let mut browser = app.administrator().await;
    let ask = || TestRequest::get().insert_header(("X-Requested-With", "XMLHttpRequest"));
    let part = browser.send(&address(acme.id), ask()).await;
    assert!(!part.body.contains("<html") && part.all("[data-dialog-body]").len() == 1);
    assert!(part.all("[data-close-href]").is_empty(), "closing leads nowhere");
    let after_save = browser.send(&format!("{}?after=save", address(acme.id)), ask()).await;
    let leads_to = after_save.all("[data-close-href]")[0].attr("data-close-href").unwrap().to_owned();
    assert_eq!(leads_to, format!("/admin/integration/edit/{}", acme.id.0));
}

#[actix_web::test]
async fn what_cannot_be_allowed_says_why_and_has_no_button() {
    let app = TestApp::new();
    let suspended = app.given().integration("Suspended");
    suspended.active();
    app.app.store.write_now(|work| activation::suspend(work, &Actor::command(), suspended.id)).unwrap();
    let mut browser = app.administrator().await;
    let page = browser.open(&address(suspended.id)).await;
    assert!(page.text().contains("This integration is suspended. Resume it first."), "{}", page.text());
    assert!(page.button("Allow").is_none() && page.button("Reauthorize").is_none());
    assert!(page.link("Back").is_some());
    let mut browser = signed_in(&app, "clerk", &[VIEW, ACTIVATE]).await;
    let acme = given(&app, draft("Acme", &[CATEGORIES]));
    let page = browser.open(&address(acme.id)).await;
    assert!(
        page.text().contains("You do not hold everything that this integration holds."),
        "{}",
        page.text()
    );
    assert!(page.button("Allow").is_none());
}

#[actix_web::test]
async fn an_exchange_is_explained_before_it_is_allowed() {
    let app = TestApp::new();
    let acme = exchanging(&app, "Acme");
    let mut browser = app.administrator().await;
    let page = browser.open(&address(acme.id)).await;
    let said =
        "Allowing sends the credentials to https://partner.example/callback and opens the partner's page";
    assert!(page.text().contains(said), "{}", page.text());
    let form =
        page.all("main form").into_iter().find(|form| form.attr("data-opens-window").is_some()).unwrap();
    let action = format!("/admin/integration/tokens_exchange/{}", acme.id.0);
    assert_eq!(form.attr("action"), Some(action.as_str()));
    assert!(page.button("Allow").is_some());
    app.outbound.answer(Outcome::answered(200));
    browser.press("Allow").await;
    exchanges(&app).await;
    let page = browser.open(&address(acme.id)).await;
    assert!(page.text().contains("The token in use goes on working"), "{}", page.text());
    assert!(page.button("Reauthorize").is_some());
    assert!(page.field("Replace the token now").is_none(), "there is none to be shown in its place");
}
