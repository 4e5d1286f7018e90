//! The integrations: list, form, credentials, and what can be done to them. One file per address; rules are the
//! domain's.

use actix_web::HttpRequest;

use crate::domain::integration::IntegrationId;
use crate::domain::{self, Missing};
use crate::web::{Error, links};

pub mod attempts;
pub mod confirm;
pub mod declared;
pub mod delete;
pub mod edit;
pub mod end_now;
pub mod form;
pub mod grid;
pub mod index;
pub mod login_success;
pub mod new;
pub mod permissions_dialog;
pub mod renew_secret;
pub mod resume;
pub mod reveal;
pub mod revoke;
pub mod save;
pub mod suspend;
pub mod tokens_dialog;
pub mod tokens_exchange;
pub mod without_id;

mod act;
mod asked;
mod words;

/// The list.
const LIST: &str = "/admin/integration";

pub(super) use words::permissions as permissions_in_words;

/// The page of one integration.
fn edit_href(id: IntegrationId) -> String {
    format!("{LIST}/edit/{}", id.0)
}

/// The id in an address or a form.
fn id_of(text: &str) -> Result<IntegrationId, Error> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || text.bytes().all(|byte| byte == b'0') {
        return Err(Error::NoId);
    }
    let missing = || domain::Error::from(Missing::Integration(text.to_owned()));
    Ok(text.parse().map(IntegrationId).map_err(|_| missing())?)
}

/// The list as it was left: where the request came from, or what the form that is sent carries in its address.
fn list_left(req: &HttpRequest) -> String {
    links::list_left(req, LIST).unwrap_or_else(|| asked::read(req.query_string()).href())
}

/// The list or the page of the integration, whichever the request came from.
fn page_left(req: &HttpRequest, id: IntegrationId) -> String {
    links::list_left(req, LIST).unwrap_or_else(|| edit_href(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_above_zero() {
        assert_eq!(id_of("7").unwrap(), IntegrationId(7));
        for text in ["", "0", "00", "-1", "+1", "x", "1 ", "1.0", "١"] {
            assert!(matches!(id_of(text), Err(Error::NoId)), "{text}");
        }
    }

    #[test]
    fn a_number_beyond_every_id_is_unknown() {
        let huge = "99999999999999999999";
        let missing = |error: &Error| matches!(error, Error::Domain(domain::Error::NotFound(Missing::Integration(id))) if id == huge);
        assert!(missing(&id_of(huge).unwrap_err()));
    }
}
