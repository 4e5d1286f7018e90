//! Which column of the file is which, by its first line.

use std::str;

use csv::ByteRecord;

use crate::domain::customer::import::Record;

/// Columns that a file must have.
const NEEDED: [&str; 4] = ["email", "firstname", "lastname", "password_hash"];
/// Columns that it may have.
const OPTIONAL: [&str; 3] = ["website", "is_active", "confirmed"];

/// Where each column is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    needed: [usize; 4],
    optional: [Option<usize>; 3],
    count: usize,
}

/// What is wrong with a row as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Faulty {
    /// It has not as many fields as the first line.
    Count {
        /// As many as these.
        found: usize,
        /// Instead of these.
        expected: usize,
    },
    /// It is not UTF-8.
    NotText,
}

impl Columns {
    /// Reads the first line. A mark in front of it that says UTF-8 is no part of the name.
    ///
    /// # Errors
    /// The columns that are missing, unknown or there twice.
    pub(super) fn of(first: &ByteRecord) -> Result<Self, Vec<String>> {
        let name = |field: &[u8]| {
            let text = String::from_utf8_lossy(field).into_owned();
            text.trim_start_matches('\u{feff}').trim().to_ascii_lowercase()
        };
        let names: Vec<String> = first.iter().map(name).collect();
        let place = |wanted: &str| names.iter().position(|name| name == wanted);
        let mut wrong: Vec<String> =
            NEEDED.into_iter().filter(|name| place(name).is_none()).map(str::to_owned).collect();
        for (at, name) in names.iter().enumerate() {
            let is_known = NEEDED.iter().chain(&OPTIONAL).any(|known| known == name);
            if !is_known || names[..at].contains(name) {
                wrong.push(name.clone());
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let needed = NEEDED.map(|name| place(name).unwrap_or_default());
        Ok(Self { needed, optional: OPTIONAL.map(place), count: names.len() })
    }

    /// Reads a row.
    ///
    /// # Errors
    /// What is wrong with it as a whole.
    pub(super) fn read<'r>(&self, row: &'r ByteRecord) -> Result<Record<'r>, Faulty> {
        if row.len() != self.count {
            return Err(Faulty::Count { found: row.len(), expected: self.count });
        }
        if row.iter().any(|field| str::from_utf8(field).is_err()) {
            return Err(Faulty::NotText);
        }
        let text = |at: usize| row.get(at).and_then(|field| str::from_utf8(field).ok()).unwrap_or_default();
        let [email, firstname, lastname, password_hash] = self.needed.map(text);
        let [website, is_active, confirmed] = self.optional.map(|at| at.map(text).unwrap_or_default());
        Ok(Record { email, firstname, lastname, password_hash, website, is_active, confirmed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[&str]) -> ByteRecord {
        ByteRecord::from(fields.to_vec())
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let first = record(&["\u{feff}confirmed", "Email", " password_hash", "lastname", "firstname"]);
        let columns = Columns::of(&first).unwrap();
        let row = record(&["0", "jo@example.com", "hash", "Doe", "Jo"]);
        let read = columns.read(&row).unwrap();
        assert_eq!((read.email, read.firstname, read.lastname), ("jo@example.com", "Jo", "Doe"));
        assert_eq!((read.password_hash, read.confirmed, read.is_active, read.website), ("hash", "0", "", ""));
    }

    #[test]
    fn missing_unknown_and_repeated_columns_are_named() {
        let first = record(&["email", "email", "firstname", "password_hash", "password"]);
        assert_eq!(Columns::of(&first).unwrap_err(), ["lastname", "email", "password"]);
        assert_eq!(Columns::of(&ByteRecord::new()).unwrap_err(), NEEDED);
    }

    #[test]
    fn a_row_of_another_length_or_not_of_text_is_faulty() {
        let columns = Columns::of(&record(&NEEDED)).unwrap();
        assert_eq!(columns.read(&record(&["a"])).unwrap_err(), Faulty::Count { found: 1, expected: 4 });
        let row = ByteRecord::from(vec![&b"a"[..], b"b", b"\xff", b"d"]);
        assert_eq!(columns.read(&row).unwrap_err(), Faulty::NotText);
    }
}
