//! Every route of the table, walked: strangers are sent away, the unpermitted refused, a POST without the key of its
//! form changes nothing, and neither does any GET.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey::web::routes::{Guard, Row, Verb, table};

use crate::support::TestApp;

/// The rows below `/admin`, with addresses that lead to something.
fn pages(app: &TestApp) -> Vec<(&'static Row, String)> {
    let id = app.given().integration("Acme").id.0.to_string();
    app.given().customer("ada@example.com");
    app.given().webhook("Shop");
    let rows = table().iter().filter(|row| row.address.starts_with("/admin"));
    rows.map(|row| (row, row.address.replace("{id}", &id))).collect()
}

fn ask(row: &Row) -> TestRequest {
    match row.verb {
        Verb::Get | Verb::Any => TestRequest::get(),
        Verb::Post => TestRequest::post(),
    }
}

/// A POST with the key of the form, so that nothing but the wall can refuse it.
fn ask_with_key(row: &Row, key: &str) -> TestRequest {
    match row.verb {
        Verb::Post => ask(row).set_form([("form_key", key)]),
        Verb::Get | Verb::Any => ask(row),
    }
}

#[actix_web::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = TestApp::new();
    for (row, address) in pages(&app).into_iter().filter(|(row, _)| row.guard != Guard::Open) {
        let answer = app.send(ask(row).uri(&address)).await;
        assert_eq!(answer.status, 303, "{address}");
        assert!(answer.location().starts_with("/admin/login"), "{address}: {}", answer.location());
        if row.verb == Verb::Get && address != "/admin" {
            assert!(answer.location().contains("?next=%2Fadmin%2F"), "{address}: {}", answer.location());
        }
        let part = ask(row).uri(&address).insert_header(("X-Requested-With", "XMLHttpRequest"));
        let answer = app.send(part).await;
        assert_eq!(answer.status, 401, "{address}");
        assert!(answer.link("Sign in").is_some_and(|href| href.starts_with("/admin/login")), "{address}");
    }
}

#[actix_web::test]
async fn whoever_lacks_one_right_is_refused_with_the_next_steps() {
    let app = TestApp::new();
    let pages = pages(&app);
    for (number, (row, address)) in pages.iter().enumerate() {
        let Guard::Resources(needed) = row.guard else { continue };
        for (index, lacking) in needed.iter().enumerate() {
            let held: Vec<&str> = needed.iter().copied().filter(|resource| resource != lacking).collect();
            let username = format!("jo{number}x{index}");
            app.given().admin_with(&username, &held);
            let mut browser = app.browser();
            browser.sign_in(&username).await;
            let before = app.contents();
            let answer = browser.send(address, ask(row)).await;
            assert_eq!(answer.status, 403, "{address} without {lacking}");
            assert_eq!(answer.heading(), "Sorry, you need permissions to view this content.");
            for step in [
                "Next steps",
                "If you think this is an error, try signing out and signing in again.",
                "Contact a system administrator or store owner to gain permissions.",
                "Return to previous page.",
            ] {
                assert!(answer.text().contains(step), "{address}: {}", answer.text());
            }
            assert_eq!(app.contents(), before, "{address} without {lacking}");
        }
    }
}

#[actix_web::test]
async fn a_form_without_its_key_changes_nothing_and_is_explained() {
    let app = TestApp::new();
    let pages = pages(&app);
    let mut browser = app.administrator().await;
    let key = browser.page.form_key();
    let before = app.contents();
    for (row, address) in pages.iter().filter(|(row, _)| row.verb == Verb::Post) {
        for wrong in ["", "0123456789abcdefghijklmnopqrstuv"] {
            let answer = browser.send(address, ask_with_key(row, wrong)).await;
            assert_eq!(answer.status, 403, "{address}");
            assert_eq!(answer.heading(), "Invalid Form Key. Please refresh the page.", "{address}");
            assert!(!answer.all("main a[href]").is_empty(), "{address}: a way back");
        }
        let none = browser.send(address, ask(row)).await;
        assert_eq!(none.status, 403, "{address}");
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
        ] {
            let answer = browser.send(address, ask_with_key(row, &key).insert_header((name, value))).await;
            assert_eq!(answer.status, 403, "{address} with {name}: {value}");
        }
    }
    assert_eq!(app.contents(), before);
}

