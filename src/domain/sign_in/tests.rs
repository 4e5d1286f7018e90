use std::sync::mpsc;
use std::thread;

use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;

use super::*;
use crate::domain::admin_user::{Change, NewAdmin};
use crate::domain::lockout::Failures;
use crate::domain::otp::totp;
use crate::domain::password::Rule;
use crate::domain::{password_reset, role};
use crate::store::testing::{TestStore, acts, await_rival};

/// The ways in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Password,
    Code,
    Enrolment,
}

const WAYS: [Way; 3] = [Way::Password, Way::Code, Way::Enrolment];

/// Somebody at the door, with all that is left to be given.
struct Guest {
    user: AdminUser,
    way: Way,
    half: Half,
    code: Secret,
}

type Deed = fn(&mut Work<'_>, &AdminUser) -> Result<(), Error>;

/// What takes the right away by which somebody is coming in.
const CLOSING: [(Deed, End); 3] = [
    (sets_password, End::PasswordChanged),
    (chooses_password, End::PasswordChanged),
    (deactivates, End::Deactivated),
];

/// What ends the sessions that there are.
const ENDING: [(Deed, End); 2] =
    [(forces_sign_in, End::EndedByAdministrator), (ends_others, End::EndedByPerson)];

fn draft(name: &str) -> NewAdmin {
    NewAdmin {
        username: name.into(),
        firstname: "Jo".into(),
        lastname: "Doe".into(),
        email: format!("{name}@example.com"),
        ..NewAdmin::default()
    }
}

fn sets_password(work: &mut Work<'_>, user: &AdminUser) -> Result<(), Error> {
    let person = draft(&user.username).check_change(Rule::Length).unwrap();
    let (hash, role) = (Some("other"), user.role);
    let change = Change { person: &person, hash, is_active: true, expires_at: None, role, spared: None };
    admin_user::save(work, &Actor::command(), Some((user.id, user.version)), &change)?;
    Ok(())
}

fn chooses_password(work: &mut Work<'_>, user: &AdminUser) -> Result<(), Error> {
    let link = password_reset::link_for_name(work, &Actor::command(), &user.username)?;
    password_reset::choose(work, &link.token, "other", &Source::default())?;
    Ok(())
}

fn deactivates(work: &mut Work<'_>, user: &AdminUser) -> Result<(), Error> {
    admin_user::deactivate(work, &Actor::command(), user.id).map(|_| ())
}

fn forces_sign_in(work: &mut Work<'_>, user: &AdminUser) -> Result<(), Error> {
    admin_user::force_sign_in(work, &Actor::command(), user.id).map(|_| ())
}

fn ends_others(work: &mut Work<'_>, user: &AdminUser) -> Result<(), Error> {
    session::end_others(work, &Actor::command(), user, None)
}

fn write<T>(test: &TestStore, operation: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> T {
    test.store.write_now(operation).unwrap()
}

fn person(test: &TestStore, name: &str) -> AdminUser {
    let admin = NewAdmin { password: Secret::new("correct horse battery"), ..draft(name) };
    let admin = admin.check(Rule::Length).unwrap();
    write(test, |work| {
        let role = role::by_name(work, role::ADMINISTRATORS)?;
        admin_user::create(work, &Actor::command(), &admin, "hash", &role)
    })
}

fn guest(test: &TestStore, name: &str, way: Way) -> Guest {
    let user = person(test, name);
    let step = totp::step(test.store.clock().now());
    let code =
        |secret: &Secret, step| totp::code(&BASE32_NOPAD.decode(secret.expose().as_bytes()).unwrap(), step);
    let (half, code) = write(test, |work| {
        let secret = otp::begin(work, user.id)?;
        if way == Way::Code {
            otp::confirm(work, &user, &Source::default(), &code(&secret, step - 1))?;
        }
        Ok((half(work, user.id)?, code(&secret, step)))
    });
    Guest { user, way, half, code }
}

fn opening(digest: &str) -> Opening {
    Opening { digest: digest.to_owned(), source: Source::default() }
}

/// Whether name and password let somebody in.
fn is_admitted(work: &mut Work<'_>, user: &AdminUser, digest: &str) -> Result<bool, Error> {
    let verified = Verified { hash: Some("hash".to_owned()), is_right: true, upgraded: None };
    let admitted = admit(work, Some(user.id), &verified, &Secret::default(), &opening(digest))?;
    Ok(matches!(admitted, Some(Admitted::In(..))))
}

/// Whether what is left to be given lets somebody in, under a key of that digest.
fn enters(work: &mut Work<'_>, guest: &Guest) -> Result<bool, Error> {
    let Guest { user, way, half, code } = guest;
    let opening = opening(&user.username);
    Ok(match way {
        Way::Password => is_admitted(work, user, &user.username)?,
        Way::Code => matches!(second(work, half, code, &opening)?, Coded::In(..)),
        Way::Enrolment => matches!(enrol(work, half, code, &opening)?, Enrolled::In(..)),
    })
}

/// Two transactions, the second of which wants to begin its work while the first is open.
fn overlapping<T: Send, U>(
    test: &TestStore,
    first: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send,
    second: impl FnOnce(&mut Work<'_>) -> Result<U, Error>,
) -> (T, U) {
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            write(test, |work| {
                let done = first(work)?;
                tell.send(()).unwrap();
                await_rival(work);
                Ok(done)
            })
        });
        told.recv().unwrap();
        let second = write(test, second);
        (first.join().unwrap(), second)
    })
}

