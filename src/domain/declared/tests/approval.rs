//! What waits for a person: nothing widens before, and only what was seen is approved.

use super::*;
use crate::domain::acl::Tree;

#[test]
fn wider_permissions_wait_for_approval_while_the_old_ones_keep_working() {
    let test = TestStore::new();
    applied(&test, &asks_for(&[PRODUCTS]));
    let before = activated(&test, "Acme");
    let plan = applied(&test, &asks_for(&[PRODUCTS, CAPTURE]));
    assert_eq!(kinds(&plan), [("Acme", Kind::Approval)]);
    assert!(plan.steps[0].granted.contains(&CAPTURE.to_owned()) && plan.steps[0].withdrawn.is_empty());
    let waiting = state(&test, "Acme");
    assert_eq!(waiting.integration.status, Status::Reset);
    assert_eq!(waiting.grants, before.grants);
    assert_eq!(waiting.live.as_ref().unwrap().value, before.live.unwrap().value);
    assert!(waiting.integration.version > before.integration.version, "a page drawn before is told of it");
    let approved = activated(&test, "Acme");
    assert_eq!(approved.integration.status, Status::Active);
    assert!(approved.grants.contains(&CAPTURE.to_owned()));
    assert_eq!(approved.record.unwrap().pending, None);
    assert_eq!(approved.consumer.key, waiting.consumer.key);
}

#[test]
fn a_changed_callback_url_waits_for_approval_and_a_change_that_is_taken_back_waits_no_longer() {
    let test = TestStore::new();
    let with = |endpoint: &str| {
        acme(&format!("<email>jo@acme.example</email><endpoint_url>{endpoint}</endpoint_url>"))
    };
    applied(&test, &with("https://acme.example/a"));
    activated(&test, "Acme");
    assert_eq!(kinds(&applied(&test, &with("https://acme.example/b"))), [("Acme", Kind::Approval)]);
    let waiting = state(&test, "Acme");
    assert_eq!(waiting.integration.endpoint.as_deref(), Some("https://acme.example/b"));
    assert_eq!(waiting.integration.status, Status::Reset);
    let approved = waiting.record.unwrap().pending.unwrap().approved_endpoint;
    assert_eq!(approved, Some(Some("https://acme.example/a".to_owned())));
    // A third address does not make one forget which was approved.
    applied(&test, &with("https://acme.example/c"));
    applied(&test, &with("https://acme.example/a"));
    let back = state(&test, "Acme");
    assert_eq!((back.integration.status, back.record.unwrap().pending), (Status::Active, None));
    // An address that is gone is noticed, too.
    let gone = applied(&test, &acme("<email>jo@acme.example</email>"));
    assert_eq!(
        (kinds(&gone), state(&test, "Acme").integration.endpoint),
        (vec![("Acme", Kind::Approval)], None)
    );
}

#[test]
fn a_suspended_integration_stays_suspended_while_something_waits() {
    let test = TestStore::new();
    applied(&test, &asks_for(&[PRODUCTS]));
    let id = activated(&test, "Acme").integration.id;
    let by = Actor::command();
    test.store.write_now(|work| activation::suspend(work, &by, id)).unwrap();
    applied(&test, &asks_for(&[CAPTURE]));
    assert_eq!(state(&test, "Acme").integration.status, Status::Suspended);
    test.store.write_now(|work| activation::resume(work, &by, id)).unwrap();
    let resumed = state(&test, "Acme");
    assert_eq!(resumed.integration.status, Status::Reset);
    assert!(!resumed.grants.contains(&CAPTURE.to_owned()));
}

#[test]
fn whoever_approves_must_hold_what_is_asked_for() {
    let test = TestStore::new();
    applied(&test, &asks_for(&[PRODUCTS]));
    let id = activated(&test, "Acme").integration.id;
    let held = state(&test, "Acme").grants;
    applied(&test, &asks_for(&[PRODUCTS, CAPTURE]));
    let holds = Grants::stored(Tree::builtin(), held.iter().map(String::as_str)).0;
    let by = Actor { holds, ..Actor::command() };
    let refused = test.store.write_now(|work| activation::activate(work, &by, id, Replace::AfterGrace));
    assert!(matches!(refused, Err(Error::Denied(_, ids)) if ids.contains(&CAPTURE.to_owned())));
    assert!(!state(&test, "Acme").grants.contains(&CAPTURE.to_owned()));
}

