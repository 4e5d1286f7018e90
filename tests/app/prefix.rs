//! A `base_url` with a path, behind proxies that take the path away and behind those that do not.

use actix_web::test::TestRequest;

use crate::support::TestApp;

fn app() -> TestApp {
    TestApp::with(|config| config.base_url = "http://shop.example/latchkey/".parse().unwrap())
}

#[actix_web::test]
async fn pages_answer_with_and_without_the_path_and_lead_back_with_it() {
    let app = app();
    for address in ["/admin", "/latchkey/admin"] {
        let answer = app.send(TestRequest::get().uri(address)).await;
        assert_eq!(answer.status, 303, "{address}");
        assert_eq!(answer.location(), "/latchkey/admin/login", "{address}");
    }
    for address in ["/admin/login", "/latchkey/admin/login"] {
        let page = app.send(TestRequest::get().uri(address)).await;
        assert!(page.body.contains("action=\"/latchkey/admin/login\""), "{}", page.body);
        assert!(page.body.contains("href=\"/latchkey/static/admin."), "{}", page.body);
        assert!(
            page.header("set-cookie").contains("; Path=/latchkey/admin"),
            "{}",
            page.header("set-cookie")
        );
    }
}

#[actix_web::test]
async fn a_person_signs_in_below_the_path() {
    let app = app();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/latchkey/admin").await;
    browser.sign_in_here("jo", crate::support::given::PASSWORD).await;
    assert_eq!(browser.page.status, 200);
    assert_eq!(browser.address, "/latchkey/admin/integration");
}

#[actix_web::test]
async fn what_a_person_types_is_left_alone() {
    let app = app();
    let mut browser = app.browser();
    browser.open("/latchkey/admin/login").await;
    browser.sign_in_here("href=\"/x", "wrong password").await;
    assert_eq!(browser.page.value("Username"), "href=\"/x");
}

#[actix_web::test]
async fn the_page_that_a_late_request_came_from_is_known_below_the_path() {
    let app = app();
    let came_from = ("Referer", "http://shop.example/latchkey/admin/role?page=2");
    let late = TestRequest::post().uri("/latchkey/admin/role/save").insert_header(came_from);
    let answer = app.send(late).await;
    assert_eq!(answer.location(), "/latchkey/admin/login?next=%2Fadmin%2Frole%3Fpage%3D2");
}
