//! One page for "are you sure?" and for "your password, please": what is asked, and the form that goes on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::domain::{self, Conflict, Invalid, Reason};
use crate::secret::Secret;
use crate::text::{self, reason};
use crate::web::extract::admin::{Admin, Confirmation};
use crate::web::flash::{Flash, FlashKind};
use crate::web::form::Field;
use crate::web::page::{Chrome, see_other};
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
            let sentence =
                reason::sentence(&Reason::WrongPassword, domain::Field::CurrentPassword, text::on_page);
            Some(Field { value: String::new(), errors: vec![sentence] })
        }
    })
}

/// Why a form is drawn again instead of being saved.
pub(super) enum Again {
    /// A resource was included: nothing was to be saved.
    Include,
    /// The password is needed.
    Ask,
    /// Something cannot be accepted.
    Invalid(Invalid),
    /// Somebody saved in between.
    Newer,
}

impl Again {
    /// Asking is no failure, the others are.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Include | Self::Ask => StatusCode::OK,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Newer => StatusCode::CONFLICT,
        }
    }

    /// What came of asking for the password; `None` goes on.
    pub(super) fn of(confirmation: Confirmation) -> Option<Self> {
        match confirmation {
            Confirmation::Confirmed => None,
            Confirmation::AskAgain => Some(Self::Ask),
            Confirmation::Wrong => {
                Some(Self::Invalid(Invalid::one(domain::Field::CurrentPassword, Reason::WrongPassword)))
            }
        }
    }

    /// What is wrong with the form.
    pub(super) fn invalid(self) -> Invalid {
        match self {
            Self::Invalid(invalid) => invalid,
            Self::Include | Self::Ask | Self::Newer => Invalid::default(),
        }
    }

    /// What is said above a form that only lacks the password.
    pub(super) fn notice(&self) -> Option<Flash> {
        let text = || text::get("integration-save-ask");
        matches!(self, Self::Ask).then(|| Flash { kind: FlashKind::Notice, text: text() })
    }
}

/// Asking is no failure, a wrong password is.
pub(super) fn status_of(proof: &Field) -> StatusCode {
    if proof.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// Says which state forbids what was asked for.
pub(super) fn refused(admin: &Admin, conflict: &Conflict, next: &str) -> Result<HttpResponse, Error> {
    admin.flash(Flash::error(reason::conflict(conflict, text::on_page)))?;
    Ok(see_other(next))
}
