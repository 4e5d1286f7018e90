//! What applying declarations would change: comparing what files say with what is stored. Pure.

use crate::domain::acl::Tree;
use crate::domain::address::Exception;
use crate::domain::declaration::{Declared, Source};
use crate::domain::integration::{Draft, Integration, IntegrationId, Origin, Status};
use crate::domain::permission::{Becoming, Grants, Wish, holds_all};
use crate::domain::{Field, Invalid};

use super::{Pending, Record};

/// What becomes of an integration whose declaration changed: the setting `latchkey/declared/on_change`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnChange {
    /// A changed callback URL and wider permissions wait for a person; everything else counts at once.
    Approve,
    /// As Magento does it: deleted and made again, with another key and no token.
    Recreate,
    /// Everything counts at once.
    Update,
}

impl OnChange {
    /// Every one.
    pub const WORDS: [&str; 3] = ["approve", "recreate", "update"];

    /// The one of that word.
    pub fn of(word: &str) -> Self {
        match word {
            "recreate" => Self::Recreate,
            "update" => Self::Update,
            _ => Self::Approve,
        }
    }
}

/// How declarations are applied.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Whether integrations made by a person are taken over when a file declares one of that name.
    pub adopt: bool,
    /// What addresses may be although they are private or not https.
    pub exceptions: &'a [Exception],
}

/// What applying declarations changes.
#[derive(Debug, Default)]
pub struct Plan {
    /// What changes, in the order of the files; what is gone comes last.
    pub steps: Vec<Step>,
    /// What is left as it is although a file asks for something else.
    pub refused: Vec<Refused>,
    /// Where integrations are declared that change in nothing else: no change that anybody is told of.
    pub(super) moved: Vec<(IntegrationId, Record)>,
}

/// What changes about one integration.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Where it is declared; for one that is gone, where it was.
    pub sources: Vec<Source>,
    /// What kind of change it is.
    pub kind: Kind,
    /// Its fields before and after, those that differ.
    pub fields: Vec<FieldChange>,
    /// Resources that it does not hold and would.
    pub granted: Vec<String>,
    /// Resources that it holds and would not.
    pub withdrawn: Vec<String>,
    /// Whether a person made it and the files take it over.
    pub is_adopted: bool,
    /// Whether it was orphaned, and is declared again.
    pub is_back: bool,
    pub(super) target: Target,
}

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is none of that name.
    New,
    /// Counts at once.
    InPlace,
    /// Waits for a person; until then the old grants and the live token keep working.
    Approval,
    /// What waited for a person is asked for no longer.
    Reverted,
    /// Deleted and made again.
    Recreated,
    /// No file declares it any more: it stays, and may be deleted.
    Gone,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which one.
    pub field: Field,
    /// What it held; empty for nothing.
    pub before: String,
    /// What it will hold; empty for nothing.
    pub after: String,
}

/// What a step makes of an integration.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) id: Option<IntegrationId>,
    pub(super) draft: Draft,
    pub(super) record: Record,
    /// Whether fields or grants are written at all.
    pub(super) writes: bool,
}

/// Something that is left as it is.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub sources: Vec<Source>,
    /// Why.
    pub why: Why,
}

/// Why something is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A person made it, and taking over was not asked for.
    Manual,
    /// What the files say of it cannot be accepted.
    Invalid(Invalid),
    /// A file that declared a part of it cannot be read now.
    Unreadable(String),
}

/// What is stored of an integration.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) integration: Integration,
    pub(super) grants: Grants,
    /// Names that it was given and that no resource has any more: an acl.xml disables them, or is gone.
    pub(super) vanished: Vec<String>,
    pub(super) record: Option<Record>,
    /// Whether it has a token that signs calls.
    pub(super) has_live_token: bool,
}

/// What came of comparing.
pub(super) enum Verdict {
    Nothing,
    Moved(IntegrationId, Record),
    Step(Box<Step>),
    Refused(Why),
}

impl Facts {
    fn pending(&self) -> Option<&Pending> {
        self.record.as_ref()?.pending.as_ref()
    }

    fn is_orphaned(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.orphaned_at.is_some())
    }

    /// The callback URL that a person approved last.
    fn approved_endpoint(&self) -> Option<&String> {
        let approved = self.pending().and_then(|pending| pending.approved_endpoint.as_ref());
        approved.unwrap_or(&self.integration.endpoint).as_ref()
    }

    /// What still waits when the files ask for nothing: the callback URL, when it is another one than was approved.
    pub(super) fn unapproved_endpoint(&self) -> Option<Pending> {
        let approved_endpoint = self.pending()?.approved_endpoint.clone()?;
        Some(Pending { resources: None, approved_endpoint: Some(approved_endpoint) })
    }

    /// Where it stands once nothing waits any more: as it did before something waited.
    pub(super) fn status_without_pending(&self) -> (Status, Option<Status>) {
        let Integration { status, suspended_from, .. } = &self.integration;
        let before = if self.has_live_token { Status::Active } else { Status::Inactive };
        match (self.pending(), status, suspended_from) {
            (Some(_), Status::Reset, from) => (before, *from),
            (Some(_), Status::Suspended, Some(Status::Reset)) if self.has_live_token => {
                (Status::Suspended, Some(Status::Active))
            }
            _ => (*status, *suspended_from),
        }
    }

    /// Where it stands while something waits.
    pub(super) fn status_with_pending(&self) -> (Status, Option<Status>) {
        match self.integration.status {
            Status::Suspended => (Status::Suspended, Some(Status::Reset)),
            _ => (Status::Reset, None),
        }
    }
}

