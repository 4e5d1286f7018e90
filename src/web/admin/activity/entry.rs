//! One entry of the trail in words, for its page and for the pages of the things it is about.

use chrono::{DateTime, Utc};

use super::{ADDRESS, words};
use crate::domain::actor::Who;
use crate::domain::audit::{ASKED, Change, Entry, Listed, RESOURCE, Thing, ThingKind};
use crate::text;
use crate::web::extract::admin::Admin;

/// An entry as it is read.
pub struct Shown {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub who: String,
    /// What else that one did.
    pub who_href: Option<String>,
    /// What was done.
    pub act: String,
    /// Of which kind the thing is that it was done to.
    pub kind: String,
    /// The name of that thing.
    pub thing: Option<String>,
    /// What else was done to it.
    pub thing_href: Option<String>,
    /// From where.
    pub place: String,
    /// What the client called itself.
    pub browser: Option<String>,
    /// What changed.
    pub changes: Vec<Told>,
}

/// A field before and after, in words.
pub struct Told {
    /// The field.
    pub field: String,
    /// What it held.
    pub before: Option<String>,
    /// What it holds.
    pub after: Option<String>,
    /// What there is to say where neither is.
    pub note: Option<String>,
    /// Several values of the same field, when resources were granted or withdrawn.
    pub members: Vec<String>,
}

impl Shown {
    /// Puts an entry into words.
    pub(in crate::web::admin) fn of(admin: &Admin, listed: &Listed) -> Self {
        let Entry { at, who, source, act, thing, changes } = &listed.entry;
        let (who, who_href) = person(who);
        Self {
            number: listed.number,
            at: *at,
            who,
            who_href,
            act: words::act(*act),
            kind: words::thing_kind(thing.kind),
            thing: named(thing),
            thing_href: href(thing),
            place: place(&listed.entry),
            browser: Some(source.browser.clone()).filter(|browser| !browser.is_empty()),
            changes: told(admin, changes),
        }
    }
}

fn person(who: &Who) -> (String, Option<String>) {
    let link = |name: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("person", name).finish();
        Some(format!("{ADDRESS}?{query}"))
    };
    match who {
        Who::Admin(_, name) => (name.clone(), link(name)),
        Who::Partner(_, name) => {
            (text::on_page("activity-who-partner", &[("name", name.as_str().into())]), link(name))
        }
        Who::Command => (text::get("activity-who-command"), None),
        Who::System => (text::get("activity-who-system"), None),
        Who::Stranger => (text::get("activity-who-stranger"), None),
    }
}

fn named(thing: &Thing) -> Option<String> {
    match thing.kind {
        ThingKind::User if thing.id.is_none() => Some(text::get("activity-thing-unknown-user")),
        ThingKind::Installation | ThingKind::Trail => None,
        _ => Some(thing.name.clone()),
    }
}

/// What else was done to a thing. A page of the thing itself may be gone, or closed to the reader.
fn href(thing: &Thing) -> Option<String> {
    if thing.name.is_empty() {
        return None;
    }
    let which = thing.id.map_or_else(|| thing.name.clone(), |id| id.to_string());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("thing", thing.kind.word()).append_pair("which", &which);
    Some(format!("{ADDRESS}?{}", query.finish()))
}

/// From where, in words.
pub(super) fn place(entry: &Entry) -> String {
    match (&entry.who, entry.source.address) {
        (_, Some(address)) => address.to_string(),
        (Who::Command, None) => text::get("activity-from-command"),
        (Who::System, None) => text::get("activity-from-system"),
        (_, None) => text::get("activity-from-unknown"),
    }
}

/// The changes field by field; resources are gathered in lists.
fn told(admin: &Admin, changes: &[Change]) -> Vec<Told> {
    let fields =
        changes.iter().filter(|change| ![RESOURCE, ASKED].contains(&change.field.as_str())).map(field);
    let granted = |change: &Change| change.after.clone();
    let withdrawn = |change: &Change| change.before.clone();
    let resources = [
        members(admin, changes, (RESOURCE, "activity-resources-granted"), granted),
        members(admin, changes, (RESOURCE, "activity-resources-withdrawn"), withdrawn),
        members(admin, changes, (ASKED, "activity-resources-asked"), granted),
        members(admin, changes, (ASKED, "activity-resources-waived"), withdrawn),
    ];
    fields.chain(resources.into_iter().flatten()).collect()
}

fn field(change: &Change) -> Told {
    let value = |value: &Option<String>| value.as_ref().map(|value| words::value(&change.field, value));
    let is_secret = change.before.is_none() && change.after.is_none();
    Told {
        field: words::field(&change.field),
        before: value(&change.before),
        after: value(&change.after),
        note: is_secret.then(|| text::get("activity-secret")),
        members: Vec::new(),
    }
}

fn members(
    admin: &Admin,
    changes: &[Change],
    (field, label): (&str, &str),
    side: impl Fn(&Change) -> Option<String>,
) -> Option<Told> {
    let resources = changes.iter().filter(|change| change.field == field);
    let members: Vec<String> = resources.filter_map(side).map(|id| admin.resource_title(&id)).collect();
    let count = [("count", members.len().into())];
    let field = text::on_page(label, &count);
    Some(Told { field, before: None, after: None, note: None, members })
        .filter(|told| !told.members.is_empty())
}
