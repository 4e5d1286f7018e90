//! Activation by an exchange with the example partner: its page in a window of its own, and what becomes of the dialog.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::browser::{Browser, Setup};
use super::journey::set_up;
use super::port::free_port;
use super::server::Server;

const NAME: &str = "Example Partner";

/// The example partner, running.
struct Partner(Child);

impl Partner {
    fn start(port: u16) -> Self {
        let tests = std::env::current_exe().unwrap();
        let program: PathBuf = tests.parent().unwrap().with_file_name("examples").join("partner");
        let started = Command::new(&program)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let partner =
            Self(started.unwrap_or_else(|_| panic!("{program:?}: run `cargo build --example partner`")));
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        partner
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server with an integration whose partner would be at that port.
async fn begin(setup: Setup, port: u16, name: &str) -> (Server, Browser) {
    let server = Server::start_with(&format!("egress_allow = [\"127.0.0.1:{port}\"]"));
    let (callback, login) =
        (format!("http://127.0.0.1:{port}/callback"), format!("http://127.0.0.1:{port}/login"));
    let create = ["integration", "create", "--name", NAME, "--resource", "Magento_Catalog::products"];
    server.command(&[&create[..], &["--endpoint", &callback, "--identity-link-url", &login]].concat());
    let browser = Browser::open(setup).await;
    set_up(&browser, &server, name).await;
    (server, browser)
}

/// Opens the dialog from the list and allows.
async fn allow(browser: &Browser, name: &str) {
    browser.press(&format!("Activate {NAME}")).await;
    browser.reads("Allowing sends the credentials to").await;
    keep(browser, name, "permissions").await;
    browser.press("Allow").await;
}

async fn keep(browser: &Browser, name: &str, page: &str) {
    browser.picture(&format!("{name}-{page}")).await;
    assert!(!browser.overflows().await, "{page} sticks out ({name})");
}

async fn is_true(browser: &Browser, script: &str) -> bool {
    browser.client.execute(script, vec![]).await.unwrap() == serde_json::Value::Bool(true)
}

/// What the list says once the dialog is gone.
async fn is_active_in_the_list(browser: &Browser) {
    browser.reads("Integration 'Example Partner' has been sent for activation.").await;
    let script = "return document.querySelector('dialog') === null
        && document.querySelector('#integrationGrid .pill')?.textContent === 'Active'";
    for _ in 0..150 {
        if is_true(browser, script).await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the list does not say Active");
}

#[tokio::test]
async fn the_partners_page_opens_in_a_window_and_the_list_says_active() {
    let port = free_port();
    let _partner = Partner::start(port);
    let (server, browser) = begin(Setup::default(), port, "exchange").await;
    allow(&browser, "exchange").await;
    browser.windows(2).await;
    browser.reads("Sign in to link your account").await;
    assert!(is_true(&browser, "return opener === null").await, "the partner gets no hold of our window");
    browser.picture("exchange-partner").await;
    browser.press("Sign in").await;
    browser.windows(1).await;
    browser.reads("the integration 'Example Partner' is active").await;
    keep(&browser, "exchange", "completed").await;
    browser.press("Done").await;
    is_active_in_the_list(&browser).await;
    keep(&browser, "exchange", "list").await;
    browser.goto(&format!("{}admin/integration/edit/1", server.address())).await;
    browser.reads("First signed call").await;
    keep(&browser, "exchange", "attempts").await;
    browser.press("New consumer secret").await;
    browser.reads("goes on signing until the grace period ends").await;
    keep(&browser, "exchange", "new-secret-dialog").await;
    browser.click("dialog[open] button.primary").await;
    browser.reads("has a new consumer secret").await;
    keep(&browser, "exchange", "ending").await;
    browser.press("End now").await;
    browser.reads("before its present credentials has ended").await;
    browser.close().await;
}

#[tokio::test]
async fn a_partner_that_is_down_is_named_and_can_be_sent_to_again() {
    let port = free_port();
    let setup = Setup { is_dark: true, ..Setup::default() };
    let (_server, browser) = begin(setup, port, "exchange-dark").await;
    allow(&browser, "exchange-dark").await;
    browser.reads(&format!("Nobody listens at 127.0.0.1:{port}.")).await;
    browser.windows(1).await;
    browser.see("dialog a[target=_blank][rel=noopener]").await;
    keep(&browser, "exchange-dark", "failed").await;
    let _partner = Partner::start(port);
    browser.press("Send again").await;
    browser.windows(2).await;
    browser.reads("Sign in to link your account").await;
    let own = browser.client.windows().await.unwrap().swap_remove(0);
    browser.client.switch_to_window(own).await.unwrap();
    browser.reads("We are waiting for it to come back for its tokens").await;
    keep(&browser, "exchange-dark", "waiting").await;
    browser.windows(2).await;
    browser.press("Sign in").await;
    browser.windows(1).await;
    browser.reads("the integration 'Example Partner' is active").await;
    keep(&browser, "exchange-dark", "completed").await;
    browser.press("Integration page").await;
    browser.reads("Attempt 2").await;
    browser.click("#integration-attempts li:nth-child(2) summary").await;
    keep(&browser, "exchange-dark", "attempts").await;
    browser.close().await;
}

#[tokio::test]
async fn where_windows_are_blocked_a_plain_link_remains() {
    let port = free_port();
    let _partner = Partner::start(port);
    let (_server, browser) = begin(Setup::default(), port, "exchange-blocked").await;
    // As extensions do it; Chromium's own setting lets through what follows a click.
    let block = "window.open = (...asked) => { window.asked = asked.join(' '); return null; }";
    browser.client.execute(block, vec![]).await.unwrap();
    allow(&browser, "exchange-blocked").await;
    browser.reads("Popup Blocker is enabled! Please add this site to your exception list.").await;
    browser.windows(1).await;
    let size =
        "const [width, height] = [Math.min(680, screen.availWidth), Math.min(510, screen.availHeight)];
        const [left, top] = [(screen.availWidth - width) / 2, (screen.availHeight - height) / 2];
        return asked === ` _blank width=${width},height=${height},left=${left},top=${top}`";
    assert!(is_true(&browser, size).await, "in the middle of the screen, and no larger");
    keep(&browser, "exchange-blocked", "link").await;
    browser.press("Open the partner's page").await;
    browser.windows(2).await;
    browser.press("Sign in").await;
    browser.windows(1).await;
    browser.reads("the integration 'Example Partner' is active").await;
    browser.press("Done").await;
    is_active_in_the_list(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn without_script_the_page_follows_the_exchange_by_itself() {
    let port = free_port();
    let _partner = Partner::start(port);
    let setup = Setup { width: 360, has_script: false, ..Setup::default() };
    let (server, browser) = begin(setup, port, "exchange-plain").await;
    allow(&browser, "exchange-plain").await;
    browser.reads("We are waiting for it to come back for its tokens").await;
    keep(&browser, "exchange-plain", "waiting").await;
    browser.press("Open the partner's page").await;
    browser.windows(2).await;
    browser.press("Sign in").await;
    browser.reads("You can close this window.").await;
    keep(&browser, "exchange-plain", "end").await;
    browser.client.close_window().await.unwrap();
    browser.windows(1).await;
    browser.reads("the integration 'Example Partner' is active").await;
    keep(&browser, "exchange-plain", "completed").await;
    browser.press("Done").await;
    is_active_in_the_list(&browser).await;
    browser.goto(&format!("{}admin/integration/edit/1", server.address())).await;
    browser.reads("Attempt 1").await;
    keep(&browser, "exchange-plain", "attempts").await;
    browser.close().await;
}
