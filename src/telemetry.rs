//! Logging: to standard error, as much as the setting `log` says.

use std::io::{self, Write};

use chrono::SecondsFormat;
use env_logger::Builder;
use env_logger::fmt::Formatter;
use log::Record;

use crate::clock::{Clock as _, SystemClock};

/// Starts logging; directives in env_logger's words, such as `info,latchkey=debug`.
pub fn start(directives: &str) {
    let started = Builder::new().parse_filters(directives).format(line).try_init();
    if started.is_err() {
        log::debug!("logging was started before");
    }
}

/// `[2026-01-31T12:00:00.000Z INFO  latchkey::web] what happened`: the time of the machine, not the clock that tests move,
/// since a log is read beside those of other programs.
fn line(formatter: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let time = SystemClock.now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let style = formatter.default_level_style(record.level());
    writeln!(
        formatter,
        "[{time} {style}{:<5}{style:#} {}] {}",
        record.level(),
        record.target(),
        record.args()
    )
}
