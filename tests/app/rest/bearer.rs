//! Calls with a token and no signature: whose pass, whose do not, and what is said about it.

use latchkey::domain::activation;
use latchkey::domain::activation::Credentials;
use latchkey::domain::integration::{self, IntegrationId};
use latchkey::domain::permission::Wish;

use super::*;
use crate::support::gateway::{Gateway, in_front_of};
use crate::support::partner::Partner;
use crate::support::upstream::Upstream;

/// The choice of an integration as the form makes it.
fn choose(app: &TestApp, id: IntegrationId, mode: &str) {
    changed(app, |work, by| {
        let stored = integration::find(work, id)?;
        let draft = integration::Draft {
            name: stored.name,
            bearer_mode: mode.to_owned(),
            grants: Wish::These(integration::selected_resources(work, id)?),
            ..integration::Draft::default()
        };
        integration::update(work, by, id, stored.version, &draft, &[])
    });
}

fn token_of(credentials: &Credentials) -> String {
    credentials.access_token.as_ref().unwrap().expose().to_owned()
}

/// Status and what stands in the challenge.
fn verdict(answer: &Page) -> (u16, String) {
    let challenge = answer.header("www-authenticate");
    let description = challenge.strip_prefix("Bearer error=\"invalid_token\", error_description=\"");
    let description = description.unwrap_or(challenge).trim_end_matches('"').to_owned();
    if !answer.body.is_empty() {
        assert_eq!(read(answer)["message"], description);
        assert!(read(answer)["reference"].is_string());
    }
    (answer.status.as_u16(), description)
}

#[actix_web::test]
async fn an_integrations_token_counts_alone_only_where_that_is_allowed() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let token = token_of(&given.active());
    let signed_only =
        "The access token of this integration signs calls and is not accepted without a signature";
    for (setting, mode, passes) in [
        ("0", "follow", false),
        ("1", "follow", true),
        ("1", "signed", false),
        ("0", "allowed", true),
        ("0", "signed", false),
    ] {
        set(&app, setting::INTEGRATION_AS_BEARER, setting);
        choose(&app, given.id, mode);
        let answer = calls(&app, "GET", PERMITTED, &token).await;
        let expected = if passes { (200, String::new()) } else { (401, signed_only.to_owned()) };
        assert_eq!(verdict(&answer), expected, "{setting} {mode}");
        if passes {
            assert_eq!(answer.header("x-latchkey-user-type"), "integration");
            assert_eq!(answer.header("x-latchkey-user-id"), given.id.0.to_string());
            assert_eq!(answer.header("x-latchkey-integration"), "Acme");
            assert_eq!(calls(&app, "GET", FORBIDDEN, &token).await.status, 403);
            assert_eq!(calls(&app, "GET", OWN, &token).await.status, 403);
        }
    }
}

#[actix_web::test]
async fn status_and_kind_of_a_token_count_as_for_signed_calls() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let credentials = given.active();
    choose(&app, given.id, "allowed");
    let call = async |token: &str| verdict(&calls(&app, "GET", PERMITTED, token).await);
    let token = token_of(&credentials);
    assert_eq!(call(&token).await, (200, String::new()));
    let unknown = (401, "The access token is unknown or was revoked".to_owned());
    let secret = credentials.access_token_secret.as_ref().unwrap().expose();
    for other in [secret, &credentials.consumer_key, credentials.consumer_secret.expose()] {
        assert_eq!(call(other).await, unknown);
    }
    changed(&app, |work, by| activation::suspend(work, by, given.id));
    assert_eq!(call(&token).await, (401, "The integration is suspended".to_owned()));
    changed(&app, |work, by| activation::resume(work, by, given.id));
    assert_eq!(call(&token).await, (200, String::new()));
    changed(&app, |work, by| activation::revoke(work, by, given.id));
    assert_eq!(call(&token).await, unknown);
}

#[actix_web::test]
async fn a_call_with_the_token_alone_is_a_first_use_too() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let old = given.active();
    choose(&app, given.id, "allowed");
    let again = |work: &mut latchkey::store::Work<'_>, by: &Actor| {
        activation::activate(work, by, given.id, activation::Replace::AfterGrace)
    };
    let new = changed(&app, again).credentials;
    for credentials in [&old, &new] {
        assert_eq!(calls(&app, "GET", PERMITTED, &token_of(credentials)).await.status, 200);
    }
    app.clock.advance(chrono::TimeDelta::seconds(60));
    assert_eq!(calls(&app, "GET", PERMITTED, &token_of(&old)).await.status, 401, "its end was counted");
    assert_eq!(calls(&app, "GET", PERMITTED, &token_of(&new)).await.status, 200);
}

