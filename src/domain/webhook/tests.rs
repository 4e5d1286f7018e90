use super::*;
use crate::store::testing::TestStore;

fn draft() -> Draft {
    Draft {
        name: "Shop".into(),
        url: "https://shop.example/hooks".into(),
        all: false,
        kinds: vec!["token_issued".into(), "no_such_event".into()],
        is_enabled: true,
    }
}

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn made(test: &TestStore) -> (Webhook, Secret) {
    write(test, |work| create(work, &Actor::command(), &draft(), &[])).unwrap()
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let test = TestStore::new();
    let wrong = Draft { url: "http://shop.example".into(), ..Draft::default() };
    let Err(Error::Invalid(invalid)) = write(&test, |work| create(work, &Actor::command(), &wrong, &[]))
    else {
        panic!("it was accepted")
    };
    let reasons: Vec<_> = invalid.iter().map(|(field, reason)| (field, reason.clone())).collect();
    assert_eq!(
        reasons,
        [
            (Field::Name, Reason::Required),
            (Field::Url, Reason::PlainHttp("shop.example:80".into())),
            (Field::Kinds, Reason::NoKinds),
        ]
    );
}

#[test]
fn the_secret_is_one_of_the_standard_and_the_database_does_not_show_it() {
    let test = TestStore::new();
    let (shop, secret) = made(&test);
    let key = secret.expose().strip_prefix("whsec_").unwrap();
    assert_eq!(STANDARD.decode(key).unwrap().len(), 32);
    assert_eq!(shop.wants, Wants::These(vec![Kind::TokenIssued]));
    assert_eq!(write(&test, |work| reveal(work, &Actor::command(), shop.id)).unwrap(), secret);
    let stored = test.store.read_now(|work| store::webhook::stored_secret(work, shop.id)).unwrap();
    assert!(!stored.contains(key), "{stored}");
}

#[test]
fn the_secret_before_signs_beside_the_new_one_for_a_day() {
    let test = TestStore::new();
    let (shop, first) = made(&test);
    let (rotated, second) = write(&test, |work| rotate(work, &Actor::command(), shop.id)).unwrap();
    let signs = || write(&test, |work| target(work, shop.id)).unwrap().unwrap().1;
    assert_eq!(signs(), [second.clone(), first]);
    assert_eq!(rotated.previous_ends_at, Some(test.store.clock().now() + OVERLAP));
    test.clock.advance(OVERLAP);
    assert_eq!(signs(), [second]);
}

#[test]
fn whoever_saves_an_old_version_is_told() {
    let test = TestStore::new();
    let (shop, _) = made(&test);
    let save =
        |version| write(&test, |work| update(work, &Actor::command(), shop.id, version, &draft(), &[]));
    assert_eq!(save(1).unwrap().version, 2);
    assert!(matches!(save(1), Err(Error::Conflict(Conflict::ChangedMeanwhile))));
}

#[test]
fn nobody_hears_anything_who_is_switched_off_or_gone() {
    let test = TestStore::new();
    let (shop, _) = made(&test);
    assert_eq!(write(&test, recipients).unwrap().len(), 1);
    let off = Draft { is_enabled: false, ..draft() };
    write(&test, |work| update(work, &Actor::command(), shop.id, 1, &off, &[])).unwrap();
    assert_eq!(write(&test, recipients).unwrap(), []);
    assert!(write(&test, |work| target(work, shop.id)).unwrap().is_none());
    write(&test, |work| delete(work, &Actor::command(), shop.id)).unwrap();
    assert!(matches!(write(&test, |work| find(work, shop.id)), Err(Error::NotFound(Missing::Webhook))));
}

#[test]
fn deliveries_of_a_webhook_that_is_gone_are_removed_in_batches_the_oldest_first_and_then_its_row() {
    use crate::store::testing::{count, fill_line};
    let test = TestStore::new();
    let (shop, _) = made(&test);
    let by = Actor::command();
    write(&test, |work| {
        fill_line(work, shop.id.0, 4_500);
        delete(work, &by, shop.id)
    })
    .unwrap();
    let rows = |table: &str| test.store.read_now(|work| Ok::<_, Error>(count(work, table))).unwrap();
    assert_eq!(rows("event_delivery"), 4_500, "nobody waited for them to go");
    assert!(write(&test, list).unwrap().is_empty());
    let wound_up = || write(&test, wind_up).unwrap();
    assert_eq!(wound_up(), 2_000);
    assert_eq!(rows("event_delivery where event_id <= 2000"), 0, "the oldest first");
    assert_eq!((wound_up(), wound_up()), (2_000, 500));
    assert_eq!(rows("webhook"), 1);
    assert_eq!((wound_up(), wound_up(), rows("webhook")), (1, 0, 0));
}

#[test]
fn what_is_left_of_a_long_line_is_given_up_in_batches_after_it_was_switched_off() {
    use crate::store::testing::{count, fill_line};
    let test = TestStore::new();
    let (shop, _) = made(&test);
    let off = Draft { is_enabled: false, ..draft() };
    write(&test, |work| {
        fill_line(work, shop.id.0, 4_500);
        update(work, &Actor::command(), shop.id, 1, &off, &[])
    })
    .unwrap();
    let rows = |table: &str| test.store.read_now(|work| Ok::<_, Error>(count(work, table))).unwrap();
    assert_eq!(rows("event_delivery where state = 'failed'"), 2_000);
    assert_eq!(rows("event_delivery where state = 'pending' and not waits"), 1, "it could go on");
    let wound_up = || write(&test, wind_up).unwrap();
    assert_eq!((wound_up(), wound_up(), wound_up()), (2_000, 500, 0));
    assert_eq!(rows("event_delivery where state = 'failed' and cause = 'switched_off'"), 4_500);
}
