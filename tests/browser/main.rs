//! The pages in a real browser, from the first start to a signed call. Screenshots of every page and state are kept
//! in `target/screenshots`.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "signed requests need the real time; the tests' switches are theirs"
)]

#[path = "../support/database.rs"]
mod database;
#[path = "../support/port.rs"]
mod port;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/signer.rs"]
mod signer;

mod browser;
mod exchange;
mod grid;
mod journey;
mod look;
#[path = "../support/mail.rs"]
mod mail;
mod people;
mod second_factor;
