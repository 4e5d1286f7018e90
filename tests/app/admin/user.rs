//! Users: what is shown, what is accepted, and what nobody can do.

use latchkey::domain::setting::{self, Setting};

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

pub(super) const USERS: &str = "Magento_User::acl_users";
pub(super) const ROLES: &str = "Magento_User::acl_roles";
const LOCKS: &str = "Magento_User::locks";
pub(super) const NEW_PASSWORD: &str = "seven purple otters";

pub(super) fn set(app: &TestApp, setting: Setting, value: &str) {
    app.app
        .store
        .write_now(|work| setting::set(work, &latchkey::domain::Actor::command(), setting, value))
        .unwrap();
}

pub(super) async fn signed_in<'a>(app: &'a TestApp, username: &str, resources: &[&str]) -> Browser<'a> {
    app.given().admin_with(username, resources);
    let mut browser = app.browser();
    browser.sign_in(username).await;
    browser
}

pub(super) fn fields(browser: &Browser<'_>, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let key = ("form_key".to_owned(), browser.page.form_key());
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    std::iter::once(key).chain(pairs).collect()
}

async fn fill_in(browser: &mut Browser<'_>, username: &str, role: &str) {
    browser.open("/admin/user/new").await;
    browser.fill("User Name", username);
    browser.fill("First Name", "Kim");
    browser.fill("Last Name", "Example");
    browser.fill("Email", &format!("{username}@example.com"));
    browser.fill("Password", NEW_PASSWORD);
    browser.fill("Password Confirmation", NEW_PASSWORD);
    browser.fill("Role", role);
}

#[actix_web::test]
async fn a_new_user_is_listed_and_signs_in() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    fill_in(&mut browser, "kim", "1").await;
    browser.press("Save User").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the user."], "{}", browser.page.text());
    assert_eq!(browser.address, "/admin/user");
    let rows = browser.page.rows();
    let kim = rows.iter().find(|row| row["User Name"] == "kim").unwrap();
    assert_eq!((kim["Role"].as_str(), kim["Status"].as_str()), ("Administrators", "Active"));
    assert_eq!(kim["Last Logged in"], "Never");
    let mut theirs = app.browser();
    theirs.open("/admin/login").await;
    theirs.sign_in_here("kim", NEW_PASSWORD).await;
    assert_eq!(theirs.address, "/admin/integration");
}

#[actix_web::test]
async fn whoever_may_do_everything_and_the_contact_of_the_store_hear_of_a_new_user() {
    let app = TestApp::with(|config| {
        config.smtp_url = Some(latchkey::secret::Secret::new("smtp://127.0.0.1:1"));
        config.mail_from = Some("Acme Store <store@example.com>".to_owned());
    });
    app.given().admin("boss");
    app.given().admin("gone");
    app.sql("update admin_user set is_active = false where username = 'gone'");
    app.given().admin_with("helper", &[LOCKS]);
    let mut browser = signed_in(&app, "clerk", &[USERS, LOCKS]).await;
    let role = app.value("select role_id from admin_user where username = 'helper'");
    fill_in(&mut browser, "kim", &role).await;
    browser.press("Save User").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the user."], "{}", browser.page.text());
    assert_eq!(app.outbound.mails(2).await.len(), 2);
    // A change of that user is no news to anybody but its owner.
    browser.follow("kim").await;
    browser.fill("User Name", "kimberly");
    browser.press("Save User").await;
    let mails = app.outbound.mails(3).await;
    let told: Vec<&str> = mails.iter().map(|mail| mail.to.1.as_str()).collect();
    assert_eq!(told, ["boss@example.com", "store@example.com", "kim@example.com"]);
    assert_eq!(mails[1].to.0, "Acme Store");
    for mail in &mails[..2] {
        assert_eq!(mail.subject, "New admin user 'kim' created");
        let (text, html) = (mail.text.expose(), mail.html.expose());
        for part in ["made by clerk", "Kim Example", "kim@example.com", "deactivate the account at once"] {
            assert!(text.contains(part) && html.contains(part), "{part}: {text}");
        }
        assert!(!text.contains(NEW_PASSWORD) && !html.contains(NEW_PASSWORD));
    }
    assert_eq!(mails[2].subject, "New user name for kim");
}

