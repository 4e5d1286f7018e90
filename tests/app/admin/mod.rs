//! The pages of the administration.

mod auth;
mod confirmation;
mod integration;
mod security;
mod setup;
mod user;
