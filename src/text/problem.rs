//! What is wrong in a declaration, as a sentence that names the remedy: one mapping for commands and the log.

use crate::domain::declaration::{Fault, Malformed, Problem, SOUGHT};
use crate::domain::{Field, acl, route};
use crate::text;

#[cfg(test)]
mod tests;

/// A problem in one line, with its place.
pub fn line(problem: &Problem) -> String {
    let Problem { file, line, element, fault } = problem;
    let values = [
        ("file", file.as_str().into()),
        ("line", (*line).into()),
        ("element", element.as_str().into()),
        ("fault", sentence(fault).into()),
    ];
    text::printable(&match (element.is_empty(), line) {
        (true, 0) => text::with("problem-of-file", &values),
        (true, _) => text::with("problem-of-line", &values),
        (false, _) => text::with("problem-of-element", &values),
    })
}

/// What is wrong, and the remedy: goes on from the element that it is about, or from "the file".
pub fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::Unreadable(cause) => text::with("problem-unreadable", &[("cause", cause.as_str().into())]),
        Fault::NotAFile => text::get("problem-not-a-file"),
        Fault::TooLarge(most) => text::with("problem-too-large", &[("most", (*most).into())]),
        Fault::TooMany(most) => text::with("problem-too-many", &[("most", (*most).into())]),
        Fault::NotUtf8 => text::get("problem-not-utf8"),
        Fault::Doctype => text::get("problem-doctype"),
        Fault::Entity(name) => text::with("problem-entity", &[("name", name.as_str().into())]),
        Fault::Xml(cause) => text::with("problem-xml", &[("cause", malformed(cause).into())]),
        Fault::TooDeep(most) => text::with("problem-too-deep", &[("most", (*most).into())]),
        Fault::Kind => text::get("problem-kind"),
        Fault::Root { expected, found } => {
            text::with("problem-root", &[("expected", (*expected).into()), ("found", found.as_str().into())])
        }
        Fault::Element(allowed) => only(allowed),
        Fault::Attribute(name) => text::with("problem-attribute", &[("name", name.as_str().into())]),
        Fault::NoAttribute(name) => text::with("problem-no-attribute", &[("name", (*name).into())]),
        Fault::AttributeTwice(name) => {
            text::with("problem-attribute-twice", &[("name", name.as_str().into())])
        }
        Fault::Character(letter) => {
            let number = format!("{:04X}", u32::from(*letter));
            text::with("problem-character", &[("number", number.into())])
        }
        Fault::Stray(found) => text::with("problem-stray", &[("found", found.as_str().into())]),
        Fault::ShortName => text::get("problem-short-name"),
        Fault::Long(field, most) => {
            text::with("problem-long", &[("what", what(*field).into()), ("most", (*most).into())])
        }
        Fault::Control(field) => text::with("problem-control", &[("what", what(*field).into())]),
        Fault::Credentials => text::get("problem-credentials"),
        Fault::PlainHttp(place) => text::with("problem-plain-http", &[("place", place.as_str().into())]),
        Fault::Twice => text::get("problem-twice"),
        Fault::SameName(name) => text::with("problem-same-name", &[("name", name.as_str().into())]),
        Fault::NoEmail => text::get("problem-no-email"),
        Fault::Email(value) => text::with("problem-email", &[("value", value.as_str().into())]),
        Fault::Url(value) => text::with("problem-url", &[("value", value.as_str().into())]),
        Fault::NoResource => text::get("problem-no-resource"),
        Fault::Resource(id) => text::with("problem-resource", &[("id", id.as_str().into())]),
        Fault::NotText => text::get("problem-not-text"),
        Fault::Order(name) => text::with("problem-order", &[("name", name.as_str().into())]),
        Fault::NoConfig => text::get("problem-no-config"),
        Fault::Circle(names) => text::with("problem-circle", &[("names", names.as_str().into())]),
        Fault::Legacy => text::get("problem-legacy"),
        Fault::Unknown { id, nearest } => {
            let values = [("id", id.as_str().into()), ("remedy", meant(nearest.as_deref()).into())];
            text::with("problem-unknown", &values)
        }
        Fault::Disabled { id, nearest } => {
            let values = [("id", id.as_str().into()), ("remedy", meant(nearest.as_deref()).into())];
            text::with("problem-disabled", &values)
        }
        Fault::Renamed { id, now } => {
            text::with("problem-renamed", &[("id", id.as_str().into()), ("now", now.as_str().into())])
        }
        Fault::Tree(fault) => of_tree(fault),
        Fault::Route(fault) => of_route(fault),
    }
}

