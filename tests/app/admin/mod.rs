//! The pages of the administration.

mod activity;
mod auth;
mod confirmation;
mod forgotten;
mod integration;
mod otp;
mod security;
mod setup;
mod user;
