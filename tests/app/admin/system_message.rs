//! The bar of system messages: there while its cause is, for whoever may see it.

use chrono::TimeDelta;
use latchkey::domain::Actor;
use latchkey::domain::webhook::{self, Draft};
use latchkey::jobs::{self, EVENT_DELIVERY};
use latchkey::outbound::Outcome;
use latchkey::secret::Secret;
use latchkey::store::Work;

use crate::support::page::words;
use crate::support::{Browser, TestApp};

fn told(browser: &Browser<'_>) -> Vec<String> {
    browser.page.all(".system p, .system li").into_iter().map(words).collect()
}

fn public(address: &'static str) -> TestApp {
    TestApp::with(|config| config.base_url = address.parse().unwrap())
}

#[actix_web::test]
async fn a_fresh_installation_on_this_machine_has_nothing_to_tell() {
    let app = TestApp::new();
    let browser = app.administrator().await;
    assert!(told(&browser).is_empty(), "{:?}", told(&browser));
    assert!(!browser.page.text().contains("System Messages:"));
}

#[actix_web::test]
async fn what_is_wrong_with_a_public_server_is_told_the_worst_first() {
    let app = public("http://shop.example/");
    let browser = app.administrator().await;
    let messages = told(&browser);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].contains("not https") && messages[0].contains("base_url"), "{messages:?}");
    assert!(messages[1].contains("smtp_url"), "{messages:?}");
    let app = TestApp::with(|config| {
        config.base_url = "http://[::1]:8080/".parse().unwrap();
        config.smtp_url = Some(Secret::new("smtp://127.0.0.1:1"));
    });
    assert!(told(&app.administrator().await).is_empty());
}

#[actix_web::test]
async fn integrations_that_wait_for_approval_are_told_until_none_waits() {
    let app = TestApp::new();
    app.given().integration("Declared");
    app.given().integration("Manual");
    app.sql("update integration set setup_type = 1, status = 2 where name = 'Declared'");
    app.sql("update integration set status = 2 where name = 'Manual'");
    let mut browser = app.administrator().await;
    let message = "One or more integrations have been reset because of a change to their xml configs.";
    assert_eq!(told(&browser), [message]);
    browser.follow("integrations").await;
    assert_eq!(browser.address, "/admin/integration?status=2");
    app.sql("update integration set status = 1 where name = 'Declared'");
    browser.open("/admin/account").await;
    assert!(told(&browser).is_empty(), "{:?}", told(&browser));
}

#[actix_web::test]
async fn whoever_lacks_the_right_to_system_messages_sees_none() {
    let app = public("http://shop.example/");
    app.given().admin_with("kim", &["Magento_Integration::integrations"]);
    app.given().admin_with("lee", &["Magento_AdminNotification::show_list"]);
    for (name, count) in [("kim", 0), ("lee", 2)] {
        let mut browser = app.browser();
        browser.sign_in(name).await;
        browser.open("/admin/account").await;
        assert_eq!(told(&browser).len(), count, "{name}");
    }
}

#[actix_web::test]
async fn a_message_that_is_new_is_shown_once_more_in_a_window_of_its_own() {
    let app = public("http://shop.example/");
    let mut browser = app.administrator().await;
    let shown = |browser: &Browser<'_>| {
        let popup = browser.page.all("dialog[open]").into_iter().map(words).collect::<Vec<_>>();
        popup.concat()
    };
    let first = shown(&browser);
    assert!(first.starts_with("You have 2 new system messages"), "{first}");
    assert!(first.contains("not https") && first.contains("smtp_url"), "{first}");
    browser.open("/admin/account").await;
    assert_eq!((shown(&browser), told(&browser).len()), (String::new(), 2), "once");
    app.given().integration("Declared");
    app.sql("update integration set setup_type = 1, status = 2");
    browser.open("/admin/account").await;
    let third = shown(&browser);
    assert!(third.starts_with("You have 1 new system message One or more integrations"), "{third}");
    // What was settled and comes again is new again.
    for (status, is_shown) in [(1, false), (2, true), (2, false)] {
        app.sql(&format!("update integration set status = {status}"));
        browser.open("/admin/account").await;
        assert_eq!(!shown(&browser).is_empty(), is_shown, "{status}");
    }
}

#[actix_web::test]
async fn events_that_were_given_up_are_told_with_the_way_to_them_for_a_week_or_until_they_are_sent() {
    let app = TestApp::new();
    let mut browser = app.administrator().await;
    let draft = Draft {
        name: "Shop".into(),
        url: "https://shop.example/hooks".into(),
        all: true,
        is_enabled: true,
        ..Draft::default()
    };
    // It hears of nothing that was before it.
    app.clock.advance(TimeDelta::seconds(1));
    let create = |work: &mut Work<'_>| webhook::create(work, &Actor::command(), &draft, &[]);
    app.app.store.write_now(create).unwrap();
    app.outbound.reply_with(|_| Outcome::answered(503));
    let give_up = async || {
        app.given().integration(&format!("Acme {}", app.count("integration")));
        for _ in 0..7 {
            jobs::run_now(&app.app, &Actor::command(), EVENT_DELIVERY).await.unwrap();
            app.clock.advance(TimeDelta::hours(10));
        }
    };
    give_up().await;
    browser.sign_in("jo").await;
    let message = "Events were given up that could not be delivered to one or more webhooks. \
                   See there what went wrong, and send them again.";
    assert_eq!(told(&browser), [message]);
    browser.follow("webhooks").await;
    browser.follow("1").await;
    app.outbound.reply_with(|_| Outcome::answered(204));
    let label = browser.page.all("form[action*=send_again] button")[0].attr("aria-label").unwrap().to_owned();
    browser.press(&label).await;
    assert!(told(&browser).is_empty(), "it is tried again: {:?}", told(&browser));
    app.outbound.reply_with(|_| Outcome::answered(503));
    give_up().await;
    browser.sign_in("jo").await;
    assert_eq!(told(&browser), [message]);
    app.clock.advance(TimeDelta::days(7));
    browser.sign_in("jo").await;
    assert!(told(&browser).is_empty(), "for a week: {:?}", told(&browser));
}
