use chrono::TimeDelta;

use super::*;
use crate::domain::admin_user::NewAdmin;
use crate::domain::audit::Act;
use crate::domain::candidate::Candidate;
use crate::domain::password::Rule;
use crate::domain::permission::Grants;
use crate::domain::role::{ADMINISTRATORS, by_name};
use crate::domain::setting;
use crate::domain::sign_in::candidate;
use crate::store::testing::TestStore;

fn person(test: &TestStore, name: &str, role: &str) -> AdminUser {
    let admin = NewAdmin {
        username: name.into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: format!("{name}@example.com"),
        password: Secret::new("correct horse battery"),
        password_confirmation: None,
    };
    let admin = admin.check(Rule::Length).unwrap();
    let make = |work: &mut Work<'_>| {
        let role = by_name(work, role)?;
        admin_user::create(work, &Actor::command(), &admin, "hash", &role)
    };
    test.store.write_now(make).unwrap()
}

/// Whoever that name could be, with a password that was verified.
fn verified(test: &TestStore, name: &str, is_right: bool) -> (Option<AdminUserId>, Verified) {
    let Candidate { id, hash, .. } = test.store.read_now(|work| candidate(work, name)).unwrap();
    (id, Verified { hash, is_right, upgraded: None })
}

fn judged(
    test: &TestStore,
    (id, verified): &(Option<AdminUserId>, Verified),
    code: Option<&Secret>,
) -> Option<Answer> {
    test.store.write_now(|work| create(work, *id, verified, code, &Source::default())).unwrap()
}

fn asked_with(test: &TestStore, name: &str, is_right: bool, code: Option<&Secret>) -> Answer {
    judged(test, &verified(test, name, is_right), code).unwrap()
}

fn asked(test: &TestStore, name: &str, is_right: bool) -> Answer {
    asked_with(test, name, is_right, None)
}

/// What the trail says of tokens, the latest first.
fn acts(test: &TestStore) -> Vec<Act> {
    let mut acts = Vec::new();
    let walk = |work: &mut Work<'_>| crate::store::testing::acts(work);
    for word in test.store.read_now(walk).unwrap() {
        acts.extend(Act::of(&word).filter(|act| act.word().starts_with("token")));
    }
    acts
}

#[test]
fn the_right_password_gets_a_token_and_is_recorded() {
    let test = TestStore::new();
    person(&test, "jo", ADMINISTRATORS);
    assert!(matches!(asked(&test, "JO", true), Answer::Token(_)));
    assert!(matches!(asked(&test, "jo", false), Answer::Refused));
    assert!(matches!(asked(&test, "nobody", true), Answer::Refused), "nobody has that name");
    assert_eq!(acts(&test), [Act::TokenRefused, Act::TokenRefused, Act::TokenIssued]);
}

#[test]
fn six_wrong_passwords_lock_the_name_until_the_time_out_has_passed() {
    let test = TestStore::new();
    person(&test, "jo", ADMINISTRATORS);
    person(&test, "ed", ADMINISTRATORS);
    for _ in 0..6 {
        assert!(matches!(asked(&test, "jo", false), Answer::Refused));
    }
    assert!(matches!(asked(&test, "jo", true), Answer::Refused), "the right one is refused");
    assert!(matches!(asked(&test, "ed", true), Answer::Token(_)), "another name is not");
    test.clock.advance(TimeDelta::seconds(1799));
    assert!(matches!(asked(&test, "jo", true), Answer::Refused));
    test.clock.advance(TimeDelta::seconds(1));
    assert!(matches!(asked(&test, "jo", true), Answer::Token(_)), "no job has run");
    for _ in 0..5 {
        asked(&test, "jo", false);
    }
    assert!(matches!(asked(&test, "jo", true), Answer::Token(_)), "success has forgotten the failures");
}

#[test]
fn names_that_nobody_has_share_one_row() {
    let test = TestStore::new();
    for number in 0..20 {
        assert!(matches!(asked(&test, &format!("nobody{number}"), false), Answer::Refused));
    }
    let deleted = || test.store.write_now(|work| token_throttle::delete_outdated(work, 100)).unwrap();
    test.clock.advance(TimeDelta::days(1));
    assert_eq!((deleted(), deleted()), (1, 0));
}

#[test]
fn a_hash_that_was_replaced_since_it_was_verified_is_verified_anew_and_counts_nothing() {
    let test = TestStore::new();
    let jo = person(&test, "jo", ADMINISTRATORS);
    let before = verified(&test, "jo", true);
    test.store.write_now(|work| store::admin_user::set_password(work, jo.id, "other")).unwrap();
    for _ in 0..6 {
        assert!(judged(&test, &before, None).is_none());
    }
    assert!(matches!(asked(&test, "jo", true), Answer::Token(_)), "nothing was counted");
}

#[test]
fn closed_accounts_and_roles_that_hold_nothing_get_none_and_count_nothing() {
    let test = TestStore::new();
    let jo = person(&test, "jo", ADMINISTRATORS);
    person(&test, "root", ADMINISTRATORS);
    test.store.write_now(|work| role::create(work, "Empty", &Grants::nothing())).unwrap();
    person(&test, "idle", "Empty");
    let by = Actor::command();
    test.store.write_now(|work| admin_user::deactivate(work, &by, jo.id)).unwrap();
    for _ in 0..10 {
        assert!(matches!(asked(&test, "jo", true), Answer::Refused));
        assert!(matches!(asked(&test, "idle", true), Answer::HoldsNothing));
    }
    test.clock.advance(TimeDelta::days(1));
    let counted = test.store.write_now(|work| token_throttle::delete_outdated(work, 100)).unwrap();
    assert_eq!(counted, 0);
}

