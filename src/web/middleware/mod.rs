//! What happens around every request, whoever answers it.

pub(super) mod request_log;
pub(super) mod security_headers;
pub(super) mod wall;
