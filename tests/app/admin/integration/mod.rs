//! The integrations, as administrators see them.

mod attempts;
mod declared;
mod delete;
mod edit;
mod index;
mod permissions_dialog;
mod reveal;
mod save;
mod states;
mod tokens_dialog;
mod tokens_exchange;

use std::collections::BTreeMap;

use actix_web::test::TestRequest;
use latchkey::clock::Clock as _;
use latchkey::domain::integration::{self, BearerMode, Draft, Integration, IntegrationId};
use latchkey::domain::permission::Wish;
use latchkey::domain::{Actor, Error};

use crate::support::exchange::{ACCESS, Asking, Handed, Pair, REQUEST, issued};
use crate::support::page::Page;
use crate::support::partner::BASE;
use crate::support::signer::Credentials;
use crate::support::{Browser, TestApp};

const VIEW: &str = "Magento_Integration::integrations";
const MANAGE: &str = "Latchkey_Integration::manage";
const ACTIVATE: &str = "Latchkey_Integration::activate";
const REVEAL: &str = "Latchkey_Integration::reveal";
const DELETE: &str = "Latchkey_Integration::delete";
const CATEGORIES: &str = "Magento_Catalog::categories";
const PRODUCTS: &str = "Magento_Catalog::products";

/// Names that break careless pages.
fn odd_names() -> [String; 8] {
    [
        r#"O'Neil "and" <b>Sons</b> & Co"#.to_owned(),
        "🦀 Marketplace 👩‍👩‍👧".to_owned(),
        "שלום עולם حسابات".to_owned(),
        "(12) שלום, 3!".to_owned(),
        "?شركة 7 - A".to_owned(),
        "%_\\ {{ name }} { $name }".to_owned(),
        "</script><script>alert(1)</script>".to_owned(),
        "ü".repeat(255),
    ]
}

/// An integration as drafted.
fn given(app: &TestApp, draft: Draft) -> Integration {
    let exceptions = ["plain.example:80".parse().unwrap()];
    let made =
        app.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &exceptions));
    made.unwrap()
}

/// A draft with nothing but a name and these resources.
fn draft(name: &str, resources: &[&str]) -> Draft {
    let ids = resources.iter().map(|&id| id.to_owned()).collect();
    Draft { name: name.to_owned(), grants: Wish::These(ids), ..Draft::default() }
}

/// An integration that exchanges its tokens with a partner's server, never activated.
fn exchanging(app: &TestApp, name: &str) -> Integration {
    given(
        app,
        Draft {
            endpoint: "https://partner.example/callback".into(),
            identity_link_url: "https://partner.example/login?shop=1".into(),
            ..draft(name, &[CATEGORIES])
        },
    )
}

/// What the partner's server was handed last.
fn handed(app: &TestApp) -> Handed {
    let asked = app.outbound.asked().pop().expect("something was handed over");
    let field = |wanted: &str| {
        let found = asked.fields.iter().find(|(name, _)| *name == wanted);
        found.unwrap().1.expose().to_owned()
    };
    Handed {
        consumer_key: field("oauth_consumer_key"),
        consumer_secret: field("oauth_consumer_secret"),
        verifier: field("oauth_verifier"),
    }
}

/// The partner's server asks for its request token.
async fn asks_for_request_token(app: &TestApp, handed: &Handed) -> Pair {
    let now = app.clock.now().timestamp();
    asks(app, handed, &handed.asking(BASE, now), REQUEST).await
}

/// The partner's server exchanges its request token.
async fn asks_for_access_token(app: &TestApp, handed: &Handed, request: &Pair) -> Pair {
    let now = app.clock.now().timestamp();
    asks(app, handed, &handed.exchanging(BASE, now, request), ACCESS).await
}

/// The whole exchange: what signs calls from then on.
async fn exchanges(app: &TestApp) -> Credentials {
    let handed = handed(app);
    let request = asks_for_request_token(app, &handed).await;
    let access = asks_for_access_token(app, &handed, &request).await;
    handed.with(&access)
}

async fn asks(app: &TestApp, handed: &Handed, asking: &Asking<'_>, address: &str) -> Pair {
    let request = TestRequest::post().uri(address).insert_header(("Authorization", handed.header(asking)));
    let answer = app.send(request).await;
    issued(&answer.body).unwrap_or_else(|| panic!("{}", answer.body))
}

/// What is stored.
fn stored(app: &TestApp, id: IntegrationId) -> Integration {
    app.app.store.write_now(|work| integration::find(work, id)).unwrap()
}

/// The resources that are stored.
fn resources(app: &TestApp, id: IntegrationId) -> Vec<String> {
    app.app.store.write_now(|work| integration::selected_resources(work, id)).unwrap()
}

/// How many integrations there are.
fn count(browser_page: &Page) -> usize {
    browser_page.rows().len()
}

/// The row of the list with that name.
fn row(page: &Page, name: &str) -> BTreeMap<String, String> {
    let found = page.rows().into_iter().find(|row| row["Name"].starts_with(name));
    found.unwrap_or_else(|| panic!("no row {name:?}: {}", page.text()))
}

/// Somebody who has signed in and holds these resources.
pub(super) async fn signed_in<'a>(app: &'a TestApp, username: &str, resources: &[&str]) -> Browser<'a> {
    app.given().admin_with(username, resources);
    let mut browser = app.browser();
    browser.sign_in(username).await;
    browser
}

/// Makes it one that a file declares.
fn declare(app: &TestApp, id: IntegrationId) {
    app.sql(&format!("update integration set setup_type = 1 where integration_id = {}", id.0));
}

/// Runs a change that no page offers.
fn set(app: &TestApp, setting: latchkey::domain::setting::Setting, value: &str) {
    let change: Result<(), Error> = app
        .app
        .store
        .write_now(|work| latchkey::domain::setting::set(work, &Actor::command(), setting, value));
    change.unwrap();
}
