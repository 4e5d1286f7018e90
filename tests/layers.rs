//! Which layer may name which: read from the source, so that a wrong import fails here with its file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// A name and the only places, below `src`, where it may stand.
struct Rule {
    name: &'static str,
    only_in: &'static [&'static str],
}

const RULES: [Rule; 15] = [
    Rule { name: "diesel", only_in: &["store/"] },
    Rule { name: "diesel_migrations", only_in: &["store/"] },
    Rule { name: "actix_web", only_in: &["web/"] },
    Rule { name: "actix_session", only_in: &["web/"] },
    Rule { name: "askama", only_in: &["web/", "outbound/mail.rs"] },
    Rule { name: "reqwest", only_in: &["outbound/"] },
    Rule { name: "hyper", only_in: &["outbound/"] },
    Rule { name: "hyper_util", only_in: &["outbound/"] },
    Rule { name: "hyper_rustls", only_in: &["outbound/"] },
    Rule { name: "lettre", only_in: &["outbound/"] },
    // One parser of XML, with its limits; and what writes it escapes by the same crate.
    Rule { name: "quick_xml", only_in: &["domain/declaration/xml.rs", "cli/integration/exported.rs"] },
    Rule { name: "env_logger", only_in: &["telemetry.rs"] },
    Rule { name: "croner", only_in: &["domain/"] },
    Rule { name: "crate::web", only_in: &["web/", "cli/serve.rs", "main.rs", "app.rs"] },
    Rule { name: "crate::cli", only_in: &["cli/", "main.rs"] },
];

/// What a lower layer must not name.
const BLIND: [(&str, &[&str]); 4] = [
    ("store/", &["crate::outbound", "crate::oauth1"]),
    ("domain/", &["crate::outbound"]),
    // Nothing of ours is open while the outside is asked: no transaction, no request.
    ("outbound/", &["crate::store", "crate::oauth1"]),
    ("oauth1/", &["super::super::super"]),
];

/// What stands above all of these, and so is named by none of them.
const ABOVE: [&str; 6] =
    ["crate::web", "crate::cli", "crate::app", "crate::config", "crate::text", "crate::jobs"];

