//! Subjects and fixtures: test bodies say who, does what, sees what.

#[path = "../../support/database.rs"]
pub mod database;
#[path = "../../support/port.rs"]
pub mod port;
#[path = "../../support/server.rs"]
pub mod server;
#[path = "../../support/signer.rs"]
pub mod signer;
#[path = "../../support/upstream.rs"]
pub mod upstream;

pub mod app;
pub mod browser;
pub mod contents;
pub mod declare;
pub mod exchange;
pub mod gateway;
pub mod given;
pub mod log;
pub mod page;
pub mod partner;

pub use app::TestApp;
pub use browser::Browser;
