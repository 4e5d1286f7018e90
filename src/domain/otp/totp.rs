//! One-time codes by time (RFC 6238, on RFC 4226): SHA-1, six digits, thirty seconds, as every authenticator
//! application has them. Pure.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::secret::Secret;

/// Seconds for which a code is shown.
pub const PERIOD: i64 = 30;

/// Digits of a code.
pub const DIGITS: usize = 6;

/// Steps by which the two clocks may differ, each way (RFC 6238 section 5.2 recommends one).
const DRIFT: i64 = 1;

/// The time step of a moment (RFC 6238 section 4.2).
pub fn step(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(PERIOD)
}

/// The code of a time step.
pub fn code(key: &[u8], step: i64) -> Secret {
    let modulus = 10_u32.pow(DIGITS as u32);
    Secret::new(format!("{:0DIGITS$}", truncated(key, step) % modulus))
}

/// The time step, among those near that moment and after `last`, whose code this is. All of them are compared, so that
/// the time tells nothing.
pub fn accepted(key: &[u8], given: &Secret, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let near = step(now) - DRIFT..=step(now) + DRIFT;
    let matching = near.filter(|step| code(key, *step) == *given);
    matching.fold(None, |_, step| Some(step)).filter(|step| *step > last)
}

/// Dynamic truncation (RFC 4226 section 5.3): 31 bits of the HMAC.
fn truncated(key: &[u8], step: i64) -> u32 {
    // HMAC takes keys of any length (RFC 2104 section 2); the error cannot occur.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return 0 };
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let start = usize::from(digest[19] & 0x0f);
    let bytes = [digest[start], digest[start + 1], digest[start + 2], digest[start + 3]];
    u32::from_be_bytes(bytes) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn the_values_of_rfc_4226_appendix_d() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, expected) in (0..).zip(codes) {
            assert_eq!(code(KEY, counter).expose(), expected);
        }
    }

    #[test]
    fn the_values_of_rfc_6238_appendix_b() {
        let values = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (seconds, expected) in values {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(truncated(KEY, step(at)) % 100_000_000, expected, "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_a_code_counts_once() {
        let now = DateTime::from_timestamp(1_111_111_109, 0).unwrap();
        let here = step(now);
        for offset in [-1, 0, 1] {
            let given = code(KEY, here + offset);
            assert_eq!(accepted(KEY, &given, now, 0), Some(here + offset));
            assert_eq!(accepted(KEY, &given, now, here + offset), None, "used already");
        }
        for offset in [-2, 2] {
            assert_eq!(accepted(KEY, &code(KEY, here + offset), now, 0), None);
        }
        assert_eq!(accepted(KEY, &code(KEY, here - 1), now, here), None, "earlier than one that was used");
    }
}
