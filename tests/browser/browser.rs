//! Chromium, driven as a person drives it: by labels, names of buttons, and keys.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::port::free_port;

/// How a person's browser is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) width: u32,
    pub(crate) is_dark: bool,
    pub(crate) has_script: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { width: 1280, is_dark: false, has_script: true }
    }
}

/// A browser with its driver; both end with it.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn open(setup: Setup) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts (Debian's package chromium-driver)");
        let address = format!("http://127.0.0.1:{port}");
        let mut tries = 0;
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities(setup, &profile));
            match builder.connect(&address).await {
                Ok(client) => break client,
                Err(cause) if tries == 100 => panic!("no browser: {cause}"),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        Self { client, driver, _profile: profile }
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.unwrap();
    }

    pub(crate) async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// The element, as soon as it can be seen.
    pub(crate) async fn see(&self, css: &str) -> Element {
        // Found anew each time: the page may have been replaced by another one.
        for _ in 0..150 {
            if let Some(element) = self.seen(Locator::Css(css)).await {
                return element;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("never saw {css}");
    }

    /// The first such element that can be seen now.
    async fn seen(&self, locator: Locator<'_>) -> Option<Element> {
        for element in self.client.find_all(locator).await.ok()? {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Marks the page, so that [`Self::leaves_the_marked_page`] can tell it from one that looks the same.
    pub(crate) async fn marks_the_page(&self) {
        self.client.execute("document.documentElement.dataset.marked = 'yes'", vec![]).await.unwrap();
    }

    /// Waits until another page is there.
    pub(crate) async fn leaves_the_marked_page(&self) {
        self.no_longer_see("html[data-marked]").await;
    }

    /// Waits until the element cannot be seen.
    pub(crate) async fn no_longer_see(&self, css: &str) {
        for _ in 0..150 {
            match self.client.find(Locator::Css(css)).await {
                Ok(element) if element.is_displayed().await.unwrap_or(false) => {}
                _ => return,
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{css} can still be seen");
    }

    /// Types into the field with that element id.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let field = self.see(&format!("#{id}")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Signs in, on a page that asks for name and password.
    pub(crate) async fn sign_in(&self, username: &str, password: &str) {
        self.fill("username", username).await;
        self.fill("login", password).await;
        self.press("Sign in").await;
    }

    /// Chooses what the list with that element id has under this label.
    pub(crate) async fn choose(&self, id: &str, label: &str) {
        self.see(&format!("#{id}")).await.select_by_label(label).await.unwrap();
    }

    /// What the browser sends with each request to this page.
    pub(crate) async fn cookie(&self) -> String {
        let cookies = self.client.get_all_cookies().await.unwrap();
        let pairs: Vec<_> = cookies.iter().map(|one| format!("{}={}", one.name(), one.value())).collect();
        pairs.join("; ")
    }

    pub(crate) async fn click(&self, css: &str) {
        self.click_on(Locator::Css(css)).await.unwrap_or_else(|why| panic!("cannot click {css}: {why}"));
    }

    /// Clicks the first such element that can be seen, after scrolling to where nothing that stays in place lies over
    /// it, as a person does. A page that is replaced meanwhile takes its elements along: then it is tried again, as
    /// nothing was clicked.
    async fn click_on(&self, locator: Locator<'_>) -> Result<(), String> {
        let mut why = "it cannot be seen".to_owned();
        for _ in 0..150 {
            if let Some(element) = self.seen(locator).await {
                match self.scroll_and_click(element).await {
                    Ok(()) => return Ok(()),
                    Err(cause) if cause.is_stale_element_reference() => why = cause.to_string(),
                    Err(cause) => return Err(cause.to_string()),
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(why)
    }

    async fn scroll_and_click(&self, element: Element) -> Result<(), CmdError> {
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        self.client.execute(script, vec![serde_json::to_value(&element)?]).await?;
        element.click().await
    }

    /// Presses the button or link that says this, whatever marks of direction stand around names.
    pub(crate) async fn press(&self, label: &str) {
        // XPath has no escapes: a text with both kinds of quotes is put together.
        let quoted = format!("concat('{}', '')", label.replace('\'', "', \"'\", '"));
        let words = |of: &str| format!("normalize-space(translate({of}, '\u{2068}\u{2069}', ''))={quoted}");
        let path = format!("//*[self::button or self::a][{} or {}]", words("."), words("@aria-label"));
        let pressed = self.click_on(Locator::XPath(&path)).await;
        pressed.unwrap_or_else(|why| panic!("cannot press {label:?}: {why}"));
    }

    /// Types where the focus is.
    pub(crate) async fn keys(&self, text: &str) {
        self.client.active_element().await.unwrap().send_keys(text).await.unwrap();
    }

    /// Goes forward with the Tab key until the focus is there.
    pub(crate) async fn tab_to(&self, css: &str) {
        self.tab_until(css, "\u{e004}").await;
    }

    /// Goes back with Shift and Tab until the focus is there.
    pub(crate) async fn tab_back_to(&self, css: &str) {
        self.tab_until(css, "\u{e008}\u{e004}").await;
    }

    async fn tab_until(&self, css: &str, keys: &str) {
        let script = "return document.activeElement.matches(arguments[0])";
        for _ in 0..700 {
            if self.client.execute(script, vec![css.into()]).await.unwrap() == Value::Bool(true) {
                return;
            }
            self.keys(keys).await;
        }
        panic!("the keyboard never reached {css}");
    }

    /// Waits until the page says this somewhere.
    pub(crate) async fn reads(&self, text: &str) {
        let mut said = String::new();
        for _ in 0..150 {
            if let Ok(body) = self.client.find(Locator::Css("body")).await {
                said = body.text().await.unwrap_or_default().replace(['\u{2068}', '\u{2069}'], "");
                if said.contains(text) {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the page never said {text:?}; it says:\n{said}");
    }

    /// The value of the field with that element id.
    pub(crate) async fn value(&self, id: &str) -> String {
        self.see(&format!("#{id}")).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Whether something sticks out to the side.
    pub(crate) async fn overflows(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        self.client.execute(script, vec![]).await.unwrap() == Value::Bool(true)
    }

    /// Waits until so many windows are open, and looks at the newest.
    pub(crate) async fn windows(&self, count: usize) {
        let mut open = Vec::new();
        for _ in 0..150 {
            open = self.client.windows().await.unwrap();
            if open.len() == count {
                self.client.switch_to_window(open.pop().unwrap()).await.unwrap();
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{} windows instead of {count}", open.len());
    }

    /// Keeps a picture of what is seen now.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), self.client.screenshot().await.unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn capabilities(setup: Setup, profile: &tempfile::TempDir) -> Capabilities {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--disable-dev-shm-usage".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--hide-scrollbars".into(),
        format!("--window-size={},900", setup.width.max(500)),
        format!("--user-data-dir={}", profile.path().display()),
    ];
    if setup.is_dark {
        arguments.push("--blink-settings=preferredColorScheme=0".into());
    }
    // The driver lets every window open unless told otherwise; people's browsers open those that follow a click.
    let mut options = json!({ "args": arguments, "excludeSwitches": ["disable-popup-blocking"] });
    if !setup.has_script {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    if setup.width < 500 {
        // No window of Chromium is narrower than 500 pixels; a telephone is.
        options["mobileEmulation"] = json!({ "deviceMetrics": { "width": setup.width, "height": 740, "pixelRatio": 1.0, "touch": false } });
    }
    let capabilities = json!({ "goog:chromeOptions": options });
    capabilities.as_object().unwrap().clone()
}
