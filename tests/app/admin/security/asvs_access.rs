//! OWASP ASVS 5.0, chapter 8: authorization.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey::web::routes::{Guard, table};

use super::is_signed_in;
use crate::support::TestApp;

#[actix_web::test]
async fn asvs_8_2_1_every_page_below_admin_has_a_guard_that_is_a_decision() {
    for row in table()
        .iter()
        .filter(|row| row.address.starts_with("/admin/user") || row.address.starts_with("/admin/role"))
    {
        assert!(matches!(row.guard, Guard::Resources(_)), "{}", row.address);
    }
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