/// Why the session of a digest has ended, if it has; nothing, when there never was one.
fn end_of(test: &TestStore, digest: &str) -> Option<Option<End>> {
    write(test, |work| Ok(store::session::find(work, digest)?)).map(|stored| stored.end)
}

fn latest_act(test: &TestStore) -> String {
    test.store.read_now(|work| Ok::<_, Error>(acts(work)?.remove(0))).unwrap()
}

#[test]
fn whoever_comes_in_while_sessions_are_being_ended_is_out_again() {
    let test = TestStore::shared();
    person(&test, "root");
    for (act, (changes, end)) in CLOSING.into_iter().chain(ENDING).enumerate() {
        for way in WAYS {
            let guest = guest(&test, &format!("{way:?}{act}"), way);
            let change = |work: &mut Work<'_>| changes(work, &guest.user);
            let (is_in, ()) = overlapping(&test, |work| enters(work, &guest), change);
            assert!(is_in);
            assert_eq!(end_of(&test, &guest.user.username), Some(Some(end)), "{way:?}");
        }
    }
}

#[test]
fn nobody_comes_in_by_what_was_right_before_a_change() {
    let test = TestStore::shared();
    person(&test, "root");
    for (act, (changes, _)) in CLOSING.into_iter().enumerate() {
        for way in WAYS {
            let guest = guest(&test, &format!("{way:?}{act}"), way);
            let change = |work: &mut Work<'_>| changes(work, &guest.user);
            let ((), is_in) = overlapping(&test, change, |work| enters(work, &guest));
            assert!(!is_in, "{way:?} {act}");
            assert_eq!(end_of(&test, &guest.user.username), None);
        }
    }
}

#[test]
fn of_two_who_come_in_at_once_the_later_one_stays_where_one_session_is_the_most() {
    let test = TestStore::shared();
    let jo = person(&test, "jo");
    write(&test, |work| setting::set(work, &Actor::command(), setting::ADMIN_ACCOUNT_SHARING, "0"));
    let both =
        overlapping(&test, |work| is_admitted(work, &jo, "earlier"), |work| is_admitted(work, &jo, "later"));
    assert_eq!(both, (true, true));
    assert_eq!(end_of(&test, "earlier"), Some(Some(End::SignedInElsewhere)));
    assert_eq!(end_of(&test, "later"), Some(None));
}

#[test]
fn a_sign_in_of_many_at_once_leaves_one_session_where_one_is_the_most() {
    let test = TestStore::shared();
    let jo = person(&test, "jo");
    write(&test, |work| setting::set(work, &Actor::command(), setting::ADMIN_ACCOUNT_SHARING, "0"));
    let nodes = [test.store.clone(), test.other_node()];
    thread::scope(|scope| {
        for number in 0..12 {
            let (store, jo) = (&nodes[number % 2], &jo);
            scope.spawn(move || {
                let digest = format!("digest {number}");
                assert!(store.write_now(|work| is_admitted(work, jo, &digest)).unwrap());
            });
        }
    });
    assert_eq!(test.store.read_now(|work| session::list(work, jo.id)).unwrap().len(), 1);
}

#[test]
fn a_session_says_where_it_began_however_much_the_browser_tells_of_itself() {
    let test = TestStore::new();
    let jo = person(&test, "jo");
    let source = Source { address: "2001:db8::1".parse().ok(), browser: "ö".repeat(300) };
    write(&test, |work| enter(work, &jo, &Opening { digest: "digest".into(), source }, Factors::One));
    let [listed] = &test.store.read_now(|work| session::list(work, jo.id)).unwrap()[..] else { panic!() };
    assert_eq!(listed.address.as_deref(), Some("2001:db8::1"));
    assert_eq!(listed.user_agent, Some("ö".repeat(255)));
}

