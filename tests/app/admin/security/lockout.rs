//! Wrong passwords: counted, locked, and never one try more.

use std::rc::Rc;

use actix_web::rt;
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::domain::candidate::Verified;
use latchkey::domain::lockout::{self, Verdict};
use latchkey::domain::{Actor, setting};
use latchkey::store::Work;

use super::{FAILED, LOCKED, is_signed_in, set, try_in_vain};
use crate::support::TestApp;
use crate::support::given::PASSWORD;

#[actix_web::test]
async fn six_wrong_passwords_lock_for_half_an_hour_and_the_person_is_told_of_them() {
    let app = TestApp::new();
    app.given().admin("jo");
    try_in_vain(&app, "jo", 6).await;
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.messages(), [FAILED], "the right password does not help");
    app.clock.advance(TimeDelta::minutes(29));
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.messages(), [FAILED]);
    app.clock.advance(TimeDelta::minutes(1));
    browser.sign_in_here("jo", PASSWORD).await;
    let messages = browser.page.messages();
    assert!(messages[0].starts_with("Warning: There were 8 failed sign-in attempts"), "{messages:?}");
    browser.press("Sign Out").await;
    browser.sign_in("jo").await;
    assert!(browser.page.messages().is_empty(), "told once: {:?}", browser.page.messages());
}

#[actix_web::test]
async fn lockout_follows_its_settings() {
    let app = TestApp::new();
    app.given().admin("jo");
    set(&app, setting::LOCKOUT_FAILURES, "0");
    try_in_vain(&app, "jo", 10).await;
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.heading(), "Integrations");
    set(&app, setting::LOCKOUT_FAILURES, "2");
    set(&app, setting::LOCKOUT_THRESHOLD, "1");
    try_in_vain(&app, "jo", 2).await;
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.messages(), [FAILED]);
    app.clock.advance(TimeDelta::minutes(1));
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.heading(), "Integrations");
}

#[actix_web::test]
async fn of_twenty_wrong_passwords_at_once_no_more_are_judged_than_the_lockout_allows() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    let hash = app.app.store.read_now(|work| latchkey::domain::admin_user::password_hash(work, jo)).unwrap();
    let guess = |is_right| {
        let (store, hash) = (app.app.store.clone(), hash.clone());
        std::thread::spawn(move || {
            store
                .write_now(|work| {
                    let verified = Verified { hash, is_right, upgraded: None };
                    lockout::judge(work, &Actor::command(), jo, &verified)
                })
                .unwrap()
                .unwrap()
        })
    };
    let guesses: Vec<_> = (0..20).map(|_| guess(false)).collect();
    let verdicts: Vec<_> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Wrong).count(), 5, "{verdicts:?}");
    assert_eq!(guess(true).join().unwrap(), Verdict::Locked, "the right one among them would not be told");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.messages(), [FAILED]);
}

#[actix_web::test]
async fn a_password_whose_hash_was_replaced_while_it_was_verified_counts_neither_as_right_nor_as_wrong() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    let verified = Verified { hash: Some("another".to_owned()), is_right: true, upgraded: None };
    for _ in 0..6 {
        let judge = |work: &mut Work<'_>| lockout::judge(work, &Actor::command(), jo, &verified);
        assert_eq!(app.app.store.write_now(judge).unwrap(), None);
    }
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!((browser.page.heading().as_str(), browser.page.messages()), ("Integrations", Vec::new()));
}

#[actix_web::test]
async fn two_right_sign_ins_at_once_are_both_right_while_an_outdated_hash_is_replaced() {
    let app = TestApp::new();
    app.given().admin("jo");
    // A single wrong one would lock.
    set(&app, setting::LOCKOUT_FAILURES, "1");
    // sha256("salt" + "correct horse battery"), computed with Python.
    let digest = "6f5f3f9c9f74e007306fd7a102924a3eb114ab22593f572e1e349e11cb321d4c";
    app.sql(&format!("update admin_user set password_hash = '{digest}:salt:1' where username = 'jo'"));
    let (mut one, mut other) = (app.browser(), app.browser());
    one.open("/admin/login").await;
    other.open("/admin/login").await;
    let both = tokio::join!(one.sign_in_here("jo", PASSWORD), other.sign_in_here("jo", PASSWORD));
    assert_eq!((both.0.heading(), both.1.heading()), ("Integrations".into(), "Integrations".into()));
    assert_eq!((both.0.messages(), both.1.messages()), (Vec::new(), Vec::new()), "nothing was wrong");
}

#[actix_web::test]
async fn a_name_that_nobody_has_costs_a_write_too_and_leaves_no_row() {
    let app = TestApp::new();
    let before = app.contents();
    try_in_vain(&app, "nobody", 3).await;
    assert_ne!(app.contents(), before, "as a wrong password for somebody does");
    assert_eq!(app.count("admin_unknown_login"), 1);
}

