//! Applying what files declare.

mod approval;

use std::sync::mpsc;
use std::thread;

use super::*;
use crate::domain::activation::{self, Replace};
use crate::domain::consumer::{self, Consumer};
use crate::domain::declaration::{self, Declarations, File};
use crate::domain::integration::{Draft, Integration, Origin, Status};
use crate::domain::permission::Wish;
use crate::domain::token::{Slot, Token};
use crate::domain::{Missing, setting};
use crate::store::Store;
use crate::store::testing::TestStore;

const PRODUCTS: &str = "Magento_Catalog::products";
const CAPTURE: &str = "Magento_Sales::capture";

const OPTIONS: Options<'_> = Options { adopt: false, exceptions: &[] };

/// What one file declares: an integration with this inside.
fn acme(inside: &str) -> Declarations {
    files(&[("integration/acme.xml", &format!("<integration name=\"Acme\">{inside}</integration>"))])
}

fn files(files: &[(&str, &str)]) -> Declarations {
    let file = |(path, text): &(&str, &str)| File {
        path: (*path).to_owned(),
        content: Ok(format!("<config>{text}</config>").into_bytes()),
    };
    declaration::read(files.iter().map(file).collect())
}

fn asks_for(ids: &[&str]) -> Declarations {
    acme(&format!("<email>jo@acme.example</email>{}", resources(ids)))
}

fn resources(ids: &[&str]) -> String {
    let each: String = ids.iter().map(|id| format!("<resource name=\"{id}\"/>")).collect();
    format!("<resources>{each}</resources>")
}

fn applied(test: &TestStore, declared: &Declarations) -> Plan {
    applied_with(test, declared, &OPTIONS)
}

fn applied_with(test: &TestStore, declared: &Declarations, options: &Options<'_>) -> Plan {
    let by = Actor::command();
    test.store.write_now(|work| apply(work, &by, declared, options)).unwrap()
}

fn kinds(plan: &Plan) -> Vec<(&str, Kind)> {
    plan.steps.iter().map(|step| (step.name.as_str(), step.kind)).collect()
}

/// What is stored of an integration.
#[derive(Debug)]
struct State {
    integration: Integration,
    grants: Vec<String>,
    consumer: Consumer,
    live: Option<Token>,
    record: Option<Record>,
}

fn state(test: &TestStore, name: &str) -> State {
    let read = |work: &mut Work<'_>| {
        let integration = integration::find_by_name(work, name)?;
        let consumer = consumer::of(work, integration.id)?.unwrap();
        Ok::<_, Error>(State {
            grants: integration::selected_resources(work, integration.id)?,
            live: store::token::find(work, consumer.id, Slot::Live)?,
            record: record(work, integration.id)?,
            consumer,
            integration,
        })
    };
    test.store.read_now(read).unwrap()
}

fn activated(test: &TestStore, name: &str) -> State {
    let activate = |work: &mut Work<'_>| {
        let id = integration::find_by_name(work, name)?.id;
        activation::activate(work, &Actor::command(), id, Replace::AfterGrace)
    };
    test.store.write_now(activate).unwrap();
    state(test, name)
}

fn on_change(test: &TestStore, word: &str) {
    let by = Actor::command();
    test.store.write_now(|work| setting::set(work, &by, setting::DECLARED_ON_CHANGE, word)).unwrap();
}

fn acts(test: &TestStore) -> usize {
    let query = |work: &mut Work<'_>| crate::store::testing::count(work, "audit_entry");
    usize::try_from(test.store.read_now(|work| Ok::<_, Error>(query(work))).unwrap()).unwrap()
}

#[test]
fn a_declared_integration_is_made_with_its_ancestors_and_waits_for_activation() {
    let test = TestStore::new();
    let plan = applied(&test, &asks_for(&[PRODUCTS]));
    assert_eq!(kinds(&plan), [("Acme", Kind::New)]);
    let State { integration, grants, record, .. } = state(&test, "acme");
    assert_eq!((integration.status, integration.origin), (Status::Inactive, Origin::Declared));
    assert_eq!(
        grants,
        [
            "Magento_Backend::admin",
            "Magento_Catalog::catalog",
            "Magento_Catalog::catalog_inventory",
            PRODUCTS
        ]
    );
    let record = record.unwrap();
    assert_eq!(record.listed, [PRODUCTS]);
    assert_eq!(record.sources, [Source { file: "integration/acme.xml".to_owned(), line: 1 }]);
}

