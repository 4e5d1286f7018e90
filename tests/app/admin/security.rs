//! Lockout, sessions, and the items of OWASP ASVS 5.0 by name: what a thief does not get.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::lockout::{self, Verdict, Verified};
use latchkey::domain::setting::{self, Setting};
use latchkey::web::routes::{Guard, Verb, table};

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

const FAILED: &str = "Error: The account sign-in was incorrect or your account is disabled temporarily. \
    Please wait and try again later.";
const LOCKED: &str = "Error: Your account is temporarily disabled. Please try again later.";

fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app.store.write_now(|work| setting::set(work, &Actor::command(), setting, value)).unwrap();
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.open("/admin/integration").await;
    browser.address == "/admin/integration"
}

async fn try_in_vain(app: &TestApp, username: &str, times: usize) {
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    for _ in 0..times {
        browser.sign_in_here(username, "wrong").await;
        assert_eq!(browser.page.messages(), [FAILED]);
    }
}

fn cookie(browser: &Browser<'_>) -> String {
    browser.cookies.get("latchkey").map(|(value, _)| value.clone()).unwrap_or_default()
}

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
    let hash = app
        .app
        .store
        .read_now(|work| latchkey::domain::admin_user::password_hash(work, jo))
        .unwrap()
        .unwrap();
    let guess = |is_right| {
        let (store, hash) = (app.app.store.clone(), hash.clone());
        std::thread::spawn(move || {
            store
                .write_now(|work| lockout::judge(work, &Actor::command(), jo, &Verified { hash, is_right }))
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
async fn a_password_changed_while_it_was_verified_is_wrong() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    let verified = Verified { hash: "another".to_owned(), is_right: true };
    let judged =
        app.app.store.write_now(|work| lockout::judge(work, &Actor::command(), jo, &verified)).unwrap();
    assert_eq!(judged, Verdict::Wrong);
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
    browser.fill("Your Password", "wrong");
    browser.press("Save").await;
    assert_eq!(browser.page.heading(), "Welcome, please sign in");
    assert_eq!(browser.page.messages(), [LOCKED]);
    assert!(!is_signed_in(&mut browser).await);
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.messages(), [FAILED]);
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
async fn sessions_are_listed_with_where_they_came_from_and_can_be_ended() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut here = app.browser();
    here.sign_in("jo").await;
    let mut there = app.browser();
    there.open("/admin/login").await;
    let form = [
        ("form_key", there.page.form_key()),
        ("username", "jo".to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let request = TestRequest::post()
        .peer_addr("[2001:db8:1234:5678:9abc:def0:1234:5678]:4711".parse().unwrap())
        .insert_header(("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"))
        .set_form(form);
    there.send("/admin/login", request).await;
    assert!(is_signed_in(&mut there).await);
    here.open("/admin/account").await;
    let text = here.page.text();
    for part in
        ["This one", "Firefox, Linux", "2001:db8:1234:5678:9abc:def0:1234:5678", "2024-10-04 00:00 UTC"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    here.press("End session Firefox, Linux").await;
    assert_eq!(here.page.messages(), ["Success: The session has ended."], "{}", here.page.text());
    assert!(!is_signed_in(&mut there).await);
    assert_eq!(
        there.page.messages(),
        ["Error: Your current session is terminated by another user of this account."]
    );
    there.sign_in_here("jo", PASSWORD).await;
    here.open("/admin/account").await;
    here.follow("Log out all other sessions").await;
    here.press("End session").await;
    assert_eq!(here.page.messages(), ["Success: All other open sessions for this account were terminated."]);
    assert!(is_signed_in(&mut here).await);
    assert!(!is_signed_in(&mut there).await);
}

#[actix_web::test]
async fn without_account_sharing_signing_in_ends_the_session_elsewhere() {
    let app = TestApp::new();
    app.given().admin("jo");
    set(&app, setting::ADMIN_ACCOUNT_SHARING, "0");
    let mut first = app.browser();
    first.sign_in("jo").await;
    assert!(first.page.messages().is_empty());
    let mut second = app.browser();
    second.sign_in("jo").await;
    assert_eq!(
        second.page.messages(),
        ["Warning: All other open sessions for this account were terminated."]
    );
    assert!(!is_signed_in(&mut first).await);
    assert_eq!(
        first.page.messages(),
        [
            "Error: Someone logged into this account from another device or browser. Your current session is terminated."
        ]
    );
}

#[actix_web::test]
async fn an_outdated_hash_is_replaced_when_its_password_is_given() {
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    // sha256("salt" + "correct horse battery"), computed with Python.
    let digest = "6f5f3f9c9f74e007306fd7a102924a3eb114ab22593f572e1e349e11cb321d4c";
    app.sql(&format!("update admin_user set password_hash = '{digest}:salt:1' where username = 'jo'"));
    let hash = || {
        app.app.store.read_now(|work| latchkey::domain::admin_user::password_hash(work, jo)).unwrap().unwrap()
    };
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    assert_eq!(browser.page.heading(), "Integrations");
    assert!(hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash());
    browser.press("Sign Out").await;
    browser.sign_in("jo").await;
    assert_eq!(browser.page.heading(), "Integrations");
}

fn https() -> TestApp {
    TestApp::with(|config| config.base_url = "https://shop.example/".parse().unwrap())
}

/// Addresses of everything but the store's Web API, whose answers are the store's own.
const OURS: [&str; 6] =
    ["/admin/login", "/admin", "/static/x", "/nothing", "/oauth/token/request", "/health/live"];

async fn answers(app: &TestApp, addresses: &[&str]) -> Vec<crate::support::page::Page> {
    let mut answers = Vec::new();
    for address in addresses {
        answers.push(app.send(TestRequest::get().uri(address)).await);
    }
    answers
}

#[actix_web::test]
async fn asvs_3_3_1_cookies_are_secure_and_named_so() {
    let page = https().send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Secure-") && cookie.contains("; Secure"), "{cookie}");
}

#[actix_web::test]
async fn asvs_3_3_2_and_3_3_4_cookies_are_same_site_and_unseen_by_script() {
    let page = https().send(TestRequest::get().uri("/admin/login")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("; SameSite=Lax") && cookie.contains("; HttpOnly"), "{cookie}");
    assert!(cookie.contains("; Path=/admin") && !cookie.contains("Domain"), "{cookie}");
}

#[actix_web::test]
async fn asvs_3_4_1_every_answer_insists_on_https() {
    for page in answers(&https(), &[&OURS[..], &["/rest/V1/x"]].concat()).await {
        let policy = page.header("strict-transport-security");
        assert_eq!(policy, "max-age=31536000; includeSubDomains");
    }
}

#[actix_web::test]
async fn asvs_3_4_2_no_other_origin_reads_answers() {
    let app = TestApp::new();
    for address in ["/admin/login", "/rest/V1/x", "/gateway/verify"] {
        let request = TestRequest::get().uri(address).insert_header(("Origin", "https://evil.example"));
        assert_eq!(app.send(request).await.header("access-control-allow-origin"), "", "{address}");
    }
}

#[actix_web::test]
async fn asvs_3_4_3_to_3_4_6_headers_narrow_what_browsers_do() {
    for page in answers(&https(), &OURS).await {
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "script-src 'self'",
        ] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
    let api = &answers(&https(), &["/rest/V1/x"]).await[0];
    assert_eq!(api.header("content-security-policy"), "sandbox");
    assert_eq!(api.header("x-content-type-options"), "nosniff");
}

#[actix_web::test]
async fn asvs_3_5_1_a_form_needs_the_key_of_its_session() {
    let app = TestApp::new();
    let mut thief = app.administrator().await;
    let key = thief.page.form_key();
    app.given().admin("victim");
    let mut victim = app.browser();
    victim.sign_in("victim").await;
    let before = app.contents();
    let form = [("form_key", key), ("name", "Acme".to_owned())];
    let answer = victim.send("/admin/integration/save", TestRequest::post().set_form(form)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(app.contents(), before);
    assert!(is_signed_in(&mut thief).await);
}

#[actix_web::test]
async fn asvs_3_5_3_what_changes_something_is_not_reached_by_get() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for row in table().iter().filter(|row| row.verb == Verb::Post && row.address.starts_with("/admin")) {
        let has_get = table().iter().any(|other| other.verb == Verb::Get && other.address == row.address);
        if !has_get {
            let answer = browser.send(&row.address.replace("{id}", "1"), TestRequest::get()).await;
            assert_eq!(answer.status, 405, "{}", row.address);
        }
    }
}

#[actix_web::test]
async fn asvs_7_2_1_to_7_2_3_sessions_are_random_references_kept_by_the_server() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let value = cookie(&browser);
    let key = value.split("r.").nth(1).unwrap();
    // 32 characters of 36 are 165 bits.
    assert_eq!(key.len(), 32);
    let mut other = app.browser();
    other.sign_in("jo").await;
    assert_ne!(cookie(&other), value);
    app.sql("delete from admin_user_session");
    assert!(!is_signed_in(&mut browser).await, "the cookie alone is nothing");
}

#[actix_web::test]
async fn asvs_7_2_4_confirming_the_password_gives_another_key_and_the_old_one_is_dead() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/integration/new").await;
    let stolen = browser.cookies.clone();
    browser.fill("Name", "Acme");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "{}", browser.page.text());
    assert_ne!(stolen, browser.cookies);
    let mut thief = app.browser();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief).await);
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(app.count("admin_user_session"), 1, "it is the same session");
    // Its age counts from the sign-in, not from the confirmation.
    for _ in 0..70 {
        app.clock.advance(TimeDelta::minutes(10));
        assert!(is_signed_in(&mut browser).await);
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_3_1_and_7_3_2_sessions_end_by_idleness_and_by_age() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::seconds(900));
    assert!(!is_signed_in(&mut browser).await);
    browser.sign_in("jo").await;
    for _ in 0..71 {
        app.clock.advance(TimeDelta::minutes(10));
        assert!(is_signed_in(&mut browser).await);
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_4_1_a_stolen_cookie_is_dead_after_signing_out() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let stolen = browser.cookies.clone();
    browser.press("Sign Out").await;
    let mut thief = app.browser();
    thief.cookies = stolen;
    assert!(!is_signed_in(&mut thief).await);
}

