//! What a person entered about an integration, and what of it can be accepted.

use super::{BearerMode, Integration, IntegrationId};
use crate::domain::address::{self, Exception};
use crate::domain::admin_user::{MAX_EMAIL, checked_line, is_email};
use crate::domain::permission::{Grants, Wish};
use crate::domain::{Error, Field, Invalid, Reason};
use crate::store::{self, Work};

const MAX_NAME: usize = 255;

/// What a person entered. Only these fields are ever read from a form.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Name.
    pub name: String,
    /// E-mail address, or empty.
    pub email: String,
    /// Callback URL, or empty.
    pub endpoint: String,
    /// Identity link URL, or empty.
    pub identity_link_url: String,
    /// Whether calls pass with the token alone, by the word for it; empty leaves that as it is.
    pub bearer_mode: String,
    /// Permissions asked for.
    pub grants: Wish,
}

/// A draft whose fields passed.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) identity_link_url: Option<String>,
    pub(crate) bearer_mode: Option<BearerMode>,
    /// None keeps what is stored.
    pub(crate) grants: Option<Grants>,
}

impl Draft {
    /// What is stored of an integration, but for its permissions.
    pub(in crate::domain) fn stored(integration: &Integration) -> Self {
        Self {
            name: integration.name.clone(),
            email: integration.email.clone(),
            endpoint: integration.endpoint.clone().unwrap_or_default(),
            identity_link_url: integration.identity_link_url.clone().unwrap_or_default(),
            bearer_mode: integration.bearer_mode.name().to_owned(),
            grants: Wish::default(),
        }
    }

    /// Everything that is wrong at once; `own` is the integration that may have the name already.
    pub(super) fn check(
        &self,
        work: &mut Work<'_>,
        own: Option<IntegrationId>,
        exceptions: &[Exception],
    ) -> Result<Checked, Error> {
        let mut invalid = Invalid::default();
        let name = match free_name(work, own, &self.name)? {
            Ok(name) => name,
            Err(reason) => {
                invalid.add(Field::Name, reason);
                String::new()
            }
        };
        let email = checked_email(&self.email).unwrap_or_else(|reason| {
            invalid.add(Field::Email, reason);
            String::new()
        });
        let mut address = |field, text: &str| {
            address::check(text, exceptions).unwrap_or_else(|reason| {
                invalid.add(field, reason);
                None
            })
        };
        let endpoint = address(Field::Endpoint, &self.endpoint);
        let identity_link_url = address(Field::IdentityLinkUrl, &self.identity_link_url);
        let grants = self.grants.check(work.tree.for_integrations()).unwrap_or_else(|unknown| {
            for id in unknown {
                invalid.add(Field::Resource, Reason::UnknownResource(id));
            }
            None
        });
        let bearer_mode = BearerMode::named(&self.bearer_mode);
        if bearer_mode.is_none() && !self.bearer_mode.is_empty() {
            invalid.add(Field::BearerMode, Reason::NotOneOf(&BearerMode::NAMES));
        }
        invalid.check()?;
        Ok(Checked { name, email, endpoint, identity_link_url, bearer_mode, grants })
    }
}

/// The name of an integration, but for whether it is free: for whoever judges declarations without a database, too.
pub(in crate::domain) fn checked_name(text: &str) -> Result<String, Reason> {
    checked_line(text, MAX_NAME)
}

/// The e-mail address of an integration; it may be empty.
pub(in crate::domain) fn checked_email(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    if text.chars().count() > MAX_EMAIL {
        Err(Reason::TooLong(MAX_EMAIL))
    } else if !text.is_empty() && !is_email(text) {
        Err(Reason::NotAnEmail)
    } else {
        Ok(text.to_owned())
    }
}

fn free_name(
    work: &mut Work<'_>,
    own: Option<IntegrationId>,
    name: &str,
) -> Result<Result<String, Reason>, Error> {
    let name = match checked_name(name) {
        Ok(name) => name,
        Err(reason) => return Ok(Err(reason)),
    };
    let is_taken = store::integration::by_name(work, &name)?.is_some_and(|other| Some(other.id) != own);
    Ok(if is_taken { Err(Reason::IntegrationNameTaken(name)) } else { Ok(name) })
}
