//! Events as observers and receivers of webhooks get them.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use latchkey::app::{App, Error};
use latchkey::config::Config;
use latchkey::domain::activation::{self, Replace};
use latchkey::domain::event::observer::{Delivering, Observer, Outcome as Told};
use latchkey::domain::event::{Event, Kind};
use latchkey::domain::schedule::State;
use latchkey::domain::webhook::{self, Draft, Webhook};
use latchkey::domain::{Actor, event};
use latchkey::jobs::{self, EVENT_DELIVERY};
use latchkey::outbound::Outcome;
use latchkey::secret::Secret;

use crate::support::TestApp;
use crate::support::database::Database;

#[expect(dead_code, reason = "its main function serves until it is stopped")]
#[path = "../../examples/extension.rs"]
mod extension;

/// Remembers what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<(Kind, i64)>>);

impl Observer for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn deliver(&self, event: Event, _: i64) -> Delivering<'_> {
        self.0.lock().unwrap().push((event.kind, event.subject_id));
        Box::pin(std::future::ready(Told::taken()))
    }
}

fn made(app: &App, url: &str) -> (Webhook, Secret) {
    let draft =
        Draft { name: "Shop".into(), url: url.into(), all: true, is_enabled: true, ..Draft::default() };
    let exceptions = app.config.egress_allow.clone();
    app.store.write_now(|work| webhook::create(work, &Actor::command(), &draft, &exceptions)).unwrap()
}

async fn delivered(app: &App) -> i64 {
    let run = jobs::run_now(app, &Actor::command(), EVENT_DELIVERY).await.unwrap();
    assert_eq!(run.state, State::Done, "{:?}", run.message);
    run.count
}

#[actix_web::test]
async fn an_observer_of_an_embedding_program_hears_of_everything_in_order() {
    let database = Database::new();
    let notes = Arc::new(Notes::default());
    let app = App::builder(Config::for_tests(database.url())).observer(notes.clone()).open().unwrap();
    let draft = latchkey::domain::integration::Draft { name: "Acme".into(), ..Default::default() };
    let create = |work: &mut latchkey::store::Work<'_>| {
        latchkey::domain::integration::create(work, &Actor::command(), &draft, &[])
    };
    let id = app.store.write_now(create).unwrap().id;
    let activate = |work: &mut latchkey::store::Work<'_>| {
        activation::activate(work, &Actor::command(), id, Replace::AfterGrace)
    };
    app.store.write_now(activate).unwrap();
    // To the log as well.
    assert_eq!(delivered(&app).await, 6);
    let kinds = [Kind::IntegrationCreated, Kind::TokenIssued, Kind::IntegrationActivated];
    assert_eq!(*notes.0.lock().unwrap(), kinds.map(|kind| (kind, id.0)));
    assert_eq!(delivered(&app).await, 0);
}

#[actix_web::test]
async fn two_observers_of_one_name_are_refused_at_the_start() {
    let database = Database::new();
    let builder = App::builder(Config::for_tests(database.url()));
    let opened = builder.observer(Arc::new(Notes::default())).observer(Arc::new(Notes::default())).open();
    assert!(matches!(opened, Err(Error::TwoObservers("notes"))));
}

