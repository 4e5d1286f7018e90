//! The gateway: calls of the store's Web API, decided here. `verify` only decides, for a proxy that asks before it
//! passes a call on, and `refused` writes out its refusal for nginx, which keeps headers only; `forward` passes it on
//! itself. Reads no cookie. The rules are in `domain::gate`; here is what HTTP makes of them.

mod answer;
mod body;
mod forward;
mod original;
mod passage;
mod peer;
mod refused;
mod signature;
mod verify;

pub(super) use answer::{malformed, refused_call};
pub(super) use body::{Forms, Trouble, is_form, read_form};
pub use forward::forward;
pub(super) use original::text_of;
pub(super) use passage::narrow;
pub(super) use peer::called_by;
pub use refused::refused;
pub use verify::verify;
