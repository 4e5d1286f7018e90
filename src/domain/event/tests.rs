use super::*;
use crate::domain::activation::{self, Replace};
use crate::domain::integration::{self, Draft};
use crate::domain::{Actor, Error};
use crate::store::testing::TestStore;
use crate::store::{self};

fn recorded(test: &TestStore) -> Vec<(Kind, Value)> {
    let events = test.store.read_now(store::event::all).unwrap();
    events.into_iter().map(|event| (event.kind, event.data)).collect()
}

fn kinds(test: &TestStore) -> Vec<Kind> {
    recorded(test).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn every_word_leads_back_and_fits_its_column() {
    for kind in Kind::ALL {
        assert_eq!(Kind::of(kind.word()), Some(*kind));
        assert!(kind.word().len() <= 32, "{}", kind.word());
    }
    for kind in SubjectKind::ALL {
        assert_eq!(SubjectKind::of(kind.word()), Some(*kind));
        assert!(kind.word().len() <= 16, "{}", kind.word());
    }
}

#[test]
fn the_life_of_an_integration_is_told_in_order_and_without_secrets() {
    let test = TestStore::new();
    let by = Actor::command();
    let draft = |name: &str| Draft { name: name.to_owned(), ..Draft::default() };
    let write = |act: &dyn Fn(&mut Work<'_>) -> Result<(), Error>| test.store.write_now(act).unwrap();
    let made = test.store.write_now(|work| integration::create(work, &by, &draft("Acme"), &[])).unwrap();
    let id = made.id;
    write(&|work| activation::activate(work, &by, id, Replace::AfterGrace).map(drop));
    write(&|work| activation::activate(work, &by, id, Replace::Now).map(drop));
    write(&|work| activation::suspend(work, &by, id).map(drop));
    write(&|work| activation::resume(work, &by, id).map(drop));
    write(&|work| integration::update(work, &by, id, made.version, &draft("Acme & Sons"), &[]).map(drop));
    write(&|work| activation::revoke(work, &by, id).map(drop));
    write(&|work| integration::delete(work, &by, id).map(drop));
    let told = [
        Kind::IntegrationCreated,
        Kind::TokenIssued,
        Kind::IntegrationActivated,
        Kind::TokenRevoked,
        Kind::TokenIssued,
        Kind::IntegrationReauthorized,
        Kind::IntegrationSuspended,
        Kind::IntegrationResumed,
        Kind::IntegrationUpdated,
        Kind::TokenRevoked,
        Kind::IntegrationRevoked,
        Kind::IntegrationDeleted,
    ];
    let events = recorded(&test);
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), told);
    let renamed = json!({ "integration": { "id": id.0, "name": "Acme & Sons", "status": "active" } });
    assert_eq!(events[8].1, renamed);
}

#[test]
fn what_did_not_happen_is_not_told() {
    let test = TestStore::new();
    let undone: Result<(), Error> = test.store.write_now(|work| {
        let draft = Draft { name: "Acme".to_owned(), ..Draft::default() };
        integration::create(work, &Actor::command(), &draft, &[])?;
        Err(Error::Denied(crate::domain::Stronger::Role, Vec::new()))
    });
    assert!(undone.is_err());
    assert_eq!(kinds(&test), []);
}