#[test]
fn applying_twice_changes_nothing_whatever_the_setting() {
    let text = "<email>jo@acme.example</email><endpoint_url>https://acme.example/</endpoint_url>";
    for word in OnChange::WORDS {
        let test = TestStore::new();
        on_change(&test, word);
        let other = format!("{text}{}", resources(&[CAPTURE, PRODUCTS]));
        for declared in [asks_for(&[PRODUCTS]), acme(text), acme(&other), files(&[]), acme(&other)] {
            applied(&test, &declared);
            let before = acts(&test);
            let again = applied(&test, &declared);
            assert_eq!((kinds(&again), acts(&test)), (vec![], before), "{word}");
        }
    }
}

#[test]
fn what_no_token_gains_by_is_updated_in_place() {
    let test = TestStore::new();
    applied(&test, &acme("<email>jo@acme.example</email>"));
    let before = activated(&test, "Acme");
    let text =
        "<email>new@acme.example</email><identity_link_url>https://acme.example/in</identity_link_url>";
    let renamed =
        files(&[("integration/acme.xml", &format!("<integration name=\"ACME\">{text}</integration>"))]);
    assert_eq!(kinds(&applied(&test, &renamed)), [("ACME", Kind::InPlace)]);
    let after = state(&test, "Acme");
    assert_eq!(
        (after.integration.name.as_str(), after.integration.email.as_str()),
        ("ACME", "new@acme.example")
    );
    assert_eq!(after.integration.identity_link_url.as_deref(), Some("https://acme.example/in"));
    assert_eq!((after.integration.id, after.integration.status), (before.integration.id, Status::Active));
    assert_eq!(after.consumer.key, before.consumer.key);
    assert_eq!(after.live.unwrap().value, before.live.unwrap().value);
}

#[test]
fn fewer_permissions_count_at_once_and_nothing_is_reset() {
    let test = TestStore::new();
    applied(&test, &asks_for(&[PRODUCTS, CAPTURE]));
    activated(&test, "Acme");
    let plan = applied(&test, &asks_for(&[PRODUCTS]));
    assert_eq!(kinds(&plan), [("Acme", Kind::InPlace)]);
    let after = state(&test, "Acme");
    assert!(!after.grants.contains(&CAPTURE.to_owned()));
    assert!(after.integration.status == Status::Active && after.live.is_some());
}

#[test]
fn recreate_is_magentos_way_another_key_and_no_token() {
    let test = TestStore::new();
    on_change(&test, "recreate");
    applied(&test, &asks_for(&[PRODUCTS]));
    let before = activated(&test, "Acme");
    assert_eq!(kinds(&applied(&test, &asks_for(&[CAPTURE]))), [("Acme", Kind::Recreated)]);
    let after = state(&test, "Acme");
    assert_eq!((after.integration.status, after.live.is_none()), (Status::Reset, true));
    assert_ne!(after.integration.id, before.integration.id);
    assert_ne!(after.consumer.key, before.consumer.key);
    assert!(after.grants.contains(&CAPTURE.to_owned()));
}

#[test]
fn update_waits_for_nobody() {
    let test = TestStore::new();
    on_change(&test, "update");
    applied(&test, &asks_for(&[PRODUCTS]));
    activated(&test, "Acme");
    assert_eq!(kinds(&applied(&test, &asks_for(&[PRODUCTS, CAPTURE]))), [("Acme", Kind::InPlace)]);
    let after = state(&test, "Acme");
    assert_eq!(after.integration.status, Status::Active);
    assert!(after.grants.contains(&CAPTURE.to_owned()));
}

#[test]
fn an_integration_that_a_person_made_is_taken_over_only_when_asked() {
    let test = TestStore::new();
    let draft = Draft { name: "acme".into(), grants: Wish::These(vec![CAPTURE.into()]), ..Draft::default() };
    let by = Actor::command();
    test.store.write_now(|work| integration::create(work, &by, &draft, &[])).unwrap();
    let declared = asks_for(&[PRODUCTS]);
    let plan = applied(&test, &declared);
    assert!(plan.steps.is_empty() && plan.refused[0].why == Why::Manual);
    let left = state(&test, "Acme");
    assert_eq!((left.integration.origin, left.integration.email.as_str()), (Origin::Manual, ""));
    let plan = applied_with(&test, &declared, &Options { adopt: true, ..OPTIONS });
    assert!(plan.steps[0].is_adopted && plan.refused.is_empty());
    let taken = state(&test, "Acme");
    assert_eq!((taken.integration.origin, taken.integration.id), (Origin::Declared, left.integration.id));
    assert_eq!(taken.integration.email, "jo@acme.example");
    // Wider than what it held: that waits, as ever.
    assert!(taken.integration.status == Status::Reset && !taken.grants.contains(&PRODUCTS.to_owned()));
}

