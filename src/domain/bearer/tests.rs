use super::*;
use crate::domain::customer::{self, CustomerId, NewCustomer};
use crate::domain::{Actor, setting};
use crate::store::testing::TestStore;

/// A customer of that e-mail address.
fn holder(test: &TestStore, email: &str) -> Holder {
    let new = NewCustomer {
        email: email.into(),
        firstname: "Ada".into(),
        lastname: "Example".into(),
        website: "base".into(),
        is_active: true,
        confirmed: true,
    };
    let new = new.check().unwrap();
    let made = test.store.write_now(|work| customer::create(work, &Actor::command(), &new, "hash"));
    Holder::Customer(made.unwrap().id)
}

fn issued(test: &TestStore, holder: Holder) -> Secret {
    let issue = |work: &mut Work<'_>| {
        let room = Room::ahead(work, holder)?;
        super::issue(work, holder, room)
    };
    test.store.write_now(issue).unwrap()
}

fn counted(test: &TestStore, holder: Holder) -> i64 {
    test.store.read_now(|work| count(work, holder)).unwrap()
}

fn set(test: &TestStore, value: &str) {
    let by = Actor::command();
    let setting = setting::CUSTOMER_TOKEN_LIFETIME;
    test.store.write_now(|work| setting::set(work, &by, setting, value)).unwrap();
}

fn person(tokens: &[(&str, i64)]) -> Person {
    let at = |seconds: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(seconds);
    Person {
        holder: Holder::Customer(CustomerId(1)),
        is_active: true,
        ends_at: Some(at(10_000)),
        grants: Grants::nothing(),
        lifetime: Some(TimeDelta::seconds(3600)),
        tokens: tokens.iter().map(|(digest, issued)| ((*digest).to_owned(), at(*issued))).collect(),
    }
}

#[test]
fn a_token_ends_when_its_time_is_over_and_with_the_account() {
    let at = |seconds: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let ada = person(&[("early", 0), ("late", 7_000)]);
    assert_eq!(ada.check("early", at(3_599)), Ok(()));
    assert_eq!(ada.check("early", at(3_600)), Err(Fault::Expired));
    assert_eq!(ada.check("late", at(9_999)), Ok(()));
    assert_eq!(ada.check("late", at(10_000)), Err(Fault::Closed));
    assert_eq!(ada.check("other", at(0)), Err(Fault::Unknown));
    let for_ever = Person { lifetime: None, ends_at: None, ..ada.clone() };
    assert_eq!(for_ever.check("early", at(1_000_000_000)), Ok(()));
    let closed = Person { is_active: false, ..ada };
    assert_eq!(closed.check("early", at(0)), Err(Fault::Closed));
}

#[test]
fn a_header_holds_the_word_and_one_token() {
    let token = |header: &str| token_in(header).map(|token| token.expose().to_owned());
    for header in ["Bearer abc", "bearer  abc", " BEARER\tabc "] {
        assert_eq!(token(header).as_deref(), Ok("abc"), "{header:?}");
    }
    assert_eq!(token("Bearer a.b-c_d~e+f/g==").as_deref(), Ok("a.b-c_d~e+f/g=="));
    for header in
        ["Bearer", "Bearer ", "Bearer a b", "Bearer a, Basic b", "Basic x, Bearer a", "Bearer \"a\""]
    {
        assert_eq!(token(header), Err(Fault::Malformed), "{header:?}");
    }
}

#[test]
fn nothing_but_the_digest_of_a_token_is_stored() {
    let test = TestStore::new();
    let ada = holder(&test, "ada@example.com");
    let token = issued(&test, ada);
    let stored = test.store.read_now(|work| store::bearer_token::of(work, ada)).unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].0, digest(&token));
    let found = test.store.read_now(|work| store::bearer_token::holder_of(work, &digest(&token))).unwrap();
    assert_eq!(found, Some(ada));
    let by_value = test.store.read_now(|work| store::bearer_token::holder_of(work, token.expose())).unwrap();
    assert_eq!(by_value, None);
}

#[test]
fn revoking_ends_all_tokens_of_one_account_and_no_others() {
    let test = TestStore::new();
    let (ada, eve) = (holder(&test, "ada@example.com"), holder(&test, "eve@example.com"));
    for holder in [ada, ada, eve] {
        issued(&test, holder);
    }
    let revoked = |holder| test.store.write_now(|work| revoke(work, holder)).unwrap();
    assert_eq!((revoked(ada), revoked(ada)), (2, 0));
    assert_eq!((counted(&test, ada), counted(&test, eve)), (0, 1));
}

#[test]
fn closing_an_account_or_changing_its_password_ends_its_tokens() {
    let test = TestStore::new();
    let ada = holder(&test, "ada@example.com");
    let Holder::Customer(id) = ada else { unreachable!("a customer") };
    let by = Actor::command();
    issued(&test, ada);
    test.store.write_now(|work| customer::set_password(work, &by, id, "other")).unwrap();
    assert_eq!(counted(&test, ada), 0);
    issued(&test, ada);
    test.store.write_now(|work| customer::set_active(work, &by, id, false)).unwrap();
    assert_eq!(counted(&test, ada), 0);
    issued(&test, ada);
    test.store.write_now(|work| customer::delete(work, &by, id)).unwrap();
    assert_eq!(counted(&test, ada), 0);
}

#[test]
fn expired_tokens_are_deleted_in_batches_and_only_those() {
    let test = TestStore::new();
    let ada = holder(&test, "ada@example.com");
    for _ in 0..3 {
        issued(&test, ada);
    }
    test.clock.advance(TimeDelta::minutes(59));
    let young = issued(&test, ada);
    let deleted = |limit| test.store.write_now(|work| delete_expired(work, limit)).unwrap();
    assert_eq!(deleted(5_000), 0);
    test.clock.advance(TimeDelta::minutes(1));
    assert_eq!(counted(&test, ada), 1);
    set(&test, "0");
    assert_eq!((deleted(5_000), counted(&test, ada)), (0, 4), "0 is for ever");
    set(&test, "1");
    assert_eq!((deleted(2), deleted(2), deleted(2)), (2, 1, 0));
    let left = test.store.read_now(|work| store::bearer_token::of(work, ada)).unwrap();
    assert_eq!(left[0].0, digest(&young));
}

#[test]
fn an_account_has_no_end_of_tokens_and_the_one_that_goes_is_told_of() {
    let test = TestStore::new();
    let ada = holder(&test, "ada@example.com");
    let first = issued(&test, ada);
    for _ in 1..MOST {
        issued(&test, ada);
    }
    let is_there = || test.store.read_now(|work| store::bearer_token::holder_of(work, &digest(&first)));
    test.store.write_now(|work| Room::ahead(work, ada)).unwrap();
    assert_eq!(is_there().unwrap(), Some(ada), "whoever is given none takes none away");
    issued(&test, ada);
    assert_eq!(counted(&test, ada), MOST);
    assert_eq!(is_there().unwrap(), None, "the oldest one went");
    let told = test.store.read_now(store::event::all).unwrap();
    let last: Vec<_> = told.iter().rev().take(3).map(|event| event.kind).collect();
    assert_eq!(last, [event::Kind::TokenIssued, event::Kind::TokenRevoked, event::Kind::TokenIssued]);
}
