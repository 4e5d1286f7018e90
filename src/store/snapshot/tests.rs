use std::sync::atomic::{AtomicBool, Ordering};

use diesel::Connection as _;
use diesel::connection::InstrumentationEvent;

use super::super::testing::TestStore;
use super::*;
use crate::domain::activation::{self, Replace};
use crate::domain::admin_token::{self, Answer};
use crate::domain::admin_user::{self, AdminUserId, NewAdmin};
use crate::domain::candidate::{Candidate, Verified};
use crate::domain::integration::{self as integrations, Draft, IntegrationId, Status};
use crate::domain::password::Rule;
use crate::domain::permission::Wish;
use crate::domain::{Actor, Source, role, setting as settings, sign_in};
use crate::seal::digest;
use crate::secret::Secret;

fn acme(test: &TestStore) -> (IntegrationId, String) {
    let draft = Draft {
        name: "Acme".into(),
        grants: Wish::These(vec!["Magento_Catalog::products".into()]),
        ..Draft::default()
    };
    let made = test.store.write_now(|work| {
        let made = integrations::create(work, &Actor::command(), &draft, &[])?;
        let shown = activation::activate(work, &Actor::command(), made.id, Replace::AfterGrace)?;
        Ok::<_, crate::domain::Error>((made.id, shown.credentials.consumer_key))
    });
    made.unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn status(store: &Store, key: &str) -> Option<Status> {
    told_status(store, key).await.unwrap()
}

async fn told_status(store: &Store, key: &str) -> Result<Option<Status>, Unready> {
    Ok(known(store, key).await?.map(|known| known.status))
}

fn suspend(store: &Store, id: IntegrationId) {
    store.write_now(|work| activation::suspend(work, &Actor::command(), id)).unwrap();
}

/// Waits for what whoever asks is told when a second has passed, unless they are told to come again.
async fn within_a_second<F: Future<Output = Result<bool, Unready>>>(condition: impl Fn() -> F) {
    let began = Instant::now();
    loop {
        let is_late = began.elapsed() > Duration::from_secs(1);
        match condition().await {
            Ok(true) => return,
            Ok(false) => assert!(!is_late, "not within a second"),
            Err(unready) => assert!(began.elapsed() < 20 * FRESH_FOR, "{unready}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn nothing_is_decided_before_changes_are_followed() {
    let test = TestStore::shared();
    assert_eq!(block_on(known(&test.store, "key")).unwrap_err(), Unready::Stale);
}

#[test]
fn a_consumer_is_known_with_tokens_and_grants() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    let known = block_on(known(&test.store, &key)).unwrap().unwrap();
    assert_eq!((known.consumer.integration, known.name.as_str(), known.status), (id, "Acme", Status::Active));
    assert!(known.live.is_some() && known.retiring.is_none());
    assert!(known.grants.allows_id(crate::domain::acl::Tree::builtin(), "Magento_Catalog::products"));
}

#[test]
fn a_change_made_here_counts_at_once() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    block_on(async {
        assert_eq!(status(&test.store, &key).await, Some(Status::Active));
        suspend(&test.store, id);
        assert_eq!(status(&test.store, &key).await, Some(Status::Suspended));
        test.store.write_now(|work| integrations::delete(work, &Actor::command(), id)).unwrap();
        assert_eq!(status(&test.store, &key).await, None);
    });
}

#[test]
fn a_change_made_elsewhere_counts_within_a_second() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    let other = test.other_node();
    block_on(async {
        assert_eq!(status(&test.store, &key).await, Some(Status::Active));
        suspend(&other, id);
        let is_suspended = async || Ok(told_status(&test.store, &key).await? == Some(Status::Suspended));
        within_a_second(is_suspended).await;
    });
}

#[test]
fn what_was_loaded_before_a_change_is_not_kept_after_it() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    let (revision, old) = test.store.read_now(|work| load(work, &key)).unwrap();
    suspend(&test.store, id);
    assert!(!test.store.snapshot.keep(&key, revision, old.as_ref()));
    assert!(test.store.snapshot.find(&key).is_none());
}

