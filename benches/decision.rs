//! What a decision costs: finding the route, and the whole of it with its nonce on disk, 64 calls at a time.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use latchkey::app::App;
use latchkey::clock::{Clock as _, SystemClock};
use latchkey::config::Config;
use latchkey::domain::Actor;
use latchkey::domain::activation::{self, Credentials, Replace};
use latchkey::domain::gate::Call;
use latchkey::domain::integration::{self, Draft};
use latchkey::domain::permission::Wish;
use latchkey::domain::route::Routes;
use latchkey::domain::setting;
use latchkey::domain::storefront::Told;
use latchkey::oauth1::{BaseUri, Received, Requirement, SignatureMethod, Signed, header};

const PATH: &str = "/rest/V1/products";
const AT_ONCE: usize = 64;

fn main() {
    divan::main();
}

#[divan::bench]
fn finding_a_route(bencher: Bencher<'_, '_>) {
    let stores = ["default"];
    bencher.bench(|| {
        Routes::builtin().find("GET", black_box(b"/rest/default/V1/products/24-MB01"), &stores).is_ok()
    });
}

/// 64 calls that share whatever commits they can; SQLite, everything durable.
#[divan::bench(sample_count = 50)]
fn deciding(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::for_tests(&format!("sqlite://{}", folder.path().join("bench.db").display()));
    let app = App::builder(config).open().unwrap();
    let credentials = activated(&app);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bencher
        .counter(ItemsCount::new(AT_ONCE))
        .with_inputs(|| (0..AT_ONCE).map(|_| signed(&credentials)).collect::<Vec<String>>())
        .bench_local_values(|headers| runtime.block_on(decide_all(&app, headers)));
}

/// 64 calls with the token alone: no nonce, so nothing to wait for.
#[divan::bench(sample_count = 50)]
fn deciding_by_token(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::for_tests(&format!("sqlite://{}", folder.path().join("bench.db").display()));
    let app = App::builder(config).open().unwrap();
    let set = |work: &mut latchkey::store::Work<'_>| {
        setting::set(work, &Actor::command(), setting::INTEGRATION_AS_BEARER, "1")
    };
    app.store.write_now(set).unwrap();
    let token = activated(&app).access_token.unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bencher
        .counter(ItemsCount::new(AT_ONCE))
        .with_inputs(|| vec![format!("Bearer {}", token.expose()); AT_ONCE])
        .bench_local_values(|headers| runtime.block_on(decide_all(&app, headers)));
}

async fn decide_all(app: &App, headers: Vec<String>) {
    let calls: Vec<_> = headers
        .into_iter()
        .map(|header| {
            let gate = Arc::clone(&app.gate);
            tokio::spawn(async move {
                let authorization = [header.as_str()];
                let call = Call {
                    method: "GET",
                    target: PATH,
                    perhaps_shortened: false,
                    told: Told::default(),
                    authorization: &authorization,
                    form: None,
                };
                assert!(gate.decide(&call).await.is_ok());
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
}

fn activated(app: &App) -> Credentials {
    let draft = Draft {
        name: "Acme".to_owned(),
        grants: Wish::These(vec!["Magento_Catalog::products".to_owned()]),
        ..Draft::default()
    };
    let activate = |work: &mut latchkey::store::Work<'_>| {
        let made = integration::create(work, &Actor::command(), &draft, &[])?;
        activation::activate(work, &Actor::command(), made.id, Replace::Now)
    };
    app.store.write_now(activate).unwrap().credentials
}

/// A header with a fresh nonce.
fn signed(credentials: &Credentials) -> String {
    static NONCES: AtomicU64 = AtomicU64::new(0);
    let nonce = NONCES.fetch_add(1, Ordering::Relaxed).to_string();
    let timestamp = SystemClock.now().timestamp().to_string();
    let token = credentials.access_token.as_ref().unwrap().expose();
    let authorization = |signature: &str| {
        let parameters = [
            ("oauth_consumer_key", credentials.consumer_key.as_str()),
            ("oauth_token", token),
            ("oauth_nonce", &nonce),
            ("oauth_timestamp", &timestamp),
            ("oauth_signature_method", SignatureMethod::HmacSha256.name()),
            ("oauth_signature", signature),
        ];
        header::write(None, &parameters)
    };
    let base = BaseUri::parse("http://127.0.0.1:8080").unwrap();
    let unsigned = authorization("unsigned");
    let received = Received {
        method: "GET",
        base: &base,
        path: PATH,
        query: None,
        authorization: &[&unsigned],
        form: None,
    };
    let unsigned = Signed::read(&received, Requirement::Call).unwrap().unwrap();
    let token_secret = credentials.access_token_secret.as_ref().unwrap().expose();
    authorization(&SignatureMethod::HmacSha256.sign(
        unsigned.base_string(),
        credentials.consumer_secret.expose(),
        token_secret,
    ))
}
