//! The audit trail as a person reads it: what is told of each change, filters, pages, files.

use actix_web::test::TestRequest;
use latchkey::domain::Actor;
use latchkey::domain::audit::{self, Act, Changes, Thing};
use latchkey::store;

use super::integration::signed_in;
use crate::support::given::PASSWORD;
use crate::support::log::Log;
use crate::support::page::Page;
use crate::support::{Browser, TestApp};

const VIEW: &str = "Latchkey_Audit::view";

fn acts(page: &Page) -> Vec<String> {
    page.all(".act").into_iter().map(crate::support::page::words).collect()
}

/// That many entries that say nothing.
fn fill(app: &TestApp, count: usize) {
    let fill = |work: &mut store::Work<'_>| {
        for _ in 0..count {
            audit::record(work, &Actor::system(), Act::SetupLinkMade, Thing::installation(), Changes::none());
        }
        Ok::<_, store::Error>(())
    };
    app.app.store.write_now(fill).unwrap();
}

async fn export(browser: &mut Browser<'_>, address: &str, format: &str) -> Page {
    browser.open(address).await;
    let fields = browser.page.all("form[action='/admin/activity/export'] input");
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut fields: Vec<_> =
        fields.iter().map(|it| field(it.attr("name").unwrap(), it.attr("value").unwrap())).collect();
    fields.push(field("format", format));
    browser.send("/admin/activity/export", TestRequest::post().set_form(&fields)).await
}

#[actix_web::test]
async fn every_change_of_an_integration_is_told_with_who_and_what() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/new").await;
    browser.fill("Name", "Acme <b>Ltd</b>");
    browser.tick("resource[]", "Magento_Sales::sales", true);
    browser.press("Save").await;
    browser.open("/admin/integration/edit/1").await;
    browser.fill("Name", "Acme Ltd");
    browser.tick("resource[]", "Magento_Sales::sales", false);
    browser.press("Save").await;
    browser.open("/admin/activity").await;
    let [changed, made, ..] = &browser.page.rows()[..] else { panic!("{}", browser.page.text()) };
    assert_eq!(changed["Who"], "jo");
    assert_eq!(changed["What"], "Integration changed Integration Acme Ltd");
    assert!(changed["Changes"].contains("Name Acme <b>Ltd</b> became Acme Ltd"), "{changed:?}");
    assert!(
        changed["Changes"].contains("resources withdrawn")
            || changed["Changes"].contains("Resource withdrawn")
    );
    assert!(made["Changes"].contains("Sales"), "{made:?}");
    assert_eq!(acts(&browser.page)[2..], ["Signed in", "User created", "Role created"]);
    assert!(!browser.page.body.contains("<b>Ltd"), "what was typed is text");
}

#[actix_web::test]
async fn what_was_shown_or_stopped_is_told_too() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    acme.active();
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/edit/1").await;
    browser.press("Reveal the secrets").await;
    let secret = browser
        .page
        .all("#integration_properties_consumer_secret, .code")
        .last()
        .unwrap()
        .attr("value")
        .unwrap()
        .to_owned();
    browser.open("/admin/integration/confirm/suspend/1").await;
    browser.press("Suspend").await;
    browser.open("/admin/integration/edit/1").await;
    browser.press("Resume").await;
    browser.open("/admin/integration/confirm/revoke/1").await;
    browser.press("Revoke").await;
    browser.open("/admin/integration/confirm/delete/1").await;
    browser.press("OK").await;
    browser.open("/admin/activity?thing=integration&which=1").await;
    let expected = [
        "Integration deleted",
        "Access revoked",
        "Integration resumed",
        "Integration suspended",
        "Secrets revealed",
        "Integration activated",
        "Integration created",
    ];
    assert_eq!(acts(&browser.page), expected);
    assert!(!browser.page.body.contains(&secret), "no secret in the trail");
    let suspended = &browser.page.rows()[3]["Changes"];
    assert_eq!(suspended, "Status Active became Suspended");
}