#[actix_web::test]
async fn everything_that_is_wrong_is_said_at_once_and_no_password_comes_back() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/user/new").await;
    browser.fill("First Name", "Kim");
    browser.fill("Password", "short");
    browser.fill("Password Confirmation", "other");
    browser.fill("Expiration Date", "2001-01-01T00:00");
    browser.press("Save User").await;
    assert_eq!(browser.page.status, 422);
    let error = |label| browser.page.error_at(label).unwrap_or_default();
    assert_eq!(error("User Name"), "\"User Name\" is required. Enter and try again.");
    assert_eq!(error("Last Name"), "\"Last Name\" is required. Enter and try again.");
    assert_eq!(error("Password"), "Your password must be at least 12 characters.");
    assert_eq!(error("Password Confirmation"), "Your password confirmation must match your password.");
    assert_eq!(browser.page.value("First Name"), "Kim");
    assert_eq!(browser.page.value("Password"), "");
    fill_in(&mut browser, "jo", "1").await;
    browser.fill("Expiration Date", "2001-01-01T00:00");
    browser.press("Save User").await;
    assert_eq!(
        browser.page.error_at("Expiration Date").unwrap(),
        "\"Expiration date\" must be later than the current date."
    );
    browser.fill("Expiration Date", "");
    browser.press("Save User").await;
    assert_eq!(browser.page.error_at("Password").as_deref(), Some("Password is required field."));
}

#[actix_web::test]
async fn the_list_filters_by_text_state_and_role() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.given().admin_with("clerk", &[USERS]);
    app.given().admin("gone");
    app.sql("update admin_user set is_active = false where username = 'gone'");
    app.sql("update admin_user set lock_expires_at = '2099-01-01 00:00:00' where username = 'clerk'");
    let names = |browser: &Browser<'_>| {
        browser.page.rows().into_iter().map(|row| row["User Name"].clone()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("", vec!["clerk", "gone", "jo You"]),
        ("?name=CLE", vec!["clerk"]),
        ("?name=gone@", vec!["gone"]),
        ("?status=0", vec!["gone"]),
        ("?status=2", vec!["clerk"]),
        ("?status=1", vec!["jo You"]),
        ("?role=1", vec!["gone", "jo You"]),
        ("?sort=username&dir=desc", vec!["jo You", "gone", "clerk"]),
        ("?name=nobody", vec![]),
    ] {
        browser.open(&format!("/admin/user{query}")).await;
        assert_eq!(names(&browser), expected, "{query}");
    }
}

#[actix_web::test]
async fn nobody_assigns_or_edits_more_than_they_hold() {
    let app = TestApp::new();
    let boss = app.given().admin("boss");
    let mut browser = signed_in(&app, "clerk", &[USERS, ROLES]).await;
    fill_in(&mut browser, "kim", "1").await;
    browser.press("Save User").await;
    assert_eq!(browser.page.status, 422);
    let error = browser.page.error_at("Role").unwrap();
    assert!(error.starts_with("You cannot assign a role that may do more than you"), "{error}");

    // Setting a stronger person's password would be a way to their rights.
    browser.open(&format!("/admin/user/edit/{}", boss.0)).await;
    assert!(browser.page.text().contains("This user may do more than you, so you can only look."));
    assert!(browser.page.button("Save User").is_none());
    let before = app.contents();
    let id = boss.0.to_string();
    let sent = fields(
        &browser,
        &[
            ("id", &id),
            ("version", "1"),
            ("username", "boss"),
            ("firstname", "B"),
            ("lastname", "B"),
            ("email", "boss@example.com"),
            ("password", NEW_PASSWORD),
            ("password_confirmation", NEW_PASSWORD),
            ("role", "1"),
            ("is_active", "1"),
            ("expires_at", ""),
        ],
    );
    assert_eq!(browser.post("/admin/user/save", &sent).await.status, 403);
    for act in ["deactivate", "reactivate", "delete", "force_sign_in", "revoke_tokens", "reset_otp"] {
        browser.open("/admin/user").await;
        let sent = fields(&browser, &[]);
        let answer = browser.post(&format!("/admin/user/{act}/{id}"), &sent).await;
        assert_eq!(answer.status, 403, "{act}");
    }
    browser.open("/admin/role").await;
    let nothing = fields(&browser, &[]);
    let sent = fields(&browser, &[("id", "1"), ("version", "1"), ("rolename", "Mine"), ("all", "0")]);
    assert_eq!(browser.post("/admin/role/save", &sent).await.status, 403);
    assert_eq!(browser.post("/admin/role/delete/1", &nothing).await.status, 403);
    assert_eq!(app.contents(), before);
}

