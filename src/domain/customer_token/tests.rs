use chrono::TimeDelta;

use super::*;
use crate::domain::customer::NewCustomer;
use crate::store::testing::TestStore;

fn ada(test: &TestStore) -> Customer {
    made(test, "ada@example.com", true)
}

fn made(test: &TestStore, email: &str, confirmed: bool) -> Customer {
    let new = NewCustomer {
        email: email.into(),
        firstname: "Ada".into(),
        lastname: "Example".into(),
        website: "base".into(),
        is_active: true,
        confirmed,
    };
    let new = new.check().unwrap();
    test.store.write_now(|work| customer::create(work, &Actor::command(), &new, "hash")).unwrap()
}

fn asked(test: &TestStore, email: &str, is_right: bool) -> Answer {
    let Candidate { id, hash } = test.store.read_now(|work| candidate(work, email)).unwrap();
    let verified = Verified { hash, is_right, upgraded: is_right.then(|| "newer".to_owned()) };
    test.store.write_now(|work| create(work, id, &verified, &Source::default())).unwrap().unwrap()
}

#[test]
fn the_right_password_gets_a_token_and_notes_the_sign_in() {
    let test = TestStore::new();
    let ada = ada(&test);
    assert!(matches!(asked(&test, "ADA@example.com", true), Answer::Token(_)));
    let after = test.store.read_now(|work| customer::find(work, ada.id)).unwrap();
    assert_eq!(after.logged_in_at, Some(test.store.clock().now()));
    let told = test.store.read_now(store::event::all).unwrap();
    let kinds: Vec<_> = told.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [event::Kind::CustomerLogin, event::Kind::TokenIssued]);
    assert_eq!(told[0].data["customer"]["email"], "ada@example.com");
    let hash = test.store.read_now(|work| store::customer::password_hash(work, ada.id)).unwrap();
    assert_eq!(hash.as_deref(), Some("newer"), "an outdated hash is replaced");
    assert!(matches!(asked(&test, "eve@example.com", true), Answer::Refused));
}

#[test]
fn six_failures_lock_the_address_whatever_the_failure_is() {
    let test = TestStore::new();
    made(&test, "new@example.com", false);
    for _ in 0..6 {
        assert!(matches!(asked(&test, "new@example.com", true), Answer::NotConfirmed));
    }
    assert!(matches!(asked(&test, "new@example.com", true), Answer::Refused));
    test.clock.advance(TimeDelta::seconds(1800));
    assert!(matches!(asked(&test, "new@example.com", true), Answer::NotConfirmed));
}

#[test]
fn a_closed_account_is_refused_and_counted() {
    let test = TestStore::new();
    let ada = ada(&test);
    let by = Actor::command();
    test.store.write_now(|work| customer::set_active(work, &by, ada.id, false)).unwrap();
    for _ in 0..6 {
        assert!(matches!(asked(&test, "ada@example.com", true), Answer::Refused));
    }
    test.store.write_now(|work| customer::set_active(work, &by, ada.id, true)).unwrap();
    assert!(matches!(asked(&test, "ada@example.com", true), Answer::Refused), "locked");
}

#[test]
fn tokens_are_revoked_by_id_and_by_their_owner() {
    let test = TestStore::new();
    let ada = ada(&test);
    asked(&test, "ada@example.com", true);
    asked(&test, "ada@example.com", true);
    let (who, revoked) = test.store.write_now(|work| revoke(work, &Actor::command(), ada.id)).unwrap();
    assert_eq!((who.id, revoked), (ada.id, 2));
    asked(&test, "ada@example.com", true);
    assert_eq!(test.store.write_now(|work| revoke_own(work, ada.id)).unwrap(), 1);
    assert_eq!(test.store.write_now(|work| revoke_own(work, ada.id)).unwrap(), 0);
    let told = test.store.read_now(store::event::all).unwrap();
    let revoked = told.iter().filter(|event| event.kind == event::Kind::TokenRevoked);
    assert_eq!(revoked.count(), 2, "what revoked nothing is not told");
}

#[test]
fn twenty_guesses_at_once_are_never_more_than_six() {
    let test = TestStore::shared();
    ada(&test);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| asked(&test, "ada@example.com", false));
        }
    });
    let name = |work: &mut Work<'_>| store::token_request_log::hold(work, Kind::Customer, "ada@example.com");
    let tally = test.store.write_now(name).unwrap();
    assert_eq!(tally.map(|tally| tally.failures), Some(6));
    assert!(matches!(asked(&test, "ada@example.com", true), Answer::Refused));
}