/// What stands at a place where an element has none.
fn only(allowed: &[&str]) -> String {
    match allowed {
        [others @ .., last] if !others.is_empty() => {
            let values = [("names", others.join(", ").into()), ("last", (*last).into())];
            text::with("problem-element-some", &values)
        }
        names => text::with("problem-element", &[("name", names.concat().into())]),
    }
}

/// What the value of a field is called.
fn what(field: Field) -> String {
    match field {
        Field::Name => text::get("problem-value-name"),
        Field::Email => text::get("problem-value-email"),
        _ => text::get("problem-value-url"),
    }
}

/// What to do about a name that grants nothing.
fn meant(nearest: Option<&[String]>) -> String {
    match nearest {
        None => text::with("problem-meant-unsought", &[("most", SOUGHT.into())]),
        Some([]) => text::get("problem-meant-none"),
        Some(ids) => {
            let ids = ids.join(&text::get("problem-meant-or"));
            text::with("problem-meant", &[("ids", ids.into())])
        }
    }
}

/// Why a resource does not fit into the tree.
fn of_tree(fault: &acl::Fault) -> String {
    use acl::Fault;
    match fault {
        Fault::Columns(found) => text::with("problem-tree-columns", &[("found", (*found).into())]),
        Fault::Id(id) => text::with("problem-tree-id", &[("id", id.as_str().into())]),
        Fault::Title(title) => text::with("problem-tree-title", &[("title", title.as_str().into())]),
        Fault::SortOrder(found) => text::with("problem-tree-sort-order", &[("found", found.as_str().into())]),
        Fault::Duplicate(id) => text::with("problem-tree-duplicate", &[("id", id.as_str().into())]),
        Fault::Rootless(id) => text::with("problem-tree-rootless", &[("id", id.as_str().into())]),
        Fault::Misplaced { id, parent } => {
            let values = [("id", id.as_str().into()), ("parent", parent.as_str().into())];
            text::with("problem-tree-misplaced", &values)
        }
        Fault::Elsewhere { id, known, found } => {
            let place =
                |parent: &Option<String>| parent.clone().unwrap_or_else(|| text::get("problem-tree-top"));
            let values =
                [("id", id.as_str().into()), ("known", place(known).into()), ("found", place(found).into())];
            text::with("problem-tree-elsewhere", &values)
        }
        Fault::Untitled(id) => text::with("problem-tree-untitled", &[("id", id.as_str().into())]),
        Fault::Disabled(found) => text::with("problem-tree-disabled", &[("found", found.as_str().into())]),
        Fault::RootDisabled(id) => text::with("problem-tree-root-disabled", &[("id", id.as_str().into())]),
    }
}

/// Why a route cannot be matched.
fn of_route(fault: &route::Fault) -> String {
    use route::Fault;
    match fault {
        Fault::Columns(found) => text::with("problem-route-columns", &[("found", (*found).into())]),
        Fault::Method(method) => text::with("problem-route-method", &[("method", method.as_str().into())]),
        Fault::Address(address) => {
            text::with("problem-route-address", &[("address", address.as_str().into())])
        }
        Fault::Resource(id) => text::with("problem-route-resource", &[("id", id.as_str().into())]),
        Fault::NoResource => text::get("problem-route-no-resource"),
    }
}

/// Why a document is no well-formed XML.
fn malformed(cause: &Malformed) -> String {
    let of = |name: &str| [("name", name.to_owned().into())];
    match cause {
        Malformed::Parser(words) => words.clone(),
        Malformed::Empty => text::get("problem-xml-empty"),
        Malformed::Unclosed(name) => text::with("problem-xml-unclosed", &of(name)),
        Malformed::NothingOpen => text::get("problem-xml-nothing-open"),
        Malformed::BesideRoot(name) => text::with("problem-xml-beside-root", &of(name)),
        Malformed::TextOutside => text::get("problem-xml-text-outside"),
        Malformed::SectionEnd => text::get("problem-xml-section-end"),
        Malformed::Dashes => text::get("problem-xml-dashes"),
        Malformed::Instruction => text::get("problem-xml-instruction"),
        Malformed::DeclarationPlace => text::get("problem-xml-declaration-place"),
        Malformed::DeclarationVersion => text::get("problem-xml-declaration-version"),
        Malformed::ElementName(name) => text::with("problem-xml-element-name", &of(name)),
        Malformed::AttributeName(name) => text::with("problem-xml-attribute-name", &of(name)),
        Malformed::AttributesTogether => text::get("problem-xml-attributes-together"),
        Malformed::LessThan(name) => text::with("problem-xml-less-than", &of(name)),
    }
}
