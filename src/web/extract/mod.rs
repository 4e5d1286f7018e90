//! What handlers may ask a request for.

pub mod admin;