#[actix_web::test]
async fn the_page_of_an_integration_shows_its_latest_entries_to_whoever_may_read_them() {
    let app = TestApp::new();
    app.given().integration("Acme").active();
    app.given().integration("Other");
    let mut browser = app.administrator().await;
    browser.open("/admin/integration/edit/1").await;
    assert_eq!(acts(&browser.page), ["Integration activated", "Integration created"]);
    browser.follow("All of its activity").await;
    assert_eq!(acts(&browser.page), ["Integration activated", "Integration created"]);
    let mut viewer = signed_in(&app, "viewer", &["Magento_Integration::integrations"]).await;
    viewer.open("/admin/integration/edit/1").await;
    assert_eq!(viewer.page.status, 200);
    assert!(acts(&viewer.page).is_empty());
    assert!(viewer.page.link("Activity").is_none(), "nor is it in the menu");
}

#[actix_web::test]
async fn filters_go_together_and_an_empty_answer_leads_back() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    browser.open("/admin/activity").await;
    browser.fill("Person", "JO");
    browser.press("Search").await;
    assert_eq!(acts(&browser.page), ["Signed in"]);
    assert_eq!(browser.page.value("Person"), "JO");
    browser.open("/admin/activity?person=jo&act=integration_created").await;
    assert!(browser.page.text().contains("Nothing like this has happened"), "{}", browser.page.text());
    browser.follow("Reset Filter").await;
    assert_eq!(acts(&browser.page).len(), 4);
    browser.open("/admin/activity?thing=integration&which=acme").await;
    assert_eq!(acts(&browser.page), ["Integration created"]);
    // The day of the tests' clock.
    browser.open("/admin/activity?from=2024-10-04&to=2024-10-04").await;
    assert_eq!(acts(&browser.page).len(), 4);
    browser.open("/admin/activity?to=2024-10-03").await;
    assert!(acts(&browser.page).is_empty());
    browser.open("/admin/activity?from=tomorrow").await;
    assert_eq!(browser.page.error_at("From").as_deref(), Some("Write the date like 2026-11-25."));
}

#[actix_web::test]
async fn older_and_newer_entries_are_a_step_away() {
    let app = TestApp::new();
    fill(&app, 120);
    let mut browser = app.administrator().await;
    browser.open("/admin/activity").await;
    let first = |browser: &Browser<'_>| browser.page.all("tbody tr")[0].attr("id").unwrap().to_owned();
    assert_eq!((acts(&browser.page).len(), first(&browser).as_str()), (50, "entry-123"));
    browser.follow("Older").await;
    browser.follow("Older").await;
    assert_eq!((acts(&browser.page).len(), first(&browser).as_str()), (23, "entry-23"));
    assert!(browser.page.link("Older").is_none());
    browser.follow("Newer").await;
    assert_eq!(first(&browser), "entry-73");
    browser.follow("Newer").await;
    assert_eq!(first(&browser), "entry-123");
    browser.open("/admin/activity?after=123").await;
    assert_eq!(first(&browser), "entry-123", "past the newest one");
}

#[actix_web::test]
async fn the_trail_comes_as_csv_that_no_spreadsheet_calculates() {
    let app = TestApp::new();
    app.given().integration("=HYPERLINK(\"http://evil.example\")");
    let mut browser = app.administrator().await;
    let file = export(&mut browser, "/admin/activity", "csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"activity.csv\"");
    let lines: Vec<&str> = file.body.split("\r\n").collect();
    assert!(lines[0].starts_with("number,time,act,"), "{}", lines[0]);
    assert!(
        lines[1].contains("trail_exported") && lines[1].contains("jo"),
        "the export itself: {}",
        lines[1]
    );
    assert!(file.body.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{}", file.body);
    assert!(file.body.contains("command line"));
}

#[actix_web::test]
async fn the_trail_comes_as_json_in_many_pieces_with_the_same_filter() {
    let app = TestApp::new();
    fill(&app, 1203);
    let mut browser = app.administrator().await;
    let file = export(&mut browser, "/admin/activity?act=setup_link_made", "json").await;
    let entries: Vec<serde_json::Value> = serde_json::from_str(&file.body).unwrap();
    assert_eq!(entries.len(), 1203);
    assert_eq!((&entries[0]["number"], &entries[1202]["number"]), (&1203.into(), &1.into()));
    assert_eq!(entries[0]["who"]["kind"], "system");
    let none = export(&mut browser, "/admin/activity?act=trail_exported", "json").await;
    let entries: Vec<serde_json::Value> = serde_json::from_str(&none.body).unwrap();
    assert_eq!(entries.len(), 2, "each export is an entry");
    assert_eq!(entries[1]["changes"][1]["after"], "setup_link_made", "with what was asked for");
}

#[actix_web::test]
async fn whoever_may_only_read_the_trail_reads_all_of_it() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut reader = signed_in(&app, "reader", &[VIEW]).await;
    reader.open("/admin/activity").await;
    assert_eq!(reader.page.status, 200);
    assert!(acts(&reader.page).contains(&"Integration created".to_owned()));
}

