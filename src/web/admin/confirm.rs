//! One page for "are you sure?" and for "your password, please": what is asked, and the form that goes on.

use askama::Template;
use serde::Deserialize;

use crate::domain::{self, Reason};
use crate::secret::Secret;
use crate::text::reason;
use crate::web::extract::admin::{Admin, Confirmation};
use crate::web::form::Field;
use crate::web::page::Chrome;
use crate::web::{Error, filters};

/// A form that sends nothing but, when it was asked for, the password.
#[derive(Deserialize)]
pub struct Proof {
    /// The administrator's own password.
    pub current_password: Option<Secret>,
}

/// A question before an act; with `password` it asks for the administrator's password as well.
#[derive(Template)]
#[template(path = "admin/confirm.html")]
pub struct ConfirmPage {
    /// The frame; `title` is the question.
    pub chrome: Chrome,
    /// Whether only the inside of a dialog is wanted.
    pub fragment: bool,
    /// Where closing the dialog leads; without it, it leads nowhere.
    pub close_href: Option<String>,
    /// What the act is done to: a name that somebody typed.
    pub subject: Option<String>,
    /// What will happen, one paragraph each.
    pub paragraphs: Vec<String>,
    /// Where the answer is sent.
    pub action: String,
    /// Everything that was sent already, without form key and password.
    pub hidden: Vec<(String, String)>,
    /// The password field, when the last confirmation is too old.
    pub password: Option<Field>,
    /// Label of the button that goes on.
    pub submit: String,
    /// Whether going on destroys something.
    pub is_danger: bool,
    /// Where `Cancel` leads.
    pub back_href: String,
}

/// The field that asks for the password; none when the last confirmation is fresh enough, or the password right.
pub(super) async fn missing_proof(admin: &Admin, proof: &Proof) -> Result<Option<Field>, Error> {
    Ok(match admin.confirm(proof.current_password.as_ref()).await? {
        Confirmation::Confirmed => None,
        Confirmation::AskAgain => Some(Field::default()),
        Confirmation::Wrong => {
            let sentence = reason::sentence(&Reason::WrongPassword, domain::Field::CurrentPassword);
            Some(Field { value: String::new(), errors: vec![sentence] })
        }
    })
}
