use super::super::testing::TestStore;
use super::*;
use crate::domain::Actor;
use crate::domain::activation::{self, Replace};
use crate::domain::integration::{self as integrations, Draft, IntegrationId, Status, Wish};

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
    known(store, key).await.unwrap().map(|known| known.status)
}

fn suspend(store: &Store, id: IntegrationId) {
    store.write_now(|work| activation::suspend(work, &Actor::command(), id)).unwrap();
}

/// Waits for what must happen within a second.
async fn within_a_second<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < Duration::from_secs(1), "not within a second");
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
        within_a_second(async || status(&test.store, &key).await == Some(Status::Suspended)).await;
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
    let _follower = Follower::start(&test.store).unwrap();
    assert!(block_on(status(&test.store, &key)).is_some());
    let restored = Changes { current: 0, keys: None };
    let applied = test.store.snapshot.progress().applied;
    test.store.snapshot.apply(applied, &restored, Instant::now());
    assert!(test.store.snapshot.find(&key).is_none());
    assert_eq!(test.store.snapshot.progress().applied, Some(0));
}

#[test]
fn without_confirmation_for_a_second_nothing_is_known() {
    let test = TestStore::shared();
    let (_, key) = acme(&test);
    drop(Follower::start(&test.store).unwrap());
    assert!(block_on(known(&test.store, &key)).is_ok());
    std::thread::sleep(FRESH_FOR + Duration::from_millis(50));
    assert_eq!(block_on(known(&test.store, &key)).unwrap_err(), Unready::Stale);
}
