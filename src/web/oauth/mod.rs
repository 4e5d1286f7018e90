//! What partners' servers ask for themselves. Reads no cookie; knows nobody but by signature.

pub mod token;
