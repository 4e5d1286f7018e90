//! The gateway: calls of the store's Web API, decided here. `verify` only decides, for a proxy that asks before it
//! passes a call on. Reads no cookie. The rules are in `domain::gate`; here is what HTTP makes of them.

mod answer;
mod original;
mod verify;

pub(super) use original::{text_of, told};
pub use verify::verify;
pub(super) use verify::{is_form, is_trusted};
