//! Lines of a table that is read row by row, as an editor counts them. The reader of rows says where a row begins
//! before the rest of a line break and before blank lines, since it has not seen what follows.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};

/// What a table is read from; remembers what was read since the row that was last asked about.
pub(super) struct Lines<R> {
    source: R,
    recent: RefCell<Recent>,
}

struct Recent {
    /// Where the first of them stands.
    begins_at: u64,
    bytes: VecDeque<u8>,
}

impl<R> Lines<R> {
    /// Those of that source.
    pub(super) fn of(source: R) -> Self {
        Self { source, recent: RefCell::new(Recent { begins_at: 0, bytes: VecDeque::new() }) }
    }

    /// The line of the row that was read from there on. To be asked for each row, one after the other.
    pub(super) fn line(&self, from: &csv::Position) -> u64 {
        let mut recent = self.recent.borrow_mut();
        let passed = usize::try_from(from.byte().saturating_sub(recent.begins_at)).unwrap_or(usize::MAX);
        let passed = passed.min(recent.bytes.len());
        recent.bytes.drain(..passed);
        recent.begins_at += passed as u64;
        let blank = recent.bytes.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n'));
        from.line() + blank.filter(|byte| **byte == b'\n').count() as u64
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        self.recent.get_mut().bytes.extend(&into[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use csv::{ByteRecord, ReaderBuilder};

    use super::*;

    /// A source that gives no more than a few bytes at once.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(5);
            self.0.read(&mut into[..most])
        }
    }

    fn lines(source: impl Read) -> Vec<u64> {
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::of(source));
        let (mut row, mut lines) = (ByteRecord::new(), Vec::new());
        loop {
            let from = reader.position().clone();
            if !reader.read_byte_record(&mut row).unwrap() {
                return lines;
            }
            lines.push(reader.get_ref().line(&from));
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for end in ["\n", "\r\n"] {
            let table = ["\u{feff}a,b", "1,2", "", "", "3,4", "\"5", "5\",6", "7,8", ""].join(end);
            assert_eq!(lines(table.as_bytes()), [1, 2, 5, 6, 8], "{end:?}");
            assert_eq!(lines(Slow(table.as_bytes())), [1, 2, 5, 6, 8], "{end:?}");
        }
    }

    #[test]
    fn what_was_passed_is_forgotten() {
        let table = "1,2\r\n".repeat(10_000);
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(Lines::of(table.as_bytes()));
        let mut row = ByteRecord::new();
        for line in 1..=10_000 {
            let from = reader.position().clone();
            assert!(reader.read_byte_record(&mut row).unwrap());
            assert_eq!(reader.get_ref().line(&from), line);
            assert!(reader.get_ref().recent.borrow().bytes.len() <= 20_000);
        }
    }
}
