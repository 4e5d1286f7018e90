//! `latchkey integration import`: a table of integrations of another system, row by row.

use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;

use clap::Args;
use csv::{ReaderBuilder, StringRecord, Trim};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::lines::Lines;
use crate::cli::{Console, Failure};
use crate::domain::import::{self, BadKey, MagentoKeys, Outcome, Row, Seen};
use crate::domain::{self, Actor, Field};
use crate::secret::Secret;
use crate::store::Store;
use crate::text::{self, failure, reason};

/// Columns that every table has.
const NEEDED: [&str; 4] = ["name", "resources", "consumer_key", "consumer_secret"];
/// Columns that a table may leave out.
const OTHERS: [&str; 5] = ["email", "endpoint", "identity_link_url", "token", "token_secret"];

#[derive(Args)]
pub(in crate::cli) struct Asked {
    #[arg(value_name = "FILE", help = text::get("cli-help-import"))]
    file: PathBuf,
    #[arg(long, help = text::get("cli-help-dry-run"))]
    dry_run: bool,
    #[arg(long, value_name = "KEYS", help = text::get("cli-help-magento-key"))]
    magento_key: Option<String>,
}

/// What came of the rows.
#[derive(Debug, Default)]
struct Counted {
    imported: usize,
    present: usize,
    wrong: usize,
}

/// Why a unit of work was undone.
enum Undone {
    Domain(domain::Error),
    /// It would have gone well; nothing was to change.
    Dry(Outcome),
}

impl<E: Into<domain::Error>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Domain(error.into())
    }
}

pub(super) fn run(asked: &Asked, console: &mut Console<'_>) -> Result<(), Failure> {
    let keys = keys(asked.magento_key.as_deref())?;
    let path = asked.file.display().to_string();
    let said = |cause: io::Error| {
        let values = [("path", path.as_str().into()), ("cause", cause.to_string().into())];
        Failure::Said(text::with("cli-import-file", &values))
    };
    let table = fs::read(&asked.file).map_err(said)?;
    let (columns, rows) = read(&table)?;
    let store = console.store()?;
    let progress = progress(rows.len());
    let (mut counted, mut seen) = (Counted::default(), Seen::default());
    for row in progress.wrap_iter(rows.into_iter()) {
        match row.map_err(|problem| vec![problem]).and_then(|(line, record)| {
            let row = columns.row(&record);
            let moved = seen.check(&row).and_then(|()| bring(&store, console, &row, &keys, asked.dry_run));
            if moved.is_ok() {
                seen.note(&row, line);
            }
            moved.map_err(|error| sentences(line, &error))
        }) {
            Ok(Outcome::Imported) => counted.imported += 1,
            Ok(Outcome::Present) => counted.present += 1,
            Err(problems) => {
                counted.wrong += 1;
                progress.suspend(|| problems.iter().try_for_each(|problem| console.warn(problem)))?;
            }
        }
    }
    progress.finish_and_clear();
    let key = if asked.dry_run { "cli-import-dry" } else { "cli-import-done" };
    let values = [
        ("imported", counted.imported.into()),
        ("present", counted.present.into()),
        ("wrong", counted.wrong.into()),
    ];
    console.say(&text::with(key, &values))?;
    if counted.wrong > 0 { Err(Failure::Status(1)) } else { Ok(()) }
}

/// One row in a unit of work of its own, which a trial run undoes.
fn bring(
    store: &Store,
    console: &Console<'_>,
    row: &Row,
    keys: &MagentoKeys,
    dry_run: bool,
) -> Result<Outcome, domain::Error> {
    let exceptions = &console.config.egress_allow;
    let done = store.write_now(|work| {
        let outcome = import::import(work, &Actor::command(), row, keys, exceptions)?;
        if dry_run { Err(Undone::Dry(outcome)) } else { Ok(outcome) }
    });
    match done {
        Ok(outcome) | Err(Undone::Dry(outcome)) => Ok(outcome),
        Err(Undone::Domain(error)) => Err(error),
    }
}

fn sentences(line: u64, error: &domain::Error) -> Vec<String> {
    let told = |field: &str, reason: String| {
        let values = [("line", line.into()), ("field", field.into()), ("reason", reason.into())];
        text::with("cli-import-line", &values)
    };
    match error {
        domain::Error::Invalid(invalid) => {
            let name = |field: Field| if field == Field::Resource { "resources" } else { field.name() };
            invalid
                .iter()
                .map(|(field, why)| told(name(field), reason::sentence(why, field, text::with)))
                .collect()
        }
        other => vec![told("database", failure::of_domain(other))],
    }
}

/// Where each column stands, and whether `mysql --batch` wrote them, which has its own way to write what would break
/// its lines.
struct Columns {
    names: Vec<String>,
    is_escaped: bool,
}

type Rows = Vec<Result<(u64, StringRecord), String>>;

