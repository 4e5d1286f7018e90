//! Moving in: integrations of another system, with the credentials that their partners go on signing with.
//!
//! One row is one integration, and one unit of work: it comes as a whole or not at all, and a row that is there
//! already is left alone, so that the same file can be read again.

use std::collections::HashMap;

use super::activation::{self, Done};
use super::address::Exception;
use super::audit::{self, Act, Changes, Thing};
use super::integration::{self, Draft, Status};
use super::permission::Wish;
use super::{Actor, Error, Field, Invalid, Reason, token};
use crate::domain::acl::ALL;
use crate::entropy::CREDENTIAL_LENGTH;
use crate::seal::digest;
use crate::secret::Secret;
use crate::store::{self, Work};

mod magento_key;

pub use magento_key::{BadKey, MagentoKeys, Unsealed};

/// What the list of resources holds for everything.
pub const EVERYTHING: &str = "all";

/// One integration as a file gives it. Of what may be empty, empty is nothing.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Name.
    pub name: String,
    /// E-mail address, or empty.
    pub email: String,
    /// Callback URL, or empty.
    pub endpoint: String,
    /// Identity link URL, or empty.
    pub identity_link_url: String,
    /// Resources, apart by blanks, commas or semicolons; or [`EVERYTHING`].
    pub resources: String,
    /// Consumer key.
    pub consumer_key: String,
    /// Consumer secret, perhaps sealed by Magento.
    pub consumer_secret: Secret,
    /// Access token, or empty: then there is none.
    pub token: Secret,
    /// Its secret, perhaps sealed by Magento.
    pub token_secret: Secret,
}

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is here now.
    Imported,
    /// It was here before: the same name with the same key.
    Present,
}

/// Which rows of a file said what already.
#[derive(Debug, Default)]
pub struct Seen(HashMap<String, u64>);

impl Seen {
    /// Refuses a row that repeats the name, the key or the token of an earlier one.
    ///
    /// # Errors
    /// `Invalid`, naming the earlier line.
    pub fn check(&self, row: &Row) -> Result<(), Error> {
        let repeated = row.unique().into_iter().find_map(|(field, key)| Some((field, self.0.get(&key)?)));
        match repeated {
            Some((field, earlier)) => Err(Error::invalid(field, Reason::RepeatsLine(*earlier))),
            None => Ok(()),
        }
    }

    /// Remembers a row that was accepted: one that was not may be corrected further down.
    pub fn note(&mut self, row: &Row, line: u64) {
        self.0.extend(row.unique().into_iter().map(|(_, key)| (key, line)));
    }
}

/// Brings one integration in: Active with its token, Inactive without one. It holds exactly what the file lists.
///
/// # Errors
/// `Invalid` with every field that cannot be accepted.
pub fn import(
    work: &mut Work<'_>,
    by: &Actor,
    row: &Row,
    keys: &MagentoKeys,
    exceptions: &[Exception],
) -> Result<Outcome, Error> {
    let credentials = Credentials::read(row, keys)?;
    if let Some(known) = store::consumer::by_key(work, &credentials.key)? {
        let holder = integration::find(work, known.integration)?;
        let is_same = store::fold(&holder.name) == store::fold(row.name.trim());
        let taken = || Error::invalid(Field::ConsumerKey, Reason::KeyTaken(holder.name.clone()));
        return if is_same { Ok(Outcome::Present) } else { Err(taken()) };
    }
    let draft = row.draft();
    integration::check(work, None, &draft, exceptions)?;
    if let Some((value, _)) = &credentials.token
        && store::token::by_value(work, value)?.is_some()
    {
        return Err(Error::invalid(Field::Token, Reason::TokenTaken));
    }
    let Credentials { key, secret, token } = credentials;
    let (made, consumer) = integration::create_with_key(work, by, &draft, exceptions, (&key, secret))?;
    let mut status = made.status;
    if let Some((value, secret)) = token {
        token::bring_in(work, consumer.id, value, secret)?;
        status = Status::Active;
        store::integration::set_status(work, made.id, status, None)?;
        integration::changed(work, made.id)?;
        activation::issued_to(work, &made, Done::Activated);
    }
    let changes = Changes::none().field("status", Status::Inactive.name(), status.name());
    audit::record(work, by, Act::IntegrationImported, Thing::integration(&made), changes);
    Ok(Outcome::Imported)
}

impl Row {
    /// What no other row may have, as far as it has it; of the token only its digest.
    fn unique(&self) -> Vec<(Field, String)> {
        let (name, key, token) = (self.name.trim(), self.consumer_key.trim(), self.token.expose().trim());
        let all = [
            (Field::Name, name, format!("name {}", store::fold(name))),
            (Field::ConsumerKey, key, format!("key {key}")),
            (Field::Token, token, format!("token {}", digest(&Secret::new(token)))),
        ];
        let given = all.into_iter().filter(|(_, text, _)| !text.is_empty());
        given.map(|(field, _, key)| (field, key)).collect()
    }

    fn draft(&self) -> Draft {
        let apart = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
        let ids = self.resources.split(apart).filter(|id| !id.is_empty());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let is_all = ids.iter().any(|id| id == EVERYTHING || id == ALL);
        Draft {
            name: self.name.clone(),
            email: self.email.clone(),
            endpoint: self.endpoint.clone(),
            identity_link_url: self.identity_link_url.clone(),
            bearer_mode: String::new(),
            grants: if is_all { Wish::Everything } else { Wish::These(ids) },
        }
    }
}

/// The credentials of a row, opened and checked.
struct Credentials {
    key: String,
    secret: Secret,
    token: Option<(Secret, Secret)>,
}

impl Credentials {
    fn read(row: &Row, keys: &MagentoKeys) -> Result<Self, Error> {
        let mut invalid = Invalid::default();
        let mut read = |field, text: &Secret| {
            let text = Secret::new(text.expose().trim());
            let opened = match keys.open(&text) {
                Ok(Unsealed::Plain) => Ok(text),
                Ok(Unsealed::Opened(secret)) => Ok(secret),
                Err(reason) => Err(reason),
            };
            match opened
                .and_then(|secret| if is_credential(&secret) { Ok(secret) } else { Err(malformed(&secret)) })
            {
                Ok(secret) => secret,
                Err(reason) => {
                    invalid.add(field, reason);
                    Secret::default()
                }
            }
        };
        let key = read(Field::ConsumerKey, &Secret::new(row.consumer_key.as_str()));
        let secret = read(Field::ConsumerSecret, &row.consumer_secret);
        let has_token = !row.token.expose().trim().is_empty() || !row.token_secret.expose().trim().is_empty();
        let token =
            has_token.then(|| (read(Field::Token, &row.token), read(Field::TokenSecret, &row.token_secret)));
        invalid.check()?;
        Ok(Self { key: key.expose().to_owned(), secret, token })
    }
}

fn malformed(secret: &Secret) -> Reason {
    if secret.expose().is_empty() { Reason::Required } else { Reason::NotACredential(CREDENTIAL_LENGTH) }
}

/// What Magento draws, and we: 32 letters and digits.
fn is_credential(secret: &Secret) -> bool {
    let text = secret.expose();
    text.len() == CREDENTIAL_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
