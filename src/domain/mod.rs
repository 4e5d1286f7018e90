//! The business: nouns, rules, operations. Knows `store`'s functions and `oauth1`; knows neither HTTP nor SQL.
//!
//! Rules are pure functions of their arguments. Operations take [`crate::store::Work`] first, so that they compose
//! in one transaction, and take whoever asks for them as an [`Actor`].

pub mod acl;
pub mod activation;
pub mod actor;
pub mod address;
pub mod admin_token;
pub mod admin_user;
pub mod attempt;
pub mod audit;
pub mod bearer;
pub mod candidate;
pub mod consumer;
pub mod customer;
pub mod customer_token;
pub mod decision;
pub mod declaration;
pub mod declared;
pub mod event;
pub mod explanation;
pub mod gate;
pub mod handshake;
pub mod holding;
pub mod import;
pub mod integration;
pub mod lockout;
pub mod nonce;
pub mod otp;
pub mod password;
pub mod password_reset;
pub mod permission;
pub mod role;
pub mod route;
pub mod schedule;
pub mod session;
pub mod setting;
pub mod setup;
pub mod sign_in;
pub mod storefront;
pub mod system_message;
pub mod token;
pub mod token_throttle;
pub mod webhook;

mod error;
mod invalid;

pub use actor::{Actor, Source, Who};
pub use error::{Conflict, Error, Missing, Stronger};
pub use invalid::{Field, Invalid, Reason};
