//! What values a setting takes, and what they mean when they are read.

use chrono::TimeDelta;

use crate::domain::Reason;
use crate::domain::schedule::Schedule;

/// Longest value there is, in characters: a column of the database.
pub const MAX_LENGTH: usize = 255;
/// Largest number. In seconds it is more than thirty years, and it fits every sum of times.
pub(super) const MAX_NUMBER: i64 = 999_999_999;
/// Most hours that a token may live, if it does not live for ever: more than a hundred years.
const MAX_HOURS: f64 = 1_000_000.0;
const MILLISECONDS: f64 = 3_600_000.0;

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number within these bounds.
    Number {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// Hours, perhaps with a fraction. Zero, or nothing at all, is for ever.
    Hours,
    /// 0 or 1.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// When something is to happen: the five fields of cron, in UTC; nothing is never.
    Schedule,
}

impl Kind {
    /// Whether a text is such a value.
    ///
    /// # Errors
    /// Why it is none.
    pub fn check(self, value: &str) -> Result<(), Reason> {
        if value.is_empty() && !matches!(self, Self::Hours | Self::Schedule) {
            return Err(Reason::Required);
        }
        if value.chars().count() > MAX_LENGTH {
            return Err(Reason::TooLong(MAX_LENGTH));
        }
        match self {
            Self::Number { min, max } => check_number(value, min, max),
            Self::Hours if value.is_empty() => Ok(()),
            Self::Hours => check_hours(value),
            Self::Flag if matches!(value, "0" | "1") => Ok(()),
            Self::Flag => Err(Reason::NotAFlag),
            Self::OneOf(words) if words.contains(&value) => Ok(()),
            Self::OneOf(words) => Err(Reason::NotOneOf(words)),
            Self::Schedule => Schedule::read(value).map(drop).ok_or(Reason::NotASchedule),
        }
    }
}

/// How long these hours are; `None` is for ever, which zero, nothing, and what is no number mean.
pub(super) fn lifetime(hours: &str) -> Option<TimeDelta> {
    let hours = decimal(hours).filter(|hours| *hours > 0.0)?.min(MAX_HOURS);
    #[expect(clippy::cast_possible_truncation, reason = "at most 3.6e12, and meant to be whole milliseconds")]
    let milliseconds = (hours * MILLISECONDS).ceil() as i64;
    Some(TimeDelta::milliseconds(milliseconds))
}

fn check_number(value: &str, min: i64, max: i64) -> Result<(), Reason> {
    let Some(number) = decimal(value) else { return Err(Reason::NotANumber) };
    #[expect(clippy::cast_precision_loss, reason = "bounds are small beside 2^52")]
    let (lowest, highest) = (min as f64, max as f64);
    if number < lowest {
        Err(Reason::TooSmall(min))
    } else if number > highest {
        Err(Reason::TooLarge(max))
    } else if value.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Reason::NotWhole)
    }
}

fn check_hours(value: &str) -> Result<(), Reason> {
    match decimal(value) {
        None => Err(Reason::NotANumber),
        Some(hours) if hours < 0.0 => Err(Reason::TooSmall(0)),
        Some(hours) if hours > MAX_HOURS => Err(Reason::TooLarge(1_000_000)),
        Some(_) => Ok(()),
    }
}

/// A number as people write it: digits, perhaps with a sign and a point. No exponents, no infinity.
fn decimal(value: &str) -> Option<f64> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    value.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: Kind = Kind::Number { min: 0, max: MAX_NUMBER };

    #[test]
    fn a_wrong_number_is_refused_with_what_is_wrong_about_it() {
        assert_eq!(NUMBER.check("0"), Ok(()));
        assert_eq!(NUMBER.check(""), Err(Reason::Required));
        assert_eq!(NUMBER.check("-1"), Err(Reason::TooSmall(0)));
        assert_eq!(NUMBER.check("9999999999"), Err(Reason::TooLarge(MAX_NUMBER)));
        assert_eq!(NUMBER.check("1.5"), Err(Reason::NotWhole));
        for text in ["five", "1e3", "inf", "NaN", "1,5", "0x10", "1 000", "٣"] {
            assert_eq!(NUMBER.check(text), Err(Reason::NotANumber), "{text}");
        }
        assert_eq!(Kind::Number { min: 60, max: 100 }.check("59"), Err(Reason::TooSmall(60)));
        assert_eq!(NUMBER.check(&"0".repeat(256)), Err(Reason::TooLong(255)));
    }

    #[test]
    fn hours_have_fractions_and_none_of_them_is_for_ever() {
        for (text, seconds) in [("1", 3_600), ("0.5", 1_800), (".25", 900), ("4.0", 14_400)] {
            assert_eq!(Kind::Hours.check(text), Ok(()), "{text}");
            assert_eq!(lifetime(text), Some(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in ["", "0", "0.0"] {
            assert_eq!(Kind::Hours.check(text), Ok(()), "{text}");
            assert_eq!(lifetime(text), None, "{text}");
        }
        assert!(lifetime("0.0000001") > Some(TimeDelta::zero()), "a short life is no long one");
        assert_eq!(Kind::Hours.check("-1"), Err(Reason::TooSmall(0)));
        assert_eq!(Kind::Hours.check("1e3"), Err(Reason::NotANumber));
        assert_eq!(Kind::Hours.check("1000001"), Err(Reason::TooLarge(1_000_000)));
    }

    #[test]
    fn words_and_flags_are_taken_as_they_are_written() {
        assert_eq!(Kind::Flag.check("1"), Ok(()));
        assert_eq!(Kind::Flag.check("yes"), Err(Reason::NotAFlag));
        let words = Kind::OneOf(&["length", "magento"]);
        assert_eq!(words.check("magento"), Ok(()));
        assert_eq!(words.check("none"), Err(Reason::NotOneOf(&["length", "magento"])));
    }

    #[test]
    fn a_schedule_has_five_fields() {
        for text in ["* * * * *", "*/5 0-6 1,15 * MON", "@daily"] {
            assert_eq!(Kind::Schedule.check(text), Ok(()), "{text}");
        }
        for text in ["* * * *", "60 * * * *", "0 * * * * *", "now", "*/0 * * * *", "\u{1f980} * * * *"] {
            assert_eq!(Kind::Schedule.check(text), Err(Reason::NotASchedule), "{text}");
        }
    }
}
