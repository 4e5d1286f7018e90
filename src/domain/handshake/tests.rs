use chrono::TimeDelta;

use super::*;
use crate::domain::activation::exchange::{self, Handover};
use crate::domain::activation::{Replace, activate, revoke, suspend};
use crate::domain::address::Exception;
use crate::domain::attempt::{Measured, Outcome, State};
use crate::domain::integration::{Draft, IntegrationId};
use crate::domain::{Actor, Conflict};
use crate::oauth1::{BaseUri, Received, Requirement, SignatureMethod, header};
use crate::store::testing::TestStore;

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

/// An integration with a partner's server.
fn acme(test: &TestStore) -> IntegrationId {
    let draft = Draft {
        name: "Acme".into(),
        endpoint: "https://partner.example/callback".into(),
        identity_link_url: "https://partner.example/login".into(),
        ..Draft::default()
    };
    let none: [Exception; 0] = [];
    write(test, |work| integration::create(work, &Actor::command(), &draft, &none)).unwrap().id
}

fn begun(test: &TestStore, id: IntegrationId) -> Handover {
    write(test, |work| exchange::begin(work, &Actor::command(), id)).unwrap()
}

/// What a partner sends, before it is signed.
#[derive(Clone)]
struct Sent {
    key: String,
    consumer_secret: String,
    token: Option<Held>,
    verifier: Option<String>,
    nonce: String,
    timestamp: i64,
}

#[derive(Clone)]
struct Held {
    value: String,
    secret: String,
}

impl Sent {
    fn to_request(test: &TestStore, handover: &Handover, nonce: &str) -> Self {
        Self {
            key: handover.consumer_key.clone(),
            consumer_secret: handover.consumer_secret.expose().to_owned(),
            token: None,
            verifier: None,
            nonce: nonce.to_owned(),
            timestamp: test.store.clock().now().timestamp(),
        }
    }

    fn to_access(test: &TestStore, handover: &Handover, request: &Fresh, nonce: &str) -> Self {
        let token =
            Held { value: request.value.expose().to_owned(), secret: request.secret.expose().to_owned() };
        let verifier = Some(handover.verifier.expose().to_owned());
        Self { token: Some(token), verifier, ..Self::to_request(test, handover, nonce) }
    }

    fn sign(&self) -> Signed {
        let (path, requirement) = match self.token {
            None => ("/oauth/token/request", Requirement::RequestToken),
            Some(_) => ("/oauth/token/access", Requirement::AccessToken),
        };
        let read = |signature: &str| {
            let timestamp = self.timestamp.to_string();
            let mut parameters = vec![
                ("oauth_consumer_key", self.key.as_str()),
                ("oauth_signature_method", "HMAC-SHA256"),
                ("oauth_timestamp", &timestamp),
                ("oauth_nonce", &self.nonce),
                ("oauth_signature", signature),
            ];
            if let Some(token) = &self.token {
                parameters.push(("oauth_token", &token.value));
            }
            if let Some(verifier) = &self.verifier {
                parameters.push(("oauth_verifier", verifier));
            }
            let line = header::write(None, &parameters);
            let base = BaseUri::parse("https://shop.example/").unwrap();
            let authorization = [line.as_str()];
            let received = Received {
                method: "POST",
                base: &base,
                path,
                query: None,
                authorization: &authorization,
                form: None,
            };
            Signed::read(&received, requirement).unwrap().unwrap()
        };
        let token_secret = self.token.as_ref().map_or("", |token| token.secret.as_str());
        let unsigned = read("x");
        read(&SignatureMethod::HmacSha256.sign(unsigned.base_string(), &self.consumer_secret, token_secret))
    }
}

fn ask(test: &TestStore, sent: &Sent) -> Answer {
    let signed = sent.sign();
    write(test, |work| match sent.token {
        None => request_token(work, &signed, &Source::default()),
        Some(_) => access_token(work, &signed, &Source::default()),
    })
    .unwrap()
}

/// The whole exchange, up to the access token.
fn exchanged(test: &TestStore, handover: &Handover, nonce: &str) -> (Fresh, Fresh) {
    let request = ask(test, &Sent::to_request(test, handover, nonce)).unwrap();
    let access = ask(test, &Sent::to_access(test, handover, &request, nonce_after(nonce).as_str())).unwrap();
    (request, access)
}

fn nonce_after(nonce: &str) -> String {
    format!("{nonce}-access")
}

fn status(test: &TestStore, id: IntegrationId) -> Status {
    write(test, |work| integration::find(work, id)).unwrap().status
}

