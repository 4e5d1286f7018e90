//! Merging what files say of integrations.
//!
//! Integrations match by name, resources by name within one integration: so resources are united and the first
//! occurrence keeps its place, while a later e-mail address or URL replaces an earlier one. An entry of
//! `integration.xml` counts instead of a legacy one of that name.

use std::collections::{HashMap, HashSet};

use super::integration::{Declared, Form, Listed, Part};
use super::{Fault, Problem, Source};
use crate::store::fold;

/// What all files declare together.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) integrations: Vec<Declared>,
    /// Those that are not whole.
    pub(super) held: Vec<String>,
}

/// Merges parts, given in the order in which their files count.
pub(super) fn merge(parts: Vec<Part>, held: &[String], problems: &mut Vec<Problem>) -> Merged {
    let mut merged = Merged::default();
    let today = parts.iter().filter(|part| part.form == Form::Today).map(|part| part.name.clone());
    let today: HashSet<String> = today.collect();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut whole: Vec<(Whole, Form)> = Vec::new();
    for part in parts {
        if part.form != Form::Today && today.contains(&part.name) {
            continue;
        }
        let at = *by_name.entry(part.name.clone()).or_insert(whole.len());
        if at == whole.len() {
            let name = part.name.clone();
            whole.push((Whole { name, ..Whole::default() }, part.form));
        }
        // What an integration is, its config.xml says; api.xml alone makes none.
        if part.form != Form::Api {
            whole[at].1 = part.form;
        }
        whole[at].0.take(part);
    }
    let mut names: HashMap<String, String> = HashMap::new();
    for (whole, form) in whole {
        let name = whole.name.clone();
        let same = names.insert(fold(&name), name.clone());
        match whole.finish(form, same, problems) {
            Some(declared) if !held.contains(&name) => merged.integrations.push(declared),
            _ => merged.held.push(name),
        }
    }
    for name in held {
        if !merged.held.contains(name) {
            merged.held.push(name.clone());
        }
    }
    merged
}

#[derive(Debug, Default)]
struct Whole {
    name: String,
    email: Option<String>,
    endpoint: Option<String>,
    identity_link_url: Option<String>,
    listed: Vec<Listed>,
    /// Whether there is a list without the ancestors left out.
    is_inexact: bool,
    sources: Vec<Source>,
}

impl Whole {
    fn take(&mut self, part: Part) {
        let Part { email, endpoint, identity_link_url, listed, is_exact, source, .. } = part;
        self.is_inexact |= !listed.is_empty() && !is_exact;
        self.email = email.or(self.email.take());
        self.endpoint = endpoint.or(self.endpoint.take());
        self.identity_link_url = identity_link_url.or(self.identity_link_url.take());
        for resource in listed {
            if !self.listed.iter().any(|known| known.id == resource.id) {
                self.listed.push(resource);
            }
        }
        self.sources.push(source);
    }

    fn finish(self, form: Form, same: Option<String>, problems: &mut Vec<Problem>) -> Option<Declared> {
        let Source { file, line } = self.sources.first().cloned().unwrap_or_default();
        let element = format!("<integration> \"{}\"", self.name);
        let mut tell =
            |fault| problems.push(Problem { file: file.clone(), line, element: element.clone(), fault });
        if let Some(other) = same {
            tell(Fault::SameName(other));
            return None;
        }
        if form == Form::Api {
            tell(Fault::NoConfig);
            return None;
        }
        let Some(email) = self.email else {
            tell(Fault::NoEmail);
            return None;
        };
        Some(Declared {
            name: self.name,
            email,
            endpoint: self.endpoint,
            identity_link_url: self.identity_link_url,
            listed: self.listed,
            is_exact: form == Form::Config || !self.is_inexact,
            sources: self.sources,
        })
    }
}
