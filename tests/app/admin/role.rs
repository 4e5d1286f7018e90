//! Roles: what they are made of, and when they can go.

use super::user::{ROLES, USERS, fields, signed_in};
use crate::support::{Browser, TestApp};

#[actix_web::test]
async fn a_role_is_made_of_what_its_maker_holds() {
    let app = TestApp::new();
    let mut browser = signed_in(&app, "clerk", &[USERS, ROLES]).await;
    browser.open("/admin/role/new").await;
    browser.fill("Role Name", "Helpers");
    browser.tick("resource[]", USERS, true);
    browser.press("Save Role").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the role."], "{}", browser.page.text());
    let rows = browser.page.rows();
    assert!(rows.iter().any(|row| row["Role Name"] == "Helpers" && row["Users"] == "0"), "{rows:?}");
    for (all, resource) in [("0", "Magento_Sales::sales"), ("1", USERS)] {
        browser.open("/admin/role/new").await;
        let sent = fields(&browser, &[("rolename", "More"), ("all", all), ("resource[]", resource)]);
        let answer = browser.post("/admin/role/save", &sent).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("You cannot grant what you do not hold"), "{}", answer.text());
    }
}

#[actix_web::test]
async fn who_says_nothing_of_permissions_takes_none_away() {
    let app = TestApp::new();
    let mut browser = signed_in(&app, "clerk", &[USERS, ROLES]).await;
    browser.open("/admin/role/new").await;
    let sent = fields(&browser, &[("rolename", "Helpers"), ("all", "0"), ("resource[]", USERS)]);
    browser.post("/admin/role/save", &sent).await;
    let id = app.value("select role_id from authorization_role where role_name = 'Helpers'");
    let rules = format!("select count(*) from authorization_rule where role_id = {id}");
    let before = app.value(&rules);
    assert_ne!(before, "0");
    let edit = format!("/admin/role/edit/{id}");
    browser.open(&edit).await;
    let sent = fields(&browser, &[("id", &id), ("version", "1"), ("rolename", "Helpers too")]);
    browser.post("/admin/role/save", &sent).await;
    assert_eq!(browser.page.messages(), ["Success: You saved the role."], "{}", browser.page.text());
    assert_eq!(app.value(&rules), before);
    let save = async |browser: &mut Browser<'_>, name: &str, more: &[(&str, &str)]| {
        browser.open(&edit).await;
        let version = app.value(&format!("select version from authorization_role where role_id = {id}"));
        let own = [("id", id.as_str()), ("version", version.as_str()), ("rolename", name)];
        let sent = fields(browser, &[&own, more].concat());
        browser.post("/admin/role/save", &sent).await.status
    };
    let tick = format!("input[value='{USERS}'][checked]");
    for (name, more) in [("", &[][..]), ("Helpers", &[("all", "yes")]), ("Helpers", &[("all", "")])] {
        assert_eq!(save(&mut browser, name, more).await, 422, "{name} {more:?}");
        assert_eq!(browser.page.all(&tick).len(), 1, "it comes back as it is stored");
    }
    save(&mut browser, "Helpers", &[("all", "0")]).await;
    assert_eq!(app.value(&rules), "0", "nothing is ticked any more");
}

#[actix_web::test]
async fn a_role_with_members_cannot_be_deleted_and_says_what_to_do() {
    let app = TestApp::new();
    app.given().admin_with("clerk", &[USERS]);
    let mut browser = app.administrator().await;
    browser.open("/admin/role/edit/1").await;
    assert!(browser.page.link("Delete Role").is_some());
    browser.follow("clerk").await;
    assert_eq!(browser.page.heading(), "Jo Example");
    browser.open("/admin/role/edit/1").await;
    browser.follow("Delete Role").await;
    browser.press("Delete Role").await;
    let messages = browser.page.messages();
    assert!(messages[0].contains("Give that user another role first"), "{messages:?}");
    app.sql("delete from admin_user where username = 'clerk'");
    browser.follow("Delete Role").await;
    browser.press("Delete Role").await;
    assert_eq!(browser.page.messages(), ["Success: You deleted the role."]);
    browser.open("/admin/role/edit/2").await;
    let sent = fields(&browser, &[]);
    browser.post("/admin/role/delete/2", &sent).await;
    assert_eq!(browser.page.messages(), ["Error: You cannot delete self-assigned roles."]);
}