fn state(test: &TestStore, id: IntegrationId) -> State {
    write(test, |work| attempt::latest(work, id)).unwrap()[0].state
}

fn slot(test: &TestStore, handover: &Handover, slot: Slot) -> Option<Token> {
    write(test, |work| {
        let consumer = consumer::by_key(work, &handover.consumer_key)?.unwrap();
        Ok(store::token::find(work, consumer.id, slot)?)
    })
    .unwrap()
}

#[test]
fn the_whole_exchange_ends_active_with_a_live_token() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    assert_eq!((status(&test, id), state(&test, id)), (Status::Inactive, State::Sending));
    let (request, access) = exchanged(&test, &handover, "a");
    assert_eq!(access.value.expose().len(), 32);
    assert_ne!(request.value, access.value);
    assert_eq!((status(&test, id), state(&test, id)), (Status::Active, State::Completed));
    assert_eq!(slot(&test, &handover, Slot::Live).unwrap().secret, access.secret);
    assert!(slot(&test, &handover, Slot::Pending).is_none());
}

#[test]
fn a_verifier_opens_one_request_and_a_request_token_one_access() {
    let test = TestStore::new();
    let handover = begun(&test, acme(&test));
    let (request, _) = exchanged(&test, &handover, "a");
    let again = Sent::to_request(&test, &handover, "b");
    assert!(matches!(ask(&test, &again), Err(Problem::TokenAbsent(_))));
    let spent = Sent::to_access(&test, &handover, &request, "c");
    assert!(matches!(ask(&test, &spent), Err(Problem::TokenUsed)));

    let handover = begun(&test, write(&test, |work| integration::find_by_name(work, "acme")).unwrap().id);
    ask(&test, &Sent::to_request(&test, &handover, "d")).unwrap();
    let again = ask(&test, &Sent::to_request(&test, &handover, "e"));
    assert!(matches!(again, Err(Problem::NotAVerifierToken)), "asked for twice in one attempt");
}

#[test]
fn sending_again_voids_what_was_pending_and_nothing_else() {
    let test = TestStore::new();
    let id = acme(&test);
    let first = begun(&test, id);
    let request = ask(&test, &Sent::to_request(&test, &first, "a")).unwrap();
    let second = begun(&test, id);
    assert_ne!(first.verifier, second.verifier);
    assert_eq!(first.consumer_secret, second.consumer_secret);
    let stale = ask(&test, &Sent::to_access(&test, &first, &request, "b"));
    assert!(matches!(stale, Err(Problem::TokenUnknown)));
    exchanged(&test, &second, "c");
    assert_eq!(write(&test, |work| attempt::latest(work, id)).unwrap().len(), 2);
}

#[test]
fn a_verifier_and_a_request_token_end_with_the_window() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    test.clock.advance(TimeDelta::seconds(299));
    let request = ask(&test, &Sent::to_request(&test, &handover, "a")).unwrap();
    test.clock.advance(TimeDelta::seconds(1));
    let late = ask(&test, &Sent::to_access(&test, &handover, &request, "b"));
    assert!(matches!(late, Err(Problem::TokenExpired)));
    let handover = begun(&test, id);
    test.clock.advance(TimeDelta::seconds(300));
    let late = ask(&test, &Sent::to_request(&test, &handover, "c"));
    assert!(matches!(late, Err(Problem::ConsumerKeyExpired)));
    assert_eq!(status(&test, id), Status::Inactive);
}

#[test]
fn the_old_token_lives_until_the_new_one_exists_and_then_retires() {
    let test = TestStore::new();
    let id = acme(&test);
    let (_, old) = exchanged(&test, &begun(&test, id), "a");
    let handover = begun(&test, id);
    assert_eq!(status(&test, id), Status::Active);
    assert_eq!(slot(&test, &handover, Slot::Live).unwrap().value, old.value);
    let (_, new) = exchanged(&test, &handover, "b");
    assert_eq!(slot(&test, &handover, Slot::Live).unwrap().value, new.value);
    let retiring = slot(&test, &handover, Slot::Retiring).unwrap();
    assert_eq!(retiring.value, old.value);
    assert_eq!(retiring.ends_at, Some(test.store.clock().now() + TimeDelta::seconds(600)));
    write(&test, |work| exchange::end_now(work, &Actor::command(), id)).unwrap();
    assert!(slot(&test, &handover, Slot::Retiring).is_none());
}

