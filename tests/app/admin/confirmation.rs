//! The password is asked for again before acts that matter, when it was last confirmed more than ten minutes ago.

use chrono::TimeDelta;

use crate::support::given::PASSWORD;
use crate::support::{Browser, TestApp};

const RESOURCE: &str = "Magento_Sales::sales";

async fn fill_in_new(browser: &mut Browser<'_>) {
    browser.open("/admin/integration/new").await;
    browser.fill("Name", "Acme <b>\"Ltd\"</b>");
    browser.tick("resource[]", RESOURCE, true);
}

fn names(browser: &Browser<'_>) -> Vec<String> {
    browser.page.rows().into_iter().filter_map(|row| row.get("Name").cloned()).collect()
}

fn is_ticked(browser: &Browser<'_>) -> bool {
    let boxes = browser.page.all("input[name='resource[]'][checked]");
    boxes.iter().any(|tick| tick.attr("value") == Some(RESOURCE))
}

fn has_focus(browser: &Browser<'_>, label: &str) -> bool {
    browser.page.field(label).is_some_and(|field| field.attr("autofocus").is_some())
}

#[actix_web::test]
async fn signing_in_counts_for_ten_minutes() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::seconds(599));
    fill_in_new(&mut browser).await;
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "{}", browser.page.text());
    assert_eq!(names(&browser), ["Acme <b>\"Ltd\"</b>"]);
}

#[actix_web::test]
async fn afterwards_the_page_asks_in_place_and_one_post_finishes() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    app.clock.advance(TimeDelta::seconds(600));
    fill_in_new(&mut browser).await;
    assert!(!has_focus(&browser, "Your Password"), "the form is to be filled in first");
    let before_saving = app.contents();
    browser.press("Save").await;
    assert_eq!(browser.page.status, 200);
    assert_eq!(browser.page.value("Name"), "Acme <b>\"Ltd\"</b>");
    assert!(is_ticked(&browser));
    assert!(has_focus(&browser, "Your Password"), "the only thing that is missing");
    assert_eq!(app.contents(), before_saving);

    browser.fill("Your Password", "wrong");
    browser.press("Save").await;
    assert_eq!(browser.page.status, 422);
    let error = "The password entered for the current user is invalid. Verify the password and try again.";
    assert_eq!(browser.page.error_at("Your Password").as_deref(), Some(error));
    assert_eq!(browser.page.value("Your Password"), "");
    assert!(is_ticked(&browser));

    browser.fill("Your Password", PASSWORD);
    browser.press("Save").await;
    assert_eq!(browser.address, "/admin/integration", "{}", browser.page.text());
    assert_eq!(names(&browser), ["Acme <b>\"Ltd\"</b>"]);

    fill_in_new(&mut browser).await;
    assert!(browser.page.field("Your Password").is_none(), "confirmed for ten minutes again");
}
