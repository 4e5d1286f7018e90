use super::*;
use crate::domain::actor::Source;
use crate::domain::integration::{self, Draft, Integration};
use crate::domain::permission::Wish;
use crate::domain::{Error, activation};
use crate::store::testing::{TestStore, interrupted, statements};

const CATALOG: &str = "Magento_Catalog::products";
const ORDERS: &str = "Magento_Sales::actions_view";

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn acme(resources: &[&str]) -> Draft {
    let grants = Wish::These(resources.iter().map(|id| (*id).to_owned()).collect());
    Draft { name: "Acme".into(), email: "jo@acme.example".into(), grants, ..Draft::default() }
}

fn made(test: &TestStore) -> Integration {
    write(test, |work| integration::create(work, &Actor::command(), &acme(&[CATALOG]), &[])).unwrap()
}

fn all(test: &TestStore) -> Vec<Listed> {
    asked(test, Query::default(), Place::Newest, 1000).entries
}

fn asked(test: &TestStore, query: Query, place: Place, limit: i64) -> Slice {
    test.store.read_now(|work| list(work, &query, place, limit)).unwrap()
}

fn walked(test: &TestStore) -> Walked {
    let mut link = Link::default();
    loop {
        match test.store.read_now(|work| verify(work, &link)).unwrap() {
            Walked::SoFar(next) => link = next,
            end => return end,
        }
    }
}

