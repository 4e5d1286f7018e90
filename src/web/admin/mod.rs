//! The pages of the administration, one file per address.

pub mod auth;
pub mod confirm;
pub mod home;
pub mod integration;
pub mod setup;
