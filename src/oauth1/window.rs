//! Is this timestamp acceptable at that moment (RFC 5849 section 3.3). It is told the time.

use super::problem::Problem;

/// How many seconds a client's clock may be off, in either direction, both ends included.
pub const TOLERANCE: i64 = 600;

/// Refuses a timestamp outside the window. Zero and below are refused at any time.
pub fn check(timestamp: i64, now: i64) -> Result<(), Problem> {
    let (earliest, latest) = (now.saturating_sub(TOLERANCE), now.saturating_add(TOLERANCE));
    if timestamp > 0 && (earliest..=latest).contains(&timestamp) {
        Ok(())
    } else {
        Err(Problem::TimestampRefused { earliest, latest })
    }
}

/// Refuses a timestamp before `since`, of which nonces may have been forgotten: a clock that was set wrong for hours
/// leaves such ones within the window.
pub fn check_remembered(timestamp: i64, since: i64, now: i64) -> Result<(), Problem> {
    if timestamp >= since {
        return Ok(());
    }
    let earliest = since.max(now.saturating_sub(TOLERANCE));
    Err(Problem::TimestampRefused { earliest, latest: now.saturating_add(TOLERANCE) })
}

/// Reads a positive decimal number: digits only, no sign, no leading zero.
pub(super) fn parse(text: &str) -> Option<i64> {
    let decimal = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if decimal { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    #[test]
    fn both_ends_of_the_window_are_inside() {
        for offset in [-600, -599, 0, 599, 600] {
            assert_eq!(check(NOW + offset, NOW), Ok(()));
        }
        for offset in [-602, -601, 601, 602] {
            let refused = Problem::TimestampRefused { earliest: NOW - 600, latest: NOW + 600 };
            assert_eq!(check(NOW + offset, NOW), Err(refused));
        }
    }

    #[test]
    fn nothing_overflows_and_zero_is_never_a_time() {
        for timestamp in [i64::MIN, -1, 0] {
            assert!(check(timestamp, 0).is_err());
        }
        assert!(check(1, 0).is_ok());
        assert!(check(i64::MAX, i64::MAX).is_ok());
        assert!(check(1, i64::MIN).is_err());
    }

    #[test]
    fn what_may_have_been_forgotten_is_outside_and_said_to_be() {
        assert_eq!(check_remembered(NOW, NOW, NOW), Ok(()));
        assert_eq!(check_remembered(NOW, 0, NOW), Ok(()));
        let refused = |earliest| Err(Problem::TimestampRefused { earliest, latest: NOW + 600 });
        assert_eq!(check_remembered(NOW - 1, NOW, NOW), refused(NOW));
        assert_eq!(check_remembered(NOW - 1_000, NOW - 900, NOW), refused(NOW - 600));
    }

    #[test]
    fn only_positive_decimal_numbers_are_timestamps() {
        assert_eq!(parse("1700000000"), Some(NOW));
        assert_eq!(parse("9223372036854775807"), Some(i64::MAX));
        for text in ["", "0", "-1", "+1", " 1", "1 ", "1.0", "1e9", "01", "0x10", "٣", "9223372036854775808"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
