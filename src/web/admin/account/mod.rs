//! The own account: name, e-mail address, password, language, and the sessions that it is signed in with.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use chrono::{DateTime, Utc};

use super::person;
use crate::app::App;
use crate::domain::session::{self, Listed};
use crate::domain::{Error as Failure, Field as Name, Invalid, otp as factor};
use crate::text;
use crate::web::extract::admin::Admin;
use crate::web::form::{Choice, Field, FormState, Problem};
use crate::web::page::{Chrome, render};
use crate::web::{Error, PageError, filters};

pub mod enrolment;
pub mod otp;
pub mod save;
pub mod session_end;

/// Where the form is sent.
pub const SAVE: &str = "/admin/account/save";

/// The own account.
#[derive(Template)]
#[template(path = "admin/account/index.html")]
pub struct AccountPage {
    /// The frame.
    pub chrome: Chrome,
    /// Version that was read, so that a change made meanwhile is noticed.
    pub version: i64,
    /// Summary of what is wrong.
    pub problems: Vec<Problem>,
    /// `username`
    pub username: Field,
    /// `firstname`
    pub firstname: Field,
    /// `lastname`
    pub lastname: Field,
    /// `email`
    pub email: Field,
    /// `password`; its value stays empty.
    pub password: Field,
    /// `password_confirmation`; its value stays empty.
    pub password_confirmation: Field,
    /// `interface_locale`
    pub locales: Vec<Choice>,
    /// `current_password`: always there, since a new password needs it.
    pub proof: Field,
    /// Whether the form comes back for nothing but the password; then that field has the focus.
    pub is_asked: bool,
    /// Name of the role.
    pub role: String,
    /// How it stands with the second factor.
    pub otp: otp::Standing,
    /// The sessions, the one seen latest first.
    pub sessions: Vec<SessionRow>,
}

/// A session in the list.
pub struct SessionRow {
    /// Where it came from.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
    /// Sign-in.
    pub started: DateTime<Utc>,
    /// Last request, as far as it was noted.
    pub seen: DateTime<Utc>,
    /// Where it is ended; none for this one, which ends by signing out.
    pub end_href: Option<String>,
}

/// What the form shows: what is stored, or what was typed.
struct Content {
    state: FormState,
    locale: String,
    version: i64,
    is_asked: bool,
}

/// Shows the account.
///
/// # Errors
/// Those of session and database.
pub async fn show(admin: Admin, app: Data<App>) -> Result<HttpResponse, PageError> {
    let content = Content {
        state: person::stored(&admin.user),
        locale: admin.user.interface_locale.clone(),
        version: admin.user.version,
        is_asked: false,
    };
    Ok(render(&page(&admin, &app, &content).await?)?)
}

async fn page(admin: &Admin, app: &App, content: &Content) -> Result<AccountPage, Error> {
    let id = admin.user.id;
    let read =
        app.store.read(move |work| Ok::<_, Failure>((session::list(work, id)?, factor::state(work, id)?)));
    let (sessions, factor) = read.await?;
    let state = &content.state;
    let locale = |(code, label): &(&str, &str)| Choice {
        value: (*code).to_owned(),
        label: (*label).to_owned(),
        is_chosen: content.locale == *code,
    };
    Ok(AccountPage {
        chrome: admin.chrome(text::get("account-title"))?,
        version: content.version,
        problems: state.problems(person::place),
        username: state.field(Name::Username),
        firstname: state.field(Name::Firstname),
        lastname: state.field(Name::Lastname),
        email: state.field(Name::Email),
        password: state.field(Name::Password),
        password_confirmation: state.field(Name::PasswordConfirmation),
        locales: text::LANGUAGES.iter().map(locale).collect(),
        proof: state.field(Name::CurrentPassword),
        is_asked: content.is_asked,
        role: admin.user.role_name.clone(),
        otp: otp::Standing::of(factor),
        sessions: sessions.into_iter().map(|session| SessionRow::of(admin, session)).collect(),
    })
}

impl Content {
    fn refused(mut self, invalid: Invalid) -> Self {
        self.state = self.state.refused(invalid);
        self
    }
}

impl SessionRow {
    fn of(admin: &Admin, session: Listed) -> Self {
        let is_this = admin.session_id() == Some(session.id);
        let unknown = || text::get("account-session-unknown");
        Self {
            address: session.address.unwrap_or_else(unknown),
            browser: session.user_agent.map_or_else(unknown, |name| browser(&name)),
            started: session.times.started,
            seen: session.times.seen,
            end_href: (!is_this).then(|| session_end::href(session.id)),
        }
    }
}

/// Browser and system, as far as the name says; browsers claim to be one another, so the order counts.
fn browser(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_the_names_that_people_know() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome, Linux");
        assert_eq!(browser(&format!("{chrome} Edg/120.0")), "Edge, Linux");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1";
        assert_eq!(browser(safari), "Safari, iOS");
        assert_eq!(browser("curl/8.5.0"), "curl");
        assert_eq!(browser("<script>"), "<script>");
    }
}
