//! The audit trail: who did what to which thing, when, from where, and what it was before and after.
//!
//! An operation that changes something calls [`record`] with whoever asked for it. The entry is written in the same
//! transaction, as the last thing before it commits (`crate::store::Store::write`): no change without its entry, no
//! entry without its change. Nothing secret ever gets into one: of a secret only that it changed is told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::acl::Tree;
use super::actor::{Source, Who};
use super::admin_user::AdminUser;
use super::customer::Customer;
use super::integration::Integration;
use super::permission::{Becoming, Grants};
use super::role::Role;
use super::webhook::Webhook;
use super::{Actor, setting};
use crate::store::Work;

mod act;
mod query;
mod trim;

pub use act::{Act, ThingKind};
pub use query::{BATCH, Link, Listed, Place, Query, Slice, Walked, Which, latest, list, verify};
pub use trim::{ENTRIES, HASH, trim};

/// What was done once.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub who: Who,
    /// From where.
    pub source: Source,
    /// What was done.
    pub act: Act,
    /// To what.
    pub thing: Thing,
    /// What changed by it.
    pub changes: Vec<Change>,
}

/// What an act was done to, by the name that it had at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Of which kind it is.
    pub kind: ThingKind,
    /// Its id, when it has one.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field, as forms name it.
    pub field: String,
    /// What it held; nothing, when it was empty or is secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What changed, collected field by field: what stayed the same is left out.
#[derive(Debug, Clone, Default)]
pub struct Changes(Vec<Change>);

/// The field under which granted and withdrawn resources are told, one change for each.
pub const RESOURCE: &str = "resource";

/// The field under which resources are told that are asked for, and asked for no longer, but neither granted nor
/// withdrawn yet.
pub const ASKED: &str = "asked_resource";

/// Records what is being done in this transaction. Call it wherever something changes; the order of calls is kept.
pub fn record(work: &mut Work<'_>, by: &Actor, act: Act, thing: Thing, changes: Changes) {
    let entry = Entry {
        at: work.now,
        who: by.who.clone(),
        source: by.source.clone(),
        act,
        thing,
        changes: changes.0,
    };
    work.entries.push(entry);
}

impl Thing {
    /// An integration.
    pub fn integration(integration: &Integration) -> Self {
        Self::new(ThingKind::Integration, Some(integration.id.0), &integration.name)
    }

    /// An administrator.
    pub fn user(user: &AdminUser) -> Self {
        Self::new(ThingKind::User, Some(user.id.0), &user.username)
    }

    /// An administrator whom nobody knows by the name that was typed. The name is not kept: it may be a password that
    /// was typed into the wrong field.
    pub fn unknown_user() -> Self {
        Self::new(ThingKind::User, None, "")
    }

    /// A customer of the store.
    pub fn customer(customer: &Customer) -> Self {
        Self::new(ThingKind::Customer, Some(customer.id.0), &customer.email)
    }

    /// A role of administrators.
    pub fn role(role: &Role) -> Self {
        Self::new(ThingKind::Role, Some(role.id.0), &role.name)
    }

    /// A setting.
    pub fn setting(setting: setting::Setting) -> Self {
        Self::new(ThingKind::Setting, None, setting.path)
    }

    /// The installation as a whole.
    pub fn installation() -> Self {
        Self::new(ThingKind::Installation, None, "")
    }

    /// The audit trail itself.
    pub fn trail() -> Self {
        Self::new(ThingKind::Trail, None, "")
    }

    /// A scheduled job.
    pub fn job(name: &str) -> Self {
        Self::new(ThingKind::Job, None, name)
    }

    /// A webhook.
    pub fn webhook(webhook: &Webhook) -> Self {
        Self::new(ThingKind::Webhook, Some(webhook.id.0), &webhook.name)
    }

    fn new(kind: ThingKind, id: Option<i64>, name: &str) -> Self {
        Self { kind, id, name: name.to_owned() }
    }
}

impl Changes {
    /// Nothing to tell beside the act.
    pub fn none() -> Self {
        Self::default()
    }

    /// A field, unless it is as before. An empty text is no text.
    #[must_use]
    pub fn field(mut self, field: &str, before: &str, after: &str) -> Self {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        if before != after {
            self.0.push(Change { field: field.to_owned(), before: text(before), after: text(after) });
        }
        self
    }

    /// A circumstance of the act.
    #[must_use]
    pub fn note(self, field: &str, value: &str) -> Self {
        self.field(field, "", value)
    }

    /// A secret that is another one now.
    #[must_use]
    pub fn secret(mut self, field: &str) -> Self {
        self.0.push(Change { field: field.to_owned(), before: None, after: None });
        self
    }

    /// Resources that were granted and withdrawn.
    #[must_use]
    pub fn grants(self, tree: &Tree, before: &Grants, after: &Grants) -> Self {
        self.resources(RESOURCE, tree, before, after)
    }

    /// Resources that would be granted and withdrawn, once somebody has approved it and it counts.
    #[must_use]
    pub fn asked(self, tree: &Tree, before: &Grants, after: &Grants) -> Self {
        self.resources(ASKED, tree, before, after)
    }

    /// Resources that were held by name only: there are none of these names any more.
    #[must_use]
    pub fn vanished(mut self, names: &[String]) -> Self {
        let gone =
            |name: &String| Change { field: RESOURCE.to_owned(), before: Some(name.clone()), after: None };
        self.0.extend(names.iter().map(gone));
        self
    }

    fn resources(mut self, field: &str, tree: &Tree, before: &Grants, after: &Grants) -> Self {
        let Becoming { won, lost } = before.becoming(after, tree);
        let text = |id: &str| Some(id.to_owned());
        let field = || field.to_owned();
        self.0.extend(lost.into_iter().map(|id| Change { field: field(), before: text(id), after: None }));
        self.0.extend(won.into_iter().map(|id| Change { field: field(), before: None, after: text(id) }));
        self
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
