//! Random requests in great number: hostile ones, which must cost little and break nothing, and honest ones, on which
//! libraries that are not ours must agree. `script/soak` runs the same loops for longer.
//!
//! Each case has its own seed. A failure prints it; `TEST_SEED=… TEST_CASES=1` runs that case alone.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

#[cfg(feature = "interop-tests")]
mod agreement;
mod cases;
#[cfg_attr(not(feature = "interop-tests"), expect(dead_code, reason = "the honest cases roll more"))]
#[path = "../support/dice.rs"]
mod dice;
mod hostile;
mod hostile_path;
mod mutation;
