//! An integration: one third party with access to the store's Web API.

use chrono::{DateTime, Utc};

use super::acl::Tree;
use super::address::{self, Exception};
use super::audit::{self, Act, Changes, Thing};
use super::consumer::Consumer;
use super::event::{self, Kind, Subject};
use super::permission::{self, Grants};
use super::{Actor, Conflict, Error, Field, Missing, Reason, consumer, declared, nonce, token};
use crate::secret::Secret;
use crate::store::{self, Work};

/// Identifies an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IntegrationId(pub i64);

/// Where an integration stands. Calls pass with `Active`, and with `Reset` while a live token exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Never activated, or revoked.
    Inactive,
    /// Its calls pass.
    Active,
    /// Its declaration changed; a person has to approve.
    Reset,
    /// Stopped by a person; tokens are kept.
    Suspended,
}

/// How an integration came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Made by a person.
    Manual,
    /// Declared by a file.
    Declared,
}

/// Whether calls pass with the integration's token alone, without a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BearerMode {
    /// As the setting for all says.
    #[default]
    Follow,
    /// No: calls are signed.
    Signed,
    /// Yes.
    Allowed,
}

/// A third party with access.
#[derive(Debug, Clone)]
pub struct Integration {
    /// Identifies it.
    pub id: IntegrationId,
    /// Its name, unique without regard to case.
    pub name: String,
    /// Whom to write to; may be empty.
    pub email: String,
    /// Callback URL: where credentials are handed over.
    pub endpoint: Option<String>,
    /// Identity link URL: where the administrator signs in at the partner's.
    pub identity_link_url: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Where it stood before it was suspended.
    pub suspended_from: Option<Status>,
    /// How it came to be.
    pub origin: Origin,
    /// Whether calls pass with its token alone.
    pub bearer_mode: BearerMode,
    /// Rises with every change of a field or a permission.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl BearerMode {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Follow, Self::Signed, Self::Allowed];
    /// The words for them.
    pub const NAMES: [&'static str; 3] = ["follow", "signed", "allowed"];

    /// The word for it in forms and in the database.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether calls pass with the token alone, `for_all` being what the setting for all says.
    pub fn accepts(self, for_all: bool) -> bool {
        match self {
            Self::Follow => for_all,
            Self::Signed => false,
            Self::Allowed => true,
        }
    }

    /// The one of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl Status {
    /// The word for it in JSON, in lists of commands and in style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Active => "active",
            Self::Reset => "reset",
            Self::Suspended => "suspended",
        }
    }
}

impl Integration {
    /// Whether credentials are handed over to the partner's server: exactly when both addresses are there.
    pub fn exchanges_tokens(&self) -> bool {
        self.endpoint.is_some() && self.identity_link_url.is_some()
    }

    /// Whether one of its addresses is not https.
    pub fn is_insecure(&self) -> bool {
        self.endpoint.iter().chain(&self.identity_link_url).any(|address| address::is_insecure(address))
    }
}