/// ASVS 5.0, 16.3.1: all authentication operations are logged, failed ones too.
#[actix_web::test]
async fn asvs_16_3_1_every_authentication_is_recorded() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    browser.sign_in_here("jo", "wrong").await;
    browser.sign_in_here("my secret password", "wrong").await;
    browser.sign_in_here("jo", PASSWORD).await;
    browser.press("Sign Out").await;
    browser.sign_in("jo").await;
    browser.open("/admin/activity").await;
    let expected = [
        "Signed in",
        "Signed out",
        "Signed in",
        "Sign-in refused",
        "Sign-in refused",
        "User created",
        "Role created",
    ];
    assert_eq!(acts(&browser.page), expected);
    let rows = browser.page.rows();
    assert_eq!(rows[4]["What"], "Sign-in refused User jo");
    assert_eq!(rows[4]["Who"], "Somebody not signed in");
    assert_eq!(rows[3]["What"], "Sign-in refused User a name that nobody has");
    assert!(!app.contents().contains("my secret password"), "it may be a password in the wrong field");
}

/// ASVS 5.0, 16.3.2: failed authorization is logged: a right that is lacking, for the page or for what it is about.
#[actix_web::test]
async fn asvs_16_3_2_whoever_is_refused_something_is_in_the_log() {
    let log = Log::keep();
    let app = TestApp::new();
    let boss = app.given().admin("boss").0;
    let mut clerk = signed_in(&app, "clerk", &["Magento_User::acl_users"]).await;
    let key = clerk.page.form_key();
    let refused = |method: &str, path: &str| {
        let line = format!("WARN refused method={method} path={path} admin.id={}", boss + 1);
        assert!(log.text().contains(&line), "{line}");
    };
    clerk.open("/admin/role/edit/1%0AWARN").await;
    assert_eq!(clerk.page.status, 403);
    refused("GET", "/admin/role/edit/1%0AWARN");
    let form = [("form_key".to_owned(), key)];
    clerk.post(&format!("/admin/user/delete/{boss}"), &form).await;
    assert_eq!(clerk.page.status, 403);
    refused("POST", &format!("/admin/user/delete/{boss}"));
}

/// The same item: failed attempts at what needs a confirmation are in the trail.
#[actix_web::test]
async fn asvs_16_3_2_a_wrong_confirmation_is_recorded() {
    let app = TestApp::new();
    app.given().integration("Acme");
    let mut browser = app.administrator().await;
    app.clock.advance(chrono::TimeDelta::minutes(11));
    browser.open("/admin/integration/confirm/delete/1").await;
    browser.fill("Your Password", "wrong");
    browser.press("OK").await;
    browser.open("/admin/activity").await;
    assert_eq!(acts(&browser.page)[0], "Wrong password when asked again");
}

