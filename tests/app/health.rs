//! What operators and load balancers ask, and what every answer carries.

use std::time::{Duration, Instant};

use actix_web::test::TestRequest;

use crate::support::TestApp;

#[actix_web::test]
async fn a_working_server_is_alive_and_ready() {
    let app = TestApp::new();
    for address in ["/health/live", "/health/ready"] {
        let answer = app.send(TestRequest::get().uri(address)).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[actix_web::test]
async fn without_its_tables_a_server_is_alive_but_not_ready() {
    let app = TestApp::new();
    app.sql("delete from __diesel_schema_migrations");
    assert_eq!(app.send(TestRequest::get().uri("/health/live")).await.status, 200);
    let answer = app.send(TestRequest::get().uri("/health/ready")).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("migrations"), "{}", answer.body);
}

#[actix_web::test]
async fn a_server_that_cannot_follow_changes_is_not_ready_until_it_can() {
    let app = TestApp::new();
    let ready = async || app.send(TestRequest::get().uri("/health/ready")).await;
    app.sql("alter table revision rename to away");
    tokio::time::sleep(Duration::from_millis(1_400)).await;
    let answer = ready().await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("changes"), "{}", answer.body);
    app.sql("alter table away rename to revision");
    let began = Instant::now();
    while ready().await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "still not ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn every_answer_narrows_what_a_browser_may_do_with_it() {
    let app = TestApp::new();
    for address in ["/admin/login", "/admin", "/nowhere", "/health/live", "/static/favicon.svg"] {
        let answer = app.send(TestRequest::get().uri(address)).await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{address}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{address}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{address}");
        assert_eq!(answer.header("strict-transport-security"), "", "{address}: plain http promises no https");
    }
}

#[actix_web::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let app = TestApp::with(|config| config.base_url = "https://shop.example/".parse().unwrap());
    let answer = app.send(TestRequest::get().uri("/admin/login")).await;
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

#[actix_web::test]
async fn pages_are_kept_by_nobody_and_assets_for_ever() {
    let app = TestApp::new();
    let mut browser = app.browser();
    let page = browser.open("/admin/login").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let style = page.all("link[rel=stylesheet]")[0].attr("href").unwrap().to_owned();
    let script = page.all("script[src]")[0].attr("src").unwrap().to_owned();
    for address in [style, script] {
        let asset = app.send(TestRequest::get().uri(&address)).await;
        assert_eq!(asset.status, 200, "{address}");
        assert!(asset.header("cache-control").contains("immutable"), "{address}");
    }
}

#[actix_web::test]
async fn what_is_not_there_is_told_as_page_or_as_json() {
    let app = TestApp::new();
    let page = app.send(TestRequest::get().uri("/nowhere")).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.heading(), "There is no such page");
    assert_eq!(page.link("Go to the start page").as_deref(), Some("/admin"));
    let mut browser = app.browser();
    browser.open("/nowhere").await;
    browser.follow("Go to the start page").await;
    assert_eq!(browser.address, "/admin/login");
    let json = app.send(TestRequest::get().uri("/rest/V1/nowhere")).await;
    assert_eq!(json.status, 404);
    let body: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(body["message"], "Request does not match any route.");
    assert!(body["reference"].as_str().is_some_and(|reference| !reference.is_empty()));
}

#[actix_web::test]
async fn another_method_than_the_tables_is_refused_with_those_it_has() {
    let app = TestApp::new();
    let answer = app.send(TestRequest::get().uri("/admin/logout")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), "POST");
}