#[test]
fn a_callback_url_that_nobody_approved_is_not_approved_by_going_and_coming_back() {
    let test = TestStore::new();
    let at = |path: &str| {
        let urls = format!("<endpoint_url>https://acme.example/{path}</endpoint_url>");
        acme(&format!("<email>jo@acme.example</email>{urls}{}", resources(&[PRODUCTS])))
    };
    let stands = || {
        let State { integration, record, .. } = state(&test, "Acme");
        (integration.status, record.unwrap().pending.is_some())
    };
    applied(&test, &at("a"));
    activated(&test, "Acme");
    for declared in [at("b"), files(&[]), at("b")] {
        applied(&test, &declared);
        assert_eq!(stands(), (Status::Reset, true));
    }
    applied(&test, &at("a"));
    assert_eq!(stands(), (Status::Active, false));
}

#[test]
fn what_was_approved_waits_again_once_access_is_taken_away() {
    let test = TestStore::new();
    let urls = "<email>jo@acme.example</email><endpoint_url>https://acme.example/a</endpoint_url>\
                <identity_link_url>https://acme.example/in</identity_link_url>";
    applied(&test, &acme(&format!("{urls}{}", resources(&[PRODUCTS]))));
    applied(&test, &acme(&format!("{urls}{}", resources(&[PRODUCTS, CAPTURE]))));
    let Integration { id, version, .. } = state(&test, "Acme").integration;
    let by = Actor::command();
    test.store.write_now(|work| activation::exchange::begin_as_seen(work, &by, id, version)).unwrap();
    let approved =
        || state(&test, "Acme").record.map(|record| (record.pending.is_some(), record.approved_by.is_some()));
    assert_eq!(approved(), Some((true, true)));
    test.store.write_now(|work| activation::revoke(work, &by, id)).unwrap();
    assert_eq!(approved(), Some((true, false)));
}

#[test]
fn what_is_approved_by_an_exchange_is_granted_when_it_is_completed_and_for_what_was_seen_only() {
    let test = TestStore::new();
    let urls = "<email>jo@acme.example</email><endpoint_url>https://acme.example/a</endpoint_url>\
                <identity_link_url>https://acme.example/in</identity_link_url>";
    let asks = |ids: &[&str]| acme(&format!("{urls}{}", resources(ids)));
    applied(&test, &asks(&[PRODUCTS]));
    let by = Actor::command();
    let id = state(&test, "Acme").integration.id;
    let begin = |seen: Option<i64>| {
        let begun = test.store.write_now(|work| match seen {
            Some(version) => activation::exchange::begin_as_seen(work, &by, id, version),
            None => activation::exchange::begin(work, &by, id),
        });
        begun.unwrap().attempt
    };
    let fulfilled = |attempt| {
        test.store.write_now(|work| fulfil(work, id, Some(attempt))).map(|done| done.waits).unwrap()
    };
    applied(&test, &asks(&[PRODUCTS, CAPTURE]));
    let version = state(&test, "Acme").integration.version;
    let approved = begin(Some(version));
    let State { grants, integration, record, .. } = state(&test, "Acme");
    assert!(!grants.contains(&CAPTURE.to_owned()) && integration.status == Status::Reset);
    assert_eq!(record.unwrap().approved_by, Some(approved));
    // Applying the same files again, or another e-mail address, leaves the approval alone; sending again takes it along.
    applied(&test, &acme(&format!("{urls}{}", resources(&[PRODUCTS, CAPTURE])).replace("jo@", "new@")));
    let again = begin(None);
    assert!(fulfilled(approved), "the attempt before is over");
    assert_eq!(state(&test, "Acme").record.unwrap().approved_by, Some(again));
    // Another callback URL is another thing to approve, and so are further resources.
    applied(&test, &acme(&format!("{urls}{}", resources(&[PRODUCTS, CAPTURE])).replace("/a<", "/b<")));
    assert!(fulfilled(again));
    let again = begin(Some(state(&test, "Acme").integration.version));
    applied(
        &test,
        &acme(
            &format!("{urls}{}", resources(&[PRODUCTS, CAPTURE, "Magento_Cart::cart"])).replace("/a<", "/b<"),
        ),
    );
    assert!(fulfilled(again) && fulfilled(begin(None)), "nobody has seen the last one");
    assert!(!state(&test, "Acme").grants.contains(&CAPTURE.to_owned()));
    let last = begin(Some(state(&test, "Acme").integration.version));
    assert!(!fulfilled(last));
    let State { grants, record, .. } = state(&test, "Acme");
    assert!(grants.contains(&CAPTURE.to_owned()) && grants.contains(&"Magento_Cart::cart".to_owned()));
    assert_eq!(record.map(|record| (record.pending, record.approved_by)), Some((None, None)));
}
