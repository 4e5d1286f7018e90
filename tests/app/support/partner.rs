//! A partner's server: signs its calls with a library that is not ours, and sends them past a proxy on the same
//! machine that asks `/gateway/verify` about each.

use std::cell::Cell;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::clock::Clock as _;
use latchkey::domain::activation;

use super::app::TestApp;
use super::page::Page;
use super::signer::{Credentials, Request};

/// The public address in tests.
pub const BASE: &str = "http://127.0.0.1:8080";

/// A partner with its credentials.
pub struct Partner<'a> {
    app: &'a TestApp,
    pub credentials: Credentials,
    nonces: Cell<u32>,
}

impl<'a> Partner<'a> {
    /// Who was handed these four values.
    pub fn with(app: &'a TestApp, handed: &activation::Credentials) -> Self {
        let text = |secret: &Option<latchkey::secret::Secret>| secret.as_ref().unwrap().expose().to_owned();
        let credentials = Credentials {
            consumer_key: handed.consumer_key.clone(),
            consumer_secret: handed.consumer_secret.expose().to_owned(),
            access_token: text(&handed.access_token),
            access_token_secret: text(&handed.access_token_secret),
        };
        Self { app, credentials, nonces: Cell::new(0) }
    }

    /// Who has these four values from elsewhere.
    pub fn copy(app: &'a TestApp, credentials: Credentials) -> Self {
        Self { app, credentials, nonces: Cell::new(0) }
    }

    /// Signs a call without query, now, with a fresh nonce.
    pub fn signs(&self, method: &str, path: &str) -> String {
        self.signs_at(method, path, 0)
    }

    /// The same by a clock that is wrong by so many seconds.
    pub fn signs_at(&self, method: &str, path: &str, seconds: i64) -> String {
        self.signs_all(method, &format!("{BASE}{path}"), &[], seconds)
    }

    /// Signs parameters of query and form too. The library takes names as they stand in the base string: names with
    /// anything but letters and digits come in encoded twice.
    pub fn signs_all(&self, method: &str, uri: &str, parameters: &[(&str, &str)], seconds: i64) -> String {
        self.nonces.set(self.nonces.get() + 1);
        let nonce = format!("{}{}", &self.credentials.access_token[..8], self.nonces.get());
        let timestamp = (self.app.clock.now() + TimeDelta::seconds(seconds)).timestamp();
        self.credentials.sha256(&Request { method, uri, query: parameters, nonce: &nonce, timestamp })
    }

    /// Signs a call and makes it.
    pub async fn calls(&self, method: &str, path: &str) -> Page {
        self.app.send(asked(method, path).insert_header(("Authorization", self.signs(method, path)))).await
    }
}

/// What a proxy on the same machine asks about a call.
pub fn asked(method: &str, uri: &str) -> TestRequest {
    asked_at("/gateway/verify")
        .insert_header(("X-Original-Method", method))
        .insert_header(("X-Original-URI", uri))
}

/// A question of that proxy at that address, without saying about what.
pub fn asked_at(address: &str) -> TestRequest {
    TestRequest::default().method(Method::GET).uri(address).peer_addr("127.0.0.1:50000".parse().unwrap())
}
