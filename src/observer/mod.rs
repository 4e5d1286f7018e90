//! The observers that come with the product. What an observer is: `domain::event::observer`.

mod log;
mod webhook;

pub use log::Log;
pub use webhook::Webhooks;