#[test]
fn what_was_found_before_a_change_is_found_out_and_nothing_else_is() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let came = moment(&test.store);
    assert_eq!(is_unchanged(&test.store, came), Err(Unready::Stale));
    let _follower = Follower::start(&test.store).unwrap();
    let came = moment(&test.store);
    assert!(block_on(known(&test.store, &key)).unwrap().is_some());
    assert_eq!(is_unchanged(&test.store, came), Ok(true), "loading changes nothing");
    test.store.write_now(revision::nonces_since).unwrap();
    assert_eq!(is_unchanged(&test.store, came), Ok(true));
    suspend(&test.store, id);
    assert_eq!(is_unchanged(&test.store, came), Ok(false));
    assert_eq!(is_unchanged(&test.store, moment(&test.store)), Ok(true));
}

#[test]
fn what_another_node_announces_to_forget_is_known_within_a_second() {
    let test = TestStore::shared();
    let _follower = Follower::start(&test.store).unwrap();
    let other = test.other_node();
    assert_eq!(nonces_since(&test.store), 0);
    other.write_now(|work| revision::set_nonces_since(work, 1_000)).unwrap();
    block_on(within_a_second(async || {
        check_fresh(&test.store)?;
        Ok(nonces_since(&test.store) == 1_000)
    }));
    other.write_now(|work| revision::set_nonces_since(work, 999)).unwrap();
    assert_eq!(other.read_now(revision::nonces_since).unwrap(), 1_000, "it never falls");
}

#[test]
fn changes_are_followed_after_a_panic() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let mut conn = test.store.own_connection().unwrap();
    let panics = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&panics);
    conn.set_instrumentation(move |_: InstrumentationEvent<'_>| {
        assert!(!flag.swap(false, Ordering::SeqCst), "as a bug would");
    });
    let _follower = Follower::with(&test.store, conn).unwrap();
    let other = test.other_node();
    block_on(async {
        panics.store(true, Ordering::SeqCst);
        let began = Instant::now();
        while panics.load(Ordering::SeqCst) {
            assert!(began.elapsed() < 20 * FRESH_FOR, "nobody follows changes");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        suspend(&other, id);
        let is_suspended = async || Ok(told_status(&test.store, &key).await? == Some(Status::Suspended));
        within_a_second(is_suspended).await;
    });
}

#[test]
fn an_unknown_key_is_remembered_until_it_exists() {
    let test = TestStore::shared();
    let _follower = Follower::start(&test.store).unwrap();
    let unknown = "u".repeat(32);
    assert_eq!(block_on(status(&test.store, &unknown)), None);
    assert!(matches!(test.store.snapshot.find(&unknown), Some(None)));
    test.store.write_now(|work| revision::raise(work, Some(&unknown))).unwrap();
    assert!(test.store.snapshot.find(&unknown).is_none());
}