/// What the files change about an integration, which there is or is not.
pub(super) fn compare(
    declared: &Declared,
    facts: Option<&Facts>,
    tree: &Tree,
    on_change: OnChange,
    adopt: bool,
) -> Verdict {
    let wanted = declared.grants(tree);
    let listed = declared.listed.iter().map(|listed| listed.id.clone()).collect();
    let record = Record { sources: declared.sources.clone(), listed, ..Record::default() };
    let Some(facts) = facts else {
        let draft = draft(declared, Draft::default(), wish(&wanted, tree));
        let target = Target { id: None, draft, record, writes: true };
        let step = step(&declared.name, &declared.sources, Kind::New, target);
        let fields = fields(declared, None);
        let granted = names(wanted.ids(tree));
        return Verdict::Step(Box::new(Step { fields, granted, ..step }));
    };
    let is_adopted = facts.integration.origin == Origin::Manual;
    if is_adopted && !adopt {
        return Verdict::Refused(Why::Manual);
    }
    let fields = fields(declared, Some(&facts.integration));
    let differs = !fields.is_empty() || wanted != facts.grants;
    let pending = pending(declared, facts, &wanted, tree).filter(|_| on_change == OnChange::Approve);
    let kind = match (&pending, on_change) {
        (_, OnChange::Recreate) if differs => Kind::Recreated,
        (Some(_), _) => Kind::Approval,
        (None, _) if facts.pending().is_some() && !differs => Kind::Reverted,
        (None, _) => Kind::InPlace,
    };
    // What waits is not granted yet.
    let grants = if kind == Kind::Approval { &facts.grants } else { &wanted };
    let writes = !fields.is_empty() || *grants != facts.grants || !facts.vanished.is_empty();
    let waits_already = facts.pending() == pending.as_ref();
    // An approval is for one callback URL, and for these resources.
    let is_as_approved = waits_already && declared.endpoint == facts.integration.endpoint;
    let approved_by = facts.record.as_ref().and_then(|record| record.approved_by).filter(|_| is_as_approved);
    let record = Record { pending, approved_by, ..record };
    let is_back = facts.is_orphaned();
    if !writes && !is_adopted && !is_back && waits_already && kind != Kind::Recreated {
        let is_same = facts.record.as_ref() == Some(&record);
        return if is_same { Verdict::Nothing } else { Verdict::Moved(facts.integration.id, record) };
    }
    let base = Draft::stored(&facts.integration);
    let draft = draft(declared, base, wish(grants, tree));
    let target = Target { id: Some(facts.integration.id), draft, record, writes };
    let Becoming { won, lost } = facts.grants.becoming(&wanted, tree);
    Verdict::Step(Box::new(Step {
        fields,
        granted: names(won),
        withdrawn: [names(lost), facts.vanished.clone()].concat(),
        is_adopted,
        is_back,
        ..step(&declared.name, &declared.sources, kind, target)
    }))
}

/// What has to wait for a person.
fn pending(declared: &Declared, facts: &Facts, wanted: &Grants, tree: &Tree) -> Option<Pending> {
    let is_wider = !holds_all(&facts.grants, wanted);
    let is_elsewhere = declared.endpoint.as_ref() != facts.approved_endpoint();
    if !(is_wider || is_elsewhere) {
        return None;
    }
    let differs = *wanted != facts.grants;
    let resources = differs.then(|| names(wanted.ids(tree)));
    let approved_endpoint = is_elsewhere.then(|| facts.approved_endpoint().cloned());
    Some(Pending { resources, approved_endpoint })
}

/// An integration that no file declares any more.
pub(super) fn gone(facts: &Facts) -> Option<Step> {
    if facts.is_orphaned() {
        return None;
    }
    let record = facts.record.clone().unwrap_or_default();
    let draft = Draft::stored(&facts.integration);
    let target = Target { id: Some(facts.integration.id), draft, record: record.clone(), writes: false };
    Some(step(&facts.integration.name, &record.sources, Kind::Gone, target))
}

/// A step that tells nothing yet.
fn step(name: &str, sources: &[Source], kind: Kind, target: Target) -> Step {
    Step {
        name: name.to_owned(),
        sources: sources.to_vec(),
        kind,
        fields: Vec::new(),
        granted: Vec::new(),
        withdrawn: Vec::new(),
        is_adopted: false,
        is_back: false,
        target,
    }
}

fn names(ids: Vec<&str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}

fn wish(grants: &Grants, tree: &Tree) -> Wish {
    if grants.is_everything() { Wish::Everything } else { Wish::These(names(grants.ids(tree))) }
}

/// What files say nothing of stays as it is.
fn draft(declared: &Declared, mut draft: Draft, grants: Wish) -> Draft {
    draft.name.clone_from(&declared.name);
    draft.email.clone_from(&declared.email);
    draft.endpoint = declared.endpoint.clone().unwrap_or_default();
    draft.identity_link_url = declared.identity_link_url.clone().unwrap_or_default();
    draft.grants = grants;
    draft
}

fn fields(declared: &Declared, stored: Option<&Integration>) -> Vec<FieldChange> {
    let text = |address: &Option<String>| address.clone().unwrap_or_default();
    let before = |read: fn(&Integration) -> String| stored.map(read).unwrap_or_default();
    let all = [
        (Field::Name, before(|it| it.name.clone()), declared.name.clone()),
        (Field::Email, before(|it| it.email.clone()), declared.email.clone()),
        (Field::Endpoint, before(|it| it.endpoint.clone().unwrap_or_default()), text(&declared.endpoint)),
        (
            Field::IdentityLinkUrl,
            before(|it| it.identity_link_url.clone().unwrap_or_default()),
            text(&declared.identity_link_url),
        ),
    ];
    all.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| FieldChange { field, before, after })
        .collect()
}
