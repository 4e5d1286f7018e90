//! Requests that no page of ours sends: each leads to the page that was meant, or is answered with one that says what
//! is wrong, and nothing is changed.

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::test::TestRequest;

use crate::support::TestApp;

#[actix_web::test]
async fn a_query_with_a_field_twice_is_answered_with_a_page() {
    let app = TestApp::new();
    for address in ["/admin/login?next=%2Fadmin&next=%2Fadmin", "/admin/setup?token=a&token=b"] {
        let answer = app.send(TestRequest::get().uri(address)).await;
        assert_eq!(answer.status, 400, "{address}");
        assert_eq!(answer.heading(), "The request could not be read", "{address}");
        assert!(!answer.body.contains("duplicate field"), "the parser's words: {}", answer.body);
    }
}

#[actix_web::test]
async fn an_address_that_only_forms_are_sent_to_says_so() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for (address, method, allowed) in [
        ("/admin/integration/save", Method::GET, "POST"),
        ("/admin/integration", Method::POST, "GET, HEAD"),
        ("/admin/login", Method::PUT, "GET, HEAD, POST"),
    ] {
        let answer = browser.send(address, TestRequest::default().method(method)).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allowed), "{address}");
        assert_eq!(answer.heading(), "This address cannot be opened that way", "{address}");
        assert!(answer.text().contains(&format!("It takes {allowed} only.")), "{}", answer.text());
        assert!(answer.link("Go to the start page").is_some(), "{address}");
    }
}

#[actix_web::test]
async fn a_form_that_is_not_utf_8_is_refused_instead_of_stored_with_holes() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let key = browser.page.form_key();
    let before = app.contents();
    for name in ["%FF%FE", "%C3", "Acme%", "%ED%A0%80"] {
        let form = TestRequest::post()
            .insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .set_payload(format!("form_key={key}&name={name}"));
        let answer = browser.send("/admin/integration/save", form).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.heading(), "The request could not be read", "{name}");
    }
    assert_eq!(app.contents(), before);
}

#[actix_web::test]
async fn an_address_that_was_typed_loosely_leads_to_the_page_that_was_meant() {
    let app = TestApp::new();
    for (typed, meant) in [
        ("/", "/admin"),
        ("/admin/", "/admin"),
        ("/admin/integration/", "/admin/integration"),
        ("/admin/integration/?name=a%20b&page=2", "/admin/integration?name=a%20b&page=2"),
        ("/admin//evil.example/", "/admin//evil.example"),
    ] {
        let answer = app.send(TestRequest::get().uri(typed)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, meant), "{typed}");
    }
    for address in ["/static/", "/oauth/token/request/", "//evil.example/", "/nothing/"] {
        assert_eq!(app.send(TestRequest::get().uri(address)).await.status, 404, "{address}");
    }
    assert_eq!(app.send(TestRequest::post().uri("/admin/integration/")).await.status, 404);
}