#[test]
fn a_change_of_anything_drops_everything() {
    let test = TestStore::shared();
    let (_, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    assert!(block_on(status(&test.store, &key)).is_some());
    test.store.write_now(|work| revision::raise(work, None)).unwrap();
    assert!(test.store.snapshot.find(&key).is_none());
}

#[test]
fn a_database_restored_from_a_backup_drops_everything() {
    let test = TestStore::shared();
    let (_, key) = acme(&test);
    let follower = Follower::start(&test.store).unwrap();
    assert!(block_on(status(&test.store, &key)).is_some());
    // Otherwise it would look, and find that nothing was restored.
    drop(follower);
    let restored = Changes { current: 0, nonces_since: 0, subjects: None };
    let applied = test.store.snapshot.progress().applied;
    test.store.snapshot.apply(applied, &restored, Instant::now());
    assert!(test.store.snapshot.find(&key).is_none());
    assert_eq!(test.store.snapshot.progress().applied, Some(0));
}

#[test]
fn without_confirmation_for_a_second_nothing_is_known() {
    let test = TestStore::shared();
    let (_, key) = acme(&test);
    // A slow machine may need a second from one to the other.
    let is_known = |_| {
        drop(Follower::start(&test.store).unwrap());
        block_on(known(&test.store, &key)).is_ok()
    };
    assert!((0..20).any(is_known));
    std::thread::sleep(FRESH_FOR + Duration::from_millis(50));
    assert_eq!(block_on(known(&test.store, &key)).unwrap_err(), Unready::Stale);
}

/// An administrator with everything, and a token of theirs.
fn jo(test: &TestStore) -> (AdminUserId, String) {
    let admin = NewAdmin {
        username: "jo".into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: "jo@example.com".into(),
        password: Secret::new("correct horse battery"),
        password_confirmation: None,
    };
    let admin = admin.check(Rule::Length).unwrap();
    let id = test.store.write_now(|work| {
        let role = role::by_name(work, role::ADMINISTRATORS)?;
        admin_user::create(work, &Actor::command(), &admin, "hash", &role)
    });
    let id = id.unwrap().id;
    (id, token_of(&test.store, id))
}

/// Another token, by its digest.
fn token_of(store: &Store, id: AdminUserId) -> String {
    let answer = store.write_now(|work| {
        let Candidate { id, hash, .. } = sign_in::candidate(work, "jo")?;
        let verified = Verified { hash, is_right: true, upgraded: None };
        admin_token::create(work, id, &verified, None, &Source::default())
    });
    let Ok(Some(Answer::Token(token))) = answer else { panic!("no token for {id:?}: {answer:?}") };
    digest(&token)
}

async fn is_borne(store: &Store, digest: &str) -> bool {
    told_borne(store, digest).await.unwrap()
}

async fn told_borne(store: &Store, digest: &str) -> Result<bool, Unready> {
    let now = store.clock().now();
    Ok(match borne(store, digest).await? {
        Some(Borne::Person(person)) => person.check(digest, now).is_ok(),
        Some(Borne::Integration(_)) | None => false,
    })
}

#[test]
fn a_bearer_token_is_looked_up_once() {
    let test = TestStore::shared();
    let (_, token) = jo(&test);
    let _follower = Follower::start(&test.store).unwrap();
    block_on(async {
        assert!(is_borne(&test.store, &token).await);
        assert!(test.store.snapshot.bearers.find(&token).is_some());
        let unknown = digest(&Secret::new("nobody's"));
        assert!(!is_borne(&test.store, &unknown).await);
        assert!(test.store.snapshot.bearers.find(&unknown).is_some(), "a miss is remembered");
    });
}

#[test]
fn a_bearer_token_that_is_revoked_here_stops_at_once() {
    let test = TestStore::shared();
    let (id, token) = jo(&test);
    let _follower = Follower::start(&test.store).unwrap();
    block_on(async {
        assert!(is_borne(&test.store, &token).await);
        test.store.write_now(|work| admin_token::revoke(work, &Actor::command(), id)).unwrap();
        assert!(!is_borne(&test.store, &token).await);
    });
}

#[test]
fn a_bearer_token_that_is_revoked_elsewhere_stops_within_a_second() {
    let test = TestStore::shared();
    let (id, token) = jo(&test);
    let _follower = Follower::start(&test.store).unwrap();
    let other = test.other_node();
    block_on(async {
        assert!(is_borne(&test.store, &token).await);
        other.write_now(|work| admin_token::revoke(work, &Actor::command(), id)).unwrap();
        within_a_second(async || Ok(!told_borne(&test.store, &token).await?)).await;
    });
}

#[test]
fn a_bearer_token_that_is_issued_elsewhere_counts_at_once() {
    let test = TestStore::shared();
    let (id, token) = jo(&test);
    let _follower = Follower::start(&test.store).unwrap();
    let other = test.other_node();
    block_on(async {
        assert!(is_borne(&test.store, &token).await);
        let newer = token_of(&other, id);
        assert!(is_borne(&test.store, &newer).await, "without waiting for the next look for changes");
        assert!(is_borne(&test.store, &token).await);
    });
}

#[test]
fn the_token_of_an_integration_is_borne_by_it_in_whatever_state() {
    let test = TestStore::shared();
    let (id, key) = acme(&test);
    let _follower = Follower::start(&test.store).unwrap();
    block_on(async {
        let known = known(&test.store, &key).await.unwrap().unwrap();
        let live = digest(&known.live.as_ref().unwrap().value);
        let bears = async || match borne(&test.store, &live).await.unwrap() {
            Some(Borne::Integration(known)) => Some((known.status, known.accepts_bearer)),
            _ => None,
        };
        assert_eq!(bears().await, Some((Status::Active, false)));
        let set = |work: &mut Work<'_>| settings::set(work, &Actor::command(), INTEGRATION_AS_BEARER, "1");
        test.store.write_now(set).unwrap();
        assert_eq!(bears().await, Some((Status::Active, true)));
        suspend(&test.store, id);
        assert_eq!(bears().await, Some((Status::Suspended, true)));
    });
}
