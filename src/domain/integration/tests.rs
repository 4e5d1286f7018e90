use super::*;
use crate::domain::acl::{ADMIN, ALL};
use crate::domain::permission::{Summary, Wish};
use crate::store::Paging;
use crate::store::testing::TestStore;

const PRODUCTS: &str = "Magento_Catalog::products";
const ORDERS: &str = "Magento_Sales::actions_view";

fn draft(name: &str) -> Draft {
    Draft { name: name.to_owned(), grants: Wish::These(vec![PRODUCTS.to_owned()]), ..Draft::default() }
}

fn editor(ids: &[&str]) -> Actor {
    let holds = Grants::stored(Tree::builtin(), ids.iter().copied()).0;
    Actor { holds, ..Actor::command() }
}

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn created(test: &TestStore, name: &str) -> Integration {
    write(test, |work| create(work, &Actor::command(), &draft(name), &[])).unwrap()
}

fn reasons(outcome: Result<Integration, Error>) -> Vec<(Field, Reason)> {
    match outcome {
        Err(Error::Invalid(invalid)) => {
            invalid.iter().map(|(field, reason)| (field, reason.clone())).collect()
        }
        other => panic!("expected invalid, got {other:?}"),
    }
}

#[test]
fn a_new_integration_is_inactive_and_has_consumer_and_permissions() {
    let test = TestStore::new();
    let made = created(&test, " Acme ");
    assert_eq!((made.name.as_str(), made.status, made.version), ("Acme", Status::Inactive, 1));
    write(&test, |work| {
        assert_eq!(consumer::of(work, made.id)?.unwrap().key.len(), 32);
        assert_eq!(selected_resources(work, made.id)?, [ADMIN, PRODUCTS]);
        Ok(())
    })
    .unwrap();
}

#[test]
fn names_are_unique_without_regard_to_case_and_outer_blanks() {
    let test = TestStore::new();
    created(&test, "Straße");
    let again = write(&test, |work| create(work, &Actor::command(), &draft("  STRASSE "), &[]));
    assert_eq!(reasons(again), [(Field::Name, Reason::IntegrationNameTaken("STRASSE".into()))]);
    // The refused insert leaves the database usable and without a trace.
    created(&test, "Other");
    let other = write(&test, |work| find_by_name(work, "oTHER")).unwrap();
    let renamed =
        write(&test, |work| update(work, &Actor::command(), other.id, other.version, &draft("straße"), &[]));
    assert_eq!(reasons(renamed), [(Field::Name, Reason::IntegrationNameTaken("straße".into()))]);
}