/// Makes an integration with its consumer and permissions, Inactive.
///
/// # Errors
/// `Invalid` with every field that cannot be accepted, the name being taken and grants not held among them.
pub fn create(
    work: &mut Work<'_>,
    by: &Actor,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<Integration, Error> {
    Ok(make(work, by, draft, exceptions, New::Manual)?.0)
}

/// Makes an integration that a file declares, as [`create`].
pub(super) fn create_declared(
    work: &mut Work<'_>,
    by: &Actor,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<Integration, Error> {
    Ok(make(work, by, draft, exceptions, New::Declared)?.0)
}

/// Makes an integration of another system, whose partner goes on with the key and secret that it has, as [`create`].
pub(super) fn create_with_key(
    work: &mut Work<'_>,
    by: &Actor,
    draft: &Draft,
    exceptions: &[Exception],
    (key, secret): (&str, Secret),
) -> Result<(Integration, Consumer), Error> {
    make(work, by, draft, exceptions, New::WithKey(key, secret))
}

/// How a new integration comes to be.
enum New<'a> {
    Manual,
    Declared,
    WithKey(&'a str, Secret),
}

fn make(
    work: &mut Work<'_>,
    by: &Actor,
    draft: &Draft,
    exceptions: &[Exception],
    new: New<'_>,
) -> Result<(Integration, Consumer), Error> {
    let origin = if matches!(new, New::Declared) { Origin::Declared } else { Origin::Manual };
    let checked = draft.check(work, None, exceptions)?;
    let wished = checked.grants.clone().unwrap_or_default();
    let grants = grantable(work.tree, by, &Grants::nothing(), &wished)?;
    let integration = named_freely(store::integration::insert(work, &checked, origin), &checked.name)?;
    let consumer = match new {
        New::Manual | New::Declared => consumer::create(work, integration.id)?,
        New::WithKey(key, secret) => store::consumer::insert(work, integration.id, key, secret)?,
    };
    write_grants(work, integration.id, &grants)?;
    changed(work, integration.id)?;
    let fields = fields(Changes::none(), None, Some(&integration));
    let changes = fields.grants(work.tree, &Grants::nothing(), &grants);
    audit::record(work, by, Act::IntegrationCreated, Thing::integration(&integration), changes);
    event::record(work, Kind::IntegrationCreated, Subject::integration(&integration));
    Ok((integration, consumer))
}

/// Changes fields and permissions; status, consumer and tokens stay.
///
/// # Errors
/// As [`create`]; a conflict when it is declared by a file, or when its version is no longer `version`; `Denied` when
/// credentials would go elsewhere, or its token alone be enough, and it holds more than whoever asks.
pub fn update(
    work: &mut Work<'_>,
    by: &Actor,
    id: IntegrationId,
    version: i64,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<Integration, Error> {
    let stored = find(work, id)?;
    if stored.origin == Origin::Declared {
        return Err(Conflict::DeclaredCannotBeEdited.into());
    }
    change(work, by, &stored, version, draft, exceptions)
}

/// Whether a draft would be accepted, for this integration or for a new one.
///
/// # Errors
/// `Invalid` with every field that would not.
pub(super) fn check(
    work: &mut Work<'_>,
    own: Option<IntegrationId>,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<(), Error> {
    draft.check(work, own, exceptions).map(|_| ())
}

/// As [`update`], also for one that a file declares.
pub(super) fn change(
    work: &mut Work<'_>,
    by: &Actor,
    stored: &Integration,
    version: i64,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<Integration, Error> {
    let id = stored.id;
    let checked = draft.check(work, Some(id), exceptions)?;
    let (before, vanished) = granted(work, id)?;
    reach::check(work, by, stored, &checked, &before)?;
    let grants = checked.grants.as_ref().map(|wished| grantable(work.tree, by, &before, wished));
    let grants = grants.transpose()?;
    let updated = named_freely(store::integration::update(work, id, version, &checked), &checked.name)?;
    if !updated {
        return Err(Conflict::ChangedMeanwhile.into());
    }
    if let Some(grants) = &grants {
        write_grants(work, id, grants)?;
    }
    changed(work, id)?;
    let integration = find(work, id)?;
    let fields = fields(Changes::none(), Some(stored), Some(&integration));
    let changes = match &grants {
        Some(grants) => fields.grants(work.tree, &before, grants).vanished(&vanished),
        None => fields,
    };
    audit::record(work, by, Act::IntegrationUpdated, Thing::integration(&integration), changes);
    event::record(work, Kind::IntegrationUpdated, Subject::integration(&integration));
    Ok(integration)
}

/// Deletes an integration with consumer, tokens, nonces, role and grants. Answers what it was.
///
/// # Errors
/// A conflict when a file declares it; one that no file declares any more can go.
pub fn delete(work: &mut Work<'_>, by: &Actor, id: IntegrationId) -> Result<Integration, Error> {
    let integration = hold(work, id)?;
    if integration.origin == Origin::Declared && !declared::is_orphaned(work, id)? {
        return Err(Conflict::DeclaredCannotBeDeleted(integration.name).into());
    }
    remove(work, by, &integration)?;
    Ok(integration)
}

/// As [`delete`], also for one that a file declares.
pub(super) fn remove(work: &mut Work<'_>, by: &Actor, integration: &Integration) -> Result<(), Error> {
    let id = integration.id;
    changed(work, id)?;
    if let Some(consumer) = consumer::of(work, id)? {
        nonce::forget(work, consumer.id)?;
        if token::end_all(work, consumer.id)? {
            event::record(work, Kind::TokenRevoked, Subject::integration(integration));
        }
    }
    let held = grants(work, id)?;
    store::integration::delete(work, id)?;
    let changes =
        fields(Changes::none(), Some(integration), None).grants(work.tree, &held, &Grants::nothing());
    audit::record(work, by, Act::IntegrationDeleted, Thing::integration(integration), changes);
    event::record(work, Kind::IntegrationDeleted, Subject::integration(integration));
    Ok(())
}

/// The integration with that id, which no other transaction that holds it changes until this one ends. Whatever touches
/// its tokens or attempts holds it first: so none of them judges by what another is changing, or deadlocks with it.
///
/// # Errors
/// [`Missing::Integration`].
pub fn hold(work: &mut Work<'_>, id: IntegrationId) -> Result<Integration, Error> {
    store::integration::hold(work, id)?;
    find(work, id)
}

/// The integration with that id.
///
/// # Errors
/// [`Missing::Integration`].
pub fn find(work: &mut Work<'_>, id: IntegrationId) -> Result<Integration, Error> {
    store::integration::find(work, id)?.ok_or_else(|| Missing::Integration(id.0.to_string()).into())
}

/// The integration of that name, without regard to case.
///
/// # Errors
/// [`Missing::Integration`].
pub fn find_by_name(work: &mut Work<'_>, name: &str) -> Result<Integration, Error> {
    store::integration::by_name(work, name)?.ok_or_else(|| Missing::Integration(name.to_owned()).into())
}

/// The integration of a consumer.
///
/// # Errors
/// Those of the database.
pub fn find_by_consumer(
    work: &mut Work<'_>,
    consumer: consumer::ConsumerId,
) -> Result<Option<Integration>, Error> {
    Ok(store::integration::by_consumer(work, consumer)?)
}

/// The integration of a consumer, when it is Active.
///
/// # Errors
/// Those of the database.
pub fn find_active_by_consumer(
    work: &mut Work<'_>,
    consumer: consumer::ConsumerId,
) -> Result<Option<Integration>, Error> {
    Ok(find_by_consumer(work, consumer)?.filter(|integration| integration.status == Status::Active))
}

/// The permissions of an integration.
///
/// # Errors
/// Those of the database.
pub fn grants(work: &mut Work<'_>, id: IntegrationId) -> Result<Grants, Error> {
    Ok(store::grant::of_integrations(work, &[id])?.remove(&id).unwrap_or_default())
}

/// The permissions of an integration, and the names that it was given and that no resource has any more.
fn granted(work: &mut Work<'_>, id: IntegrationId) -> Result<(Grants, Vec<String>), Error> {
    let ids = store::grant::ids_of_integrations(work, &[id])?.remove(&id).unwrap_or_default();
    Ok(Grants::stored(work.tree, ids.iter().map(String::as_str)))
}

/// The ids of the resources that an integration was given.
///
/// # Errors
/// Those of the database.
pub fn selected_resources(work: &mut Work<'_>, id: IntegrationId) -> Result<Vec<String>, Error> {
    let grants = grants(work, id)?;
    Ok(grants.ids(work.tree).into_iter().map(str::to_owned).collect())
}

/// Tells every node that decisions about this integration's calls may differ from now on.
pub(super) fn changed(work: &mut Work<'_>, id: IntegrationId) -> Result<(), Error> {
    let key = store::consumer::key_for(work, id)?;
    Ok(store::revision::raise(work, key.as_deref())?)
}

/// What the audit trail tells of the fields; an integration that is not there yet, or not any more, has empty ones.
fn fields(changes: Changes, before: Option<&Integration>, after: Option<&Integration>) -> Changes {
    type Read = fn(&Integration) -> &str;
    let fields: [(Field, Read); 4] = [
        (Field::Name, |it| &it.name),
        (Field::Email, |it| &it.email),
        (Field::Endpoint, |it| it.endpoint.as_deref().unwrap_or_default()),
        (Field::IdentityLinkUrl, |it| it.identity_link_url.as_deref().unwrap_or_default()),
    ];
    let changes = fields.into_iter().fold(changes, |changes, (field, read)| {
        changes.field(field.name(), before.map_or("", read), after.map_or("", read))
    });
    let mode = |it: Option<&Integration>| it.map(|it| it.bearer_mode).unwrap_or_default().name();
    changes.field(Field::BearerMode.name(), mode(before), mode(after))
}

fn grantable(tree: &Tree, by: &Actor, stored: &Grants, wished: &Grants) -> Result<Grants, Error> {
    permission::integration_grants(&by.holds, stored, wished).map_err(|refused| {
        let ids = refused.ids(tree).into_iter().map(str::to_owned).collect();
        Error::invalid(Field::Resource, Reason::NotHeld(ids))
    })
}

/// Writes what it holds in place of what it held.
pub(super) fn write_grants(work: &mut Work<'_>, id: IntegrationId, grants: &Grants) -> Result<(), Error> {
    let role = store::role::of_integration(work, id)?;
    Ok(store::grant::replace(work, role, grants)?)
}

/// Two that ask for the same name at once both find it free; the unique key decides between them.
fn named_freely<T>(outcome: Result<T, store::Error>, name: &str) -> Result<T, Error> {
    match outcome {
        Err(store::Error::Duplicate) => {
            Err(Error::invalid(Field::Name, Reason::IntegrationNameTaken(name.to_owned())))
        }
        other => Ok(other?),
    }
}

mod draft;
mod list;
mod reach;

pub(crate) use draft::Checked;
pub use draft::Draft;
pub(super) use draft::{checked_email, checked_name};
pub use list::{Listed, Query, Sort, any_declared_reset, count_insecure, list};

#[cfg(test)]
mod tests;