/// ASVS 5.0, 16.2.1: each entry says when, where, who and what.
#[actix_web::test]
async fn asvs_16_2_1_an_entry_says_when_where_who_and_what() {
    let app = TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]);
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    let fields =
        [("form_key", browser.page.form_key()), ("username", "jo".into()), ("password", PASSWORD.into())];
    let request = TestRequest::post()
        .peer_addr("127.0.0.1:50000".parse().unwrap())
        .insert_header(("X-Forwarded-For", "192.0.2.66, 2001:db8::7"))
        .insert_header(("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"))
        .set_form(&fields);
    browser.send("/admin/login", request).await;
    browser.open("/admin/activity?act=sign_in").await;
    let row = &browser.page.rows()[0];
    assert_eq!(row["When"], "2024-10-04 00:00:00 UTC");
    assert_eq!(row["Who"], "jo");
    assert_eq!(row["What"], "Signed in User jo");
    assert_eq!(row["From where"], "2001:db8::7 Mozilla/5.0 (X11; Linux x86_64)");
}

/// ASVS 5.0, 16.2.5: no credential is logged, whatever is done with it: neither stored nor in a file.
#[actix_web::test]
async fn asvs_16_2_5_the_trail_holds_no_password_and_no_token() {
    let app = TestApp::new();
    let acme = app.given().integration("Acme");
    let credentials = acme.active();
    let mut browser = app.administrator().await;
    let mut stranger = app.browser();
    stranger.open("/admin/login").await;
    stranger.sign_in_here("typed into the name", "typed in vain").await;
    let answer = app
        .send(
            TestRequest::post()
                .uri("/rest/V1/integration/admin/token")
                .set_json(serde_json::json!({ "username": "jo", "password": PASSWORD })),
        )
        .await;
    let bearer: String = serde_json::from_str(&answer.body).unwrap();
    browser.open("/admin/user/new").await;
    for (label, text) in [
        ("User Name", "kim"),
        ("First Name", "Kim"),
        ("Last Name", "Example"),
        ("Email", "kim@example.com"),
        ("Password", "seven purple otters"),
        ("Password Confirmation", "seven purple otters"),
        ("Role", "1"),
    ] {
        browser.fill(label, text);
    }
    browser.press("Save User").await;
    browser.open(&format!("/admin/integration/edit/{}", acme.id.0)).await;
    browser.press("Reveal the secrets").await;
    app.clock.advance(chrono::TimeDelta::minutes(11));
    browser.open("/admin/integration/confirm/delete/1").await;
    browser.fill("Your Password", "wrong when asked");
    browser.press("OK").await;
    let stored = app.rows("audit_entry");
    let file = export(&mut browser, "/admin/activity", "json").await;
    for act in [
        "sign_in_failed",
        "token_issued",
        "user_created",
        "integration_activated",
        "secrets_revealed",
        "confirmation_failed",
    ] {
        assert!(stored.contains(act) && file.body.contains(act), "{act}: {stored}");
    }
    let issued =
        [Some(credentials.consumer_secret), credentials.access_token, credentials.access_token_secret];
    let issued = issued.map(|secret| secret.unwrap().expose().to_owned());
    let typed = [PASSWORD, "seven purple otters", "typed into the name", "typed in vain", "wrong when asked"];
    for secret in issued.iter().map(String::as_str).chain(typed).chain([bearer.as_str()]) {
        assert!(!stored.contains(secret) && !file.body.contains(secret), "{secret}");
    }
}

/// ASVS 5.0, 16.4.1: what somebody sends cannot forge a line: it is one cell of CSV, one string of JSON, text on the
/// page.
#[actix_web::test]
async fn asvs_16_4_1_entries_cannot_be_forged_by_what_is_sent() {
    let app = TestApp::new();
    app.given().admin("jo");
    let mut browser = app.browser();
    browser.open("/admin/login").await;
    let fields =
        [("form_key", browser.page.form_key()), ("username", "jo".into()), ("password", "wrong".into())];
    let forged = "x\",\"2,2024-10-04T00:00:00Z,sign_in,admin<script>";
    let request = TestRequest::post().insert_header(("User-Agent", forged)).set_form(&fields);
    browser.send("/admin/login", request).await;
    browser.sign_in("jo").await;
    browser.open("/admin/activity").await;
    assert!(!browser.page.body.contains("<script>,") && !browser.page.body.contains("admin<script>"));
    let file = export(&mut browser, "/admin/activity", "csv").await;
    let line = file.body.split("\r\n").find(|line| line.contains("sign_in_failed")).unwrap();
    assert!(line.contains("\"x\"\",\"\"2,2024-10-04T00:00:00Z,sign_in,admin<script>\""), "{line}");
    let file = export(&mut browser, "/admin/activity?act=sign_in_failed", "json").await;
    let entries: Vec<serde_json::Value> = serde_json::from_str(&file.body).unwrap();
    assert_eq!(entries[0]["from"]["browser"], forged);
}

