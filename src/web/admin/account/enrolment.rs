//! What the pages of the second factor have in common: the picture to be scanned, and the recovery codes.

use askama::Template;

use crate::app::App;
use crate::domain::admin_user::AdminUser;
use crate::domain::{Field as Name, Invalid, otp};
use crate::secret::Secret;
use crate::text;
use crate::web::filters;
use crate::web::form::{Field, FormState};
use crate::web::page::Chrome;
use crate::web::qr::{self, Drawing};

/// What is to be scanned, and the code that confirms it.
pub struct Enrolment {
    /// The picture.
    pub picture: Option<Drawing>,
    /// The secret for whoever cannot scan, in groups of four.
    pub secret: String,
    /// Where the code is sent.
    pub action: String,
    /// The first code.
    pub otp: Field,
}

/// The recovery codes, which are shown this once.
#[derive(Template)]
#[template(path = "admin/account/codes.html")]
pub struct CodesPage {
    /// The frame.
    pub chrome: Chrome,
    /// The codes.
    pub codes: Vec<String>,
    /// Where it goes on.
    pub next_href: String,
}

impl Enrolment {
    /// For that person and that secret.
    pub(in crate::web::admin) fn new(
        app: &App,
        user: &AdminUser,
        secret: &Secret,
        action: String,
        invalid: Option<Invalid>,
    ) -> Self {
        let host = app.config.base_url.host_str().unwrap_or_default();
        let account = format!("{}@{host}", user.username);
        let address = otp::address(secret, &text::get("product-name"), &account);
        let letters: Vec<char> = secret.expose().chars().collect();
        Self {
            picture: qr::draw(address.expose()),
            secret: letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" "),
            action,
            otp: FormState::default().refused(invalid.unwrap_or_default()).field(Name::Otp),
        }
    }
}

impl CodesPage {
    /// Shows these codes.
    pub(in crate::web::admin) fn new(chrome: Chrome, codes: &[Secret], next_href: String) -> Self {
        let codes = codes.iter().map(|code| code.expose().to_owned()).collect();
        Self { chrome, codes, next_href }
    }
}
