//! Planning and applying declarations against the database: a plan is made in the transaction that carries it out.

use std::collections::{HashMap, HashSet};

use super::plan::{Facts, Kind, OnChange, Options, Plan, Refused, Step, Verdict, Why, compare, gone};
use super::{Pending, Record};
use crate::domain::audit::{self, Act, Changes, Thing};
use crate::domain::declaration::{Declarations, Declared};
use crate::domain::integration::{self, Integration, IntegrationId, Origin, Status};
use crate::domain::permission::Grants;
use crate::domain::{Actor, Error, setting};
use crate::store::{self, Work, fold};

/// What applying would change. Changes nothing.
///
/// # Errors
/// Those of the database.
pub fn plan(work: &mut Work<'_>, declared: &Declarations, options: &Options<'_>) -> Result<Plan, Error> {
    Ok(planned(work, declared, options)?.0)
}

/// Applies what files declare, and says what changed.
///
/// # Errors
/// Those of the database; then nothing has changed.
pub fn apply(
    work: &mut Work<'_>,
    by: &Actor,
    declared: &Declarations,
    options: &Options<'_>,
) -> Result<Plan, Error> {
    store::declared::hold(work)?;
    carry_out(work, by, declared, options)
}

/// Applies what files declare, when the files are others than those applied last: at a start. Of several nodes that
/// start at once the first does it, and the others find it done.
///
/// # Errors
/// Those of the database; then nothing has changed.
pub fn apply_if_changed(
    work: &mut Work<'_>,
    by: &Actor,
    declared: &Declarations,
    options: &Options<'_>,
) -> Result<Option<Plan>, Error> {
    if store::declared::hold(work)? == declared.digest {
        return Ok(None);
    }
    carry_out(work, by, declared, options).map(Some)
}

fn carry_out(
    work: &mut Work<'_>,
    by: &Actor,
    declared: &Declarations,
    options: &Options<'_>,
) -> Result<Plan, Error> {
    // What is planned from is read after this: whoever suspends, revokes or completes an exchange now waits.
    let named = store::integration::declared_or_named(work, &names(declared))?;
    let ids: Vec<IntegrationId> = named.iter().map(|integration| integration.id).collect();
    store::integration::hold_all(work, &ids)?;
    let (plan, facts) = planned(work, declared, options)?;
    for step in &plan.steps {
        let facts = step.target.id.and_then(|id| facts.get(&id));
        execute(work, by, step, facts, options)?;
    }
    for (id, record) in &plan.moved {
        store::declared::put(work, *id, record)?;
    }
    // What was refused may be accepted next time, although the files are the same: by another setting, say.
    let is_done = plan.refused.iter().all(|refused| refused.why == Why::Manual);
    store::declared::set_digest(work, if is_done { &declared.digest } else { "" })?;
    Ok(plan)
}

type Known = HashMap<IntegrationId, Facts>;

fn planned(
    work: &mut Work<'_>,
    declared: &Declarations,
    options: &Options<'_>,
) -> Result<(Plan, Known), Error> {
    let on_change = OnChange::of(&setting::text(work, setting::DECLARED_ON_CHANGE)?);
    let names = names(declared);
    let known = known(work, &names)?;
    let by_name: HashMap<String, IntegrationId> =
        known.values().map(|facts| (fold(&facts.integration.name), facts.integration.id)).collect();
    let mut plan = Plan::default();
    for entry in &declared.integrations {
        let facts = by_name.get(&fold(&entry.name)).and_then(|id| known.get(id));
        let unreadable =
            unreadable_part(declared, facts).or_else(|| unreadable_names(declared, entry, facts));
        let verdict = match unreadable {
            Some(file) => Verdict::Refused(Why::Unreadable(file)),
            None => compare(entry, facts, work.tree, on_change, options.adopt),
        };
        let verdict = checked(work, verdict, options)?;
        let (name, sources) = (entry.name.clone(), entry.sources.clone());
        match verdict {
            Verdict::Nothing => {}
            Verdict::Moved(id, record) => plan.moved.push((id, record)),
            Verdict::Step(step) => plan.steps.push(*step),
            Verdict::Refused(why) => plan.refused.push(Refused { name, sources, why }),
        }
    }
    let named: HashSet<String> = names.iter().chain(&declared.held).map(|name| fold(name)).collect();
    let mut left: Vec<&Facts> = known
        .values()
        .filter(|facts| facts.integration.origin == Origin::Declared)
        .filter(|facts| !named.contains(&fold(&facts.integration.name)))
        .filter(|facts| unreadable_part(declared, Some(facts)).is_none())
        .collect();
    left.sort_by_key(|facts| facts.integration.id.0);
    plan.steps.extend(left.into_iter().filter_map(gone));
    Ok((plan, known))
}

