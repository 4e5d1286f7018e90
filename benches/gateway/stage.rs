//! A database with integrations in it, made by the program's own operations.

use latchkey::app::App;
use latchkey::config::Config;
use latchkey::domain::Actor;
use latchkey::domain::activation::exchange::{self, Handover};
use latchkey::domain::activation::{self, Replace, Shown};
use latchkey::domain::integration::{self, Draft};
use latchkey::domain::permission::Wish;
use latchkey::store::Work;

use super::database::{Database, Kind};
use super::signer::Credentials;

/// A migrated database with one activated integration.
pub(crate) fn ready(kind: &Kind, name: &str) -> (Database, Credentials) {
    let (database, mut credentials) = with_activated(kind, name, 1);
    (database, credentials.swap_remove(0))
}

/// A migrated database with that many activated integrations.
pub(crate) fn with_activated(kind: &Kind, name: &str, count: usize) -> (Database, Vec<Credentials>) {
    filled(kind, name, count, |work, number| {
        let made = integration::create(work, &Actor::command(), &draft(number), &[])?;
        let shown: Shown = activation::activate(work, &Actor::command(), made.id, Replace::Now)?;
        let credentials = shown.credentials;
        let token = credentials.access_token.zip(credentials.access_token_secret);
        Ok(Credentials {
            consumer_key: credentials.consumer_key,
            consumer_secret: credentials.consumer_secret.expose().to_owned(),
            token: token.map(|(token, secret)| (token.expose().to_owned(), secret.expose().to_owned())),
            verifier: None,
        })
    })
}

/// A migrated database with that many integrations whose credentials were handed over.
pub(crate) fn with_handed_over(kind: &Kind, name: &str, count: usize) -> (Database, Vec<Credentials>) {
    filled(kind, name, count, |work, number| {
        let draft = Draft {
            endpoint: "https://partner.example/callback".to_owned(),
            identity_link_url: "https://partner.example/sign-in".to_owned(),
            ..draft(number)
        };
        let made = integration::create(work, &Actor::command(), &draft, &[])?;
        let handover: Handover = exchange::begin(work, &Actor::command(), made.id)?;
        Ok(Credentials {
            consumer_key: handover.consumer_key,
            consumer_secret: handover.consumer_secret.expose().to_owned(),
            token: None,
            verifier: Some(handover.verifier.expose().to_owned()),
        })
    })
}

fn draft(number: usize) -> Draft {
    Draft {
        name: format!("Partner {number}"),
        grants: Wish::These(vec![
            "Magento_Catalog::products".to_owned(),
            "Magento_Sales::actions_view".to_owned(),
        ]),
        ..Draft::default()
    }
}

fn filled(
    kind: &Kind,
    name: &str,
    count: usize,
    make: impl Fn(&mut Work<'_>, usize) -> Result<Credentials, latchkey::domain::Error>,
) -> (Database, Vec<Credentials>) {
    let database = Database::new(kind, name);
    let config = Config::for_tests(&database.url);
    let app = App::builder(config).open().unwrap();
    let credentials = app.store.write_now(|work| (0..count).map(|number| make(work, number)).collect());
    (database, credentials.unwrap())
}