#[test]
fn every_layer_names_only_what_it_may() {
    let wrong: Vec<String> = sources().iter().flat_map(|(path, text)| violations(path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| !is_test(path) && !text.starts_with("//! ") && !path.ends_with("schema.rs"))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top: {silent:?}");
}

#[test]
fn a_wrong_import_is_found() {
    let samples = [
        ("domain/token.rs", "use diesel::prelude::*;"),
        ("web/page.rs", "fn f(conn: &mut diesel::PgConnection) {}"),
        ("domain/token.rs", "use actix_web::HttpResponse;"),
        ("cli/doctor.rs", "use askama::Template;"),
        ("domain/token.rs", "use crate::web::page;"),
        ("cli/admin.rs", "use crate::{text, web};"),
        ("cli/admin.rs", "use crate::{\n    text,\n    web::page,\n};"),
        ("store/token.rs", "use crate::config::Config;"),
        ("oauth1/header.rs", "use crate::secret::Secret;"),
        ("oauth1/header.rs", "use crate::{oauth1, secret};"),
        ("domain/token.rs", "use super::super::web::page;"),
        ("domain/acl/mod.rs", "use super::super::config::Config;"),
        ("domain/acl/set.rs", "use super::super::super::outbound::Http;"),
        ("outbound/http.rs", "use crate::store::Store;"),
        ("store/token.rs", "use crate::domain::token;"),
        ("store/token.rs", "use crate::domain::token::{Token, issue_access};"),
        ("store/token.rs", "fn f() { crate::domain::nonce::forget(work) }"),
    ];
    for (path, text) in samples {
        assert!(!violations(path, text).is_empty(), "{path}: {text}");
    }
    let right = [
        ("store/token.rs", "use diesel::prelude::*;"),
        ("web/page.rs", "use crate::web::form;\nuse askama::Template;"),
        ("cli/serve.rs", "use crate::{text, web};"),
        ("domain/token.rs", "//! Knows no diesel::prelude.\n// crate::web neither"),
        ("oauth1/header.rs", "use crate::oauth1::encoding;"),
        ("domain/acl.rs", "use crate::webapi;"),
        (
            "store/token.rs",
            "use crate::domain::token::{Slot, Token};\nfn f(tree: &crate::domain::acl::Tree) {}",
        ),
        ("store/nonce/recorder.rs", "use super::super::conn::Conn;"),
    ];
    for (path, text) in right {
        assert_eq!(violations(path, text), [""; 0], "{path}: {text}");
    }
}

fn violations(path: &str, text: &str) -> Vec<String> {
    let code = expanded(&from_the_root(path, text));
    let mut wrong = Vec::new();
    for Rule { name, only_in } in RULES {
        let may = only_in.iter().any(|place| path.starts_with(place)) || is_test(path);
        if !may && names(&code, name) {
            wrong.push(format!("src/{path} names {name}"));
        }
    }
    for (layer, hidden) in BLIND.into_iter().filter(|(layer, _)| path.starts_with(layer)) {
        for name in hidden.iter().chain(&ABOVE).filter(|name| names(&code, name)) {
            wrong.push(format!("src/{path} names {name} from {layer}"));
        }
    }
    if path.starts_with("store/") && !is_test(path) {
        wrong.extend(
            operations(&code).into_iter().map(|name| format!("src/{path} names the operation {name}")),
        );
    }
    let leaves_oauth1 = code.match_indices("crate::").any(|(at, _)| !code[at..].starts_with("crate::oauth1"));
    if path.starts_with("oauth1/") && leaves_oauth1 {
        wrong.push(format!("src/{path} names what is outside oauth1"));
    }
    wrong
}

/// The code with `super::super::web` written as `crate::web`, where that is what it means.
fn from_the_root(path: &str, text: &str) -> String {
    if path.starts_with("oauth1/") {
        // Leads to nothing but its own files: inline tests count one module more.
        return text.to_owned();
    }
    let folders = path.matches('/').count();
    let above = if path.ends_with("mod.rs") { folders } else { folders + 1 };
    text.replace(&"super::".repeat(above), "crate::")
}

/// What the code names of the domain that is no type: `store` knows the domain's types and never its operations.
fn operations(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::domain::") {
        let rest = &code[at + start.len()..];
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || "_:{}, \n".contains(letter)));
        let path = rest[..end.unwrap_or(rest.len())].trim();
        let (leaves, is_list) = match path.split_once('{') {
            Some((_, list)) => (list.split('}').next().unwrap_or_default(), true),
            None => (path.split([' ', ',']).next().unwrap_or_default(), false),
        };
        let leaves: Vec<&str> = if is_list { leaves.split(',').collect() } else { vec![leaves] };
        for leaf in leaves.into_iter().map(str::trim).filter(|leaf| !leaf.is_empty()) {
            if !leaf.split("::").any(|part| part.starts_with(char::is_uppercase)) {
                found.push(leaf.to_owned());
            }
        }
    }
    found
}

/// The code without comments, and `use crate::{a, b::c};` written as `crate::a crate::b::c`.
fn expanded(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut expanded = code.clone();
    for (at, start) in code.match_indices("crate::{") {
        let mut depth = 1;
        let mut item = String::new();
        for letter in code[at + start.len()..].chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && letter == ',') {
                expanded.push_str(&format!("\ncrate::{}", item.trim()));
                item.clear();
                if depth == 0 {
                    break;
                }
            } else {
                item.push(letter);
            }
        }
    }
    // What was written out must not be found again in its short form.
    expanded.replace("crate::{", "")
}

/// Whether the code has this name as a whole, not as part of a longer one.
fn names(code: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(name).any(|(at, _)| {
        let after = &code[at + name.len()..];
        let starts = !code[..at].ends_with(is_part);
        let ends = !after.starts_with(is_part);
        // A crate is named in a path or an import, not as a word in a text.
        let is_path = name.contains("::") || after.starts_with("::") || after.starts_with(';');
        starts && ends && is_path
    })
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path == "store/testing.rs"
}

/// Path below `src` and text of every source file.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                sources.push((below, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(sources.len() > 40, "the source was found");
    sources
}