#[test]
fn a_second_factor_is_asked_for_by_the_other_service() {
    let test = TestStore::new();
    let jo = person(&test, "jo", ADMINISTRATORS);
    let with_code = |code: &Secret| asked_with(&test, "jo", true, Some(code));
    assert!(matches!(with_code(&Secret::new("1")), Answer::NotEnrolled));
    let secret = test.store.write_now(|work| otp::begin(work, jo.id)).unwrap();
    let code = |steps: i64| {
        let key = data_encoding::BASE32_NOPAD.decode(secret.expose().as_bytes()).unwrap();
        otp::totp::code(&key, otp::totp::step(test.store.clock().now()) + steps)
    };
    let first = code(-1);
    test.store.write_now(|work| otp::confirm(work, &jo, &Source::default(), &first)).unwrap();
    assert!(matches!(asked(&test, "jo", true), Answer::NeedsCode));
    assert_eq!(acts(&test)[0], Act::TokenRefused, "somebody knows the password");
    let right = code(0);
    assert!(matches!(with_code(&right), Answer::Token(_)));
    assert!(matches!(with_code(&right), Answer::WrongCode), "a code counts once");
    for _ in 0..5 {
        with_code(&Secret::new("000000"));
        // A right password in between forgets nothing.
        asked(&test, "jo", true);
    }
    assert!(matches!(with_code(&code(1)), Answer::Refused), "locked");
}

#[test]
fn where_everybody_needs_a_second_factor_an_account_without_one_gets_no_token() {
    let test = TestStore::new();
    person(&test, "jo", ADMINISTRATORS);
    let by = Actor::command();
    test.store.write_now(|work| setting::set(work, &by, setting::OTP_REQUIRED, "1")).unwrap();
    assert!(matches!(asked(&test, "jo", true), Answer::NeedsEnrolment));
}

#[test]
fn tokens_end_with_revocation_deactivation_and_another_password() {
    let test = TestStore::new();
    person(&test, "root", ADMINISTRATORS);
    let jo = person(&test, "jo", ADMINISTRATORS);
    let holder = Holder::Admin(jo.id);
    let by = Actor::command();
    let counted = || test.store.read_now(|work| bearer::count(work, holder)).unwrap();
    type End = fn(&mut Work<'_>, &Actor, AdminUserId) -> Result<(), Error>;
    let ends: [End; 3] = [
        |work, by, id| revoke(work, by, id).map(|_| ()),
        |work, by, id| admin_user::force_sign_in(work, by, id).map(|_| ()),
        |work, by, id| admin_user::deactivate(work, by, id).map(|_| ()),
    ];
    for end in ends {
        asked(&test, "jo", true);
        assert_eq!(counted(), 1);
        test.store.write_now(|work| end(work, &by, jo.id)).unwrap();
        assert_eq!(counted(), 0);
    }
}

#[test]
fn nobody_revokes_the_tokens_of_somebody_who_may_do_more() {
    let test = TestStore::new();
    let jo = person(&test, "jo", ADMINISTRATORS);
    let by = Actor::stranger(&Source::default());
    let refused = test.store.write_now(|work| revoke(work, &by, jo.id));
    assert!(matches!(refused, Err(Error::Denied(..))));
}

#[test]
fn unlocking_an_account_opens_the_token_service_too() {
    let test = TestStore::new();
    let jo = person(&test, "jo", ADMINISTRATORS);
    for _ in 0..6 {
        asked(&test, "jo", false);
    }
    let was_locked = test.store.write_now(|work| lockout::unlock(work, &Actor::command(), &jo)).unwrap();
    assert!(was_locked);
    assert!(matches!(asked(&test, "jo", true), Answer::Token(_)));
}

/// Twenty at once on as many connections as there are: the lock is on the row, not in memory.
#[test]
fn twenty_guesses_at_once_are_never_more_than_six() {
    let test = TestStore::shared();
    person(&test, "jo", ADMINISTRATORS);
    let guess = verified(&test, "jo", false);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| judged(&test, &guess, None));
        }
    });
    let name = Name::of(Kind::Admin, Some("jo"));
    let tally = test.store.write_now(|work| store::token_request_log::hold(work, Kind::Admin, "jo")).unwrap();
    assert_eq!(tally.map(|tally| tally.failures), Some(6), "what came while it was locked is not counted");
    assert!(test.store.write_now(|work| token_throttle::is_locked(work, &name)).unwrap());
    assert!(matches!(asked(&test, "jo", true), Answer::Refused));
}

#[test]
fn tokens_end_with_another_password_and_with_the_account() {
    let test = TestStore::new();
    person(&test, "root", ADMINISTRATORS);
    let jo = person(&test, "jo", ADMINISTRATORS);
    let by = Actor::command();
    let counted = || test.store.read_now(|work| bearer::count(work, Holder::Admin(jo.id))).unwrap();
    let same = NewAdmin {
        username: "jo".into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: "jo@example.com".into(),
        ..NewAdmin::default()
    };
    let same = same.check_change(Rule::Length).unwrap();
    for (hash, left) in [(None, 1), (Some("another"), 0)] {
        let version = test.store.read_now(|work| admin_user::find(work, jo.id)).unwrap().version;
        asked(&test, "jo", true);
        let (role, is_active) = (jo.role, true);
        let change =
            admin_user::Change { person: &same, hash, is_active, expires_at: None, role, spared: None };
        test.store.write_now(|work| admin_user::save(work, &by, Some((jo.id, version)), &change)).unwrap();
        assert_eq!(counted(), left, "{hash:?}");
    }
    asked(&test, "jo", true);
    test.store.write_now(|work| admin_user::delete(work, &by, jo.id)).unwrap();
    assert_eq!(counted(), 0);
}