fn names(declared: &Declarations) -> Vec<String> {
    declared.integrations.iter().map(|declared| declared.name.clone()).collect()
}

/// What is stored of the integrations in question, in a number of queries that does not depend on how many they are.
fn known(work: &mut Work<'_>, names: &[String]) -> Result<Known, Error> {
    let integrations = store::integration::declared_or_named(work, names)?;
    let ids: Vec<IntegrationId> = integrations.iter().map(|integration| integration.id).collect();
    let mut granted = store::grant::ids_of_integrations(work, &ids)?;
    let mut records = store::declared::of(work, &ids)?;
    let live = store::token::with_live(work, &ids)?;
    let tree = work.tree;
    let facts = |integration: Integration| {
        let id = integration.id;
        let ids = granted.remove(&id).unwrap_or_default();
        let (grants, vanished) = Grants::stored(tree, ids.iter().map(String::as_str));
        let facts = Facts {
            integration,
            grants,
            vanished,
            record: records.remove(&id),
            has_live_token: live.contains(&id),
        };
        (id, facts)
    };
    Ok(integrations.into_iter().map(facts).collect())
}

/// The file that declared a part of it and cannot be read now: what it would say is anybody's guess. One that never
/// was read may be the one that declares what is not found elsewhere.
fn unreadable_part(declared: &Declarations, facts: Option<&Facts>) -> Option<String> {
    let record = facts.and_then(|facts| facts.record.as_ref())?;
    let is_part = |file: &&String| record.sources.iter().any(|source| covers(file, &source.file));
    declared.unreadable.iter().find(is_part).cloned()
}

/// Whether a file is that one, or stands in that folder.
fn covers(path: &str, file: &str) -> bool {
    path == "." || path == file || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
}

/// The tree that cannot be read now, when an integration that is here already lists a name that may stand in it.
fn unreadable_names(declared: &Declarations, entry: &Declared, facts: Option<&Facts>) -> Option<String> {
    facts?;
    let (tree, mut listed) = (&declared.tree, entry.listed.iter());
    let is_missing = listed.any(|listed| !tree.contains(&listed.id) && !tree.is_disabled(&listed.id));
    declared.unreadable_trees.first().filter(|_| is_missing).cloned()
}

/// Judges the fields as those that a person enters.
fn checked(work: &mut Work<'_>, verdict: Verdict, options: &Options<'_>) -> Result<Verdict, Error> {
    let Verdict::Step(step) = &verdict else { return Ok(verdict) };
    if !step.target.writes {
        return Ok(verdict);
    }
    match integration::check(work, step.target.id, &step.target.draft, options.exceptions) {
        Ok(()) => Ok(verdict),
        Err(Error::Invalid(invalid)) => Ok(Verdict::Refused(Why::Invalid(invalid))),
        Err(other) => Err(other),
    }
}

