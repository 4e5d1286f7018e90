//! The commands as a person at a terminal runs them: the real program, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod admin;
mod audit;
mod config;
mod cron;
mod customer;
#[path = "../support/database.rs"]
mod database;
mod declared;
mod doctor;
mod installation;
mod integration;
#[path = "../support/mail.rs"]
mod mail;
#[path = "../support/port.rs"]
mod port;
mod start;
mod stop;
