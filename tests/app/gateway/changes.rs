//! Changes made elsewhere: the next call, a second later at the most, is decided by them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey::clock::Clock;
use latchkey::domain::integration::{self, Draft, IntegrationId};
use latchkey::domain::permission::Wish;
use latchkey::domain::{Actor, Error, activation, setting};
use latchkey::entropy::{Entropy, SystemEntropy};
use latchkey::keys::{self, Tables};
use latchkey::store::{Store, Work};

use super::*;
use crate::support::partner::asked;

/// The same database as another process opens it.
fn another_process(app: &TestApp) -> Store {
    let clock: Arc<dyn Clock> = app.clock.clone();
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    keys::open_store(&app.app.config, &clock, &entropy, Tables::MakeWhenEmpty, 1).unwrap().store
}

fn acme_with_id(app: &TestApp) -> (IntegrationId, Partner<'_>) {
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    (given.id, Partner::with(app, &given.active()))
}

/// For how long a change may not count yet.
const WITHIN: Duration = Duration::from_secs(1);

/// Calls until the verdict changes. Whoever calls a second after the change is told by it, or to come again.
async fn next_verdict(partner: &Partner<'_>, before: (u16, String)) -> (u16, String) {
    let began = Instant::now();
    loop {
        let is_late = began.elapsed() > WITHIN;
        let now = verdict(&partner.calls("GET", PERMITTED).await);
        if now != before && now.0 != 503 {
            return now;
        }
        assert!(!is_late || now.0 == 503, "still {before:?}");
        assert!(began.elapsed() < 20 * WITHIN, "still {now:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn suspending_stops_calls_and_resuming_brings_them_back() {
    let app = TestApp::new();
    let (id, partner) = acme_with_id(&app);
    let elsewhere = another_process(&app);
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
    elsewhere.write_now(|work| activation::suspend(work, &Actor::command(), id)).unwrap();
    assert_eq!(next_verdict(&partner, passes()).await, refused("consumer_key_refused"));
    assert_eq!(verdict(&partner.calls("GET", OPEN).await), refused("consumer_key_refused"));
    elsewhere.write_now(|work| activation::resume(work, &Actor::command(), id)).unwrap();
    assert_eq!(next_verdict(&partner, refused("consumer_key_refused")).await, passes());
}

#[actix_web::test]
async fn revoking_deleting_and_narrowing_stop_calls() {
    type Act = fn(&mut Work<'_>, IntegrationId) -> Result<(), Error>;
    let acts: [(Act, (u16, String)); 3] = [
        (|work, id| activation::revoke(work, &Actor::command(), id).map(drop), refused("token_revoked")),
        (
            |work, id| integration::delete(work, &Actor::command(), id).map(drop),
            refused("consumer_key_unknown"),
        ),
        (narrow, (403, "permission_denied".into())),
    ];
    for (act, expected) in acts {
        let app = TestApp::new();
        let (id, partner) = acme_with_id(&app);
        let elsewhere = another_process(&app);
        assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
        elsewhere.write_now(|work| act(work, id)).unwrap();
        assert_eq!(next_verdict(&partner, passes()).await, expected);
    }
}

#[actix_web::test]
async fn a_setting_that_another_process_sets_counts_here() {
    let app = TestApp::new();
    let given = app.given().integration_with("Acme", &[PRODUCTS]);
    let token = given.active().access_token.unwrap().expose().to_owned();
    let elsewhere = another_process(&app);
    let set = |setting, value: &str| {
        elsewhere.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
    };
    // One that decisions have in memory,
    let bears = async || {
        let call = asked("GET", PERMITTED).insert_header(("Authorization", format!("Bearer {token}")));
        app.send(call).await.status.as_u16()
    };
    let becomes = async |status: u16| {
        let began = Instant::now();
        loop {
            let is_late = began.elapsed() > WITHIN;
            let now = bears().await;
            if now == status {
                return;
            }
            assert!(!is_late || now == 503, "not yet {status}");
            assert!(began.elapsed() < 20 * WITHIN, "still {now}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert_eq!(bears().await, 401);
    set(setting::INTEGRATION_AS_BEARER, "1");
    becomes(200).await;
    let unset = |work: &mut Work<'_>| setting::unset(work, &Actor::command(), setting::INTEGRATION_AS_BEARER);
    elsewhere.write_now(unset).unwrap();
    becomes(401).await;
    // and one that is read when it is needed.
    app.given().admin("jo");
    set(setting::LOCKOUT_FAILURES, "1");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    browser.sign_in_here("jo", "wrong").await;
    browser.sign_in("jo").await;
    assert_eq!(browser.address, "/admin/login", "one wrong password locks now");
}

#[actix_web::test]
async fn a_change_made_by_this_server_counts_at_once() {
    let app = TestApp::new();
    let (id, partner) = acme_with_id(&app);
    for _ in 0..5 {
        assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
        app.app.store.write(move |work| activation::suspend(work, &Actor::command(), id)).await.unwrap();
        assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), refused("consumer_key_refused"));
        app.app.store.write(move |work| activation::resume(work, &Actor::command(), id)).await.unwrap();
    }
}

#[actix_web::test]
async fn what_may_be_stale_decides_nothing() {
    let app = TestApp::new();
    let partner = acme(&app);
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
    app.sql("alter table revision rename to away");
    tokio::time::sleep(Duration::from_millis(1_400)).await;
    let answer = partner.calls("GET", PERMITTED).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), "1");
    assert!(json(&answer)["reference"].is_string());
    // A guest's call depends on nothing that could be stale.
    assert_eq!(app.send(asked("GET", OPEN)).await.status, 200);
    app.sql("alter table away rename to revision");
    assert_eq!(next_verdict(&partner, (503, String::new())).await, passes());
}

#[actix_web::test]
async fn a_nonce_that_cannot_be_recorded_lets_nothing_pass() {
    let app = TestApp::new();
    let partner = acme(&app);
    app.sql("alter table oauth_nonce rename to away");
    let answer = partner.calls("GET", PERMITTED).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    app.sql("alter table away rename to oauth_nonce");
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
}

// SQLite has one writer: what holds up the nonce holds up the change too.
#[cfg(feature = "postgres-tests")]
#[actix_web::test]
async fn a_change_made_while_a_nonce_waits_to_be_recorded_counts() {
    let app = TestApp::on_postgres();
    let (id, partner) = acme_with_id(&app);
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
    let mut held = app.hold("lock table oauth_nonce in access exclusive mode");
    let suspend = async {
        held.until_awaited().await;
        app.app.store.write(move |work| activation::suspend(work, &Actor::command(), id)).await.unwrap();
        held.release();
    };
    let (answer, ()) = tokio::join!(partner.calls("GET", PERMITTED), suspend);
    assert_eq!(verdict(&answer), refused("consumer_key_refused"));
}

// SQLite has one writer: it cannot hold up one integration alone.
#[cfg(feature = "postgres-tests")]
#[actix_web::test]
async fn noting_the_first_use_of_a_token_holds_up_nobody_else() {
    let app = TestApp::on_postgres();
    let (id, acme) = acme_with_id(&app);
    let umbrella = Partner::with(&app, &app.given().integration_with("Umbrella", &[PRODUCTS]).active());
    let lock = format!("select 1 from integration where integration_id = {} for update", id.0);
    let mut held = app.hold(&lock);
    let is_noted = std::cell::Cell::new(false);
    let first = async {
        assert_eq!(verdict(&acme.calls("GET", PERMITTED).await), passes());
        is_noted.set(true);
    };
    let others = async {
        held.until_awaited().await;
        assert_eq!(verdict(&umbrella.calls("GET", PERMITTED).await), passes());
        assert_eq!(verdict(&acme.calls("GET", PERMITTED).await), passes());
        assert!(!is_noted.get(), "they passed while it was being noted");
        held.release();
    };
    tokio::join!(first, others);
}

fn narrow(work: &mut Work<'_>, id: IntegrationId) -> Result<(), Error> {
    let version = integration::find(work, id)?.version;
    let grants = Wish::These(vec!["Magento_Sales::actions_view".to_owned()]);
    let draft = Draft { name: "Acme".to_owned(), grants, ..Draft::default() };
    integration::update(work, &Actor::command(), id, version, &draft, &[]).map(drop)
}
