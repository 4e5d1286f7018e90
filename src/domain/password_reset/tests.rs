use super::*;
use crate::domain::admin_user::{NewAdmin, create};
use crate::domain::role;
use crate::domain::session::Opening;
use crate::store::testing::TestStore;

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn jo(test: &TestStore) -> AdminUser {
    let admin = NewAdmin {
        username: "jo".into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: "Jo@Example.com".into(),
        password: Secret::new("correct horse battery"),
        password_confirmation: None,
    };
    let admin = admin.check(Rule::Length).unwrap();
    write(test, |work| {
        let role = role::by_name(work, role::ADMINISTRATORS)?;
        create(work, &Actor::command(), &admin, "hash", &role)
    })
    .unwrap()
}

fn link(test: &TestStore) -> Link {
    write(test, |work| link_for_name(work, &Actor::command(), "JO")).unwrap()
}

fn choose(test: &TestStore, link: &Link) -> Result<AdminUser, Error> {
    write(test, |work| super::choose(work, &link.token, "other hash", &Source::default()))
}

fn ask(test: &TestStore, email: &str, address: &str) -> Asked {
    let source = Source { address: address.parse().ok(), browser: String::new() };
    write(test, |work| super::ask(work, email, &source)).unwrap()
}

#[test]
fn a_link_works_once_and_ends_every_session() {
    let test = TestStore::new();
    let jo = jo(&test);
    let opening = Opening { digest: "digest".into(), source: Source::default() };
    write(&test, |work| Ok(store::session::insert(work, jo.id, &opening)?)).unwrap();
    let link = link(&test);
    choose(&test, &link).unwrap();
    let (hash, session) = write(&test, |work| {
        Ok((store::admin_user::password_hash(work, jo.id)?, store::session::find(work, "digest")?))
    })
    .unwrap();
    assert_eq!(hash.as_deref(), Some("other hash"));
    assert_eq!(session.unwrap().end, Some(End::PasswordChanged));
    assert!(matches!(choose(&test, &link), Err(Error::NotFound(Missing::PasswordLink))));
}

#[test]
fn a_link_lasts_as_long_as_the_setting_says_and_a_newer_one_voids_it() {
    let test = TestStore::new();
    jo(&test);
    let (first, second) = (link(&test), link(&test));
    assert!(choose(&test, &first).is_err());
    test.clock.advance(TimeDelta::minutes(119));
    assert!(test.store.read_now(|work| holder(work, &second.token)).is_ok());
    test.clock.advance(TimeDelta::minutes(1));
    assert!(choose(&test, &second).is_err());
}

#[test]
fn whoever_may_not_sign_in_gets_no_link_by_mail() {
    let test = TestStore::new();
    jo(&test);
    let wanted = |test: &TestStore, email: &str| {
        write(test, |work| link_for_email(work, email, &Source::default())).unwrap().is_some()
    };
    assert!(wanted(&test, "jo@EXAMPLE.com"));
    assert!(!wanted(&test, "ann@example.com"));
    write(&test, |work| {
        store::testing::run_in(work, "update admin_user set is_active = false");
        Ok(())
    })
    .unwrap();
    assert!(!wanted(&test, "jo@example.com"));
}

#[test]
fn requests_are_held_back_by_e_mail_and_by_address_known_or_not() {
    let test = TestStore::new();
    assert_eq!(ask(&test, "nobody@example.com", "192.0.2.1"), Asked::Noted);
    assert_eq!(ask(&test, "NOBODY@example.com", "192.0.2.2"), Asked::TooMany);
    assert_eq!(ask(&test, "other@example.com", "192.0.2.1"), Asked::TooMany);
    assert_eq!(ask(&test, "other@example.com", "192.0.2.2"), Asked::Noted);
    test.clock.advance(TimeDelta::minutes(10));
    assert_eq!(ask(&test, "nobody@example.com", "192.0.2.1"), Asked::Noted);
}

#[test]
fn no_more_than_five_are_answered_within_an_hour() {
    let test = TestStore::new();
    for _ in 0..5 {
        assert_eq!(ask(&test, "jo@example.com", "192.0.2.1"), Asked::Noted);
        test.clock.advance(TimeDelta::minutes(11));
    }
    assert_eq!(ask(&test, "jo@example.com", "192.0.2.1"), Asked::TooMany);
    test.clock.advance(TimeDelta::minutes(5));
    assert_eq!(ask(&test, "jo@example.com", "192.0.2.1"), Asked::Noted, "the first one is an hour old");
}

#[test]
fn of_many_requests_at_the_same_instant_no_more_count_than_the_limit_allows() {
    let test = TestStore::shared();
    write(&test, |work| setting::set(work, &Actor::command(), setting::PASSWORD_RESET_APART, "0")).unwrap();
    let nodes: Vec<_> = (0..8).map(|_| test.other_node()).collect();
    let start = std::sync::Barrier::new(nodes.len());
    let ask = |node: &store::Store| {
        start.wait();
        let source = Source { address: "192.0.2.1".parse().ok(), browser: String::new() };
        (0..3)
            .filter(|_| {
                let asked = node.write_now(|work| super::ask(work, "jo@example.com", &source)).unwrap();
                asked == Asked::Noted
            })
            .count()
    };
    let noted: usize = std::thread::scope(|scope| {
        let asking: Vec<_> = nodes.iter().map(|node| scope.spawn(|| ask(node))).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).sum()
    });
    assert_eq!(noted, 5);
}
