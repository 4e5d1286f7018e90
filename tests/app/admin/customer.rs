//! The list of customers, and what can be done to one.

use chrono::TimeDelta;
use latchkey::domain::customer::CustomerId;

use crate::support::given::PASSWORD;
use crate::support::page::words;
use crate::support::{Browser, TestApp};

const LIST: &str = "/admin/customer";

fn emails(browser: &Browser<'_>) -> Vec<String> {
    browser.page.rows().into_iter().map(|row| row["Email"].clone()).collect()
}

fn tokens_of(app: &TestApp, id: CustomerId) -> usize {
    app.count(&format!("bearer_token where customer_id = {}", id.0))
}

fn give_token(app: &TestApp, id: CustomerId, digest: &str) {
    app.sql(&format!(
        "insert into bearer_token (user_type, customer_id, digest, created_at)
         values (3, {}, '{digest}', '2024-10-04 00:00:00')",
        id.0
    ));
}

#[actix_web::test]
async fn an_empty_list_says_how_customers_come_in() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let page = browser.follow("Customers").await;
    assert_eq!(page.heading(), "Customers");
    assert!(page.text().contains("No customers yet"), "{}", page.text());
    assert!(page.text().contains("latchkey customer import FILE.csv"), "{}", page.text());
}

#[actix_web::test]
async fn customers_are_found_by_what_address_or_name_begin_with_and_by_state() {
    let app = TestApp::new();
    app.given().customer("jo@example.com");
    app.given().customer("johanna@example.com");
    app.given().customer("a_b%c@example.com");
    app.sql(
        "update customer set firstname = 'Żółw', firstname_folded = 'żółw' where email = 'jo@example.com'",
    );
    app.sql("update customer set is_active = false where email = 'johanna@example.com'");
    let mut browser = app.administrator().await;
    browser.open(LIST).await;
    assert_eq!(
        emails(&browser),
        ["a_b%c@example.com", "johanna@example.com", "jo@example.com"],
        "newest first"
    );
    for (typed, expected) in [
        ("JO", &["johanna@example.com", "jo@example.com"][..]),
        ("ŻÓŁ", &["jo@example.com"]),
        ("a_b%", &["a_b%c@example.com"]),
        ("a%", &[]),
        ("exam", &["a_b%c@example.com", "johanna@example.com", "jo@example.com"]),
        ("xample", &[]),
    ] {
        browser.open(LIST).await;
        browser.fill("Email or name begins with", typed);
        browser.press("Search").await;
        assert_eq!(emails(&browser), expected, "{typed}");
    }
    browser.open(&format!("{LIST}?status=0")).await;
    assert_eq!(emails(&browser), ["johanna@example.com"]);
    browser.open(&format!("{LIST}?sort=email&dir=asc")).await;
    assert_eq!(emails(&browser)[0], "a_b%c@example.com");
}

#[actix_web::test]
async fn deactivating_ends_tokens_asks_first_and_leads_back_to_the_list_as_it_was() {
    let app = TestApp::new();
    let jo = app.given().customer("jo@example.com");
    give_token(&app, jo, "one");
    let mut browser = app.administrator().await;
    browser.open(&format!("{LIST}?name=jo")).await;
    assert_eq!(browser.page.rows()[0]["API Tokens"], "1");
    browser.follow("Deactivate jo@example.com").await;
    assert!(browser.page.text().contains("end at once"), "{}", browser.page.text());
    browser.press("Deactivate").await;
    assert_eq!(browser.page.messages(), ["Success: The customer 'jo@example.com' has been deactivated."]);
    assert_eq!(browser.address, format!("{LIST}?name=jo"));
    assert_eq!(words(browser.page.all(".col-status .pill")[0]), "Inactive");
    assert_eq!(tokens_of(&app, jo), 0);
    app.clock.advance(TimeDelta::minutes(10));
    browser.press("Activate jo@example.com").await;
    assert!(browser.page.field("Your Password").is_some(), "{}", browser.page.text());
    browser.fill("Your Password", PASSWORD);
    browser.press("Activate").await;
    assert_eq!(browser.page.messages(), ["Success: The customer 'jo@example.com' has been activated."]);
    let page = browser.open("/admin/activity?thing=customer").await;
    assert!(page.text().contains("jo@example.com"), "{}", page.text());
}

#[actix_web::test]
async fn tokens_are_revoked_and_the_customer_stays_active() {
    let app = TestApp::new();
    let (jo, ann) = (app.given().customer("jo@example.com"), app.given().customer("ann@example.com"));
    give_token(&app, jo, "one");
    give_token(&app, jo, "two");
    give_token(&app, ann, "three");
    let mut browser = app.administrator().await;
    browser.open(LIST).await;
    browser.follow("Revoke tokens jo@example.com").await;
    browser.press("Revoke tokens").await;
    let told = "Success: The tokens of the customer 'jo@example.com' have been revoked.";
    assert_eq!(browser.page.messages(), [told]);
    assert_eq!((tokens_of(&app, jo), tokens_of(&app, ann)), (0, 1));
    assert!(browser.page.link("Revoke tokens jo@example.com").is_none());
    assert!(browser.page.link("Deactivate jo@example.com").is_some());
}

#[actix_web::test]
async fn a_customer_who_is_gone_is_told_as_such() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    for id in ["7", "x"] {
        let page = browser.open(&format!("{LIST}/confirm/deactivate/{id}")).await;
        assert_eq!((page.status.as_u16(), page.heading().as_str()), (404, "This customer no longer exists."));
    }
}