#[actix_web::test]
async fn asvs_7_4_2_every_session_of_a_closed_account_ends() {
    use latchkey::domain::admin_user;
    let app = TestApp::new();
    app.given().admin("boss");
    for (name, is_deleted) in [("kim", true), ("lee", false)] {
        let id = app.given().admin(name);
        let (mut first, mut second) = (app.browser(), app.browser());
        first.sign_in(name).await;
        second.sign_in(name).await;
        let close = if is_deleted { admin_user::delete } else { admin_user::deactivate };
        app.app.store.write_now(|work| close(work, &Actor::command(), id)).unwrap();
        assert!(!is_signed_in(&mut first).await && !is_signed_in(&mut second).await, "{name}");
    }
}

#[actix_web::test]
async fn asvs_7_4_3_a_new_password_ends_all_other_sessions() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let mut other = app.browser();
    other.sign_in("jo").await;
    browser.open("/admin/account").await;
    browser.fill("New Password", "seven purple otters");
    browser.fill("Password Confirmation", "seven purple otters");
    browser.fill("Your Password", PASSWORD);
    browser.press("Save Account").await;
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut other).await);
}

#[actix_web::test]
async fn asvs_7_4_5_an_administrator_ends_the_sessions_of_anybody() {
    let app = TestApp::new();
    let kim = app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{}", kim.0)).await;
    browser.follow("Force Sign-In").await;
    browser.press("Force Sign-In").await;
    assert_eq!(browser.page.messages(), ["Success: All sessions of 'kim' have ended."]);
    assert!(!is_signed_in(&mut theirs).await);
    assert_eq!(
        theirs.page.messages(),
        ["Error: An administrator has ended your session. You can sign in again."]
    );
}