#[actix_web::test]
async fn a_webhook_is_tried_again_and_the_order_is_kept() {
    let app = TestApp::new();
    made(&app.app, "https://shop.example/hooks");
    let mut calls = 0;
    app.outbound.reply_with(move |_| {
        calls += 1;
        if calls == 1 { Outcome::answered(503) } else { Outcome::answered(204) }
    });
    app.given().integration("Acme").active();
    delivered(&app.app).await;
    let types = || -> Vec<String> {
        let posted = app.outbound.posted();
        let body = |post: &latchkey::outbound::Post| -> serde_json::Value {
            serde_json::from_str(post.body.expose()).unwrap()
        };
        posted.iter().map(|post| body(post)["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(types(), ["integration_created"]);
    app.clock.advance(TimeDelta::seconds(5));
    delivered(&app.app).await;
    let all = ["integration_created", "integration_created", "token_issued", "integration_activated"];
    assert_eq!(types(), all);
    let posted = app.outbound.posted();
    let header = |at: usize, name: &str| {
        let headers = &posted[at].headers;
        headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(header(0, "webhook-id"), header(1, "webhook-id"), "the same event");
    assert_ne!(header(0, "webhook-signature"), header(1, "webhook-signature"), "at another time");
    assert_ne!(header(1, "webhook-id"), header(2, "webhook-id"));
}

#[actix_web::test]
async fn a_customer_who_signs_in_is_told_of_with_who_it_is() {
    let app = TestApp::new();
    made(&app.app, "https://shop.example/hooks");
    app.outbound.reply_with(|_| Outcome::answered(200));
    let about = serde_json::json!({ "id": 5, "email": "kim@example.com" });
    let record = |work: &mut latchkey::store::Work<'_>| {
        event::record(work, Kind::CustomerLogin, event::Subject::customer(5, about.clone()));
        Ok::<_, latchkey::domain::Error>(())
    };
    app.app.store.write_now(record).unwrap();
    delivered(&app.app).await;
    let posted = app.outbound.posted();
    let body: serde_json::Value = serde_json::from_str(posted[0].body.expose()).unwrap();
    assert_eq!(body["type"], "customer_login");
    assert_eq!(body["timestamp"], "2024-10-04T00:00:00.000000Z");
    assert_eq!(body["data"]["customer"], about);
}

#[cfg(feature = "interop-tests")]
#[actix_web::test]
async fn a_receiver_written_with_the_library_of_the_standard_verifies_what_it_gets() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let port = crate::support::port::free_port();
    let database = Database::new();
    let mut config = Config::for_tests(database.url());
    config.egress_allow = vec![format!("127.0.0.1:{port}").parse().unwrap()];
    let app = App::builder(config).open().unwrap();
    let (shop, secret) = made(&app, &format!("http://127.0.0.1:{port}/"));
    let here = std::env::current_dir().unwrap();
    // Modules are looked for where the script is.
    let script = here.join("target/interop/webhook.mjs");
    std::fs::copy("tests/interop/webhook.mjs", &script).unwrap();
    let mut receiver = Command::new("node")
        .arg(script)
        .args([port.to_string().as_str(), secret.expose()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut says = BufReader::new(receiver.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(says.next().as_deref(), Some("listening"));
    let create = |name: &str| {
        let draft = latchkey::domain::integration::Draft { name: name.into(), ..Default::default() };
        app.store
            .write_now(|work| latchkey::domain::integration::create(work, &Actor::command(), &draft, &[]))
            .unwrap();
    };
    create("Acme \"Ü\"");
    delivered(&app).await;
    assert_eq!(says.next().as_deref(), Some("integration_created Acme \"Ü\" 32"));
    // For a day the secret that the receiver has is good, whatever other one there is.
    app.store.write_now(|work| webhook::rotate(work, &Actor::command(), shop.id)).unwrap();
    create("Umbrella");
    delivered(&app).await;
    assert_eq!(says.next().as_deref(), Some("integration_created Umbrella 32"));
    receiver.kill().unwrap();
    receiver.wait().unwrap();
}

#[actix_web::test]
async fn the_example_of_a_program_of_ones_own_hears_and_works() {
    let database = Database::new();
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("events.jsonl");
    let app = extension::extended(Config::for_tests(database.url()), &ledger).unwrap().open().unwrap();
    let draft = latchkey::domain::integration::Draft { name: "Acme".into(), ..Default::default() };
    app.store
        .write_now(|work| latchkey::domain::integration::create(work, &Actor::command(), &draft, &[]))
        .unwrap();
    delivered(&app).await;
    let line: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ledger).unwrap()).unwrap();
    assert_eq!(
        (&line["type"], &line["data"]["integration"]["name"]),
        (&"integration_created".into(), &"Acme".into())
    );
    let run = jobs::run_now(&app, &Actor::command(), "ledger_put_away").await.unwrap();
    assert_eq!((run.state, run.count, ledger.exists()), (State::Done, 1, false));
}