#[test]
fn a_declaration_that_is_gone_leaves_the_integration_orphaned_and_removable() {
    let test = TestStore::new();
    applied(&test, &asks_for(&[PRODUCTS]));
    let id = activated(&test, "Acme").integration.id;
    let by = Actor::command();
    let delete = || test.store.write_now(|work| integration::delete(work, &by, id));
    assert!(matches!(delete(), Err(Error::Conflict(Conflict::DeclaredCannotBeDeleted(_)))));
    assert_eq!(kinds(&applied(&test, &files(&[]))), [("Acme", Kind::Gone)]);
    let orphan = state(&test, "Acme");
    assert!(orphan.record.unwrap().orphaned_at.is_some());
    assert!(orphan.live.is_some() && orphan.integration.status == Status::Active, "it goes on working");
    // Declared again, it is as before.
    let back = applied(&test, &asks_for(&[PRODUCTS]));
    assert!(back.steps[0].is_back && state(&test, "Acme").record.unwrap().orphaned_at.is_none());
    applied(&test, &files(&[]));
    delete().unwrap();
    let gone = test.store.read_now(|work| integration::find(work, id));
    assert!(matches!(gone, Err(Error::NotFound(Missing::Integration(_)))));
}

#[test]
fn who_suspends_while_files_are_applied_has_suspended() {
    let test = TestStore::shared();
    let other = test.other_node();
    applied(&test, &asks_for(&[PRODUCTS]));
    let id = activated(&test, "Acme").integration.id;
    let wider = asks_for(&[PRODUCTS, CAPTURE]);
    let (suspended, go) = mpsc::channel();
    let (done, finished) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            go.recv().unwrap();
            other.write_now(|work| apply(work, &Actor::command(), &wider, &OPTIONS)).unwrap();
            let _ = done.send(());
        });
        let suspend = test.store.write_now(|work| {
            activation::suspend(work, &Actor::command(), id)?;
            suspended.send(()).unwrap();
            // Time for the other to come as far as it can before this is committed.
            let _ = finished.recv_timeout(std::time::Duration::from_millis(300));
            Ok::<_, Error>(())
        });
        suspend.unwrap();
    });
    let State { integration, record, .. } = state(&test, "Acme");
    assert_eq!(integration.status, Status::Suspended);
    assert!(record.unwrap().pending.is_some());
}

#[test]
fn what_a_broken_file_declared_stays_as_it_is_and_hides_nothing() {
    let test = TestStore::new();
    let acme = "<integration name=\"Acme\"><email>jo@acme.example</email></integration>";
    let beta = "<integration name=\"Beta\"><email>jo@beta.example</email></integration>";
    applied(&test, &files(&[("integration/a.xml", acme), ("integration/b.xml", beta)]));
    let changed = beta.replace("jo@", "new@");
    let plan = applied(
        &test,
        &files(&[("integration/a.xml", "<integration name="), ("integration/b.xml", &changed)]),
    );
    assert_eq!(kinds(&plan), [("Beta", Kind::InPlace)], "Acme is neither gone nor changed");
    let half = acme.replace("</email>", "</email><resources><resource name=\"nonsense\"/></resources>");
    let plan = applied(&test, &files(&[("integration/a.xml", &half), ("integration/b.xml", &changed)]));
    assert_eq!(kinds(&plan), []);
    assert!(state(&test, "Acme").record.unwrap().orphaned_at.is_none());
    // It is declared by two files, of which one cannot be read: nothing is taken from it.
    let more = acme.replace("</email>", &format!("</email>{}", resources(&[PRODUCTS])));
    applied(&test, &files(&[("integration/a.xml", acme), ("integration/c.xml", &more)]));
    let plan = applied(
        &test,
        &files(&[("integration/a.xml", acme), ("integration/c.xml", "<"), ("integration/b.xml", &changed)]),
    );
    assert!(plan.refused.iter().any(|refused| matches!(refused.why, Why::Unreadable(_))), "{plan:?}");
}

