//! The list with the keyboard alone: parts of it are replaced, and the focus stays.

use serde_json::Value;

use super::browser::{Browser, Setup};
use super::journey::{ENTER, set_up};
use super::server::Server;

const GRID: &str = "integrationGrid";

/// Presses Enter on a control of the list, and waits until the address has this in it, or no longer has.
async fn enters(browser: &Browser, control: &str, (part, is_there): (&str, bool)) {
    let focus = "document.getElementById(arguments[0]).focus()";
    let id = format!("{GRID}_{control}");
    browser.see(&format!("#{id}")).await;
    browser.client.execute(focus, vec![id.into()]).await.unwrap();
    browser.keys(ENTER).await;
    let script = "return location.search.includes(arguments[0])";
    for _ in 0..150 {
        if browser.client.execute(script, vec![part.into()]).await.unwrap() == Value::Bool(is_there) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{control} led nowhere");
}

async fn focused(browser: &Browser) -> String {
    let script = "return document.activeElement.id || document.activeElement.tagName";
    let found = browser.client.execute(script, vec![]).await.unwrap();
    found.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_focus_stays_when_parts_of_the_list_are_replaced() {
    let server = Server::start();
    let browser = Browser::open(Setup::default()).await;
    set_up(&browser, &server, "focus").await;
    for number in 1..=21 {
        server.command(&["integration", "create", "--name", &format!("Partner {number}")]);
    }
    let list = format!("{}admin/integration", server.address());
    browser.goto(&list).await;
    browser.fill("integrationGrid_filter_name", "Partner").await;
    enters(&browser, "filter_search", ("name=Partner", true)).await;
    assert_eq!(focused(&browser).await, "integrationGrid_filter_search");
    enters(&browser, "filter_reset", ("name=", false)).await;
    assert_eq!(focused(&browser).await, "integrationGrid_filter_reset");
    enters(&browser, "next", ("page=2", true)).await;
    assert_eq!(focused(&browser).await, GRID, "there is no next page any more");
    browser.fill("integrationGrid_page-current", "1").await;
    enters(&browser, "page-go", ("page=2", false)).await;
    assert_eq!(focused(&browser).await, "integrationGrid_page-go");
    browser.goto(&format!("{list}?name=nothing+like+this")).await;
    enters(&browser, "none_reset", ("name=", false)).await;
    assert_eq!(focused(&browser).await, GRID, "the list is not empty any more");
    browser.close().await;
}
