//! Webhooks: addresses that are told of events, signed as Standard Webhooks says (`standardwebhooks.com`), so that
//! receivers can use that standard's libraries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};

use super::address::{self, Exception};
use super::admin_user::checked_line;
use super::audit::{self, Act, Changes, Thing};
use super::event::Kind;
use super::event::delivery::Line;
use super::event::observer::{Recipient, Wants};
use super::{Actor, Conflict, Error, Field, Invalid, Missing, Reason};
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::store::{self, Work};

pub mod signature;

/// The name under which deliveries to webhooks are kept.
pub const OBSERVER: &str = "webhook";

/// Why a webhook that is switched off was not told.
pub const SWITCHED_OFF: &str = "switched_off";

/// How long the secret before goes on signing beside the new one.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

const MAX_NAME: usize = 255;

/// Length of the secret that signs, in bytes.
const SECRET_LENGTH: usize = 32;

/// Identifies a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebhookId(pub i64);

/// An address that is told of events.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Identifies it.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// Of what it hears.
    pub wants: Wants,
    /// Whether anything is sent.
    pub is_enabled: bool,
    /// Until when the secret before signs beside the one of today.
    pub previous_ends_at: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A webhook in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The webhook.
    pub webhook: Webhook,
    /// Deliveries that were given up.
    pub failed: i64,
    /// Whether some were tried in vain and are tried again.
    pub is_retried: bool,
}

/// What a person entered.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
    /// Whether it hears of everything.
    pub all: bool,
    /// Words for what it hears of, when it is not everything.
    pub kinds: Vec<String>,
    /// Whether anything is to be sent.
    pub is_enabled: bool,
}

/// A draft whose fields passed.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) wants: Wants,
    pub(crate) is_enabled: bool,
}

impl Webhook {
    /// Its deliveries.
    pub fn line(&self) -> Line {
        line(self.id)
    }
}

impl Draft {
    fn check(&self, exceptions: &[Exception]) -> Result<Checked, Invalid> {
        let mut invalid = Invalid::default();
        let mut keep = |field, checked: Result<String, Reason>| {
            checked.unwrap_or_else(|reason| {
                invalid.add(field, reason);
                String::new()
            })
        };
        let name = keep(Field::Name, checked_line(&self.name, MAX_NAME));
        let url = address::check(&self.url, exceptions).and_then(|url| url.ok_or(Reason::Required));
        let url = keep(Field::Url, url);
        let wants = match self.all {
            true => Wants::Everything,
            false => Wants::These(Kind::ALL.iter().copied().filter(|kind| self.names(*kind)).collect()),
        };
        if wants == Wants::These(Vec::new()) {
            invalid.add(Field::Kinds, Reason::NoKinds);
        }
        invalid.check()?;
        Ok(Checked { name, url, wants, is_enabled: self.is_enabled })
    }

    fn names(&self, kind: Kind) -> bool {
        self.kinds.iter().any(|word| word == kind.word())
    }
}

