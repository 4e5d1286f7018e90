//! Tokens of customers.

use chrono::TimeDelta;
use latchkey::domain::customer;

use super::*;

/// Sends nothing but a token.
async fn revokes(app: &TestApp, address: &str, token: &str) -> Page {
    let request = TestRequest::post().uri(address);
    app.send(request.insert_header(("Authorization", format!("Bearer {token}")))).await
}

#[actix_web::test]
async fn a_customer_gets_a_token_for_what_is_their_own() {
    let app = TestApp::new();
    let id = app.given().customer("ada@example.com");
    let token = token(&app, CUSTOMER, "ADA@example.com").await;
    let answer = calls(&app, "GET", OWN, &token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("x-latchkey-user-type"), "customer");
    assert_eq!(answer.header("x-latchkey-user-id"), id.0.to_string());
    assert_eq!(answer.header("x-latchkey-integration"), "");
    assert_eq!(answer.header("x-latchkey-consumer-id"), "");
    assert_eq!(calls(&app, "GET", OPEN, &token).await.status, 200);
    let forbidden = calls(&app, "GET", PERMITTED, &token).await;
    assert_eq!(forbidden.status, 403);
    assert_eq!(read(&forbidden)["parameters"]["resources"], PRODUCTS);
    assert!(read(&forbidden).get("oauth_problem").is_none());
    let seen = app.app.store.read_now(|work| customer::find(work, id)).unwrap().logged_in_at;
    assert_eq!(seen, Some(app.app.clock.now()));
}

#[actix_web::test]
async fn whoever_is_not_confirmed_is_told_so_and_only_with_the_right_password() {
    let app = TestApp::new();
    app.given().customer_with("ada@example.com", |ada| ada.confirmed = false);
    let answer = asked(&app, CUSTOMER, "ada@example.com", PASSWORD).await;
    assert_eq!(said(&answer), (401, "This account isn't confirmed. Verify and try again.".to_owned()));
    for (email, password) in [("ada@example.com", "wrong"), ("eve@example.com", PASSWORD), ("\0", "x")] {
        assert_eq!(said(&asked(&app, CUSTOMER, email, password).await), refused());
    }
}

#[actix_web::test]
async fn a_customer_revokes_all_of_their_own_tokens() {
    let app = TestApp::new();
    app.given().customer("ada@example.com");
    app.given().customer("eve@example.com");
    let own =
        [token(&app, CUSTOMER, "ada@example.com").await, token(&app, CUSTOMER, "ada@example.com").await];
    let others = token(&app, CUSTOMER, "eve@example.com").await;
    let answer = revokes(&app, &REVOKE.replace("/V1", "/default/V1"), &own[0]).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "true"));
    for token in &own {
        assert_eq!(calls(&app, "GET", OWN, token).await.status, 401);
    }
    assert_eq!(calls(&app, "GET", OWN, &others).await.status, 200);
    assert_eq!(revokes(&app, REVOKE, &own[0]).await.status, 401, "it counts no more");
}

#[actix_web::test]
async fn nobody_but_a_customer_revokes_a_customers_tokens() {
    let app = TestApp::new();
    app.given().admin("jo");
    let admin = token(&app, ADMIN, "jo").await;
    let guest = app.send(TestRequest::post().uri(REVOKE)).await;
    assert_eq!(guest.status, 401);
    assert_eq!(read(&guest)["parameters"]["resources"], "self");
    assert_eq!(revokes(&app, REVOKE, &admin).await.status, 403);
}

#[actix_web::test]
async fn tokens_end_with_time_and_with_the_account() {
    let app = TestApp::new();
    let id = app.given().customer("ada@example.com");
    let first = token(&app, CUSTOMER, "ada@example.com").await;
    app.clock.advance(TimeDelta::minutes(59));
    assert_eq!(calls(&app, "GET", OWN, &first).await.status, 200);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(calls(&app, "GET", OWN, &first).await.status, 401);
    let second = token(&app, CUSTOMER, "ada@example.com").await;
    changed(&app, |work, by| customer::set_active(work, by, id, false));
    assert_eq!(calls(&app, "GET", OWN, &second).await.status, 401);
    assert_eq!(said(&asked(&app, CUSTOMER, "ada@example.com", PASSWORD).await), refused());
    changed(&app, |work, by| customer::set_active(work, by, id, true));
    assert_eq!(calls(&app, "GET", OWN, &second).await.status, 401, "it does not come back");
    let third = token(&app, CUSTOMER, "ada@example.com").await;
    changed(&app, |work, by| customer::delete(work, by, id));
    assert_eq!(calls(&app, "GET", OPEN, &third).await.status, 401, "not even as a guest");
}