#[actix_web::test]
async fn the_own_account_and_the_own_rights_are_for_others_to_take() {
    let app = TestApp::new();
    let jo = app.given().admin("jo").0.to_string();
    app.given().admin("other");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    for act in ["deactivate", "delete", "force_sign_in"] {
        browser.open("/admin/user").await;
        let sent = fields(&browser, &[]);
        browser.post(&format!("/admin/user/{act}/{jo}"), &sent).await;
        assert!(
            browser.page.messages()[0].contains("your own account"),
            "{act}: {:?}",
            browser.page.messages()
        );
    }
    for (name, value) in [("is_active", "0"), ("expires_at", "2099-01-01T00:00")] {
        browser.open("/admin/user").await;
        let sent = fields(
            &browser,
            &[
                ("id", &jo),
                ("version", "1"),
                ("username", "jo"),
                ("firstname", "Jo"),
                ("lastname", "Example"),
                ("email", "jo@example.com"),
                (name, value),
            ],
        );
        browser.post("/admin/user/save", &sent).await;
        assert!(browser.page.messages()[0].contains("your own account"), "{:?}", browser.page.messages());
    }
    browser.open("/admin/role").await;
    let sent =
        fields(&browser, &[("id", "1"), ("version", "1"), ("rolename", "Administrators"), ("all", "0")]);
    assert_eq!(browser.post("/admin/role/save", &sent).await.status, 422);
    assert!(browser.page.text().contains("You cannot change what your own role may do."));
    browser.open("/admin/user").await;
    assert!(browser.page.rows().iter().all(|row| row["Status"] == "Active"));
}

#[actix_web::test]
async fn somebody_who_may_do_everything_is_always_left() {
    use latchkey::domain::admin_user::{self, Change, NewAdmin};
    use latchkey::domain::password::Rule;
    use latchkey::domain::permission::Wish;
    use latchkey::domain::{Actor, Conflict, Error, role};
    let app = TestApp::new();
    let jo = app.given().admin("jo");
    let clerk = app.given().admin_with("clerk", &[USERS]);
    let command = Actor::command();
    let deactivate = |id| app.app.store.write_now(|work| admin_user::deactivate(work, &command, id));
    let delete = |id| app.app.store.write_now(|work| admin_user::delete(work, &command, id));
    assert!(matches!(deactivate(jo), Err(Error::Conflict(Conflict::LastAdministrator))));
    assert!(matches!(delete(jo), Err(Error::Conflict(Conflict::LastAdministrator))));
    let person = NewAdmin {
        username: "jo".into(),
        firstname: "Jo".into(),
        lastname: "Example".into(),
        email: "jo@example.com".into(),
        ..NewAdmin::default()
    };
    let person = &person.check_change(Rule::Length).unwrap();
    let role_of = |id| app.app.store.read_now(|work| admin_user::find(work, id)).unwrap().role;
    let demoted =
        Change { person, hash: None, is_active: true, expires_at: None, role: role_of(clerk), spared: None };
    let ended = Change {
        expires_at: admin_user::moment("2099-01-01").unwrap(),
        role: role_of(jo),
        ..demoted.clone()
    };
    for change in [&demoted, &ended] {
        let saved = app.app.store.write_now(|work| admin_user::save(work, &command, Some((jo, 1)), change));
        assert!(matches!(saved, Err(Error::Conflict(Conflict::LastAdministrator))), "{saved:?}");
    }
    let less = role::Draft { name: "Administrators".into(), grants: Wish::These(vec![USERS.into()]) };
    let saved = app.app.store.write_now(|work| role::save(work, &command, Some((role_of(jo), 1)), &less));
    assert!(matches!(saved, Err(Error::Conflict(Conflict::LastAdministrator))), "{saved:?}");
    deactivate(clerk).unwrap();
    let other = app.given().admin("other");
    app.sql("update admin_user set expires_at = '2099-01-01 00:00:00' where username = 'other'");
    assert!(deactivate(jo).is_err(), "who has an end is not left for ever");
    app.sql("update admin_user set expires_at = null");
    deactivate(jo).unwrap();
    assert!(delete(other).is_err());
}

