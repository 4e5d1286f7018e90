//! Decisions on API calls: what a partner, the proxy in front of the store, and the store behind us get.

mod changes;
mod forward;
mod limits;
mod moved_in;
mod original;
#[cfg(feature = "proxy-tests")]
mod proxies;
pub mod real;
mod refused;
mod tokens;
mod verify;

use crate::support::TestApp;
use crate::support::page::Page;
use crate::support::partner::Partner;

const PRODUCTS: &str = "Magento_Catalog::products";
/// Needs [`PRODUCTS`].
const PERMITTED: &str = "/rest/V1/products";
/// Needs `Magento_Sales::actions_view`.
const FORBIDDEN: &str = "/rest/V1/orders";
/// Open to everybody.
const OPEN: &str = "/rest/V1/products-render-info";

/// An active integration that may read products.
fn acme(app: &TestApp) -> Partner<'_> {
    Partner::with(app, &app.given().integration_with("Acme", &[PRODUCTS]).active())
}

fn json(answer: &Page) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// Status and `oauth_problem`.
fn verdict(answer: &Page) -> (u16, String) {
    let problem = if answer.body.is_empty() {
        String::new()
    } else {
        json(answer)["oauth_problem"].as_str().unwrap_or("").to_owned()
    };
    (answer.status.as_u16(), problem)
}

fn refused(problem: &str) -> (u16, String) {
    (401, problem.to_owned())
}

fn passes() -> (u16, String) {
    (200, String::new())
}
