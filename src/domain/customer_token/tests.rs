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
    let Candidate { id, hash, .. } = test.store.read_now(|work| candidate(work, email)).unwrap();
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

#[test]
fn an_address_that_nobody_has_costs_what_an_account_costs_and_always_the_same_one() {
    let test = TestStore::new();
    let asked = |email: &str| test.store.read_now(|work| candidate(work, email)).unwrap();
    assert_eq!(asked("eve@example.com").like, None, "there is nobody like whom it could be");
    // Every fourth one came with a dear hash. Ids begin anew after a gap, as they do after an import that is repeated.
    for number in 0..80 {
        let new = NewCustomer {
            email: format!("c{number}@example.com"),
            firstname: "C".into(),
            lastname: "C".into(),
            website: "base".into(),
            is_active: true,
            confirmed: true,
        };
        let (new, hash) = (new.check().unwrap(), if number % 4 == 0 { "dear" } else { "ours" });
        test.store.write_now(|work| customer::create(work, &Actor::command(), &new, hash)).unwrap();
    }
    let shift = "update customer set customer_id = customer_id + 80 where customer_id > 40";
    test.store
        .write_now(|work| {
            crate::store::testing::run_in(work, shift);
            Ok::<_, Error>(())
        })
        .unwrap();
    let strangers: Vec<String> = (0..600).map(|number| format!("stranger{number}@example.com")).collect();
    let like = |email: &String| asked(email).like.unwrap();
    let before: Vec<String> = strangers.iter().map(like).collect();
    let dear = before.iter().filter(|hash| *hash == "dear").count();
    assert!((90..=210).contains(&dear), "{dear} of 600, where 150 would be the same share as among accounts");
    assert_eq!(strangers.iter().map(like).collect::<Vec<_>>(), before);
    assert_eq!(like(&"STRANGER7@example.com".to_owned()), before[7], "however it is written");
    made(&test, "newest@example.com", true);
    let moved = strangers.iter().zip(&before).filter(|(email, before)| like(email) != **before).count();
    assert!(moved < 60, "{moved} of 600 cost something else because of one account more");
    let known = asked("c4@example.com");
    assert_eq!((known.hash.as_deref(), known.like), (Some("dear"), None));
}

#[test]
fn looking_an_address_up_takes_the_same_statements_whether_or_not_somebody_has_it() {
    let test = TestStore::new();
    ada(&test);
    let count = |email: &str| {
        let counted = |work: &mut Work<'_>| {
            Ok::<_, Error>(crate::store::testing::statements(work, |work| candidate(work, email).map(drop)).1)
        };
        test.store.read_now(counted).unwrap()
    };
    assert_eq!(count("ada@example.com"), count("eve@example.com"));
}
