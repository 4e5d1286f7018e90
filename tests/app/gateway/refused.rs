//! `/gateway/refused`: what nginx is told in headers, written out for the caller.

use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::support::partner::asked_at;

const JSON: &str = "{\"message\":\"No.\"}";

fn brought(status: &str, error: &str) -> TestRequest {
    asked_at("/gateway/refused")
        .insert_header(("X-Latchkey-Status", status))
        .insert_header(("X-Latchkey-Error", URL_SAFE_NO_PAD.encode(error)))
}

#[actix_web::test]
async fn a_refusal_told_to_nginx_is_written_out_with_its_status_and_challenge() {
    let app = TestApp::new();
    let told = app
        .send(
            asked_at("/gateway/verify?for=nginx")
                .insert_header(("X-Original-Method", "GET"))
                .insert_header(("X-Original-URI", PERMITTED)),
        )
        .await;
    let again = asked_at("/gateway/refused")
        .insert_header(("X-Latchkey-Status", told.header("x-latchkey-status")))
        .insert_header(("X-Latchkey-Error", told.header("x-latchkey-error")));
    let again = app.send(again).await;
    let plain = app.send(crate::support::partner::asked("GET", PERMITTED)).await;
    assert_eq!((again.status, &again.body), (plain.status, &told.body));
    for name in ["content-type", "cache-control", "www-authenticate"] {
        assert_eq!(again.header(name), plain.header(name), "{name}");
    }
    let busy = app.send(brought("503", JSON)).await;
    assert_eq!((busy.status.as_u16(), busy.header("retry-after")), (503, "1"));
    assert_eq!((busy.body.as_str(), busy.header("www-authenticate")), (JSON, ""));
}

#[actix_web::test]
async fn nothing_but_a_refusal_is_written_out() {
    let app = TestApp::new();
    for (status, error) in
        [("200", JSON), ("302", JSON), ("no", JSON), ("", JSON), ("403", "<script>"), ("403", "")]
    {
        let answer = app.send(brought(status, error)).await;
        assert_eq!(answer.status, 400, "{status} {error}");
        assert!(answer.body.contains("docs/gateway/nginx.conf"), "{}", answer.body);
    }
    assert_eq!(app.send(asked_at("/gateway/refused")).await.status, 400);
    assert_eq!(app.send(brought("403", JSON).append_header(("X-Latchkey-Status", "401"))).await.status, 400);
}

#[actix_web::test]
async fn only_this_machine_and_trusted_proxies_have_refusals_written_out() {
    let app = TestApp::new();
    let answer = app.send(brought("404", JSON).peer_addr("192.0.2.1:1".parse().unwrap())).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("trusted_proxies"), "{}", answer.body);
}
