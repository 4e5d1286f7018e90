//! Takes customers in from a CSV file, read as a stream: what is in memory is one batch.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use csv::{ByteRecord, Reader, ReaderBuilder};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::lines::Lines;
use crate::cli::{Console, Failure};
use crate::domain::Actor;
use crate::domain::customer::import::{self, BATCH, Newcomer, Record};
use crate::store::Store;
use crate::text::{self, failure};

mod columns;

use columns::{Columns, Faulty};

/// Rows after which progress is told where there is no terminal.
const TOLD_EVERY: u64 = 100_000;

#[derive(Args)]
pub(in crate::cli) struct Import {
    #[arg(help = text::get("cli-help-customer-file"))]
    file: PathBuf,
    #[arg(long, help = text::get("cli-help-customer-dry-run"))]
    dry_run: bool,
}

/// What became of the rows.
#[derive(Default)]
struct Count {
    rows: u64,
    new: u64,
    present: u64,
    bad: u64,
}

/// An import on its way.
struct Run<'a> {
    store: Store,
    source: &'a str,
    dry: Option<Seen>,
    batch: Vec<Newcomer>,
    count: Count,
    progress: Progress,
}

/// The e-mail addresses of a dry run, which leaves nothing in the database to find them by; hashed, to be small.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

/// How far the file has been read: a bar on a terminal, lines elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
}

pub(super) fn import(asked: &Import, console: &mut Console<'_>) -> Result<(), Failure> {
    let Import { file, dry_run } = asked;
    let opened = File::open(file).map_err(|cause| unreadable(file, &cause))?;
    let length = opened.metadata().map_err(|cause| unreadable(file, &cause))?.len();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::of(opened));
    let columns = header(&mut reader, file)?;
    let source = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut run = Run {
        store: console.store()?,
        source: &source,
        dry: dry_run.then(Seen::default),
        batch: Vec::with_capacity(BATCH),
        count: Count::default(),
        progress: Progress::of(length),
    };
    run.read(&mut reader, &columns, file)?;
    run.progress.end();
    let Count { new, present, bad, .. } = run.count;
    let values = [("new", new.into()), ("present", present.into()), ("bad", bad.into())];
    console.say(&match dry_run {
        true => text::with("cli-customer-import-dry", &values),
        false => text::with("cli-customer-import-done", &values),
    })?;
    if bad > 0 {
        Err(Failure::Said(text::with("cli-customer-import-bad", &[("count", bad.into())])))
    } else {
        Ok(())
    }
}

/// The first line says which column is where.
fn header(reader: &mut Reader<Lines<File>>, file: &Path) -> Result<Columns, Failure> {
    let mut first = ByteRecord::new();
    let is_there = reader.read_byte_record(&mut first).map_err(|cause| unreadable(file, &cause))?;
    let names = if is_there { first } else { ByteRecord::new() };
    Columns::of(&names).map_err(|lacking| {
        Failure::Said(text::with("cli-customer-import-header", &[("columns", lacking.join(", ").into())]))
    })
}

impl Run<'_> {
    fn read<R: Read>(
        &mut self,
        reader: &mut Reader<Lines<R>>,
        columns: &Columns,
        file: &Path,
    ) -> Result<(), Failure> {
        let mut row = ByteRecord::new();
        loop {
            let from = reader.position().clone();
            if !reader.read_byte_record(&mut row).map_err(|cause| unreadable(file, &cause))? {
                return self.flush();
            }
            self.count.rows += 1;
            let line = reader.get_ref().line(&from);
            match columns.read(&row) {
                Ok(record) => self.check(line, &record),
                Err(Faulty::Count { found, expected }) => {
                    let counts = [("found", found.into()), ("expected", expected.into())];
                    self.complain(line, &text::with("cli-customer-import-fields", &counts));
                }
                Err(Faulty::NotText) => self.complain(line, &text::get("cli-customer-import-not-text")),
            }
            if self.batch.len() == BATCH {
                self.flush()?;
            }
            self.progress.tell(from.byte(), self.count.rows);
        }
    }

    fn check(&mut self, line: u64, record: &Record<'_>) {
        match import::check(record) {
            Ok(newcomer) => self.batch.push(newcomer),
            Err(invalid) => {
                let whole = failure::of_domain(&invalid.into()).replace('\n', "; ");
                self.complain(line, &whole);
            }
        }
    }

    /// Says what is wrong with a row, without anything of its content: it may be a password in the wrong column.
    fn complain(&mut self, line: u64, what: &str) {
        self.count.bad += 1;
        self.progress
            .say(&text::with("cli-customer-import-line", &[("line", line.into()), ("what", what.into())]));
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let batch = std::mem::take(&mut self.batch);
        let count = u64::try_from(batch.len()).unwrap_or_default();
        let new = match &mut self.dry {
            Some(seen) => Self::count_new(&self.store, seen, batch)?,
            None => {
                let by = Actor::command();
                self.store.write_now(|work| import::take_in(work, &by, self.source, &batch))?
            }
        };
        let new = u64::try_from(new).unwrap_or_default();
        self.count.new += new;
        self.count.present += count - new;
        self.batch.reserve(BATCH);
        Ok(())
    }

    fn count_new(store: &Store, seen: &mut Seen, mut batch: Vec<Newcomer>) -> Result<usize, Failure> {
        batch.retain(|newcomer| seen.hashes.insert(seen.hasher.hash_one(newcomer.key())));
        let known = store.read_now(|work| import::count_known(work, &batch))?;
        Ok(batch.len() - known)
    }
}

impl Progress {
    fn of(length: u64) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}  {eta}");
            let bar =
                ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        Self { bar }
    }

    fn tell(&self, at: u64, rows: u64) {
        match &self.bar {
            Some(bar) if rows.is_multiple_of(1_000) => {
                bar.set_position(at);
                bar.set_message(rows.to_string());
            }
            None if rows.is_multiple_of(TOLD_EVERY) => {
                say(&text::with("cli-customer-import-so-far", &[("count", rows.into())]));
            }
            _ => {}
        }
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn say(line: &str) {
    // There is nowhere left to complain about a closed standard error.
    let _ = writeln!(io::stderr(), "{line}");
}

fn unreadable(file: &Path, cause: &dyn std::fmt::Display) -> Failure {
    let values = [("file", file.display().to_string().into()), ("cause", cause.to_string().into())];
    Failure::Said(text::with("cli-customer-import-unreadable", &values))
}