/// That many entries that say nothing.
fn fill(test: &TestStore, count: usize) {
    write(test, |work| {
        for _ in 0..count {
            record(work, &Actor::system(), Act::SetupLinkMade, Thing::installation(), Changes::none());
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_change_is_told_field_by_field() {
    let test = TestStore::new();
    let made = made(&test);
    let draft = Draft { email: String::new(), ..acme(&[ORDERS]) };
    write(&test, |work| integration::update(work, &Actor::command(), made.id, made.version, &draft, &[]))
        .unwrap();
    let listed = all(&test);
    let entry = &listed[0].entry;
    assert_eq!((entry.act, entry.thing.clone()), (Act::IntegrationUpdated, Thing::integration(&made)));
    let change = |field: &str, before: Option<&str>, after: Option<&str>| Change {
        field: field.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
    };
    let expected = [
        change("email", Some("jo@acme.example"), None),
        change(RESOURCE, Some(CATALOG), None),
        change(RESOURCE, None, Some(ORDERS)),
    ];
    assert_eq!(entry.changes, expected);
    assert_eq!(listed.iter().map(|listed| listed.number).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn what_did_not_happen_has_no_entry() {
    let test = TestStore::new();
    made(&test);
    let again = write(&test, |work| integration::create(work, &Actor::command(), &acme(&[]), &[]));
    assert!(again.is_err());
    assert_eq!(all(&test).len(), 1);
    assert!(matches!(walked(&test), Walked::Whole(Link { number: 1, .. })), "no number is lost either");
}

#[test]
fn no_secret_gets_into_an_entry() {
    let test = TestStore::new();
    let id = made(&test).id;
    let replace = activation::Replace::Now;
    let shown = write(&test, |work| activation::activate(work, &Actor::command(), id, replace)).unwrap();
    write(&test, |work| activation::reveal(work, &Actor::command(), id)).unwrap();
    write(&test, |work| activation::exchange::renew_secret(work, &Actor::command(), id)).unwrap();
    let trail = format!("{:?}", all(&test));
    assert_eq!(all(&test).len(), 4);
    let credentials = shown.credentials;
    for secret in
        [Some(credentials.consumer_secret), credentials.access_token, credentials.access_token_secret]
    {
        assert!(!trail.contains(secret.unwrap().expose()));
    }
}

#[test]
fn every_filter_finds_what_it_names_and_nothing_else() {
    let test = TestStore::new();
    let acme = made(&test);
    test.clock.advance(chrono::TimeDelta::hours(1));
    let jo = Actor {
        who: Who::Admin(super::super::admin_user::AdminUserId(7), "Jö".into()),
        source: Source { address: "2001:db8::1".parse().ok(), browser: "Browser\u{7}/1".repeat(60) },
        ..Actor::command()
    };
    write(&test, |work| setting::set(work, &jo, setting::TOKEN_REVEAL, "0")).unwrap();
    let numbers = |query: Query| {
        let slice = asked(&test, query, Place::Newest, 10);
        slice.entries.iter().map(|listed| listed.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(Query::default()), [2, 1]);
    assert_eq!(numbers(Query { person: Some(" JÖ ".into()), ..Query::default() }), [2]);
    assert_eq!(numbers(Query { thing: Some(ThingKind::Integration), ..Query::default() }), [1]);
    let by_id =
        Query { thing: Some(ThingKind::Integration), which: Some(Which::Id(acme.id.0)), ..Query::default() };
    assert_eq!(numbers(by_id), [1]);
    assert_eq!(numbers(Query { which: Some(Which::Name("ACME".into())), ..Query::default() }), [1]);
    assert_eq!(numbers(Query { act: Some(Act::SettingChanged), ..Query::default() }), [2]);
    let now = test.store.clock().now();
    assert_eq!(numbers(Query { from: Some(now), ..Query::default() }), [2]);
    assert_eq!(numbers(Query { until: Some(now), ..Query::default() }), [1]);
    let entry = &all(&test)[0].entry;
    assert_eq!(entry.source.address, jo.source.address);
    assert_eq!((entry.source.browser.chars().count(), entry.source.browser.contains('\u{7}')), (255, false));
}

#[test]
fn pages_join_without_gap_or_overlap_in_one_query_each() {
    let test = TestStore::new();
    fill(&test, 7);
    let numbers = |slice: &Slice| slice.entries.iter().map(|listed| listed.number).collect::<Vec<_>>();
    let first = asked(&test, Query::default(), Place::Newest, 3);
    assert_eq!((numbers(&first), first.newer, first.older), (vec![7, 6, 5], None, Some(Place::Before(5))));
    let second = asked(&test, Query::default(), Place::Before(5), 3);
    assert_eq!(numbers(&second), [4, 3, 2]);
    let last = asked(&test, Query::default(), second.older.unwrap(), 3);
    assert_eq!((numbers(&last), last.older), (vec![1], None));
    let back = asked(&test, Query::default(), last.newer.unwrap(), 3);
    assert_eq!((numbers(&back), back.newer), (vec![4, 3, 2], Some(Place::After(4))));
    let front = asked(&test, Query::default(), Place::After(4), 3);
    assert_eq!((numbers(&front), front.newer, front.older), (vec![7, 6, 5], None, Some(Place::Before(5))));
    let counted = |work: &mut Work<'_>| {
        Ok::<_, Error>(statements(work, |work| list(work, &Query::default(), Place::Newest, 5).map(drop)).1)
    };
    assert_eq!(test.store.read_now(counted).unwrap(), 1);
}

#[test]
fn a_whole_chain_is_walked_in_batches() {
    let test = TestStore::new();
    assert_eq!(walked(&test), Walked::Whole(Link::default()));
    fill(&test, 1203);
    assert!(matches!(walked(&test), Walked::Whole(Link { number: 1203, .. })));
}

#[test]
fn whatever_is_done_to_the_table_is_found() {
    let breaking: [(&str, Walked); 5] = [
        ("update audit_entry set changes = '[]', who_name = 'x' where entry_id = 600", Walked::Altered(600)),
        ("update audit_entry set hash = 'x' where entry_id = 3", Walked::Altered(3)),
        ("delete from audit_entry where entry_id = 2", Walked::Missing(2)),
        ("delete from audit_entry where entry_id > 590", Walked::Missing(591)),
        (
            "delete from audit_entry where entry_id = 1; update audit_entry set entry_id = 1 where entry_id = 2",
            Walked::Altered(1),
        ),
    ];
    for (statement, expected) in breaking {
        let test = TestStore::new();
        fill(&test, 610);
        write(&test, |work| {
            crate::store::testing::run_in(work, statement);
            Ok(())
        })
        .unwrap();
        assert_eq!(walked(&test), expected, "{statement}");
    }
}

#[test]
fn entries_that_are_cut_off_while_the_chain_is_walked_are_not_missed() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let last_statement = 3;
    for number in 0..=last_statement {
        let test = TestStore::shared();
        fill(&test, 20);
        test.clock.advance(chrono::TimeDelta::days(10_000));
        fill(&test, 10);
        let days = setting::AUDIT_DAYS;
        write(&test, |work| setting::set(work, &Actor::command(), days, "365")).unwrap();
        let (node, cut_off) = (test.other_node(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&cut_off);
        let cut = move || counter.store(node.write_now(trim).unwrap(), Ordering::Relaxed);
        let walk =
            |work: &mut Work<'_>| interrupted(work, number, cut, |work| verify(work, &Link::default()));
        let walked_meanwhile = test.store.read_now(walk).unwrap();
        assert!(
            matches!(walked_meanwhile, Walked::Whole(_)),
            "before statement {number}: {walked_meanwhile:?}"
        );
        assert_eq!(cut_off.load(Ordering::Relaxed), 20, "before statement {number}");
        let after = walked(&test);
        assert!(matches!(after, Walked::Whole(Link { removed: 20, .. })), "{after:?}");
    }
}

#[test]
fn many_who_record_at_once_make_one_chain() {
    let test = TestStore::shared();
    let nodes: Vec<_> = (0..4).map(|_| test.other_node()).collect();
    std::thread::scope(|scope| {
        for (number, node) in nodes.iter().enumerate() {
            scope.spawn(move || {
                for value in 10..20 {
                    let setting = [setting::POST_TIMEOUT, setting::TOKEN_GRACE][number % 2];
                    let value = (number * 100 + value).to_string();
                    node.write_now(|work| setting::set(work, &Actor::command(), setting, &value)).unwrap();
                }
            });
        }
    });
    assert!(matches!(walked(&test), Walked::Whole(Link { number: 40, .. })), "{:?}", walked(&test));
}
