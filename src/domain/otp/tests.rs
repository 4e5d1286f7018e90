use chrono::TimeDelta;

use super::*;
use crate::domain::acl::ALL;
use crate::domain::admin_user::{NewAdmin, create};
use crate::domain::password::Rule;
use crate::domain::permission::Grants;
use crate::domain::role;
use crate::store::testing::TestStore;

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> Result<T, Error> {
    test.store.write_now(operation)
}

fn person(test: &TestStore, name: &str) -> AdminUser {
    let admin = NewAdmin {
        username: name.into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: format!("{name}@example.com"),
        password: Secret::new("correct horse battery"),
        password_confirmation: None,
    };
    let admin = admin.check(Rule::Length).unwrap();
    write(test, |work| {
        let role = role::by_name(work, role::ADMINISTRATORS)?;
        create(work, &Actor::command(), &admin, "hash", &role)
    })
    .unwrap()
}

/// What the application shows now.
fn shown(test: &TestStore, secret: &Secret) -> Secret {
    totp::code(&key(secret), totp::step(test.store.clock().now()))
}

fn enrolled(test: &TestStore, user: &AdminUser) -> (Secret, Vec<Secret>) {
    let secret = write(test, |work| begin(work, user.id)).unwrap();
    let code = shown(test, &secret);
    let codes = write(test, |work| confirm(work, user, &Source::default(), &code)).unwrap();
    (secret, codes)
}

fn passes(test: &TestStore, user: &AdminUser, code: &Secret) -> bool {
    write(test, |work| check(work, user, &Source::default(), code)).unwrap()
}

fn demanded(test: &TestStore, user: &AdminUser) -> Demand {
    test.store.read_now(|work| demand(work, user.id)).unwrap()
}

#[test]
fn nothing_is_asked_for_before_a_first_code_has_confirmed_it() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    let secret = write(&test, |work| begin(work, jo.id)).unwrap();
    assert_eq!(
        write(&test, |work| begin(work, jo.id)).unwrap(),
        secret,
        "a page loaded again shows the same"
    );
    assert_eq!(demanded(&test, &jo), Demand::Nothing);
    let wrong = Secret::new("000000");
    assert!(write(&test, |work| confirm(work, &jo, &Source::default(), &wrong)).is_err());
    assert_eq!(demanded(&test, &jo), Demand::Nothing);
    let code = shown(&test, &secret);
    write(&test, |work| confirm(work, &jo, &Source::default(), &code)).unwrap();
    assert_eq!(demanded(&test, &jo), Demand::Code);
    assert!(write(&test, |work| begin(work, jo.id)).is_err(), "what is confirmed is never shown again");
}

#[test]
fn a_code_counts_once() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    let (secret, _) = enrolled(&test, &jo);
    assert!(!passes(&test, &jo, &shown(&test, &secret)), "used for the confirmation");
    test.clock.advance(TimeDelta::seconds(30));
    let code = shown(&test, &secret);
    let spaced = Secret::new(format!("{} {}", &code.expose()[..3], &code.expose()[3..]));
    assert!(passes(&test, &jo, &spaced));
    assert!(!passes(&test, &jo, &code));
}

#[test]
fn ten_recovery_codes_count_once_each_however_they_are_typed() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    let (_, codes) = enrolled(&test, &jo);
    assert_eq!(codes.len(), 10);
    let typed = Secret::new(codes[3].expose().to_lowercase().replace('-', " "));
    assert!(passes(&test, &jo, &typed));
    assert!(!passes(&test, &jo, &codes[3]));
    let state = |test: &TestStore| test.store.read_now(|work| state(work, jo.id)).unwrap();
    assert_eq!(state(&test).recovery_codes, 9);
    let others = write(&test, |work| renew_codes(work, &jo, &Source::default())).unwrap();
    assert!(!passes(&test, &jo, &codes[0]) && passes(&test, &jo, &others[0]));
    let other = person(&test, "ann");
    enrolled(&test, &other);
    assert!(!passes(&test, &other, &others[1]), "nobody else's");
}

#[test]
fn the_secret_is_sealed() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    let (secret, _) = enrolled(&test, &jo);
    let stored = write(&test, |work| Ok(crate::store::testing::otp_secret(work, jo.id.0))).unwrap();
    assert!(!stored.contains(secret.expose()), "{stored}");
}

#[test]
fn whoever_has_none_must_enrol_when_everybody_needs_one() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    write(&test, |work| setting::set(work, &Actor::command(), setting::OTP_REQUIRED, "1")).unwrap();
    assert_eq!(demanded(&test, &jo), Demand::Enrolment);
    enrolled(&test, &jo);
    assert_eq!(demanded(&test, &jo), Demand::Code);
}

#[test]
fn only_who_holds_as_much_takes_it_away_from_somebody_else() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    enrolled(&test, &jo);
    let weak = Actor { holds: Grants::nothing(), ..Actor::command() };
    let refused = write(&test, |work| reset(work, &weak, jo.id));
    assert!(matches!(refused, Err(Error::Denied(Stronger::User, ids)) if ids == [ALL]));
    write(&test, |work| reset(work, &Actor::command(), jo.id)).unwrap();
    assert_eq!(demanded(&test, &jo), Demand::Nothing);
    let own = Actor { holds: Grants::nothing(), ..Actor::person(&jo, &Source::default()) };
    enrolled(&test, &jo);
    assert!(write(&test, |work| reset(work, &own, jo.id)).is_ok());
}

#[test]
fn the_address_for_the_picture_is_what_applications_read() {
    let secret = Secret::new("GEZDGNBV");
    assert_eq!(
        address(&secret, "Latchkey", "jo doe@shop.example").expose(),
        "otpauth://totp/Latchkey:jo%20doe%40shop.example?secret=GEZDGNBV&issuer=Latchkey&algorithm=SHA1&digits=6&period=30"
    );
}
