//! The page behind every refusal and failure: what happened, what can be done next, and the ways back.

use askama::Template;

use super::error::Error;
use super::filters;
use super::links::{HOME, LOGIN};
use super::page::Chrome;
use crate::domain::{self, Missing};
use crate::text;

/// The page. It needs neither session nor database: either may be what failed.
#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    /// The frame; `title` is the heading.
    pub chrome: Chrome,
    /// One sentence about what happened, when the heading does not say it all.
    pub happened: Option<String>,
    /// What the reader can do.
    pub steps: Vec<Step>,
    /// Leads to the entry in the log.
    pub reference: Option<String>,
    /// Ways back, the best one first.
    pub ways: Vec<Way>,
}

/// Something the reader can do, perhaps with an address.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What to do.
    pub text: String,
    /// Where it can be done.
    pub href: Option<String>,
}

/// A way back.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// The page of an error, as text.
pub(super) fn draw(error: &Error, reference: Option<String>) -> String {
    let page = ErrorPage { reference, ..ErrorPage::of(error) };
    let title = page.chrome.title.clone();
    page.render().unwrap_or(title)
}

impl ErrorPage {
    fn of(error: &Error) -> Self {
        match error {
            Error::Domain(domain::Error::NotFound(missing)) => Self::missing(missing),
            Error::Domain(domain::Error::Denied(holder, resources)) => {
                Self { happened: Some(text::reason::denied(*holder, resources)), ..Self::forbidden(None) }
            }
            Error::Domain(domain::Error::Conflict(conflict)) => {
                Self::titled("error-conflict-title", text::reason::conflict(conflict, text::on_page))
            }
            Error::Domain(domain::Error::Invalid(_)) | Error::Unreadable(_) => {
                Self::new("error-unreadable-title", "error-unreadable")
            }
            Error::SignedOut { login, .. } => Self {
                ways: vec![Way { label: text::get("login-submit"), href: login.clone() }],
                ..Self::new("error-signed-out-title", "error-signed-out")
            },
            Error::Forbidden { back } => Self::forbidden(back.as_deref()),
            Error::StaleForm { back } => Self {
                ways: vec![back_to(back.as_deref())],
                ..Self::new("error-form-key-title", "error-form-key")
            },
            Error::CrossSite => Self::new("error-cross-site-title", "error-cross-site"),
            Error::TooLarge => Self::new("error-too-large-title", "error-too-large"),
            Error::NoPage => Self::new("error-no-page-title", "error-no-page"),
            Error::Method(allowed) => {
                let happened = text::on_page("error-method", &[("allowed", (*allowed).into())]);
                Self::titled("error-method-title", happened)
            }
            Error::NoId => Self {
                happened: None,
                ways: vec![way("error-way-integrations", "/admin/integration")],
                ..Self::new("error-no-id-title", "error-no-page")
            },
            Error::Busy => Self::new("error-busy-title", "error-busy"),
            error if error.status().as_u16() == 503 => Self::new("error-busy-title", "error-busy"),
            _ => Self::new("error-internal-title", "error-internal"),
        }
    }

    fn new(title: &str, happened: &str) -> Self {
        Self::titled(title, text::get(happened))
    }

    fn titled(title: &str, happened: String) -> Self {
        Self {
            chrome: Chrome::plain(text::get(title)),
            happened: Some(happened),
            steps: Vec::new(),
            reference: None,
            ways: vec![way("error-way-home", HOME)],
        }
    }

    fn missing(missing: &Missing) -> Self {
        match missing {
            Missing::SetupLink => Self {
                steps: vec![Step {
                    text: text::get("setup-link-invalid-sign-in"),
                    href: Some(LOGIN.to_owned()),
                }],
                ways: Vec::new(),
                ..Self::titled("setup-link-invalid-title", text::reason::missing(missing, text::on_page))
            },
            Missing::Integration(_) => Self::gone(missing, "error-way-integrations", "/admin/integration"),
            Missing::AdminUserId(_) => Self::gone(missing, "error-way-users", "/admin/user"),
            Missing::CustomerId(_) => Self::gone(missing, "error-way-customers", "/admin/customer"),
            Missing::RoleId(_) => Self::gone(missing, "error-way-roles", "/admin/role"),
            Missing::Webhook | Missing::Delivery => {
                Self::gone(missing, "error-way-webhooks", "/admin/webhook")
            }
            Missing::Job(_) => Self::gone(missing, "error-way-schedule", "/admin/schedule"),
            Missing::AdminUser(_)
            | Missing::Customer(_)
            | Missing::Role(_)
            | Missing::Setting(_)
            | Missing::PasswordLink => {
                Self::titled("error-no-page-title", text::reason::missing(missing, text::on_page))
            }
        }
    }

    fn gone(missing: &Missing, label: &str, list: &str) -> Self {
        Self {
            chrome: Chrome::plain(text::reason::missing(missing, text::on_page)),
            happened: None,
            ways: vec![way(label, list)],
            ..Self::new("error-no-page-title", "error-no-page")
        }
    }

    fn forbidden(back: Option<&str>) -> Self {
        let step = |key, href: Option<&str>| Step { text: text::get(key), href: href.map(str::to_owned) };
        Self {
            happened: None,
            steps: vec![
                step("error-forbidden-again", None),
                step("error-forbidden-contact", None),
                step("error-forbidden-return", Some(back.unwrap_or(HOME))),
            ],
            ways: Vec::new(),
            ..Self::new("error-forbidden-title", "error-forbidden-title")
        }
    }
}

fn way(label: &str, href: &str) -> Way {
    Way { label: text::get(label), href: href.to_owned() }
}

fn back_to(page: Option<&str>) -> Way {
    match page {
        Some(page) => way("error-way-form", page),
        None => way("error-way-home", HOME),
    }
}