/// What a page alters by being read: when its reader was last seen, and which messages their session has shown.
const SHOWN: [&str; 2] = ["admin_user_session.updated_at", "admin_user_session.state"];

/// What the only session keeps, but for the messages that it has shown.
fn kept(app: &TestApp) -> serde_json::Value {
    let state = app.value("select state from admin_user_session");
    let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
    for shown in ["system_messages", "flashes"] {
        state.as_object_mut().unwrap().remove(shown);
    }
    state
}

#[actix_web::test]
async fn reading_changes_nothing_but_what_the_own_session_was_shown_and_when() {
    let app = TestApp::new();
    let pages = pages(&app);
    app.given().integration("Umbrella").active();
    let mut browser = app.administrator().await;
    let (state, seen) = ("select state from admin_user_session", "select updated_at from admin_user_session");
    let (mut was_shown, mut was_seen) = (false, false);
    for (number, (row, address)) in pages.iter().filter(|(row, _)| row.verb == Verb::Get).enumerate() {
        // Each page finds other messages than the one before, and that its reader was seen long ago.
        let status = 1 + number % 2;
        app.sql(&format!("update integration set setup_type = 1, status = {status} where name = 'Umbrella'"));
        app.clock.advance(chrono::TimeDelta::seconds(61));
        let before = (app.contents_without(&SHOWN), kept(&app));
        let session = (app.value(state), app.value(seen));
        let answer = browser.send(address, ask(row)).await;
        assert!(answer.status.as_u16() < 500, "{address}: {}", answer.text());
        assert_eq!((app.contents_without(&SHOWN), kept(&app)), before, "{address}");
        was_shown |= app.value(state) != session.0;
        was_seen |= app.value(seen) != session.1;
        // At once after that there is nothing new to show.
        let before = app.contents();
        let again = browser.send(address, ask(row).method(Method::HEAD)).await;
        assert!(again.status.as_u16() < 500, "{address}");
        assert_eq!(app.contents(), before, "{address}");
    }
    assert!(was_shown && was_seen, "nothing was there to be shown");
}

#[actix_web::test]
async fn every_page_says_who_may_open_it() {
    let open: Vec<&str> =
        table().iter().filter(|row| row.guard == Guard::Open).map(|row| row.address).collect();
    let expected = [
        "/",
        "/admin/login",
        "/admin/login",
        "/admin/login/enrol",
        "/admin/login/enrol",
        "/admin/forgotpassword",
        "/admin/forgotpassword",
        "/admin/resetpassword",
        "/admin/resetpassword",
        "/admin/setup",
        "/admin/setup",
        "/admin/integration/login_success",
        "/gateway/verify",
        "/gateway/refused",
        "/oauth/token/request",
        "/oauth/token/access",
        "/health/live",
        "/health/ready",
        "/static/{name}",
    ];
    assert_eq!(open, expected, "an address that is open to everybody is a decision: name it here");
}

#[actix_web::test]
async fn what_stands_beside_the_administration_reads_no_cookie_and_sets_none() {
    let app = TestApp::new();
    let browser = app.administrator().await;
    let (name, (value, _)) = browser.cookies.iter().next().unwrap();
    let cookie = format!("{name}={value}");
    for address in ["/rest/V1/products", "/oauth/token/request", "/oauth/token/access", "/gateway/verify"] {
        let plain = app.send(TestRequest::get().uri(address)).await;
        let with = app.send(TestRequest::get().uri(address).insert_header(("Cookie", cookie.as_str()))).await;
        assert_eq!(plain.status, with.status, "{address}");
        assert_eq!(with.header("set-cookie"), "", "{address}");
    }
}
