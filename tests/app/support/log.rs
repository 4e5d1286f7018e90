//! What the program logs in this process, kept to be looked through.

use std::sync::{Mutex, PoisonError};

/// Keeps every line, of this test and of those beside it.
pub struct Log(Mutex<String>);

static LOG: Log = Log(Mutex::new(String::new()));

impl Log {
    /// From now on.
    pub fn keep() -> &'static Self {
        // Somebody else may have been first, and not as far as the level.
        let _ = log::set_logger(&LOG);
        log::set_max_level(log::LevelFilter::Debug);
        &LOG
    }

    /// The lines so far.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl log::Log for Log {
    /// The tests' own HTML parser would repeat every answer.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        !["html5ever", "selectors"].iter().any(|parser| metadata.target().starts_with(parser))
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_str(&format!("{} {}\n", record.level(), record.args()));
    }

    fn flush(&self) {}
}