#[test]
fn a_late_outcome_never_overwrites_a_later_state() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    let failed = |test: &TestStore| {
        let cause = Measured { cause: Some("timed_out".into()), ..Measured::default() };
        let outcome = Outcome { delivered: false, steps: vec![(StepKind::Post, cause)] };
        write(test, |work| {
            attempt::record_outcome(
                work,
                &Actor::command(),
                &handover.integration,
                handover.attempt,
                &outcome,
            )
        })
        .unwrap();
    };
    let request = ask(&test, &Sent::to_request(&test, &handover, "a")).unwrap();
    failed(&test);
    assert_eq!(state(&test, id), State::Requested);
    ask(&test, &Sent::to_access(&test, &handover, &request, "b")).unwrap();
    failed(&test);
    assert_eq!((state(&test, id), status(&test, id)), (State::Completed, Status::Active));
    let kinds: Vec<_> = write(&test, |work| attempt::latest(work, id)).unwrap()[0]
        .steps
        .iter()
        .map(|step| step.kind)
        .collect();
    assert_eq!(kinds, [StepKind::RequestToken, StepKind::Post, StepKind::AccessToken, StepKind::Post]);
}

#[test]
fn steps_stand_in_the_order_in_which_they_began() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    test.clock.advance(TimeDelta::seconds(1));
    ask(&test, &Sent::to_request(&test, &handover, "a")).unwrap();
    test.clock.advance(TimeDelta::seconds(4));
    let step = |milliseconds| Measured { milliseconds: Some(milliseconds), ..Measured::default() };
    let steps = vec![(StepKind::Connect, step(1)), (StepKind::Post, step(4_999))];
    let outcome = Outcome { delivered: false, steps };
    write(&test, |work| {
        attempt::record_outcome(work, &Actor::command(), &handover.integration, handover.attempt, &outcome)
    })
    .unwrap();
    let attempts = write(&test, |work| attempt::latest(work, id)).unwrap();
    let kinds: Vec<_> = attempts[0].steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Connect, StepKind::Post, StepKind::RequestToken]);
}

#[test]
fn an_outcome_after_the_integration_was_deleted_is_no_failure() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    write(&test, |work| integration::delete(work, &Actor::command(), id)).unwrap();
    let outcome = Outcome { delivered: true, steps: vec![(StepKind::Post, Measured::default())] };
    write(&test, |work| {
        attempt::record_outcome(work, &Actor::command(), &handover.integration, handover.attempt, &outcome)
    })
    .unwrap();
}

#[test]
fn exchanges_that_are_begun_and_ended_at_once_wait_for_each_other() {
    let test = TestStore::shared();
    let id = acme(&test);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                begun(&test, id);
                // Another may have ended this one already.
                let ended = write(&test, |work| revoke(work, &Actor::command(), id));
                assert!(
                    matches!(ended, Ok(_) | Err(Error::Conflict(Conflict::NothingToRevoke))),
                    "{ended:?}"
                );
            });
        }
    });
    let attempts = write(&test, |work| attempt::latest(work, id)).unwrap();
    let numbers: Vec<_> = attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [8, 7, 6, 5, 4, 3, 2, 1]);
}

#[test]
fn a_failed_callback_does_not_withdraw_the_verifier() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    write(&test, |work| {
        attempt::record_outcome(
            work,
            &Actor::command(),
            &handover.integration,
            handover.attempt,
            &Outcome::default(),
        )
    })
    .unwrap();
    assert_eq!(state(&test, id), State::Failed);
    exchanged(&test, &handover, "a");
    assert_eq!(state(&test, id), State::Completed);
}

#[test]
fn nothing_is_written_unless_the_signature_holds() {
    let test = TestStore::new();
    let handover = begun(&test, acme(&test));
    let good = Sent::to_request(&test, &handover, "a");
    let forged = Sent { consumer_secret: "0".repeat(32), ..good.clone() };
    assert!(matches!(ask(&test, &forged), Err(Problem::SignatureInvalid)));
    let check = |sent: &Sent| test.store.read_now(|work| check_request(work, &sent.sign())).unwrap();
    assert_eq!((check(&forged), check(&good)), (Err(Problem::SignatureInvalid), Ok(())));
    let request = ask(&test, &good).unwrap();
    assert!(
        matches!(ask(&test, &good), Err(Problem::NonceUsed(_))),
        "the nonce was free until it was signed for"
    );
    let good = Sent::to_access(&test, &handover, &request, "b");
    let wrong = Sent { verifier: Some("0".repeat(32)), ..good.clone() };
    assert!(matches!(ask(&test, &wrong), Err(Problem::VerifierMismatch)));
    let stale = Sent { timestamp: good.timestamp - 601, ..good.clone() };
    assert!(matches!(ask(&test, &stale), Err(Problem::TimestampRefused { .. })));
    ask(&test, &Sent { nonce: "c".into(), ..good }).unwrap();
}

