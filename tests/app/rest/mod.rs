//! The services of the Web API that are served here, and calls with the tokens that they give.

mod admin_token;
mod bearer;
mod customer_token;
#[cfg(feature = "interop-tests")]
mod interop;
mod limits;

use actix_web::test::TestRequest;
use latchkey::domain::setting::{self, Setting};
use latchkey::domain::{Actor, Error};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::given::PASSWORD;
use crate::support::page::Page;

const ADMIN: &str = "/rest/V1/integration/admin/token";
const GOOGLE: &str = "/rest/V1/tfa/provider/google/authenticate";
const CUSTOMER: &str = "/rest/V1/integration/customer/token";
const REVOKE: &str = "/rest/V1/integration/customer/revoke-customer-token";

const PRODUCTS: &str = "Magento_Catalog::products";
/// Needs [`PRODUCTS`].
const PERMITTED: &str = "/rest/V1/products";
/// Needs `Magento_Sales::actions_view`.
const FORBIDDEN: &str = "/rest/V1/orders";
/// Open to everybody.
const OPEN: &str = "/rest/V1/products-render-info";
/// For a customer alone.
const OWN: &str = "/rest/V1/customers/me";

const GENERIC: &str = "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.";

/// Sends JSON to a service.
async fn posted(app: &TestApp, address: &str, body: &Value) -> Page {
    let request = TestRequest::post().uri(address).insert_header(("Content-Type", "application/json"));
    app.send(request.set_payload(body.to_string())).await
}

/// Asks for a token.
async fn asked(app: &TestApp, address: &str, username: &str, password: &str) -> Page {
    posted(app, address, &json!({ "username": username, "password": password })).await
}

/// A token of somebody with the password of every account of the tests.
async fn token(app: &TestApp, address: &str, username: &str) -> String {
    let answer = asked(app, address, username, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    read(&answer).as_str().unwrap().to_owned()
}

/// Asks for a decision about a call with that token.
async fn calls(app: &TestApp, method: &str, address: &str, token: &str) -> Page {
    let verify = TestRequest::get().uri("/gateway/verify").peer_addr("127.0.0.1:40000".parse().unwrap());
    let verify =
        verify.insert_header(("X-Original-Method", method)).insert_header(("X-Original-URI", address));
    app.send(verify.insert_header(("Authorization", format!("Bearer {token}")))).await
}

fn read(answer: &Page) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// Status and message, with nothing else in the body but a reference.
fn said(answer: &Page) -> (u16, String) {
    let body = read(answer);
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["message", "reference"], "{body}");
    (answer.status.as_u16(), body["message"].as_str().unwrap().to_owned())
}

fn refused() -> (u16, String) {
    (401, GENERIC.to_owned())
}

fn set(app: &TestApp, setting: Setting, value: &str) {
    let set = app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value));
    set.unwrap();
}

/// Changes something as a command would.
fn changed<T>(
    app: &TestApp,
    operation: impl FnOnce(&mut latchkey::store::Work<'_>, &Actor) -> Result<T, Error>,
) -> T {
    app.app.store.write_now(|work| operation(work, &Actor::command())).unwrap()
}
