//! Roles: what they are made of, and when they can go.

use super::user::{ROLES, USERS, fields, signed_in};
use crate::support::TestApp;

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