#[test]
fn tokens_of_other_kinds_and_owners_are_refused_by_name() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    let (_, access) = exchanged(&test, &handover, "a");
    let with_access = Sent::to_access(&test, &handover, &access, "b");
    assert!(matches!(ask(&test, &with_access), Err(Problem::TokenUsed)));
    let unknown = Fresh { value: Secret::new("0".repeat(32)), secret: Secret::new("0".repeat(32)) };
    assert!(matches!(
        ask(&test, &Sent::to_access(&test, &handover, &unknown, "c")),
        Err(Problem::TokenUnknown)
    ));

    let draft = Draft {
        name: "Other".into(),
        endpoint: "https://other.example/".into(),
        identity_link_url: "https://other.example/".into(),
        ..Draft::default()
    };
    let other = write(&test, |work| integration::create(work, &Actor::command(), &draft, &[])).unwrap().id;
    let other = begun(&test, other);
    let request = ask(&test, &Sent::to_request(&test, &other, "d")).unwrap();
    let foreign = Sent::to_access(&test, &handover, &request, "e");
    assert!(matches!(ask(&test, &foreign), Err(Problem::RequestTokenOfAnother)));
}

#[test]
fn neither_a_suspended_nor_a_revoked_integration_exchanges() {
    let test = TestStore::new();
    let id = acme(&test);
    exchanged(&test, &begun(&test, id), "a");
    let handover = begun(&test, id);
    write(&test, |work| suspend(work, &Actor::command(), id)).unwrap();
    let suspended = ask(&test, &Sent::to_request(&test, &handover, "b"));
    assert!(matches!(suspended, Err(Problem::ConsumerSuspended)));
    let again = write(&test, |work| exchange::begin(work, &Actor::command(), id));
    assert!(matches!(again, Err(Error::Conflict(Conflict::Suspended))));
    write(&test, |work| revoke(work, &Actor::command(), id)).unwrap();
    let revoked = ask(&test, &Sent::to_request(&test, &handover, "c"));
    assert!(matches!(revoked, Err(Problem::TokenAbsent(_))));
    assert_eq!(status(&test, id), Status::Inactive);
}

#[test]
fn an_integration_without_a_server_is_not_exchanged_with() {
    let test = TestStore::new();
    let draft = Draft { name: "Plain".into(), ..Draft::default() };
    let id = write(&test, |work| integration::create(work, &Actor::command(), &draft, &[])).unwrap().id;
    let refused = write(&test, |work| exchange::begin(work, &Actor::command(), id));
    assert!(matches!(refused, Err(Error::Conflict(Conflict::NeedsNoExchange))));
    write(&test, |work| activate(work, &Actor::command(), id, Replace::Now)).unwrap();
}

#[test]
fn a_replaced_consumer_secret_signs_for_the_grace_period_and_not_when_it_is_ended() {
    let test = TestStore::new();
    let id = acme(&test);
    let handover = begun(&test, id);
    write(&test, |work| exchange::renew_secret(work, &Actor::command(), id)).unwrap();
    test.clock.advance(TimeDelta::seconds(200));
    let request = ask(&test, &Sent::to_request(&test, &handover, "a")).unwrap();
    write(&test, |work| exchange::end_now(work, &Actor::command(), id)).unwrap();
    let with_old = Sent::to_access(&test, &handover, &request, "b");
    assert!(matches!(ask(&test, &with_old), Err(Problem::SignatureInvalid)));
    let now = write(&test, |work| Ok(consumer::of(work, id)?.unwrap().secret)).unwrap();
    let with_new = Sent { consumer_secret: now.expose().to_owned(), ..with_old };
    ask(&test, &with_new).unwrap();
}

#[test]
fn a_request_whose_nonce_may_have_been_forgotten_is_refused() {
    let test = TestStore::new();
    let handover = begun(&test, acme(&test));
    let sent = Sent::to_request(&test, &handover, "n");
    let forget = |work: &mut Work<'_>| Ok(store::revision::set_nonces_since(work, sent.timestamp + 1)?);
    write(&test, forget).unwrap();
    assert_eq!(ask(&test, &sent).unwrap_err().code(), "timestamp_refused");
    let later = Sent { timestamp: sent.timestamp + 1, ..sent };
    assert!(ask(&test, &Sent { nonce: "m".into(), ..later }).is_ok());
}
