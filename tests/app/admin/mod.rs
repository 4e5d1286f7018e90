//! The pages of the administration.

mod account;
mod activity;
mod auth;
mod confirmation;
mod customer;
mod forgotten;
mod integration;
mod otp;
mod resource;
mod role;
mod schedule;
mod security;
mod setting;
mod setup;
mod system_message;
mod user;
mod webhook;