#[actix_web::test]
async fn wrong_confirmations_count_and_the_sixth_signs_out_with_the_reason() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/integration/new").await;
    browser.fill("Name", "Acme");
    for _ in 0..5 {
        browser.fill("Your Password", "wrong");
        browser.press("Save").await;
        let error =
            "The password entered for the current user is invalid. Verify the password and try again.";
        assert_eq!(browser.page.error_at("Your Password").as_deref(), Some(error));
    }
    let mut same = app.browser();
    same.cookies = browser.cookies.clone();
    browser.fill("Your Password", "wrong");
    browser.press("Save").await;
    assert_eq!(browser.page.heading(), "Welcome, please sign in");
    assert_eq!(browser.page.messages(), [LOCKED]);
    assert!(!is_signed_in(&mut same).await);
    assert_eq!(same.page.messages(), [LOCKED], "so is whoever has the same session in another window");
    assert!(!is_signed_in(&mut browser).await);
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.messages(), [FAILED]);
}

#[actix_web::test]
async fn wrong_passwords_of_every_form_count_together_and_lock() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0.to_string();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/account").await;
    let key = browser.page.form_key();
    for (number, address) in [
        "/admin/user/save".to_owned(),
        format!("/admin/user/delete/{kim}"),
        "/admin/role/save".to_owned(),
        "/admin/account/save".to_owned(),
        "/admin/account/session/end_others".to_owned(),
        "/admin/account/otp/begin".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let form = [("form_key", key.as_str()), ("current_password", "wrong")];
        let answer = browser.send(&address, TestRequest::post().set_form(form)).await;
        let expected = if number < 5 { 422 } else { 303 };
        assert_eq!(answer.status, expected, "{address}: {}", answer.text());
    }
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(browser.page.messages(), [LOCKED]);
}

#[actix_web::test]
async fn one_address_sends_so_many_wrong_sign_ins_whatever_the_names() {
    let app = TestApp::with(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
    app.given().admin("jo");
    set(&app, setting::LOGIN_ATTEMPTS, "4");
    let from = |peer: &str, told: &str| {
        let mut request = TestRequest::post().peer_addr(format!("{peer}:4711").parse().unwrap());
        if !told.is_empty() {
            request = request.insert_header(("X-Forwarded-For", told));
        }
        request
    };
    let mut browser = app.browser();
    let mut statuses = Vec::new();
    for number in 0..6 {
        browser.open("/admin/login").await;
        let form = [
            ("form_key", browser.page.form_key()),
            ("username", format!("n{number}")),
            ("password", "x".to_owned()),
        ];
        let request = from("10.0.0.1", "198.51.100.7").set_form(form);
        let answer = browser.send("/admin/login", request).await;
        statuses.push(answer.status.as_u16());
        if number == 5 {
            assert!(
                answer.text().contains("Too many failed sign-ins came from your address."),
                "{}",
                answer.text()
            );
            assert_eq!(answer.header("retry-after"), "600");
        }
    }
    assert_eq!(statuses, [422, 422, 422, 422, 429, 429]);
    let limited = "audit_entry where act = 'sign_in_failed' and changes like '%address_limited%'";
    assert_eq!(app.count(limited), 1, "told once, not at each try");
    browser.open("/admin/login").await;
    let form = [
        ("form_key", browser.page.form_key()),
        ("username", "jo".to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let answer = browser.send("/admin/login", from("10.0.0.1", "198.51.100.8").set_form(form)).await;
    assert_eq!(answer.status, 303, "another client of the same proxy");
}

#[actix_web::test]
async fn twenty_wrong_sign_ins_at_once_count_no_more_than_the_lockout_allows() {
    let app = Rc::new(TestApp::with(|config| config.workers = 4));
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    let (key, cookie) = (browser.page.form_key(), format!("latchkey={}", super::cookie(&browser)));
    let guess = |number: usize| {
        let form =
            [("form_key", key.clone()), ("username", "jo".into()), ("password", format!("wrong {number}"))];
        let request = TestRequest::post().uri("/admin/login").insert_header(("Cookie", cookie.clone()));
        let (app, request) = (Rc::clone(&app), request.set_form(form));
        rt::spawn(async move { app.send(request).await.status.as_u16() })
    };
    let guesses: Vec<_> = (0..20).map(guess).collect();
    for guess in guesses {
        assert_eq!(guess.await.unwrap(), 422);
    }
    assert_eq!(app.count("admin_user where failures_num = 6 and lock_expires_at is not null"), 1);
    assert_eq!(app.count("audit_entry where act = 'account_locked'"), 1);
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.messages(), [FAILED], "the right one is refused");
}
