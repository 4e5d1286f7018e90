use super::*;
use crate::domain::acl::ALL;
use crate::domain::admin_user::NewAdmin;
use crate::domain::password::Rule;
use crate::domain::{Field, Source};
use crate::store::testing::TestStore;

fn jo() -> Checked {
    let text = |text: &str| text.to_owned();
    let password = Secret::new("correct horse battery");
    NewAdmin {
        username: text("jo"),
        firstname: text("Jo"),
        lastname: text("Doe"),
        email: text("jo@example.com"),
        password,
        password_confirmation: None,
    }
    .check(Rule::Length)
    .unwrap()
}

fn link(test: &TestStore) -> Option<Secret> {
    test.store.write_now(|work| renew_link(work, &Actor::command())).unwrap()
}

fn works(test: &TestStore, token: &Secret) -> bool {
    test.store.read_now(|work| check_link(work, token)).is_ok()
}

#[test]
fn a_link_is_valid_for_an_hour_and_until_it_is_renewed() {
    let test = TestStore::new();
    let first = link(&test).unwrap();
    assert!(works(&test, &first));
    test.clock.advance(TimeDelta::minutes(59));
    assert!(works(&test, &first));
    test.clock.advance(TimeDelta::minutes(1));
    assert!(!works(&test, &first));
    let second = link(&test).unwrap();
    let third = link(&test).unwrap();
    assert!(!works(&test, &second));
    assert!(works(&test, &third));
    assert!(!works(&test, &Secret::new("")));
}

#[test]
fn the_first_administrator_uses_the_link_up_and_holds_everything() {
    let test = TestStore::new();
    let token = link(&test).unwrap();
    let made =
        test.store.write_now(|work| create_first(work, &Actor::command(), &token, &jo(), "hash")).unwrap();
    assert_eq!(made.role_name, role::ADMINISTRATORS);
    assert!(!works(&test, &token));
    assert!(
        test.store.write_now(|work| create_first(work, &Actor::command(), &token, &jo(), "hash")).is_err()
    );
    assert!(link(&test).is_none());
    let present = test.store.read_now(|work| admin_user::present(work, made.id, Source::default()));
    let holds = present.unwrap().unwrap().actor.holds;
    assert_eq!(holds.ids(crate::domain::acl::Tree::builtin()), [ALL]);
}

#[test]
fn user_names_and_addresses_are_unique_without_regard_to_case() {
    let test = TestStore::new();
    let token = link(&test).unwrap();
    test.store.write_now(|work| create_first(work, &Actor::command(), &token, &jo(), "hash")).unwrap();
    let again = test.store.write_now(|work| {
        let role = role::by_name(work, role::ADMINISTRATORS)?;
        admin_user::create(work, &Actor::command(), &jo(), "hash", &role)
    });
    let Err(Error::Invalid(invalid)) = again else { panic!("expected invalid, got {again:?}") };
    assert_eq!(invalid.iter().next().unwrap().0, Field::Username);
    let found = test.store.read_now(|work| admin_user::find_by_name(work, "JO")).unwrap();
    assert_eq!(found.username, "jo");
}
