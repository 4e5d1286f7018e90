use super::*;
use crate::store::testing::TestStore;

fn ada() -> NewCustomer {
    NewCustomer {
        email: "Ada@Example.com".into(),
        firstname: "Ada".into(),
        lastname: "Example".into(),
        website: "base".into(),
        is_active: true,
        confirmed: true,
    }
}

fn made(test: &TestStore) -> Customer {
    let ada = ada().check().unwrap();
    test.store.write_now(|work| create(work, &Actor::command(), &ada, "hash")).unwrap()
}

#[test]
fn a_customer_is_found_by_the_address_in_any_case() {
    let test = TestStore::new();
    let made = made(&test);
    let found = test.store.read_now(|work| find_by_email(work, " aDA@example.COM ")).unwrap();
    assert_eq!((found.id, found.email.as_str()), (made.id, "Ada@Example.com"));
    assert!(found.is_active && found.confirmed && found.logged_in_at.is_none());
    let nobody = test.store.read_now(|work| find_by_email(work, "eve@example.com"));
    assert!(matches!(nobody, Err(Error::NotFound(Missing::Customer(_)))));
}

#[test]
fn an_address_belongs_to_one_customer() {
    let test = TestStore::new();
    made(&test);
    let again = NewCustomer { email: "ada@EXAMPLE.com".into(), ..ada() }.check().unwrap();
    let refused = test.store.write_now(|work| create(work, &Actor::command(), &again, "hash"));
    let Err(Error::Invalid(invalid)) = refused else { panic!("{refused:?}") };
    assert_eq!(invalid, Invalid::one(Field::Email, Reason::CustomerTaken));
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let wrong = NewCustomer { email: "ada".into(), website: "Base 1".into(), ..NewCustomer::default() };
    let found = wrong.check().unwrap_err();
    let found: Vec<_> = found.iter().map(|(field, reason)| (field.name(), reason.clone())).collect();
    assert_eq!(
        found,
        [
            ("firstname", Reason::Required),
            ("lastname", Reason::Required),
            ("email", Reason::NotAnEmail),
            ("website", Reason::NotACode)
        ]
    );
    let personal = ada().check().unwrap().check_password(&Secret::new("ada@example.com 1"), Rule::Length);
    assert_eq!(personal, Err(Invalid::one(Field::Password, Reason::PasswordHoldsName)));
}

#[test]
fn switching_off_and_on_is_recorded_once_each() {
    let test = TestStore::new();
    let id = made(&test).id;
    let by = Actor::command();
    for is_active in [false, false, true] {
        let after = test.store.write_now(|work| set_active(work, &by, id, is_active)).unwrap();
        assert_eq!(after.is_active, is_active);
    }
    let gone = test.store.write_now(|work| {
        delete(work, &by, id)?;
        find(work, id)
    });
    assert!(matches!(gone, Err(Error::NotFound(Missing::CustomerId(_)))));
}

#[test]
fn the_list_costs_the_same_statements_however_long_it_is() {
    use crate::store::testing::{fill_customers, statements};
    let count = |rows: i64, limit: i64| {
        let test = TestStore::new();
        let ask = |work: &mut Work<'_>, text: Option<&str>, sort| {
            let (text, paging) = (text.map(str::to_owned), Paging { page: 1, limit });
            let page =
                list(work, &Query { text, is_active: Some(true), sort, descending: true, paging }).unwrap();
            assert_eq!(page.rows.len(), usize::try_from(limit.min(rows)).unwrap());
            assert!(page.rows.iter().all(|row| row.tokens == 1));
        };
        let counted = test.store.write_now(|work| {
            fill_customers(work, rows);
            let (_, plain) = statements(work, |work| ask(work, None, Sort::Created));
            let (_, filtered) = statements(work, |work| ask(work, Some("PART"), Sort::Lastname));
            assert_eq!(plain, filtered);
            Ok::<_, Error>(plain)
        });
        counted.unwrap()
    };
    assert_eq!(count(2, 20), count(10_000, 200));
}
