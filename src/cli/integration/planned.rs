//! A plan in words and as JSON: what changes, field by field and resource by resource.

use serde::Serialize;

use super::declared::titled;
use crate::domain::acl::Tree;
use crate::domain::declaration::{Declarations, Problem, Source};
use crate::domain::declared::{Kind, Plan, Refused, Step, Why};
use crate::text;

/// A plan as it is shown.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    changes: Vec<Change<'a>>,
    refused: Vec<Left<'a>>,
    problems: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    name: &'a str,
    kind: &'static str,
    #[serde(skip)]
    what: String,
    sources: Vec<Place<'a>>,
    fields: Vec<Field<'a>>,
    granted: Vec<Resource<'a>>,
    withdrawn: Vec<Resource<'a>>,
    adopted: bool,
    returned: bool,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Field<'a> {
    field: &'static str,
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct Resource<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip)]
    titled: String,
}

#[derive(Serialize)]
struct Left<'a> {
    name: &'a str,
    reason: String,
    sources: Vec<Place<'a>>,
    #[serde(skip)]
    is_manual: bool,
}

/// A problem of a file.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    file: &'a str,
    /// None for what is about the whole file.
    line: Option<usize>,
    element: &'a str,
    severity: &'static str,
    message: String,
}

impl<'a> Shown<'a> {
    pub(super) fn of(plan: &'a Plan, declared: &'a Declarations, tree: &'a Tree) -> Self {
        Self {
            changes: plan.steps.iter().map(|step| Change::of(step, tree)).collect(),
            refused: plan.refused.iter().map(Left::of).collect(),
            problems: declared.problems.iter().map(Told::of).collect(),
        }
    }

    /// One block for each change; then what is left alone because a person made it.
    pub(super) fn lines(&self) -> Vec<String> {
        let left = self.refused.iter().filter(|left| left.is_manual);
        let left = left.map(|left| format!("{}: {}", left.name, left.reason));
        self.changes.iter().flat_map(Change::lines).chain(left).collect()
    }
}

impl<'a> Change<'a> {
    fn of(step: &'a Step, tree: &'a Tree) -> Self {
        let resources = |ids: &'a [String]| ids.iter().map(|id| Resource::of(id, tree)).collect();
        let field = |change: &'a crate::domain::declared::FieldChange| Field {
            field: change.field.name(),
            before: &change.before,
            after: &change.after,
        };
        Self {
            name: &step.name,
            kind: kind(step.kind),
            what: what(step.kind),
            sources: step.sources.iter().map(Place::of).collect(),
            fields: step.fields.iter().map(field).collect(),
            granted: resources(&step.granted),
            withdrawn: resources(&step.withdrawn),
            adopted: step.is_adopted,
            returned: step.is_back,
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", self.name, self.what)];
        let mut add = |line: String| lines.push(format!("  {line}"));
        for Place { file, line } in &self.sources {
            let values = [("file", (*file).into()), ("line", (*line).into())];
            let key = if self.kind == "gone" { "cli-plan-source-before" } else { "cli-plan-source" };
            add(text::with(key, &values));
        }
        if self.adopted {
            add(text::get("cli-plan-adopted"));
        }
        if self.returned {
            add(text::get("cli-plan-returned"));
        }
        for Field { field, before, after } in &self.fields {
            if self.kind == "new" {
                add(format!("{field}: {after}"));
                continue;
            }
            let shown =
                |value: &str| if value.is_empty() { text::get("cli-plan-empty") } else { value.to_owned() };
            add(format!("{field}: {} → {}", shown(before), shown(after)));
        }
        self.granted.iter().for_each(|resource| add(format!("+ {}", resource.titled)));
        self.withdrawn.iter().for_each(|resource| add(format!("- {}", resource.titled)));
        lines
    }
}

impl<'a> Resource<'a> {
    fn of(id: &'a str, tree: &'a Tree) -> Self {
        Self { id, title: tree.title(id).unwrap_or(id), titled: titled(tree, id) }
    }
}

impl<'a> Place<'a> {
    fn of(source: &'a Source) -> Self {
        Self { file: &source.file, line: source.line }
    }
}

impl<'a> Left<'a> {
    fn of(refused: &'a Refused) -> Self {
        Self {
            name: &refused.name,
            reason: text::declared::why(&refused.why),
            sources: refused.sources.iter().map(Place::of).collect(),
            is_manual: refused.why == Why::Manual,
        }
    }
}

impl<'a> Told<'a> {
    pub(super) fn of(problem: &'a Problem) -> Self {
        Self {
            file: &problem.file,
            line: Some(problem.line).filter(|line| *line > 0),
            element: &problem.element,
            severity: if problem.is_error() { "error" } else { "warning" },
            message: text::problem::sentence(&problem.fault),
        }
    }
}

/// A problem in one line.
pub(super) fn sentence(problem: &Problem) -> String {
    let key = if problem.is_error() { "cli-problem-error" } else { "cli-problem-warning" };
    text::with(key, &[("problem", text::problem::line(problem).into())])
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::InPlace => "updated",
        Kind::Approval => "approval",
        Kind::Reverted => "reverted",
        Kind::Recreated => "recreated",
        Kind::Gone => "gone",
    }
}

/// What kind of change it is, as a person reads it.
fn what(kind: Kind) -> String {
    match kind {
        Kind::New => text::get("cli-plan-new"),
        Kind::InPlace => text::get("cli-plan-updated"),
        Kind::Approval => text::get("cli-plan-approval"),
        Kind::Reverted => text::get("cli-plan-reverted"),
        Kind::Recreated => text::get("cli-plan-recreated"),
        Kind::Gone => text::get("cli-plan-gone"),
    }
}
