use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;
use crate::domain::setting::{GROUPS, Kind, all};

/// But for settings, whose keys follow from their paths, keys are written out wherever they are used, so that reading the source finds them all.
const CALLS: [&str; 4] = ["text::get(", "text::with(", "text::on_page(", " say("];

#[test]
fn the_catalogue_has_no_syntax_error() {
    if let Err((_, errors)) = FluentResource::try_new(ENGLISH.to_owned()) {
        panic!("{errors:?}");
    }
}

#[test]
fn every_key_in_use_is_in_the_catalogue_and_the_other_way_round() {
    let known: BTreeSet<String> = defined().into_iter().collect();
    let missing: Vec<_> = used().difference(&known).cloned().collect();
    let sources = sources();
    let named = of_settings();
    let is_idle = |key: &&String| !sources.contains(&format!("\"{key}\"")) && !named.contains(*key);
    let idle: Vec<_> = known.iter().filter(is_idle).collect();
    assert!(missing.is_empty(), "used, but not in en.ftl: {missing:?}");
    assert!(idle.is_empty(), "in en.ftl, but used nowhere: {idle:?}");
}

#[test]
fn every_setting_has_its_words() {
    let known: BTreeSet<String> = defined().into_iter().collect();
    let missing: Vec<_> = of_settings().difference(&known).cloned().collect();
    assert!(missing.is_empty(), "not in en.ftl: {missing:?}");
    for setting in all() {
        let Kind::OneOf(words) = setting.kind else { continue };
        for word in words {
            assert_ne!(setting::word(setting, word), *word, "{}: no `.is-{word}`", setting.path);
        }
    }
}

#[test]
fn no_key_is_written_twice() {
    let keys = defined();
    let distinct: BTreeSet<_> = keys.iter().collect();
    assert_eq!(keys.len(), distinct.len());
}

#[test]
fn values_are_filled_in_as_they_are() {
    let saved = with("integration-saved", &[("name", "<b>\"O'Neill\" 🦀 שלום</b>".into())]);
    assert_eq!(saved, "The integration '<b>\"O'Neill\" 🦀 שלום</b>' has been saved.");
}

#[test]
fn a_page_keeps_the_direction_of_a_value_to_itself() {
    let taken = |name: &'static str| on_page("reason-integration-name-taken", &[("name", name.into())]);
    assert_eq!(taken("שלום 1!"), "The integration with name \"\u{2068}שלום 1!\u{2069}\" exists.");
    assert_eq!(taken("Acme 1!"), "The integration with name \"Acme 1!\" exists.", "nothing to be kept");
    let plain = with("reason-integration-name-taken", &[("name", "שלום 1!".into())]);
    assert_eq!(plain, "The integration with name \"שלום 1!\" exists.", "terminals show the marks");
    assert_eq!(on_page("grid-records", &[("count", 1.into())]), "record found");
}

#[test]
fn a_count_of_one_is_singular() {
    assert_eq!(with("grid-records", &[("count", 1.into())]), "record found");
    assert_eq!(with("grid-records", &[("count", 0.into())]), "records found");
}

#[test]
fn an_unknown_key_is_visible() {
    assert_eq!(get("no-such-key"), "no-such-key");
    assert_eq!(plain("no-such-key"), "no-such-key");
}

#[test]
fn what_pages_take_for_plain_words_is_nothing_else() {
    let mut keys = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    visit(&root.join("templates"), &mut |content| keys.extend(keys_before_plain_filter(content)));
    assert!(keys.len() > 100, "{} keys", keys.len());
    let wanting: Vec<_> = keys.into_iter().filter(|key| plain(key.clone().leak()) != get(key)).collect();
    assert!(wanting.is_empty(), "to be drawn with values: {wanting:?}");
}

fn defined() -> Vec<String> {
    ENGLISH
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}

fn used() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut keys = BTreeSet::new();
    visit(&root.join("templates"), &mut |content| keys.extend(keys_before_filter(content)));
    visit(&root.join("src"), &mut |content| keys.extend(keys_after_call(content)));
    keys
}

fn of_settings() -> BTreeSet<String> {
    let groups = GROUPS.iter().map(|group| setting::group_key(*group));
    groups.chain(all().map(setting::key)).collect()
}

/// Every template and every line of Rust; a key that some function is given stands there in quotes.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["templates", "src"] {
        visit(&root.join(folder), &mut |content| sources.push_str(content));
    }
    sources
}

fn visit(folder: &Path, read: &mut dyn FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_this_file = path.ends_with("text/tests.rs");
        if path.is_dir() {
            visit(&path, read);
        } else if !is_this_file {
            read(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// `"some-key"|t` and its relatives in templates.
fn keys_before_filter(content: &str) -> Vec<String> {
    content
        .match_indices("\"|t")
        .filter_map(|(end, _)| content[..end].rsplit_once('"'))
        .map(|(_, key)| key.to_owned())
        .collect()
}

/// `"some-key"|t` alone.
fn keys_before_plain_filter(content: &str) -> Vec<String> {
    let is_plain = |end: usize| !content[end + 3..].starts_with(|next: char| next.is_ascii_alphanumeric());
    let ends = content.match_indices("\"|t").map(|(end, _)| end).filter(|end| is_plain(*end));
    ends.filter_map(|end| content[..end].rsplit_once('"')).map(|(_, key)| key.to_owned()).collect()
}

/// `text::get("some-key")` and its like in Rust, the key perhaps on the next line.
fn keys_after_call(content: &str) -> Vec<String> {
    CALLS
        .iter()
        .flat_map(|call| content.match_indices(call).map(|(at, found)| at + found.len()))
        .filter_map(|start| content[start..].trim_start().strip_prefix('"'))
        .filter_map(|rest| rest.split_once('"'))
        .map(|(key, _)| key.to_owned())
        .collect()
}