#[test]
fn awkward_names_are_kept_unharmed() {
    let test = TestStore::new();
    let long = "ü".repeat(255);
    for name in [r#"O'Neil "and" <b>Sons</b> & Co"#, "🚀 Røcket 👩‍🚀", "شركة المثال", &long, "50%_\\"]
    {
        let made = created(&test, name);
        assert_eq!(made.name, name);
        assert_eq!(write(&test, |work| find_by_name(work, name)).unwrap().id, made.id);
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let test = TestStore::new();
    let wrong = Draft {
        name: "x".repeat(256),
        email: "nobody".into(),
        endpoint: "http://partner.example/x".into(),
        identity_link_url: "javascript:alert(1)".into(),
        grants: Wish::These(vec!["Nope::nope".into()]),
        ..Draft::default()
    };
    let found = reasons(write(&test, |work| create(work, &Actor::command(), &wrong, &[])));
    let expected = [
        (Field::Name, Reason::TooLong(255)),
        (Field::Email, Reason::NotAnEmail),
        (Field::Endpoint, Reason::PlainHttp("partner.example:80".into())),
        (Field::IdentityLinkUrl, Reason::NotAUrl),
        (Field::Resource, Reason::UnknownResource("Nope::nope".into())),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_taken_name_is_told_together_with_everything_else() {
    let test = TestStore::new();
    created(&test, "Acme");
    let wrong = Draft { email: "nobody".into(), ..draft("acme") };
    let found = reasons(write(&test, |work| create(work, &Actor::command(), &wrong, &[])));
    let expected =
        [(Field::Name, Reason::IntegrationNameTaken("acme".into())), (Field::Email, Reason::NotAnEmail)];
    assert_eq!(found, expected);
}

#[test]
fn a_save_over_somebody_elses_is_refused() {
    let test = TestStore::new();
    let made = created(&test, "Acme");
    let save = |version, email: &str| {
        let changed = Draft { email: email.into(), ..draft("Acme") };
        write(&test, |work| update(work, &Actor::command(), made.id, version, &changed, &[]))
    };
    assert_eq!(save(1, "first@example.com").unwrap().version, 2);
    assert!(matches!(save(1, "second@example.com"), Err(Error::Conflict(Conflict::ChangedMeanwhile))));
    let stored = write(&test, |work| find(work, made.id)).unwrap();
    assert_eq!(stored.email, "first@example.com");
}

#[test]
fn unticking_everything_removes_every_permission() {
    let test = TestStore::new();
    let made = created(&test, "Acme");
    let bare = Draft { grants: Wish::These(Vec::new()), ..draft("Acme") };
    write(&test, |work| update(work, &Actor::command(), made.id, 1, &bare, &[])).unwrap();
    assert!(write(&test, |work| grants(work, made.id)).unwrap().is_nothing());
    let all = Draft { grants: Wish::Everything, ..draft("Acme") };
    write(&test, |work| update(work, &Actor::command(), made.id, 2, &all, &[])).unwrap();
    assert_eq!(write(&test, |work| selected_resources(work, made.id)).unwrap(), [ALL]);
}

#[test]
fn nobody_grants_more_than_they_hold() {
    let test = TestStore::new();
    let limited = editor(&[ORDERS]);
    let refused = reasons(write(&test, |work| create(work, &limited, &draft("Acme"), &[])));
    assert_eq!(refused, [(Field::Resource, Reason::NotHeld(vec![PRODUCTS.into()]))]);
    let everything = Draft { grants: Wish::Everything, ..draft("Acme") };
    let refused = reasons(write(&test, |work| create(work, &limited, &everything, &[])));
    assert_eq!(refused, [(Field::Resource, Reason::NotHeld(vec![ALL.into()]))]);
}

#[test]
fn what_an_editor_does_not_hold_is_kept() {
    let test = TestStore::new();
    let both = Draft { grants: Wish::These(vec![PRODUCTS.into(), ORDERS.into()]), ..draft("Acme") };
    let made = write(&test, |work| create(work, &Actor::command(), &both, &[])).unwrap();
    let bare = Draft { grants: Wish::These(Vec::new()), ..draft("Acme") };
    write(&test, |work| update(work, &editor(&[ORDERS]), made.id, 1, &bare, &[])).unwrap();
    assert_eq!(write(&test, |work| selected_resources(work, made.id)).unwrap(), [ADMIN, PRODUCTS]);
}

#[test]
fn a_deleted_integration_leaves_nothing_behind() {
    let test = TestStore::new();
    let made = created(&test, "Acme");
    let key = write(&test, |work| Ok(consumer::of(work, made.id)?.unwrap().key)).unwrap();
    write(&test, |work| delete(work, &Actor::command(), made.id)).unwrap();
    write(&test, |work| {
        assert!(consumer::by_key(work, &key)?.is_none());
        assert!(grants(work, made.id)?.is_nothing());
        assert!(matches!(find(work, made.id), Err(Error::NotFound(Missing::Integration(_)))));
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_list_is_filtered_sorted_and_paged() {
    let test = TestStore::new();
    for name in ["beta", "Alpha", "gamma_x", "Gamma"] {
        created(&test, name);
    }
    let ask = |name: &str, sort, descending, page| {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let query = Query { name, status: None, sort, descending, paging: Paging { page, limit: 2 } };
        let page = write(&test, |work| list(work, &query)).unwrap();
        let names: Vec<_> = page.rows.iter().map(|row| row.integration.name.clone()).collect();
        (names.join(" "), page.total, page.page, page.pages)
    };
    assert_eq!(ask("", Sort::Id, false, 1), ("beta Alpha".into(), 4, 1, 2));
    assert_eq!(ask("", Sort::Name, false, 1), ("Alpha beta".into(), 4, 1, 2));
    assert_eq!(ask("", Sort::Name, true, 1), ("gamma_x Gamma".into(), 4, 1, 2));
    assert_eq!(ask("", Sort::Name, false, 7), ("Gamma gamma_x".into(), 4, 2, 2));
    assert_eq!(ask("GAMMA", Sort::Created, false, 1), ("gamma_x Gamma".into(), 2, 1, 1));
    assert_eq!(ask("a_x", Sort::Id, false, 1), ("gamma_x".into(), 1, 1, 1));
    assert_eq!(ask("%", Sort::Id, false, 1), (String::new(), 0, 1, 1));
}

#[test]
fn an_insecure_address_is_one_that_is_there_and_not_https() {
    let test = TestStore::new();
    created(&test, "None");
    let with = |name: &str, endpoint: &str| {
        let exceptions = ["partner.example:80".parse().unwrap()];
        let draft = Draft { endpoint: endpoint.into(), ..draft(name) };
        write(&test, |work| create(work, &Actor::command(), &draft, &exceptions)).unwrap()
    };
    assert!(!with("Secure", "HTTPS://partner.example/").is_insecure());
    assert!(with("Plain", "http://partner.example/").is_insecure());
    assert_eq!(write(&test, count_insecure).unwrap(), 1);
}

#[test]
fn the_list_costs_the_same_statements_however_long_it_is() {
    let count = |rows: i64, limit: i64| {
        let test = TestStore::new();
        let ask = |work: &mut Work<'_>, name: Option<&str>, sort| {
            let paging = Paging { page: 1, limit };
            let name = name.map(str::to_owned);
            let query = Query { name, status: Some(Status::Active), sort, descending: true, paging };
            let page = list(work, &query).unwrap();
            assert_eq!(page.rows.len(), usize::try_from(limit.min(rows / 2)).unwrap());
            assert!(page.rows.iter().all(|row| row.has_live_token));
            assert!(page.rows.iter().all(|row| row.summary == Summary::Some { granted: 1, of: 265 }));
            count_insecure(work).unwrap();
        };
        write(&test, |work| {
            store::testing::fill(work, rows);
            let (_, plain) = store::testing::statements(work, |work| ask(work, None, Sort::Id));
            let (_, filtered) = store::testing::statements(work, |work| ask(work, Some("PART"), Sort::Name));
            assert_eq!(plain, filtered);
            Ok(plain)
        })
        .unwrap()
    };
    assert_eq!(count(4, 20), count(10_000, 200));
}
