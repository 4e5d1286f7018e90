use chrono::TimeDelta;

use super::*;
use crate::domain::acl::Tree;
use crate::domain::integration::{Draft, create};
use crate::domain::permission::{Grants, Wish};
use crate::store::testing::TestStore;

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn made(test: &TestStore, draft: &Draft) -> IntegrationId {
    write(test, |work| create(work, &Actor::command(), draft, &[])).unwrap().id
}

fn acme(test: &TestStore) -> IntegrationId {
    let grants = Wish::These(vec!["Magento_Catalog::products".into()]);
    made(test, &Draft { name: "Acme".into(), grants, ..Draft::default() })
}

fn activated(test: &TestStore, id: IntegrationId, replace: Replace) -> Shown {
    write(test, |work| activate(work, &Actor::command(), id, replace)).unwrap()
}

fn token(test: &TestStore, id: IntegrationId, slot: Slot) -> Option<Token> {
    write(test, |work| {
        let consumer = consumer_of(work, id)?;
        Ok(store::token::find(work, consumer.id, slot)?)
    })
    .unwrap()
}

fn status(test: &TestStore, id: IntegrationId) -> Status {
    write(test, |work| integration::find(work, id)).unwrap().status
}

#[test]
fn activation_shows_four_values_of_32_characters() {
    let test = TestStore::new();
    let shown = activated(&test, acme(&test), Replace::AfterGrace);
    let values = shown.credentials;
    assert_eq!((shown.done, shown.integration.status), (Done::Activated, Status::Active));
    assert_eq!(values.consumer_key.len(), 32);
    assert_eq!(values.consumer_secret.expose().len(), 32);
    assert_eq!(values.access_token.unwrap().expose().len(), 32);
    assert_eq!(values.access_token_secret.unwrap().expose().len(), 32);
}

#[test]
fn reauthorization_keeps_key_and_secret_and_lets_the_old_token_retire() {
    let test = TestStore::new();
    let id = acme(&test);
    let first = activated(&test, id, Replace::AfterGrace).credentials;
    let again = activated(&test, id, Replace::AfterGrace);
    assert_eq!(again.done, Done::Reauthorized);
    assert_eq!(again.credentials.consumer_key, first.consumer_key);
    assert_eq!(again.credentials.consumer_secret, first.consumer_secret);
    assert_ne!(again.credentials.access_token, first.access_token);
    let retiring = token(&test, id, Slot::Retiring).unwrap();
    assert_eq!(Some(retiring.value), first.access_token);
    assert_eq!(retiring.ends_at.unwrap() - retiring.created_at, TimeDelta::days(1));
    assert_eq!(Some(token(&test, id, Slot::Live).unwrap().value), again.credentials.access_token);
}

#[test]
fn the_old_token_ends_60_seconds_after_the_first_call_with_the_new_one() {
    let test = TestStore::new();
    let id = acme(&test);
    activated(&test, id, Replace::AfterGrace);
    activated(&test, id, Replace::AfterGrace);
    let live = token(&test, id, Slot::Live).unwrap();
    test.clock.advance(TimeDelta::hours(1));
    let used =
        |test: &TestStore| write(test, |work| token::first_used(work, live.consumer, live.id)).unwrap();
    used(&test);
    let ends_at = token(&test, id, Slot::Retiring).unwrap().ends_at.unwrap();
    assert_eq!(ends_at - live.created_at, TimeDelta::seconds(3660));
    // Later calls do not put the end off.
    test.clock.advance(TimeDelta::seconds(30));
    used(&test);
    assert_eq!(token(&test, id, Slot::Retiring).unwrap().ends_at, Some(ends_at));
}

#[test]
fn replacing_now_leaves_no_old_token() {
    let test = TestStore::new();
    let id = acme(&test);
    activated(&test, id, Replace::AfterGrace);
    activated(&test, id, Replace::AfterGrace);
    activated(&test, id, Replace::Now);
    assert!(token(&test, id, Slot::Retiring).is_none());
    assert!(token(&test, id, Slot::Live).is_some());
}

#[test]
fn suspension_keeps_the_token_and_resuming_restores_the_status() {
    let test = TestStore::new();
    let id = acme(&test);
    let refused = write(&test, |work| suspend(work, &Actor::command(), id));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotActive))));
    activated(&test, id, Replace::AfterGrace);
    write(&test, |work| suspend(work, &Actor::command(), id)).unwrap();
    assert_eq!(status(&test, id), Status::Suspended);
    assert!(token(&test, id, Slot::Live).is_some());
    let refused = write(&test, |work| activate(work, &Actor::command(), id, Replace::Now));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::Suspended))));
    write(&test, |work| resume(work, &Actor::command(), id)).unwrap();
    assert_eq!(status(&test, id), Status::Active);
    let refused = write(&test, |work| resume(work, &Actor::command(), id));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NotSuspended))));
}

