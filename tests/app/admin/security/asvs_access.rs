//! OWASP ASVS 5.0, chapter 8: authorization.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey::web::routes::{Guard, Row, table};

use super::is_signed_in;
use crate::support::TestApp;

#[test]
fn asvs_8_2_1_whatever_is_not_about_the_own_account_needs_a_right() {
    // Those that are open to everybody are named by the walls.
    let is_own = |address: &str| {
        ["/admin", "/admin/logout"].contains(&address) || address.starts_with("/admin/account")
    };
    for row in table().iter().filter(|row| row.guard == Guard::SignedIn) {
        assert!(is_own(row.address), "{} is open to whoever is signed in", row.address);
    }
    let has_right = |row: &&Row| matches!(row.guard, Guard::Resources(rights) if !rights.is_empty());
    assert!(table().iter().filter(has_right).count() > 60, "the others name theirs");
}

#[actix_web::test]
async fn asvs_8_2_2_nobody_ends_a_session_of_somebody_else_by_its_number() {
    let app = TestApp::new();
    app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open("/admin/account").await;
    for id in 0..4 {
        let form = vec![("form_key".to_owned(), browser.page.form_key())];
        if id != 2 {
            browser.post(&format!("/admin/account/session/end/{id}"), &form).await;
        }
    }
    assert!(is_signed_in(&mut theirs).await);
}

#[actix_web::test]
async fn asvs_8_3_1_rights_are_read_anew_at_every_request() {
    let app = TestApp::new();
    app.given().admin_with("kim", &["Magento_Integration::integrations"]);
    let mut browser = app.browser();
    browser.sign_in("kim").await;
    assert_eq!(browser.page.heading(), "Integrations");
    app.sql("delete from authorization_rule where resource_id = 'Magento_Integration::integrations'");
    let answer = browser.send("/admin/integration", TestRequest::get().method(Method::GET)).await;
    assert_eq!(answer.status, 403);
}
