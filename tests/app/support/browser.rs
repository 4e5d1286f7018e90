//! A person in front of a browser without script: keeps cookies, follows redirects, fills in the form that is there.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::test::TestRequest;
use scraper::ElementRef;

use super::app::TestApp;
use super::given::PASSWORD;
use super::page::Page;

/// A person.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// Cookies by name, with value as sent and path.
    pub cookies: BTreeMap<String, (String, String)>,
    /// What is seen now.
    pub page: Page,
    /// Address of what is seen now.
    pub address: String,
    typed: BTreeMap<String, String>,
    ticked: BTreeMap<(String, String), bool>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        let page = Page::new(actix_web::http::StatusCode::OK, header::HeaderMap::new(), String::new());
        Self {
            app,
            cookies: BTreeMap::new(),
            page,
            address: String::new(),
            typed: BTreeMap::new(),
            ticked: BTreeMap::new(),
        }
    }

    /// Opens an address and follows where it leads.
    pub async fn open(&mut self, address: &str) -> &Page {
        let page = self.send(address, TestRequest::get()).await;
        self.arrive(address.to_owned(), page).await
    }

    /// Signs in with the password of the tests.
    pub async fn sign_in(&mut self, username: &str) -> &Page {
        self.open("/admin/login").await;
        self.sign_in_here(username, PASSWORD).await
    }

    /// Fills in the sign-in form that is on the page.
    pub async fn sign_in_here(&mut self, username: &str, password: &str) -> &Page {
        self.fill("Username", username);
        self.fill("Password", password);
        self.press("Sign in").await
    }

    /// Types into the field with that label.
    pub fn fill(&mut self, label: &str, text: &str) {
        let field =
            self.page.field(label).unwrap_or_else(|| panic!("no field {label:?}: {}", self.page.text()));
        let name = field.attr("name").unwrap_or_else(|| panic!("{label:?} is not sent")).to_owned();
        self.typed.insert(name, text.to_owned());
    }

    /// Sets or clears a check box or radio button by what it sends.
    pub fn tick(&mut self, name: &str, value: &str, on: bool) {
        self.ticked.insert((name.to_owned(), value.to_owned()), on);
    }

    /// Presses a button, which sends the form that it belongs to.
    pub async fn press(&mut self, label: &str) -> &Page {
        let (method, action, fields) = {
            let button = self
                .page
                .button(label)
                .unwrap_or_else(|| panic!("no button {label:?}: {}", self.page.text()));
            let form = self.form_of(button);
            let action = form.attr("action").map_or_else(|| self.address.clone(), str::to_owned);
            (form.attr("method").unwrap_or("get").to_owned(), action, self.fields(form, button))
        };
        if method.eq_ignore_ascii_case("post") {
            return self.post(&action, &fields).await;
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.open(&format!("{}?{query}", action.split('?').next().unwrap_or_default())).await
    }

    /// Follows the link of that name.
    pub async fn follow(&mut self, label: &str) -> &Page {
        let href = self.page.link(label).unwrap_or_else(|| panic!("no link {label:?}: {}", self.page.text()));
        self.open(&href).await
    }

    /// Sends a form by hand and follows where it leads.
    pub async fn post(&mut self, address: &str, fields: &[(String, String)]) -> &Page {
        let page = self.send(address, TestRequest::post().set_form(fields)).await;
        self.arrive(address.to_owned(), page).await
    }

    /// Sends a request to an address with the cookies for it, keeps new ones, follows nothing.
    pub async fn send(&mut self, address: &str, mut request: TestRequest) -> Page {
        let path = address.split('?').next().unwrap_or_default();
        let for_path = |(name, (value, scope)): (&String, &(String, String))| {
            path.starts_with(scope.as_str()).then(|| format!("{name}={value}"))
        };
        let cookies: Vec<String> = self.cookies.iter().filter_map(for_path).collect();
        if !cookies.is_empty() {
            request = request.insert_header((header::COOKIE, cookies.join("; ")));
        }
        if !self.address.is_empty() {
            request = request.insert_header((header::REFERER, format!("http://localhost{}", self.address)));
        }
        let page = self.app.send(request.uri(address)).await;
        for cookie in page.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        page
    }

    async fn arrive(&mut self, mut address: String, mut page: Page) -> &Page {
        let mut hops = 0;
        while page.status.is_redirection() {
            assert!(hops < 8, "led in circles: {address}");
            hops += 1;
            address = page.location().to_owned();
            page = self.send(&address, TestRequest::get()).await;
        }
        (self.address, self.page) = (address, page);
        self.typed.clear();
        self.ticked.clear();
        &self.page
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap_or("/").to_owned();
        if cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), (value.to_owned(), path));
        }
    }

    fn form_of<'p>(&'p self, button: ElementRef<'p>) -> ElementRef<'p> {
        if let Some(id) = button.attr("form") {
            return self.page.all("form").into_iter().find(|form| form.attr("id") == Some(id)).unwrap();
        }
        let form =
            button.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "form");
        form.expect("a button in a form")
    }

    /// What the form sends: its controls as drawn, changed by what was typed and ticked.
    fn fields(&self, form: ElementRef<'_>, button: ElementRef<'_>) -> Vec<(String, String)> {
        let belongs = |control: &ElementRef<'_>| match control.attr("form") {
            Some(id) => form.attr("id") == Some(id),
            None => control.ancestors().any(|ancestor| ancestor.id() == form.id()),
        };
        let controls = self.page.all("input, select, textarea").into_iter().filter(belongs);
        let mut fields: Vec<_> = controls.filter_map(|control| self.sent_by(control)).collect();
        if let Some(name) = button.attr("name") {
            fields.push((name.to_owned(), button.attr("value").unwrap_or_default().to_owned()));
        }
        fields
    }

    fn sent_by(&self, control: ElementRef<'_>) -> Option<(String, String)> {
        let name = control.attr("name")?.to_owned();
        if control.attr("disabled").is_some() {
            return None;
        }
        let drawn = match control.value().name() {
            "textarea" => control.text().collect(),
            "select" => chosen(control),
            _ => control.attr("value").unwrap_or_default().to_owned(),
        };
        match control.attr("type") {
            Some("submit" | "button" | "image" | "reset") => None,
            Some("checkbox" | "radio") => {
                let value = control.attr("value").unwrap_or("on").to_owned();
                let is_radio = control.attr("type") == Some("radio");
                let key = (name, value);
                let other_chosen = is_radio
                    && self
                        .ticked
                        .iter()
                        .any(|((group, choice), on)| *group == key.0 && *choice != key.1 && *on);
                let drawn = control.attr("checked").is_some() && !other_chosen;
                self.ticked.get(&key).copied().unwrap_or(drawn).then_some(key)
            }
            _ => Some((name.clone(), self.typed.get(&name).cloned().unwrap_or(drawn))),
        }
    }
}

fn chosen(select: ElementRef<'_>) -> String {
    let option = scraper::Selector::parse("option").unwrap();
    let options: Vec<_> = select.select(&option).collect();
    let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
    chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
}
