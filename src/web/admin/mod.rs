//! The pages of the administration, one file per address.

pub mod account;
pub mod activity;
pub mod auth;
pub mod confirm;
pub mod customer;
pub mod home;
pub mod integration;
pub mod press;
pub mod resource;
pub mod resources;
pub mod role;
pub mod schedule;
pub mod setting;
pub mod setup;
pub mod tree;
pub mod user;
pub mod webhook;

mod person;
