//! Logging: to standard error, as much as the setting `log` says.

/// Starts logging; directives in env_logger's words, such as `info,latchkey=debug`.
pub fn start(directives: &str) {
    let started = env_logger::Builder::new().parse_filters(directives).format_timestamp_millis().try_init();
    if started.is_err() {
        log::debug!("logging was started before");
    }
}
