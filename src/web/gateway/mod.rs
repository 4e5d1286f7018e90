//! The gateway: calls of the store's Web API, decided here. `verify` only decides, for a proxy that asks before it
//! passes a call on; `refused` writes out its refusal for nginx, which keeps headers only. Reads no cookie. The rules
//! are in `domain::gate`; here is what HTTP makes of them.

mod answer;
mod original;
mod refused;
mod verify;

pub(super) use original::{text_of, told};
pub use refused::refused;
pub use verify::verify;
pub(super) use verify::{is_form, is_trusted};