fn execute(
    work: &mut Work<'_>,
    by: &Actor,
    step: &Step,
    facts: Option<&Facts>,
    options: &Options<'_>,
) -> Result<(), Error> {
    let target = &step.target;
    let Some(facts) = facts else {
        let made = integration::create_declared(work, by, &target.draft, options.exceptions)?;
        return Ok(store::declared::put(work, made.id, &target.record)?);
    };
    let id = facts.integration.id;
    match step.kind {
        Kind::New | Kind::InPlace | Kind::Reverted => {
            adopt_or_return(work, by, step, &facts.integration)?;
            write(work, by, step, facts, options)?;
            store::declared::put(work, id, &target.record)?;
            stand(work, by, facts, facts.status_without_pending(), Changes::none())
        }
        Kind::Approval => {
            adopt_or_return(work, by, step, &facts.integration)?;
            write(work, by, step, facts, options)?;
            if !target.writes {
                store::integration::raise_version(work, id)?;
            }
            store::declared::put(work, id, &target.record)?;
            let wanted = wanted(work, target.record.pending.as_ref(), &facts.grants);
            let changes = Changes::none().asked(work.tree, &facts.grants, &wanted);
            stand(work, by, facts, facts.status_with_pending(), changes)
        }
        Kind::Recreated => {
            integration::remove(work, by, &facts.integration)?;
            let made = integration::create_declared(work, by, &target.draft, options.exceptions)?;
            store::declared::put(work, made.id, &target.record)?;
            let made = Facts { integration: made, ..facts.clone() };
            stand(work, by, &made, (Status::Reset, None), Changes::none())
        }
        Kind::Gone => {
            let orphaned_at = Some(work.now);
            // A callback URL that nobody approved is as little approved without the file.
            let pending = facts.unapproved_endpoint();
            let waits = pending.is_some();
            let record = Record { orphaned_at, pending, approved_by: None, ..target.record.clone() };
            store::declared::put(work, id, &record)?;
            let thing = Thing::integration(&facts.integration);
            audit::record(work, by, Act::IntegrationOrphaned, thing, Changes::none());
            if waits {
                return Ok(());
            }
            stand(work, by, facts, facts.status_without_pending(), Changes::none())
        }
    }
}

fn adopt_or_return(
    work: &mut Work<'_>,
    by: &Actor,
    step: &Step,
    integration: &Integration,
) -> Result<(), Error> {
    if step.is_adopted {
        store::integration::set_origin(work, integration.id, Origin::Declared)?;
        audit::record(work, by, Act::IntegrationAdopted, Thing::integration(integration), Changes::none());
    }
    if step.is_back {
        audit::record(work, by, Act::IntegrationReturned, Thing::integration(integration), Changes::none());
    }
    Ok(())
}

fn write(
    work: &mut Work<'_>,
    by: &Actor,
    step: &Step,
    facts: &Facts,
    options: &Options<'_>,
) -> Result<(), Error> {
    let (target, stored) = (&step.target, &facts.integration);
    if target.writes {
        integration::change(work, by, stored, stored.version, &target.draft, options.exceptions)?;
    }
    Ok(())
}

fn wanted(work: &Work<'_>, pending: Option<&Pending>, held: &Grants) -> Grants {
    match pending.and_then(|pending| pending.resources.as_ref()) {
        Some(ids) => Grants::stored(work.tree, ids.iter().map(String::as_str)).0,
        None => held.clone(),
    }
}

/// Puts it into that status, and records what waits for approval.
fn stand(
    work: &mut Work<'_>,
    by: &Actor,
    facts: &Facts,
    (status, suspended_from): (Status, Option<Status>),
    waits: Changes,
) -> Result<(), Error> {
    let Integration { id, status: before, suspended_from: from, .. } = facts.integration;
    let is_same = (before, from) == (status, suspended_from);
    if is_same && waits.is_empty() {
        return Ok(());
    }
    store::integration::set_status(work, id, status, suspended_from)?;
    integration::changed(work, id)?;
    let act = match status {
        Status::Reset | Status::Suspended => Act::IntegrationReset,
        Status::Active | Status::Inactive => Act::IntegrationUpdated,
    };
    let changes = waits.field("status", before.name(), status.name());
    let integration = integration::find(work, id)?;
    audit::record(work, by, act, Thing::integration(&integration), changes);
    Ok(())
}