/// Somebody who has come in, and their session.
fn present(test: &TestStore) -> (AdminUser, Option<SessionId>) {
    let jo = person(test, "jo");
    assert!(write(test, |work| is_admitted(work, &jo, "digest")));
    let id = write(test, |work| Ok(store::session::find(work, "digest")?)).map(|stored| stored.id);
    (jo, id)
}

#[test]
fn signing_out_ends_the_session_and_is_recorded_or_neither() {
    let test = TestStore::new();
    let (jo, id) = present(&test);
    let by = Actor::person(&jo, &Source::default());
    let fails = test.store.write_now(|work| {
        leave(work, &by, &jo, id)?;
        Err::<(), _>(Error::from(crate::domain::Conflict::SessionEnded))
    });
    assert!(fails.is_err());
    assert_eq!((end_of(&test, "digest"), latest_act(&test)), (Some(None), "sign_in".to_owned()));
    write(&test, |work| leave(work, &by, &jo, id));
    assert_eq!(
        (end_of(&test, "digest"), latest_act(&test)),
        (Some(Some(End::SignedOut)), "sign_out".to_owned())
    );
}

#[test]
fn a_confirmation_that_locks_ends_the_session_by_the_lock() {
    let test = TestStore::new();
    let (jo, id) = present(&test);
    let by = Actor::person(&jo, &Source::default());
    let wrong = Verified { hash: Some("hash".to_owned()), is_right: false, upgraded: None };
    for number in 1..=6 {
        let verdict = write(&test, |work| confirm(work, &by, &jo, id, &wrong));
        let (expected, end) = match number {
            6 => (Verdict::Locked, Some(End::Locked)),
            _ => (Verdict::Wrong, None),
        };
        assert_eq!((verdict, end_of(&test, "digest")), (Some(expected), Some(end)), "{number}");
    }
}

#[test]
fn who_is_refused_after_the_password_is_in_the_trail() {
    let test = TestStore::new();
    person(&test, "root");
    for way in [Way::Code, Way::Enrolment] {
        let guest = guest(&test, &format!("{way:?}"), way);
        let wrong =
            Guest { code: Secret::new("000000"), half: guest.half.clone(), user: guest.user.clone(), way };
        assert!(!write(&test, |work| enters(work, &wrong)));
        assert_eq!(latest_act(&test), "otp_failed", "{way:?}");

        let id = guest.user.id;
        let lock = |locked_until| {
            let failures = Failures { locked_until, ..Failures::default() };
            write(&test, |work| Ok(store::admin_user::set_failures(work, id, failures, false)?));
        };
        lock(Some(test.store.clock().now() + TimeDelta::minutes(1)));
        assert!(!write(&test, |work| enters(work, &guest)));
        assert_eq!(latest_act(&test), "sign_in_failed", "{way:?}: locked, and no code was looked at");
        lock(None);

        let other = Half { password: "of another password".to_owned(), ..guest.half.clone() };
        let before = Guest { half: other, user: guest.user.clone(), code: guest.code.clone(), way };
        assert!(!write(&test, |work| enters(work, &before)));
        assert_eq!(latest_act(&test), "sign_in_failed", "{way:?}: the password is another one");

        assert!(write(&test, |work| enters(work, &guest)), "{way:?}: the code was not used up");
        assert_eq!(latest_act(&test), "sign_in");
    }
}

#[test]
fn the_trail_tells_whether_a_second_factor_was_used() {
    let test = TestStore::new();
    for (way, used) in [(Way::Password, "0"), (Way::Code, "1"), (Way::Enrolment, "1")] {
        let guest = guest(&test, &format!("{way:?}"), way);
        assert!(write(&test, |work| enters(work, &guest)));
        let query = audit::Query { act: Some(Act::SignIn), ..audit::Query::default() };
        let page = test.store.read_now(|work| audit::list(work, &query, audit::Place::Newest, 1)).unwrap();
        let told = &page.entries[0].entry.changes[0];
        assert_eq!((told.field.as_str(), told.after.as_deref()), ("second_factor", Some(used)), "{way:?}");
    }
}

#[test]
fn whose_account_was_deleted_between_the_stages_is_refused_and_recorded() {
    let test = TestStore::new();
    person(&test, "root");
    let guest = guest(&test, "jo", Way::Code);
    write(&test, |work| admin_user::delete(work, &Actor::command(), guest.user.id));
    assert!(!write(&test, |work| enters(work, &guest)));
    assert_eq!(latest_act(&test), "sign_in_failed");
}
