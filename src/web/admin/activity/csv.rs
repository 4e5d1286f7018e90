//! Entries as lines of CSV (RFC 4180), safe to be opened in a spreadsheet.

use crate::domain::actor::Who;
use crate::domain::audit::{Change, Listed};

/// The head line.
pub(super) const HEAD: &str =
    "number,time,act,who_kind,who_id,who,address,browser,about,about_id,about_name,changes\r\n";

/// Characters at the beginning of a cell that make spreadsheets calculate it.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];

/// What one spreadsheet or another takes for the end of a cell, whatever stands in quotes.
const SEPARATORS: [char; 5] = [';', ',', '\t', '\r', '\n'];

/// One line.
pub(super) fn line(listed: &Listed) -> String {
    let entry = &listed.entry;
    let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let (kind, id, name) = who(&entry.who);
    let cells = [
        listed.number.to_string(),
        super::export::time(entry),
        entry.act.word().to_owned(),
        kind.to_owned(),
        number(id),
        name.to_owned(),
        super::export::address(entry),
        entry.source.browser.clone(),
        entry.thing.kind.word().to_owned(),
        number(entry.thing.id),
        entry.thing.name.clone(),
        changes(&entry.changes),
    ];
    format!("{}\r\n", cells.map(|text| cell(&text)).join(","))
}

/// Kind, id and name of whoever did it.
pub(super) fn who(who: &Who) -> (&'static str, Option<i64>, &str) {
    match who {
        Who::Admin(id, name) => ("admin", Some(id.0), name),
        Who::Partner(id, name) => ("partner", Some(id.0), name),
        Who::Command => ("command", None, ""),
        Who::System => ("system", None, ""),
        Who::Stranger => ("stranger", None, ""),
    }
}

fn changes(changes: &[Change]) -> String {
    let told = |change: &Change| {
        let (before, after) = (change.before.as_deref(), change.after.as_deref());
        format!("{}: {} -> {}", change.field, before.unwrap_or_default(), after.unwrap_or_default())
    };
    changes.iter().map(told).collect::<Vec<_>>().join("; ")
}

fn cell(text: &str) -> String {
    let guarded = guarded(text);
    if guarded.contains(SEPARATORS) || guarded.contains('"') {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}

/// The text with an apostrophe before whatever would be calculated where it stands: at the beginning, or at that of what
/// a spreadsheet with other separators would take for a cell.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len());
    let mut is_beginning = true;
    for letter in text.chars() {
        if is_beginning && FORMULA.contains(&letter) {
            guarded.push('\'');
        }
        guarded.push(letter);
        is_beginning = SEPARATORS.contains(&letter) || is_beginning && is_passed_over(letter);
    }
    guarded
}

/// Whether a cell still begins after this character: blanks and quotes, and what is not seen.
fn is_passed_over(letter: char) -> bool {
    let is_unseen = matches!(letter, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}');
    is_unseen || letter == '"' || letter.is_whitespace() || letter.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_is_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\tx"), "\"'\tx\"");
        assert_eq!(cell("\rx"), "\"'\rx\"");
        assert_eq!(cell("=HYPERLINK(\"http://x\",1)"), "\"'=HYPERLINK(\"\"http://x\"\",1)\"");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn nor_does_a_spreadsheet_calculate_that_takes_other_separators() {
        let samples = [
            ("Mozilla;=1+1;x", "\"Mozilla;'=1+1;x\""),
            ("a;＝1", "\"a;'＝1\""),
            ("a, \u{200b}+1", "\"a, \u{200b}'+1\""),
            ("a\t@A1", "\"a\t'@A1\""),
            ("a\n-1", "\"a\n'-1\""),
            ("a;\"=1\"", "\"a;\"\"'=1\"\"\""),
            (" =1", " '=1"),
            ("\u{feff}=1", "\u{feff}'=1"),
            // Whatever follows something else is none.
            ("Mozilla/5.0 (X11; Linux x86_64) a=1", "\"Mozilla/5.0 (X11; Linux x86_64) a=1\""),
            ("name: a -> b", "name: a -> b"),
        ];
        for (text, expected) in samples {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn cells_are_quoted_where_rfc_4180_section_2_says_so() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a;b"), "\"a;b\"");
        assert_eq!(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(cell("a\r\nb"), "\"a\r\nb\"");
    }
}