#[actix_web::test]
async fn asvs_7_5_2_ending_sessions_asks_for_the_password() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let mut other = app.browser();
    other.sign_in("jo").await;
    app.clock.advance(TimeDelta::minutes(10));
    assert!(is_signed_in(&mut other).await);
    browser.open("/admin/account").await;
    browser.press("End session Unknown").await;
    assert!(browser.page.field("Your Password").is_some(), "{}", browser.page.text());
    assert!(is_signed_in(&mut other).await);
    browser.fill("Your Password", PASSWORD);
    browser.press("End session").await;
    assert!(!is_signed_in(&mut other).await);
    assert!(is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn asvs_7_5_3_what_matters_asks_for_the_password_again() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::minutes(10));
    browser.open("/admin/user").await;
    let key = browser.page.form_key();
    let before = app.contents();
    for address in [
        format!("/admin/user/delete/{kim}"),
        format!("/admin/user/deactivate/{kim}"),
        "/admin/user/save".to_owned(),
        "/admin/role/save".to_owned(),
        "/admin/account/save".to_owned(),
    ] {
        let form = [("form_key", key.as_str()), ("username", "x"), ("rolename", "x")];
        let answer = browser.send(&address, TestRequest::post().set_form(form)).await;
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.field("Your Password").is_some(), "{address}: {}", answer.text());
        assert_eq!(app.contents(), before, "{address}");
    }
}

#[actix_web::test]
async fn asvs_8_2_1_every_page_below_admin_has_a_guard_that_is_a_decision() {
    for row in table()
        .iter()
        .filter(|row| row.address.starts_with("/admin/user") || row.address.starts_with("/admin/role"))
    {
        assert!(matches!(row.guard, Guard::Resources(_)), "{}", row.address);
    }
}

#[actix_web::test]
async fn asvs_8_2_2_nobody_ends_a_session_of_somebody_else_by_its_number() {
    let app = TestApp::new();
    app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open("/admin/account").await;
    for id in 0..4 {
        let form = vec![("form_key".to_owned(), browser.page.form_key())];
        if id != 2 {
            browser.post(&format!("/admin/account/session/end/{id}"), &form).await;
        }
    }
    assert!(is_signed_in(&mut theirs).await);
}

#[actix_web::test]
async fn asvs_8_3_1_rights_are_read_anew_at_every_request() {
    let app = TestApp::new();
    app.given().admin_with("kim", &["Magento_Integration::integrations"]);
    let mut browser = app.browser();
    browser.sign_in("kim").await;
    assert_eq!(browser.page.heading(), "Integrations");
    app.sql("delete from authorization_rule where resource_id = 'Magento_Integration::integrations'");
    let answer = browser.send("/admin/integration", TestRequest::get().method(Method::GET)).await;
    assert_eq!(answer.status, 403);
}
