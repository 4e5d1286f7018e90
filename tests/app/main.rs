//! What a person, a partner or an operator gets: the whole program in this process, each test with its own database.
//!
//! One run uses SQLite, or PostgreSQL when `TEST_POSTGRES_URL` is set. Modules mirror `src/web`.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]
#![expect(unreachable_pub, reason = "a test binary has no outside")]

mod admin;
mod events;
mod gateway;
mod health;
mod metrics;
mod oauth;
mod odd_requests;
mod prefix;
mod rest;
mod support;
mod trail;
mod walls;