#[actix_web::test]
async fn every_change_of_users_roles_and_sessions_is_told_and_never_a_password() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.sign_in("kim").await;
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    browser.fill("First Name", "Kim");
    browser.fill("New Password", "seven purple otters");
    browser.fill("Password Confirmation", "seven purple otters");
    browser.press("Save User").await;
    theirs.open("/admin/login").await;
    theirs.sign_in_here("kim", "seven purple otters").await;
    for (act, button) in
        [("force_sign_in", "Force Sign-In"), ("deactivate", "Deactivate"), ("delete", "Delete User")]
    {
        browser.open(&format!("/admin/user/confirm/{act}/{kim}")).await;
        browser.press(button).await;
    }
    browser.open(&format!("/admin/activity?thing=user&which={kim}")).await;
    let expected = [
        "User deleted",
        "User deactivated",
        "Forced to sign in again",
        "Signed in",
        "Password changed",
        "User changed",
        "Signed in",
        "User created",
    ];
    assert_eq!(acts(&browser.page), expected);
    let rows = browser.page.rows();
    assert!(rows[5]["Changes"].contains("First Name Jo became Kim"), "{:?}", rows[5]);
    assert!(rows[1]["Changes"].contains("Active became Inactive"), "{:?}", rows[1]);
    assert!(!app.contents().contains("purple otters"));

    browser.open("/admin/role/new").await;
    browser.fill("Role Name", "Sales");
    browser.tick("resource[]", "Magento_Sales::sales", true);
    browser.press("Save Role").await;
    browser.open("/admin/role/edit/2").await;
    browser.fill("Role Name", "Stock");
    browser.tick("resource[]", "Magento_Sales::sales", false);
    browser.tick("resource[]", "Magento_Catalog::catalog", true);
    browser.press("Save Role").await;
    browser.open("/admin/role/confirm/delete/2").await;
    browser.press("Delete Role").await;
    browser.open("/admin/activity?thing=role&which=2").await;
    assert_eq!(acts(&browser.page), ["Role deleted", "Role changed", "Role created"]);
    let changed = &browser.page.rows()[1]["Changes"];
    assert!(changed.contains("Role Name Sales became Stock"), "{changed}");
    assert!(changed.contains("granted") && changed.contains("withdrawn"), "{changed}");

    let mut other = app.browser();
    other.sign_in("jo").await;
    browser.open("/admin/account/session/end_others").await;
    browser.press("End session").await;
    browser.open("/admin/activity?act=other_sessions_ended").await;
    assert_eq!(browser.page.rows().len(), 1);
}

#[actix_web::test]
async fn a_lock_and_its_end_are_told() {
    let app = TestApp::new();
    let kim = app.given().admin("kim").0;
    let mut theirs = app.browser();
    theirs.open("/admin/login").await;
    for _ in 0..7 {
        theirs.sign_in_here("kim", "wrong").await;
    }
    let mut browser = app.administrator().await;
    browser.open(&format!("/admin/user/edit/{kim}")).await;
    browser.press("Unlock").await;
    browser.open(&format!("/admin/activity?thing=user&which={kim}")).await;
    let acts = acts(&browser.page);
    assert_eq!(acts[..2], ["Account unlocked", "Sign-in refused"]);
    assert_eq!(acts.iter().filter(|act| *act == "Account locked").count(), 1, "{acts:?}");
    assert_eq!(acts.iter().filter(|act| *act == "Sign-in refused").count(), 7, "{acts:?}");
}
