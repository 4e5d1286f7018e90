use std::collections::HashSet;

use super::*;
use crate::domain::Reason;
use crate::domain::audit::{Place, Query};
use crate::store::testing::TestStore;

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn changed(test: &TestStore) -> usize {
    let all = Query::default();
    test.store.read_now(|work| audit::list(work, &all, Place::Newest, 100)).unwrap().entries.len()
}

#[test]
fn every_default_is_a_value_of_its_kind_and_no_path_is_there_twice() {
    let mut paths = HashSet::new();
    for setting in all() {
        assert_eq!(setting.kind.check(setting.default), Ok(()), "{}", setting.path);
        assert!(paths.insert(setting.path), "{}", setting.path);
        assert!(setting.path.len() <= MAX_LENGTH);
    }
}

#[test]
fn zero_means_the_default_where_zero_makes_no_sense() {
    assert_eq!(as_number(EXCHANGE_PERIOD, "0"), 300);
    assert_eq!(as_number(POST_MAXREDIRECTS, "0"), 0);
    assert_eq!(as_number(TOKEN_GRACE, "30"), 30);
    assert_eq!(as_number(SESSION_LIFETIME, "5"), 900, "out of its bounds, however it came there");
}

#[test]
fn several_are_saved_together_or_not_at_all() {
    let test = TestStore::new();
    let by = Actor::command();
    let both = [
        (POST_TIMEOUT, Wanted::Value(" 7 ".to_owned())),
        (ADMIN_TOKEN_LIFETIME, Wanted::Value("soon".to_owned())),
    ];
    let refused = write(&test, |work| save(work, &by, None, &both));
    let Err(Error::Invalid(invalid)) = refused else { panic!("{refused:?}") };
    let expected = (Field::Setting(ADMIN_TOKEN_LIFETIME.path), &Reason::NotANumber);
    assert_eq!(invalid.iter().collect::<Vec<_>>(), [expected]);
    assert_eq!((test.store.read_now(|work| number(work, POST_TIMEOUT)).unwrap(), changed(&test)), (5, 0));

    let both = [both[0].clone(), (ADMIN_TOKEN_LIFETIME, Wanted::Value(String::new()))];
    write(&test, |work| save(work, &by, None, &both)).unwrap();
    assert_eq!(test.store.read_now(|work| number(work, POST_TIMEOUT)).unwrap(), 7);
    assert_eq!(test.store.read_now(|work| hours(work, ADMIN_TOKEN_LIFETIME)).unwrap(), None);
    assert_eq!(changed(&test), 2);
    // What is as wanted already is no change.
    write(&test, |work| save(work, &by, None, &both)).unwrap();
    assert_eq!(changed(&test), 2);
}

#[test]
fn what_somebody_else_saved_meanwhile_is_not_overwritten() {
    let test = TestStore::new();
    let by = Actor::command();
    let seen = version(&test.store.read_now(list).unwrap());
    let wanted = [(TOKEN_GRACE, Wanted::Value("60".to_owned()))];
    write(&test, |work| set(work, &by, POST_TIMEOUT, "9")).unwrap();
    let refused = write(&test, |work| save(work, &by, Some(&seen), &wanted));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::ChangedMeanwhile))), "{refused:?}");
    // Back at what it was, the form that was drawn then is right again.
    write(&test, |work| unset(work, &by, POST_TIMEOUT)).unwrap();
    write(&test, |work| save(work, &by, Some(&seen), &wanted)).unwrap();
    assert_eq!(test.store.read_now(|work| number(work, TOKEN_GRACE)).unwrap(), 60);
}