#[test]
fn fields_are_judged_like_those_that_a_person_enters() {
    let test = TestStore::new();
    let plain = "<email>jo@acme.example</email><endpoint_url>http://acme.example/</endpoint_url>";
    let plan = applied(&test, &acme(plain));
    assert!(plan.steps.is_empty() && matches!(plan.refused[0].why, Why::Invalid(_)));
    let allowed = ["acme.example:80".parse().unwrap()];
    let plan = applied_with(&test, &acme(plain), &Options { exceptions: &allowed, ..OPTIONS });
    assert_eq!(kinds(&plan), [("Acme", Kind::New)]);
}

#[test]
fn what_is_wrong_in_a_file_is_what_applying_it_would_refuse() {
    let test = TestStore::new();
    let email = |text: &str| format!("<email>{text}</email>");
    let url = |text: &str| format!("{}<endpoint_url>{text}</endpoint_url>", email("jo@acme.example"));
    let long = "a".repeat(300);
    let names = ["Acme", "A", "A&#9;B", "A&#x85;B", &long, " Acme "];
    let emails = [
        "jo@acme.example",
        "jo@acme",
        "jo@@acme.example",
        "jo@acme.e",
        "j o@acme.example",
        ".jo@acme.example",
    ];
    let long_email = format!("{long}@acme.example");
    let long_url = format!("https://acme.example/{long}");
    let urls = [
        "https://acme.example/a?b=1&amp;c=2",
        "https://acme.example/a b",
        "https://jo:pw@acme.example/",
        "http://acme.example/",
        "ftp://acme.example/",
        "acme.example",
        "https://",
        &long_url,
    ];
    let in_fields =
        emails.into_iter().chain([long_email.as_str()]).map(email).chain(urls.into_iter().map(url));
    let cases = in_fields
        .map(|inside| ("Acme", inside))
        .chain(names.into_iter().map(|name| (name, email("jo@acme.example"))));
    let mut judged = [0, 0];
    for (name, inside) in cases {
        let declared =
            files(&[("integration/a.xml", &format!("<integration name=\"{name}\">{inside}</integration>"))]);
        // What a person would have typed into the form.
        let plain = |text: &str| text.replace("&amp;", "&").replace("&#9;", "\t").replace("&#x85;", "\u{85}");
        let between = |tag: &str| {
            let rest = inside
                .split_once(&format!("<{tag}>"))
                .map(|(_, rest)| rest.split('<').next().unwrap_or_default());
            plain(rest.unwrap_or_default())
        };
        let draft = Draft {
            name: plain(name),
            email: between("email"),
            endpoint: between("endpoint_url"),
            ..Draft::default()
        };
        let entered = test.store.read_now(|work| integration::check(work, None, &draft, &[]));
        let is_plain_http =
            declared.problems.iter().any(|problem| matches!(problem.fault, declaration::Fault::PlainHttp(_)));
        assert_eq!(
            declared.has_errors() || is_plain_http,
            entered.is_err(),
            "{name} {inside}: {:?}, {entered:?}",
            declared.problems
        );
        judged[usize::from(entered.is_err())] += 1;
    }
    assert!(judged[0] >= 5 && judged[1] >= 13, "{judged:?}");
}

#[test]
fn a_start_applies_changed_files_once_and_two_nodes_at_once_make_one_change() {
    let test = TestStore::shared();
    let nodes = [test.store.clone(), test.other_node(), test.other_node()];
    let start = |node: &Store, declared: &Declarations| {
        let by = Actor::system();
        node.write_now(|work| apply_if_changed(work, &by, declared, &OPTIONS)).unwrap()
    };
    for (round, declared) in [asks_for(&[PRODUCTS]), asks_for(&[CAPTURE])].iter().enumerate() {
        let before = acts(&test);
        let made: usize = thread::scope(|scope| {
            let starting: Vec<_> =
                nodes.iter().map(|node| scope.spawn(move || start(node, declared).is_some())).collect();
            starting.into_iter().map(|node| usize::from(node.join().unwrap())).sum()
        });
        assert_eq!(made, 1, "round {round}");
        assert_eq!(acts(&test), before + 1, "one change, one entry");
        assert!(start(&nodes[1], declared).is_none(), "the same files again");
    }
}
