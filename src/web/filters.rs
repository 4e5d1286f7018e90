//! What templates may do to a value while drawing it: look up its text, write a moment in time. No rules, and no
//! look-ups beyond the catalogue.

use std::fmt::Display;

use askama::{PrimitiveType, Result, Values, filter_fn};
use chrono::{DateTime, Utc};

use crate::text::{self, Value};

/// The text of a key: `"frame-back"|t`.
#[filter_fn]
pub fn t(key: &'static str, _: &dyn Values) -> Result<&'static str> {
    Ok(text::plain(key))
}

/// The text of a key with one value filled in: `"frame-copy-what"|t1("what", label)`.
#[filter_fn]
pub fn t1<V: Display>(key: &str, _: &dyn Values, name: &str, value: V) -> Result<String> {
    let value = Value::from(value.to_string());
    Ok(text::on_page(key, &[(name, value)]))
}

/// The text of a key with two values filled in.
#[filter_fn]
pub fn t2<V: Display, W: Display>(
    key: &str,
    _: &dyn Values,
    first: &str,
    value: V,
    second: &str,
    other: W,
) -> Result<String> {
    let values = [(first, Value::from(value.to_string())), (second, Value::from(other.to_string()))];
    Ok(text::on_page(key, &values))
}

/// The text of a key that depends on a number, `$count` in the catalogue: `"grid-records"|tn(total)`.
#[filter_fn]
pub fn tn<N: PrimitiveType<Value = usize>>(key: &str, _: &dyn Values, count: N) -> Result<String> {
    let count = Value::from(count.get());
    Ok(text::with(key, &[("count", count)]))
}

/// A moment as people read it here: `2026-11-23 14:05 UTC`.
#[filter_fn]
pub fn stamp(at: &DateTime<Utc>, _: &dyn Values) -> Result<String> {
    Ok(moment(*at))
}

/// A moment to the second: `2026-11-23 14:05:09 UTC`.
#[filter_fn]
pub fn exact_stamp(at: &DateTime<Utc>, _: &dyn Values) -> Result<String> {
    Ok(exact_moment(*at))
}

/// A moment as `<time datetime>` wants it: `2026-11-23T14:05:00Z`.
#[filter_fn]
pub fn machine_stamp(at: &DateTime<Utc>, _: &dyn Values) -> Result<String> {
    let format = at.format("%Y-%m-%dT%H:%M:%SZ");
    Ok(format.to_string())
}

/// The same outside of templates, for a moment within a sentence.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A moment within a sentence, to the second.
pub fn exact_moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
