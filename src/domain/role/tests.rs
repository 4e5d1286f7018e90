use super::*;
use crate::domain::audit::{Place, Query as Asked};
use crate::store::testing::{TestStore, fill_people, statements};

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

#[test]
fn the_first_role_is_made_once_and_told_in_the_audit_trail() {
    let test = TestStore::new();
    let first = write(&test, |work| by_name(work, ADMINISTRATORS)).unwrap();
    assert_eq!(write(&test, |work| by_name(work, ADMINISTRATORS)).unwrap().id, first.id);
    assert!(write(&test, |work| by_name(work, "Clerks")).is_err());
    let told =
        test.store.read_now(|work| audit::list(work, &Asked::default(), Place::Newest, 10)).unwrap().entries;
    assert_eq!(told.len(), 1);
    let entry = &told[0].entry;
    assert_eq!((entry.act, entry.thing.name.as_str()), (Act::RoleCreated, ADMINISTRATORS));
    assert!(entry.changes.iter().any(|change| change.after.as_deref() == Some("Magento_Backend::all")));
}

#[test]
fn the_list_costs_the_same_statements_however_long_it_is() {
    let count = |rows: i64, limit: i64| {
        let test = TestStore::new();
        let ask = |work: &mut Work<'_>, name: Option<&str>| {
            let name = name.map(str::to_owned);
            let page =
                list(work, &Query { name, descending: true, paging: Paging { page: 1, limit } }).unwrap();
            assert_eq!(page.rows.len(), usize::try_from(limit.min(rows)).unwrap());
            assert!(page.rows.iter().all(|row| row.members == 1 && row.grants != Grants::nothing()));
        };
        write(&test, |work| {
            fill_people(work, rows);
            let (_, plain) = statements(work, |work| ask(work, None));
            let (_, filtered) = statements(work, |work| ask(work, Some("PART")));
            assert_eq!(plain, filtered);
            Ok(plain)
        })
        .unwrap()
    };
    assert_eq!(count(2, 20), count(1_000, 200));
}
