//! An answer, looked at as a person does: headings, labels, buttons, rows, messages. No classes, no markup.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

/// An answer.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub html: Html,
}

impl Page {
    pub fn new(status: StatusCode, headers: HeaderMap, body: String) -> Self {
        let html = Html::parse_document(&body);
        Self { status, headers, body, html }
    }

    /// A header, empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where the answer leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The heading.
    pub fn heading(&self) -> String {
        self.all("h1").first().map(|heading| words(*heading)).unwrap_or_default()
    }

    /// Everything that can be read.
    pub fn text(&self) -> String {
        self.all("main").first().map_or_else(|| words(self.html.root_element()), |main| words(*main))
    }

    /// The messages, as `kind: text`.
    pub fn messages(&self) -> Vec<String> {
        self.all("#messages [role=alert], #messages [role=status]").into_iter().map(words).collect()
    }

    /// Where a link leads.
    pub fn link(&self, label: &str) -> Option<String> {
        let link = self.all("a[href]").into_iter().find(|link| name_of(*link) == label)?;
        link.attr("href").map(str::to_owned)
    }

    /// The button of that name.
    pub fn button(&self, label: &str) -> Option<ElementRef<'_>> {
        self.all("button, input[type=submit]").into_iter().find(|button| name_of(*button) == label)
    }

    /// The control with that label.
    pub fn field(&self, label: &str) -> Option<ElementRef<'_>> {
        let own = |label: &ElementRef<'_>| {
            let text: String =
                label.children().filter_map(|child| child.value().as_text().map(|text| &**text)).collect();
            squeeze(&text)
        };
        let wanted = self.all("label").into_iter().find(|it| own(it) == label || words(*it) == label)?;
        match wanted.attr("for") {
            Some(id) => self.by_id(id),
            None => wanted.select(&selector("input, select, textarea")).next(),
        }
    }

    /// What a text field holds.
    pub fn value(&self, label: &str) -> String {
        let field = self.field(label).unwrap_or_else(|| panic!("no field {label:?} on {:?}", self.heading()));
        field.attr("value").unwrap_or_default().to_owned()
    }

    /// Why a field was not accepted, as the field itself says.
    pub fn error_at(&self, label: &str) -> Option<String> {
        let field = self.field(label)?;
        field.attr("aria-invalid").filter(|invalid| *invalid == "true")?;
        let ids = field.attr("aria-describedby")?.split_whitespace().filter(|id| id.ends_with("-error"));
        ids.filter_map(|id| self.by_id(id)).map(words).next()
    }

    /// The rows of the first table, by the words of its heads.
    pub fn rows(&self) -> Vec<BTreeMap<String, String>> {
        self.rows_of("table")
    }

    /// The rows of the tables of a selector, by the words of their heads.
    pub fn rows_of(&self, table: &str) -> Vec<BTreeMap<String, String>> {
        let heads = self.all(&format!("{table} thead tr:first-child th"));
        let heads: Vec<String> = heads.into_iter().map(words).collect();
        let cells =
            |row: ElementRef<'_>| -> Vec<String> { row.select(&selector("td, th")).map(words).collect() };
        let rows = self.all(&format!("{table} tbody tr")).into_iter().map(cells);
        rows.map(|cells| heads.iter().cloned().zip(cells).collect()).collect()
    }

    /// The key that the forms of the page carry.
    pub fn form_key(&self) -> String {
        let field = self.all("input[name=form_key]").first().and_then(|input| input.attr("value"));
        field.unwrap_or_else(|| panic!("no form on {:?}", self.heading())).to_owned()
    }

    /// Every element of a selector.
    pub fn all(&self, css: &str) -> Vec<ElementRef<'_>> {
        self.html.select(&selector(css)).collect()
    }

    fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.html.select(&selector("[id]")).find(|element| element.attr("id") == Some(id))
    }
}

/// The words of an element, as one line.
pub fn words(element: ElementRef<'_>) -> String {
    squeeze(&element.text().collect::<String>())
}

/// How assistive technology names it.
fn name_of(element: ElementRef<'_>) -> String {
    element.attr("aria-label").map_or_else(|| words(element), squeeze)
}

/// On one line, and without the marks around names: they can be neither seen nor heard.
fn squeeze(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}
