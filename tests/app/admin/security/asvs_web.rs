//! OWASP ASVS 5.0, chapter 3: cookies, headers, forms.

use actix_web::test::TestRequest;
use latchkey::web::routes::{Verb, table};

use super::is_signed_in;
use crate::support::TestApp;

fn https() -> TestApp {
    TestApp::with(|config| config.base_url = "https://shop.example/".parse().unwrap())
}

/// Addresses of everything but the store's Web API, whose answers are the store's own.
const OURS: [&str; 6] =
    ["/admin/login", "/admin", "/static/x", "/nothing", "/oauth/token/request", "/health/live"];

async fn answers(app: &TestApp, addresses: &[&str]) -> Vec<crate::support::page::Page> {
    let mut answers = Vec::new();
    for address in addresses {
        answers.push(app.send(TestRequest::get().uri(address)).await);
    }
    answers
}

#[actix_web::test]
async fn asvs_3_3_1_cookies_are_secure_and_named_so() {
    let page = https().send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Secure-") && cookie.contains("; Secure"), "{cookie}");
}

#[actix_web::test]
async fn asvs_3_3_2_and_3_3_4_cookies_are_same_site_and_unseen_by_script() {
    let page = https().send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("; SameSite=Lax") && cookie.contains("; HttpOnly"), "{cookie}");
    assert!(cookie.contains("; Path=/admin") && !cookie.contains("Domain"), "{cookie}");
}

#[actix_web::test]
async fn asvs_3_4_1_every_answer_insists_on_https() {
    for page in answers(&https(), &[&OURS[..], &["/rest/V1/x"]].concat()).await {
        let policy = page.header("strict-transport-security");
        assert_eq!(policy, "max-age=31536000; includeSubDomains");
    }
}

#[actix_web::test]
async fn asvs_3_4_2_no_other_origin_reads_answers() {
    let app = TestApp::new();
    for address in ["/admin/login", "/rest/V1/x", "/gateway/verify"] {
        let request = TestRequest::get().uri(address).insert_header(("Origin", "https://evil.example"));
        assert_eq!(app.send(request).await.header("access-control-allow-origin"), "", "{address}");
    }
}

#[actix_web::test]
async fn asvs_3_4_3_to_3_4_6_headers_narrow_what_browsers_do() {
    for page in answers(&https(), &OURS).await {
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "script-src 'self'",
        ] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
    let api = &answers(&https(), &["/rest/V1/x"]).await[0];
    assert_eq!(api.header("content-security-policy"), "sandbox");
    assert_eq!(api.header("x-content-type-options"), "nosniff");
}

#[actix_web::test]
async fn asvs_3_5_1_a_form_needs_the_key_of_its_session() {
    let app = TestApp::new();
    let mut thief = app.administrator().await;
    let key = thief.page.form_key();
    app.given().admin("victim");
    let mut victim = app.browser();
    victim.sign_in("victim").await;
    let before = app.contents();
    let form = [("form_key", key), ("name", "Acme".to_owned())];
    let answer = victim.send("/admin/integration/save", TestRequest::post().set_form(form)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(app.contents(), before);
    assert!(is_signed_in(&mut thief).await);
}

#[actix_web::test]
async fn asvs_3_5_3_what_changes_something_is_not_reached_by_get() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for row in table().iter().filter(|row| row.verb == Verb::Post && row.address.starts_with("/admin")) {
        let has_get = table().iter().any(|other| other.verb == Verb::Get && other.address == row.address);
        if !has_get {
            let answer = browser.send(&row.address.replace("{id}", "1"), TestRequest::get()).await;
            assert_eq!(answer.status, 405, "{}", row.address);
        }
    }
}