#[test]
fn revoking_deletes_every_token_and_ends_a_suspension() {
    let test = TestStore::new();
    let id = acme(&test);
    activated(&test, id, Replace::AfterGrace);
    activated(&test, id, Replace::AfterGrace);
    write(&test, |work| suspend(work, &Actor::command(), id)).unwrap();
    write(&test, |work| revoke(work, &Actor::command(), id)).unwrap();
    assert_eq!(status(&test, id), Status::Inactive);
    assert!(token(&test, id, Slot::Live).is_none() && token(&test, id, Slot::Retiring).is_none());
    assert_eq!(activated(&test, id, Replace::AfterGrace).done, Done::Activated);
}

#[test]
fn where_there_is_no_access_nothing_is_revoked_and_nothing_written() {
    let test = TestStore::new();
    let id = acme(&test);
    let written = || {
        let entries = write(&test, |work| audit::latest(work, id, 100)).unwrap().len();
        (entries, write(&test, |work| integration::find(work, id)).unwrap().updated_at)
    };
    let nothing = |refused: Result<Integration, Error>| {
        assert!(matches!(refused, Err(Error::Conflict(Conflict::NothingToRevoke))), "{refused:?}");
    };
    let before = written();
    nothing(write(&test, |work| revoke(work, &Actor::command(), id)));
    assert_eq!(written(), before, "never activated");
    activated(&test, id, Replace::AfterGrace);
    write(&test, |work| revoke(work, &Actor::command(), id)).unwrap();
    let before = written();
    test.clock.advance(TimeDelta::hours(1));
    nothing(write(&test, |work| revoke(work, &Actor::command(), id)));
    assert_eq!(written(), before, "revoked already");
}

#[test]
fn an_exchange_under_way_can_be_revoked() {
    let test = TestStore::new();
    let draft = Draft {
        name: "Acme".into(),
        endpoint: "https://partner.example/callback".into(),
        identity_link_url: "https://partner.example/login".into(),
        ..Draft::default()
    };
    let id = made(&test, &draft);
    write(&test, |work| exchange::begin(work, &Actor::command(), id)).unwrap();
    write(&test, |work| revoke(work, &Actor::command(), id)).unwrap();
    assert!(token(&test, id, Slot::Pending).is_none());
}

#[test]
fn an_integration_with_both_addresses_needs_an_exchange() {
    let test = TestStore::new();
    let one = Draft { name: "One".into(), endpoint: "https://a.example/".into(), ..Draft::default() };
    let both = Draft { name: "Both".into(), identity_link_url: "https://b.example/".into(), ..one.clone() };
    let (one, both) = (made(&test, &one), made(&test, &both));
    assert_eq!(activated(&test, one, Replace::AfterGrace).done, Done::Activated);
    let refused = write(&test, |work| activate(work, &Actor::command(), both, Replace::AfterGrace));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NeedsExchange))));
    assert_eq!(status(&test, both), Status::Inactive);
}

#[test]
fn who_activates_reveals_or_resumes_must_hold_what_the_integration_holds() {
    let test = TestStore::new();
    let id = acme(&test);
    let holds = Grants::stored(Tree::builtin(), ["Magento_Sales::actions_view"]).0;
    let limited = Actor { holds, ..Actor::command() };
    let lacking = |outcome: Result<(), Error>| match outcome {
        Err(Error::Denied(Stronger::Integration, ids)) => ids,
        other => panic!("expected denial, got {other:?}"),
    };
    let activation = write(&test, |work| activate(work, &limited, id, Replace::Now).map(|_| ()));
    assert_eq!(lacking(activation), ["Magento_Catalog::products"]);
    activated(&test, id, Replace::AfterGrace);
    lacking(write(&test, |work| reveal(work, &limited, id).map(|_| ())));
    write(&test, |work| suspend(work, &Actor::command(), id)).unwrap();
    lacking(write(&test, |work| resume(work, &limited, id).map(|_| ())));
}

#[test]
fn values_are_revealed_until_the_setting_forbids_it() {
    let test = TestStore::new();
    let id = acme(&test);
    let shown = activated(&test, id, Replace::AfterGrace).credentials;
    let again = write(&test, |work| reveal(work, &Actor::command(), id)).unwrap();
    assert_eq!(again.access_token_secret, shown.access_token_secret);
    write(&test, |work| setting::set(work, &Actor::command(), setting::TOKEN_REVEAL, "0")).unwrap();
    let refused = write(&test, |work| reveal(work, &Actor::command(), id));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::RevealSwitchedOff))));
}

#[test]
fn neither_secret_nor_token_stands_readable_in_the_database() {
    let test = TestStore::new();
    let id = acme(&test);
    let values = activated(&test, id, Replace::AfterGrace).credentials;
    let stored = write(&test, |work| Ok(store::testing::dump_credentials(work))).unwrap();
    for secret in [Some(values.consumer_secret), values.access_token, values.access_token_secret] {
        assert!(!stored.contains(secret.unwrap().expose()));
    }
    assert!(stored.contains(&values.consumer_key));
}