#[actix_web::test]
async fn what_is_no_token_is_refused_everywhere_and_never_passed_over() {
    let app = TestApp::new();
    let verify = |header: &str| {
        let verify = TestRequest::get().uri("/gateway/verify").peer_addr("127.0.0.1:40000".parse().unwrap());
        let verify =
            verify.insert_header(("X-Original-Method", "GET")).insert_header(("X-Original-URI", OPEN));
        verify.append_header(("Authorization", header.to_owned()))
    };
    let malformed = "The header Authorization must hold the word Bearer and one token";
    for header in ["Bearer", "Bearer a b", "bearer \"x\"", "Basic dXNlcjpwYXNz, Bearer abc"] {
        assert_eq!(verdict(&app.send(verify(header)).await), (401, malformed.to_owned()), "{header}");
    }
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOjF9.abc_-";
    for token in ["abc", jwt, &"0".repeat(32)] {
        let answer = app.send(verify(&format!("Bearer {token}"))).await;
        assert_eq!(verdict(&answer), (401, "The access token is unknown or was revoked".to_owned()));
        assert!(!answer.body.contains(token));
    }
    let both = verify(&format!("Bearer {}", "0".repeat(32)));
    let partner = Partner::with(&app, &app.given().integration_with("Acme", &[PRODUCTS]).active());
    let both = both.append_header(("Authorization", partner.signs("GET", OPEN)));
    assert_eq!(app.send(both).await.status, 400, "two who call");
    let twice = verify("Bearer abc").append_header(("Authorization", "Bearer abc"));
    assert_eq!(app.send(twice).await.status, 400);
    let basic = verify("Basic dXNlcjpwYXNz");
    assert_eq!(app.send(basic).await.status, 200, "a client behind a password-protected server is a guest");
}

#[test]
fn a_call_with_a_token_is_passed_on_with_who_made_it() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    app.given().customer("ada@example.com");
    let gateway = Gateway::of(&app);
    let body = json!({"username": "ada@example.com", "password": PASSWORD}).to_string();
    let head = format!(
        "POST {CUSTOMER} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}",
        body.len()
    );
    let answer = gateway.send(&head, body.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(upstream.arrived().len(), 0, "the token is given here, not by the store");
    let token = answer.json().as_str().unwrap().to_owned();
    let call =
        |path: &str| gateway.send(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}"), b"");
    assert_eq!(call(OWN).status, 200);
    let arrived = upstream.last();
    assert_eq!(arrived.headers("x-latchkey-user-type"), ["customer"]);
    assert_eq!(arrived.headers("x-latchkey-user-id").len(), 1);
    assert_eq!(arrived.headers("x-latchkey-integration"), [""; 0]);
    assert_eq!(arrived.headers("authorization"), [""; 0]);
    assert_eq!(call(PERMITTED).status, 403);
    let revoke = format!("POST {REVOKE} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 0");
    assert_eq!(gateway.send(&revoke, b"").body, b"true");
    assert_eq!(call(OWN).status, 401);
    assert_eq!(upstream.arrived().len(), 1);
}

#[test]
fn what_is_to_be_done_later_or_in_bulk_never_carries_a_password_to_the_store() {
    let upstream = Upstream::well();
    let app = in_front_of(&upstream);
    app.given().admin("jo");
    app.given().customer("ada@example.com");
    let gateway = Gateway::of(&app);
    let body = json!({"username": "jo", "password": PASSWORD}).to_string();
    let bulk = json!([{"username": "ada@example.com", "password": PASSWORD}]).to_string();
    for service in [ADMIN, GOOGLE, CUSTOMER, REVOKE] {
        let service = service.strip_prefix("/rest/").unwrap();
        for form in ["async", "async/bulk", "default/async", "all/async/bulk"] {
            for body in [&body, &bulk] {
                let head = format!("POST /rest/{form}/{service} HTTP/1.1\r\nContent-Type: application/json");
                let answer =
                    gateway.send(&format!("{head}\r\nContent-Length: {}", body.len()), body.as_bytes());
                assert_eq!(answer.status, 404, "{form}/{service}");
                assert_eq!(answer.json()["message"], "Request does not match any route.");
            }
        }
    }
    assert_eq!(upstream.arrived().len(), 0);
    let head = "POST /rest/async/V1/products HTTP/1.1\r\nContent-Length: 0";
    assert_eq!(gateway.send(head, b"").status, 401, "others have their asynchronous forms");
}

#[actix_web::test]
async fn the_choice_is_made_on_the_form_with_a_warning_and_recorded() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let token = token_of(&given.active());
    let mut browser = app.administrator().await;
    let address = format!("/admin/integration/edit/{}", given.id.0);
    let page = browser.open(&address).await;
    assert!(page.text().contains("Accepting the access token alone is a risk"), "{}", page.text());
    let warning = "Calls with its access token alone, without a signature, are accepted.";
    assert!(!page.text().contains(warning));
    browser.fill("Calls without a signature", "allowed");
    browser.press("Save").await;
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 200);
    let page = browser.open(&address).await;
    assert!(page.text().contains(warning));
    let trail = browser.open("/admin/activity").await.text();
    assert!(trail.contains("Calls without a signature"), "{trail}");
    browser.open(&address).await;
    browser.fill("Calls without a signature", "signed");
    browser.press("Save").await;
    assert_eq!(calls(&app, "GET", PERMITTED, &token).await.status, 401);
    browser.open(&address).await;
    browser.fill("Calls without a signature", "perhaps");
    let page = browser.press("Save").await;
    assert_eq!(page.status, 422);
}