/// Makes a webhook; answers the secret that signs, too, to be shown once.
///
/// # Errors
/// `Invalid` with every field that cannot be accepted.
pub fn create(
    work: &mut Work<'_>,
    by: &Actor,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<(Webhook, Secret), Error> {
    let checked = draft.check(exceptions)?;
    let secret = draw(work.entropy);
    let webhook = store::webhook::insert(work, &checked, &secret)?;
    let changes = fields(None, Some(&webhook));
    audit::record(work, by, Act::WebhookCreated, Thing::webhook(&webhook), changes);
    Ok((webhook, secret))
}

/// Changes a webhook. Switched off, it is not told what it was still to be told: that can be sent again. What of it is
/// more than a batch is left to [`wind_up`].
///
/// # Errors
/// `Invalid` with every field that cannot be accepted; a conflict when its version is no longer `version`.
pub fn update(
    work: &mut Work<'_>,
    by: &Actor,
    id: WebhookId,
    version: i64,
    draft: &Draft,
    exceptions: &[Exception],
) -> Result<Webhook, Error> {
    let stored = find(work, id)?;
    let checked = draft.check(exceptions)?;
    if !store::webhook::update(work, id, version, &checked)? {
        return Err(Conflict::ChangedMeanwhile.into());
    }
    let webhook = find(work, id)?;
    if !webhook.is_enabled {
        store::event_delivery::give_up(work, &webhook.line(), SWITCHED_OFF, store::BATCH)?;
    }
    let changes = fields(Some(&stored), Some(&webhook));
    audit::record(work, by, Act::WebhookUpdated, Thing::webhook(&webhook), changes);
    Ok(webhook)
}

/// Deletes a webhook; answers what it was. Nobody finds it any more; its deliveries, which may be many, are left to
/// [`wind_up`].
///
/// # Errors
/// [`Missing::Webhook`].
pub fn delete(work: &mut Work<'_>, by: &Actor, id: WebhookId) -> Result<Webhook, Error> {
    let webhook = hold(work, id)?;
    store::webhook::bury(work, id)?;
    audit::record(work, by, Act::WebhookDeleted, Thing::webhook(&webhook), fields(Some(&webhook), None));
    Ok(webhook)
}

/// Does a part of what is left to do about webhooks that were deleted or switched off: deliveries of the former are
/// removed, those that the latter were still to get are given up. Says how much that was, a batch at the most; nothing
/// when nothing is left.
///
/// # Errors
/// Those of the database.
pub fn wind_up(work: &mut Work<'_>) -> Result<usize, Error> {
    for id in store::webhook::buried(work)? {
        let removed = match store::event_delivery::delete_oldest(work, &line(id), store::BATCH)? {
            0 => store::webhook::delete(work, id)?,
            removed => removed,
        };
        if removed > 0 {
            return Ok(removed);
        }
    }
    for webhook in store::webhook::all(work)?.into_iter().filter(|webhook| !webhook.is_enabled) {
        let given_up = store::event_delivery::give_up(work, &webhook.line(), SWITCHED_OFF, store::BATCH)?;
        if given_up > 0 {
            return Ok(given_up);
        }
    }
    Ok(0)
}

/// Gives a webhook another secret, to be shown; the one before signs beside it for [`OVERLAP`].
///
/// # Errors
/// [`Missing::Webhook`].
pub fn rotate(work: &mut Work<'_>, by: &Actor, id: WebhookId) -> Result<(Webhook, Secret), Error> {
    hold(work, id)?;
    let secret = draw(work.entropy);
    let ends_at = work.now + OVERLAP;
    store::webhook::replace_secret(work, id, &secret, ends_at)?;
    let webhook = find(work, id)?;
    let changes = Changes::none().secret("secret");
    audit::record(work, by, Act::WebhookSecretRenewed, Thing::webhook(&webhook), changes);
    Ok((webhook, secret))
}

/// The secret that signs, again. Recorded: call it in a unit of work that writes.
///
/// # Errors
/// [`Missing::Webhook`].
pub fn reveal(work: &mut Work<'_>, by: &Actor, id: WebhookId) -> Result<Secret, Error> {
    let webhook = find(work, id)?;
    let secret = store::webhook::secrets(work, id)?.into_iter().next().ok_or(Missing::Webhook)?;
    audit::record(work, by, Act::WebhookSecretRevealed, Thing::webhook(&webhook), Changes::none());
    Ok(secret)
}

/// Where a webhook is and what signs now, the newest secret first; nothing when it was deleted or switched off.
///
/// # Errors
/// Those of the database.
pub fn target(work: &mut Work<'_>, id: WebhookId) -> Result<Option<(Webhook, Vec<Secret>)>, Error> {
    let Some(webhook) = store::webhook::find(work, id)?.filter(|webhook| webhook.is_enabled) else {
        return Ok(None);
    };
    Ok(Some((webhook, store::webhook::secrets(work, id)?)))
}

/// Who hears of what at present: nobody of what happened before the webhook was made.
///
/// # Errors
/// Those of the database.
pub fn recipients(work: &mut Work<'_>) -> Result<Vec<Recipient>, Error> {
    let webhooks = store::webhook::all(work)?.into_iter().filter(|webhook| webhook.is_enabled);
    let recipient = |it: Webhook| Recipient { id: it.id.0, wants: it.wants, since: Some(it.created_at) };
    Ok(webhooks.map(recipient).collect())
}

/// The webhook of that id.
///
/// # Errors
/// [`Missing::Webhook`].
pub fn find(work: &mut Work<'_>, id: WebhookId) -> Result<Webhook, Error> {
    store::webhook::find(work, id)?.ok_or_else(|| Missing::Webhook.into())
}

/// The webhook of that id, which nobody else changes until this transaction ends.
///
/// # Errors
/// [`Missing::Webhook`].
pub fn hold(work: &mut Work<'_>, id: WebhookId) -> Result<Webhook, Error> {
    store::webhook::hold(work, id)?;
    find(work, id)
}

/// Every webhook by name, with how its deliveries go.
///
/// # Errors
/// Those of the database.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Listed>, Error> {
    let webhooks = store::webhook::all(work)?;
    let given_up = store::event_delivery::given_up(work, OBSERVER)?;
    let retried = store::event_delivery::retried(work, OBSERVER)?;
    let listed = |webhook: Webhook| Listed {
        failed: given_up.get(&webhook.id.0).copied().unwrap_or_default(),
        is_retried: retried.contains(&webhook.id.0),
        webhook,
    };
    Ok(webhooks.into_iter().map(listed).collect())
}

fn line(id: WebhookId) -> Line {
    Line { observer: OBSERVER.to_owned(), recipient: id.0 }
}

/// As the standard writes secrets: `whsec_` and Base64.
fn draw(entropy: &dyn Entropy) -> Secret {
    let mut bytes = zeroize::Zeroizing::new([0_u8; SECRET_LENGTH]);
    entropy.fill(&mut *bytes);
    Secret::new(format!("{}{}", signature::PREFIX, STANDARD.encode(bytes.as_slice())))
}

fn fields(before: Option<&Webhook>, after: Option<&Webhook>) -> Changes {
    let enabled = |it: &Webhook| if it.is_enabled { "1" } else { "0" };
    let wants = |it: &Webhook| match &it.wants {
        Wants::Everything => "*".to_owned(),
        Wants::These(kinds) => kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", "),
    };
    let text = |it: Option<&Webhook>, read: &dyn Fn(&Webhook) -> String| it.map(read).unwrap_or_default();
    type Read<'a> = (Field, &'a dyn Fn(&Webhook) -> String);
    let fields: [Read<'_>; 4] = [
        (Field::Name, &|it| it.name.clone()),
        (Field::Url, &|it| it.url.clone()),
        (Field::Kinds, &wants),
        (Field::IsEnabled, &|it| enabled(it).to_owned()),
    ];
    fields.into_iter().fold(Changes::none(), |changes, (field, read)| {
        changes.field(field.name(), &text(before, read), &text(after, read))
    })
}

#[cfg(test)]
mod tests;
