//! The token endpoints: what a partner's server gets in the exchange, and what anybody else does.

mod documented;
#[cfg(feature = "interop-tests")]
mod interop;
mod real;
mod token;
mod weaknesses;

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::clock::Clock as _;
use latchkey::domain::activation::exchange;
use latchkey::domain::integration::{self, Draft, IntegrationId, Status};
use latchkey::domain::permission::Wish;
use latchkey::domain::{Actor, attempt};
use latchkey::outbound::Handover;

use crate::support::TestApp;
use crate::support::exchange::{ACCESS, Asking, Handed, Pair, REQUEST, assert_is_wire_answer, field, issued};
use crate::support::page::Page;
use crate::support::partner::{BASE, asked};
use crate::support::signer::Request;

/// What integrations here may read.
const PRODUCTS: &str = "Magento_Catalog::products";
/// What needs it.
const CALL: &str = "/rest/V1/products";

/// A partner whose server takes part in the exchange.
struct Acme<'a> {
    app: &'a TestApp,
    id: IntegrationId,
    handed: Handed,
}

impl<'a> Acme<'a> {
    /// Just handed its first credentials.
    fn new(app: &'a TestApp) -> Self {
        Self::named(app, "Acme")
    }

    fn named(app: &'a TestApp, name: &str) -> Self {
        let draft = Draft {
            name: name.to_owned(),
            endpoint: "https://partner.example/callback".to_owned(),
            identity_link_url: "https://partner.example/login".to_owned(),
            grants: Wish::These(vec![PRODUCTS.to_owned()]),
            ..Draft::default()
        };
        let made = app.app.store.write_now(|work| integration::create(work, &Actor::command(), &draft, &[]));
        let id = made.unwrap().id;
        Self { app, id, handed: handed(app, id) }
    }

    /// Handed credentials once more.
    fn again(&mut self) {
        self.handed = handed(self.app, self.id);
    }

    /// Takes what the callback brought.
    fn takes(&mut self, callback: &Handover) {
        let field = |wanted: &str| {
            let (_, value) = callback.fields.iter().find(|(name, _)| *name == wanted).unwrap();
            value.expose().to_owned()
        };
        self.handed = Handed {
            consumer_key: field("oauth_consumer_key"),
            consumer_secret: field("oauth_consumer_secret"),
            verifier: field("oauth_verifier"),
        };
    }

    fn now(&self) -> i64 {
        self.app.clock.now().timestamp()
    }

    /// A request for a request token, not yet sent.
    fn asking(&self) -> Asking<'static> {
        self.handed.asking(BASE, self.now())
    }

    /// A request for an access token, not yet sent.
    fn exchanging<'p>(&'p self, request: &'p Pair) -> Asking<'p> {
        self.handed.exchanging(BASE, self.now(), request)
    }

    /// Sends it, signed in the header.
    async fn sends(&self, asking: &Asking<'_>) -> Page {
        send(self.app, asking, &self.handed.header(asking)).await
    }

    async fn requests(&self) -> Pair {
        let answer = self.sends(&self.asking()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        issued(&answer.body).unwrap()
    }

    /// The whole exchange.
    async fn exchanges(&self) -> Pair {
        self.exchanges_with(&self.requests().await).await
    }

    async fn exchanges_with(&self, request: &Pair) -> Pair {
        let answer = self.sends(&self.exchanging(request)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        issued(&answer.body).unwrap()
    }

    /// Whether a call signed with that token passes.
    async fn calls_with(&self, access: &Pair) -> bool {
        let Asking { nonce, timestamp, .. } = self.asking();
        let uri = format!("{BASE}{CALL}");
        let call = Request { method: "GET", uri: &uri, query: &[], nonce: &nonce, timestamp };
        let authorization = self.handed.with(access).sha256(&call);
        self.app.send(asked("GET", CALL).insert_header(("Authorization", authorization))).await.status == 200
    }

    fn status(&self) -> Status {
        self.app.app.store.read_now(|work| integration::find(work, self.id)).unwrap().status
    }

    /// How far the latest attempt has come.
    fn attempt(&self) -> attempt::State {
        self.app.app.store.read_now(|work| attempt::latest(work, self.id)).unwrap()[0].state
    }
}

fn handed(app: &TestApp, id: IntegrationId) -> Handed {
    Handed::of(&app.app.store.write_now(|work| exchange::begin(work, &Actor::command(), id)).unwrap())
}

fn to(asking: &Asking<'_>) -> TestRequest {
    let path = asking.uri.strip_prefix(BASE).unwrap_or(&asking.uri);
    TestRequest::default().method(asking.method.parse().unwrap()).uri(path)
}

async fn send(app: &TestApp, asking: &Asking<'_>, authorization: &str) -> Page {
    app.send(to(asking).insert_header(("Authorization", authorization))).await
}

/// Status and `oauth_problem`, and that nothing else is wrong with the refusal.
fn verdict(answer: &Page) -> (u16, String) {
    assert_is_wire_answer(&answer.headers);
    assert!(issued(&answer.body).is_none() || answer.status == 200, "{}", answer.body);
    let challenged = answer.header("www-authenticate").starts_with("OAuth realm=\"http");
    assert_eq!(challenged, answer.status == 401, "{}", answer.header("www-authenticate"));
    let problem = field(&answer.body, "oauth_problem").unwrap_or_default();
    assert_eq!(problem.is_empty(), answer.status == 200, "{}", answer.body);
    (answer.status.as_u16(), problem)
}

fn advice(answer: &Page) -> String {
    field(&answer.body, "oauth_problem_advice").unwrap_or_default()
}

fn malformed(problem: &str) -> (u16, String) {
    (400, problem.to_owned())
}

fn refused(problem: &str) -> (u16, String) {
    (401, problem.to_owned())
}

fn accepted() -> (u16, String) {
    (200, String::new())
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}
