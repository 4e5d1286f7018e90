//! `docs/configuration.md` says what the program reads: every setting, its variable, its default.

use std::collections::BTreeMap;

use latchkey::config::{Default, SETTINGS};
use latchkey::domain::setting;

const PAGE: &str = include_str!("../docs/configuration.md");

/// The rows of the first table: name → (variable, default).
fn documented() -> BTreeMap<String, (String, String)> {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("| Setting")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(!cells[3].is_empty(), "no meaning: {line}");
            (cells[0].trim_matches('`').to_owned(), (cells[1].to_owned(), cells[2].to_owned()))
        })
        .collect()
}

#[test]
fn every_setting_is_documented_with_its_variable_and_default() {
    let documented = documented();
    for setting in SETTINGS {
        let variable =
            setting.variable.map_or_else(|| "in the file only".to_owned(), |name| format!("`{name}`"));
        let default = match setting.default {
            Default::Value(value) => format!("`{value}`"),
            Default::Words(words) => words.to_owned(),
        };
        assert_eq!(documented.get(setting.name), Some(&(variable, default)), "{}", setting.name);
    }
}

#[test]
fn nothing_else_is_documented() {
    for name in documented().keys() {
        assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name}");
    }
    let variables = PAGE.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'));
    for variable in variables.filter(|word| word.starts_with("LATCHKEY_") && word.len() > "LATCHKEY_".len()) {
        assert!(SETTINGS.iter().any(|setting| setting.variable == Some(variable)), "{variable}");
    }
}

#[test]
fn every_setting_of_the_database_is_documented_with_its_default() {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | `"));
    let documented: BTreeMap<&str, &str> =
        rows.filter_map(|(path, rest)| Some((path, rest.split_once("` |")?.0))).collect();
    for setting in setting::all() {
        assert_eq!(documented.get(setting.path), Some(&setting.default), "{}", setting.path);
    }
    for path in documented.keys().filter(|name| name.contains('/')) {
        assert!(setting::by_path(path).is_ok(), "{path}");
    }
}