#[actix_web::test]
async fn an_account_ends_when_its_time_comes() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.sign_in("jo").await;
    app.sql("update admin_user set expires_at = '2024-10-04 00:05:00'");
    app.clock.advance(chrono::TimeDelta::seconds(299));
    assert_eq!(browser.open("/admin/integration").await.heading(), "Integrations");
    app.clock.advance(chrono::TimeDelta::seconds(1));
    browser.open("/admin/integration").await;
    assert_eq!(browser.page.heading(), "Welcome, please sign in");
    browser.sign_in_here("jo", PASSWORD).await;
    assert_eq!(browser.page.status, 422);
}

#[actix_web::test]
async fn a_later_end_of_an_account_opens_no_session_of_before() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    app.sql("update admin_user set expires_at = '2024-10-04 00:05:00' where username = 'kim'");
    app.clock.advance(chrono::TimeDelta::minutes(5));
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    browser.fill("Expiration Date", "2099-01-01T00:00");
    browser.press("Save User").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the user."], "{}", browser.page.text());
    theirs.open("/admin/integration").await;
    assert_eq!(theirs.page.heading(), "Welcome, please sign in");
    theirs.sign_in_here("kim", PASSWORD).await;
    assert_eq!(theirs.address, "/admin/integration");
}

#[actix_web::test]
async fn a_deactivated_person_is_signed_out_and_comes_back_when_active() {
    let app = TestApp::new();
    let kim = app.given().admin("kim");
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{}", kim.0)).await;
    browser.follow("Deactivate").await;
    browser.press("Deactivate").await;
    assert_eq!(browser.page.messages(), ["Success: The user account 'kim' has been deactivated."]);
    theirs.open("/admin/integration").await;
    assert_eq!(theirs.page.heading(), "Welcome, please sign in");
    browser.open(&format!("/admin/user/edit/{}", kim.0)).await;
    browser.fill("This account is", "1");
    browser.press("Save User").await;
    assert_eq!(browser.page.messages(), ["Success: You saved the user."]);
    theirs.sign_in("kim").await;
    assert_eq!(theirs.page.heading(), "Integrations");
}

#[actix_web::test]
async fn one_press_reactivates_whom_one_press_deactivated() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    assert!(browser.page.button("Reactivate").is_none(), "{}", browser.page.text());
    browser.follow("Deactivate").await;
    browser.press("Deactivate").await;
    assert!(browser.page.link("Deactivate").is_none());
    app.clock.advance(chrono::TimeDelta::minutes(10));
    browser.press("Reactivate").await;
    assert!(browser.page.text().contains("can sign in again"), "{}", browser.page.text());
    browser.fill("Your Password", PASSWORD);
    browser.press("Reactivate").await;
    assert_eq!(browser.page.messages(), ["Success: The user account 'kim' has been reactivated."]);
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    assert_eq!(theirs.page.heading(), "Integrations");
    let page = browser.open("/admin/activity?act=user_reactivated").await;
    assert_eq!(page.rows().len(), 1);
}

#[actix_web::test]
async fn unlocking_needs_its_right() {
    let app = TestApp::new();
    let kim = app.given().admin_with("kim", &[USERS]);
    app.sql("update admin_user set lock_expires_at = '2099-01-01 00:00:00', failures_num = 6 where username = 'kim'");
    let mut browser = signed_in(&app, "viewer", &[USERS]).await;
    assert!(browser.open("/admin/user").await.button("Unlock kim").is_none());
    let mut browser = signed_in(&app, "helper", &[USERS, LOCKS]).await;
    browser.open("/admin/user").await;
    browser.press("Unlock kim").await;
    assert_eq!(browser.page.messages(), ["Success: The user account 'kim' has been unlocked."]);
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    assert!(theirs.page.heading() != "Welcome, please sign in", "{}", kim.0);
}