/// The rows with their lines, and those that are none. Columns are apart by commas, or by tabs, as `mysql --batch`
/// writes them.
fn read(table: &[u8]) -> Result<(Columns, Rows), Failure> {
    let head = table.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_tabbed = head.contains(&b'\t');
    let table = table.strip_prefix(b"\xef\xbb\xbf").unwrap_or(table);
    let mut reader = ReaderBuilder::new()
        .delimiter(if is_tabbed { b'\t' } else { b',' })
        .quoting(!is_tabbed)
        .trim(Trim::All)
        .from_reader(Lines::of(table));
    let head = reader.headers().map_err(|cause| Failure::Said(unreadable(1, &cause)))?;
    let columns = Columns::read(head, is_tabbed)?;
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let from = reader.position().clone();
        let read = reader.read_record(&mut record);
        let line = reader.get_ref().line(&from);
        match read {
            Ok(false) => return Ok((columns, rows)),
            Ok(true) => rows.push(Ok((line, record.clone()))),
            Err(cause) => rows.push(Err(unreadable(line, &cause))),
        }
    }
}

fn unreadable(line: u64, cause: &csv::Error) -> String {
    // The reader's own words quote nothing of the row, which may hold secrets.
    let values = [("line", line.into()), ("cause", cause.to_string().into())];
    text::with("cli-import-unreadable", &values)
}

impl Columns {
    fn read(head: &StringRecord, is_escaped: bool) -> Result<Self, Failure> {
        let names: Vec<String> = head.iter().map(str::to_lowercase).collect();
        let missing: Vec<&str> =
            NEEDED.into_iter().filter(|needed| !names.iter().any(|name| name == needed)).collect();
        if !missing.is_empty() {
            let values = [("missing", missing.join(", ").into()), ("others", OTHERS.join(", ").into())];
            return Err(Failure::Said(text::with("cli-import-columns", &values)));
        }
        let is_known = |name: &&String| NEEDED.contains(&name.as_str()) || OTHERS.contains(&name.as_str());
        if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
            let known = [&NEEDED[..], &OTHERS[..]].concat().join(", ");
            let values = [("column", unknown.as_str().into()), ("known", known.into())];
            return Err(Failure::Said(text::with("cli-import-column-unknown", &values)));
        }
        if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
            let values = [("column", twice.1.as_str().into())];
            return Err(Failure::Said(text::with("cli-import-column-twice", &values)));
        }
        Ok(Self { names, is_escaped })
    }

    /// A row by its columns. `NULL` is what a database prints for nothing.
    fn row(&self, record: &StringRecord) -> Row {
        let get = |name: &str| {
            let at = self.names.iter().position(|known| known == name);
            match at.and_then(|at| record.get(at)).unwrap_or_default() {
                "NULL" => String::new(),
                text if self.is_escaped => unescaped(text),
                text => text.to_owned(),
            }
        };
        Row {
            name: get("name"),
            email: get("email"),
            endpoint: get("endpoint"),
            identity_link_url: get("identity_link_url"),
            resources: get("resources"),
            consumer_key: get("consumer_key"),
            consumer_secret: Secret::new(get("consumer_secret")),
            token: Secret::new(get("token")),
            token_secret: Secret::new(get("token_secret")),
        }
    }
}

/// Undoes the escapes of `mysql --batch`.
fn unescaped(text: &str) -> String {
    let (mut plain, mut letters) = (String::with_capacity(text.len()), text.chars());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('0') => '\0',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    plain
}

/// The keys as given, or from where they are to be read: others on this machine see what a command was given.
fn keys(given: Option<&str>) -> Result<MagentoKeys, Failure> {
    let said = |cause: String| Failure::Said(text::with("cli-import-key", &[("cause", cause.into())]));
    let text = match given {
        None => return Ok(MagentoKeys::default()),
        Some("-") => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map_err(|cause| said(cause.to_string()))?;
            text
        }
        Some(given) => match given.strip_prefix('@') {
            Some(path) => fs::read_to_string(path).map_err(|cause| said(format!("{path}: {cause}")))?,
            None => given.to_owned(),
        },
    };
    MagentoKeys::parse(&Secret::new(text)).map_err(|BadKey::Length(number)| {
        said(text::with("cli-import-key-length", &[("number", number.into())]))
    })
}

/// Shown on a terminal only.
fn progress(rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
    ProgressBar::new(rows as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(table: &str) -> Vec<(u64, String)> {
        let Ok((columns, rows)) = read(table.as_bytes()) else { panic!("no table") };
        rows.into_iter().flatten().map(|(line, record)| (line, columns.row(&record).name)).collect()
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let head = "name,resources,consumer_key,consumer_secret";
        for end in ["\n", "\r\n"] {
            let table = [head, "A,all,k,s", "", "B,all,k,s", "\"C", "C\",all,k,s", "D,all,k,s", ""].join(end);
            let lines: Vec<u64> = names(&table).into_iter().map(|(line, _)| line).collect();
            assert_eq!(lines, [2, 4, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn a_column_that_stands_there_twice_is_refused_by_name() {
        let table = "name,resources,consumer_key,Token,consumer_secret,token\nA,all,k,t,s,u\n";
        let refused = read(table.as_bytes()).err().map(|failure| failure.to_string());
        assert!(refused.is_some_and(|said| said.contains("token twice")));
    }

    #[test]
    fn what_mysql_wrote_is_read_as_it_was_stored() {
        let table = "name\tresources\tconsumer_key\tconsumer_secret\nA\\\\B\\tC \"D\tall\tk\ts\n";
        assert_eq!(names(table), [(2, "A\\B\tC \"D".to_owned())]);
        let table = "name,resources,consumer_key,consumer_secret\nA\\B,all,k,s\n";
        assert_eq!(names(table), [(2, "A\\B".to_owned())]);
    }
}
