//! Percent-encoding as RFC 5849 section 3.6 defines it, and decoding of what clients send. It knows text
//! only, not what the text is for.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::memchr;

/// An escape that is not `%` and two hexadecimal digits, or escapes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a percent escape is malformed or not UTF-8")]
pub struct BadEscape;

/// Encodes every byte but letters, digits, `-`, `.`, `_` and `~`, with upper-case digits (section 3.6).
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode_into(text, &mut encoded);
    encoded
}

/// Encodes one name or value of a form: as [`encode`], but a space becomes `+`.
pub fn encode_form(text: &str) -> String {
    encode(text).replace("%20", "+")
}

/// Undoes [`encode`]; a plus stays a plus. Borrows when there is nothing to decode.
pub fn decode(text: &str) -> Result<Cow<'_, str>, BadEscape> {
    if memchr(b'%', text.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(at) = memchr(b'%', rest) {
        decoded.extend_from_slice(&rest[..at]);
        let (high, low) = (rest.get(at + 1), rest.get(at + 2));
        decoded.push(hex(high)? << 4 | hex(low)?);
        rest = &rest[at + 3..];
    }
    decoded.extend_from_slice(rest);
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| BadEscape)
}

/// Decodes a name or value of a query or form, where a plus means a space (section 3.4.1.3.1).
pub fn decode_form(text: &str) -> Result<Cow<'_, str>, BadEscape> {
    if memchr(b'+', text.as_bytes()).is_none() {
        return decode(text);
    }
    Ok(Cow::Owned(decode(&text.replace('+', " "))?.into_owned()))
}

/// Whether a body of this content type is a form whose fields are signed (section 3.4.1.3.1). The type ends where PHP,
/// which may parse the body afterwards, lets it end: at a comma or a blank too. What follows may be any bytes.
pub fn is_form(content_type: &[u8]) -> bool {
    let is_end = |byte: &u8| matches!(byte, b';' | b',') || byte.is_ascii_whitespace();
    let essence = content_type.trim_ascii_start().split(is_end).next().unwrap_or_default();
    essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// Appends the encoded text.
#[inline]
pub(super) fn encode_into(text: &str, into: &mut String) {
    escape(text, ONCE, into);
}

/// Appends the text encoded twice, which is how parameters appear in a base string.
#[inline]
pub(super) fn encode_twice_into(text: &str, into: &mut String) {
    escape(text, TWICE, into);
}

/// Compares two texts as their encoded forms would compare byte by byte (section 3.4.1.3.2), without
/// encoding them: `%` sorts before every byte that stays itself, and escapes sort as their bytes do.
#[inline]
pub(super) fn encoded_order(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    // Sorting compares often; two iterators side by side take three times as many instructions.
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    match (one.get(at), other.get(at)) {
        (Some(&a), Some(&b)) => (is_unreserved(a), a).cmp(&(is_unreserved(b), b)),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// What stands for each of the 256 bytes, in order, all of one width.
type Escapes = &'static str;

const ONCE: Escapes = ascii(&escapes::<768>(b"%"));
const TWICE: Escapes = ascii(&escapes::<1280>(b"%25"));

fn escape(text: &str, escapes: Escapes, into: &mut String) {
    let (bytes, width) = (text.as_bytes(), escapes.len() / 256);
    let mut from = 0;
    while let Some(plain) = bytes[from..].iter().position(|byte| !is_unreserved(*byte)) {
        let at = from + plain;
        // Between two bytes of one character there is nothing, and nowhere to cut.
        if plain > 0 {
            into.push_str(&text[from..at]);
        }
        into.push_str(&escapes[usize::from(bytes[at]) * width..][..width]);
        from = at + 1;
    }
    into.push_str(&text[from..]);
}

/// For each byte this text and two upper-case hexadecimal digits.
const fn escapes<const LENGTH: usize>(percent: &[u8]) -> [u8; LENGTH] {
    let digits = b"0123456789ABCDEF";
    let width = percent.len() + 2;
    let mut escapes = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        let (byte, column) = (at / width, at % width);
        escapes[at] = match column.checked_sub(percent.len()) {
            None => percent[column],
            Some(0) => digits[byte >> 4],
            Some(_) => digits[byte & 15],
        };
        at += 1;
    }
    escapes
}

const fn ascii(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("escapes are ASCII"),
    }
}

/// Asked of every byte that is signed, several times: a table is the fastest answer.
fn is_unreserved(byte: u8) -> bool {
    const UNRESERVED: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            byte += 1;
        }
        table
    };
    UNRESERVED[usize::from(byte)]
}

fn hex(digit: Option<&u8>) -> Result<u8, BadEscape> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        Some(digit @ b'A'..=b'F') => Ok(digit - b'A' + 10),
        _ => Err(BadEscape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay_themselves() {
        let kept = "ABCXYZabcxyz0189-._~";
        assert_eq!(encode(kept), kept);
        assert_eq!(
            encode(" !\"#%&'()*+,/:;<=>?@[]"),
            "%20%21%22%23%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5D"
        );
        assert_eq!(encode("é€\u{1f600}\0"), "%C3%A9%E2%82%AC%F0%9F%98%80%00");
    }

    #[test]
    fn encoding_twice_in_one_go_equals_encoding_the_encoded() {
        for text in ["", "a b", "100%", "é-€", "=%3D", "plain"] {
            let mut twice = String::new();
            encode_twice_into(text, &mut twice);
            assert_eq!(twice, encode(&encode(text)));
        }
    }

    #[test]
    fn decoding_refuses_what_is_not_an_escape() {
        for bad in ["%", "%4", "%zz", "a%2", "%+1", "%g0", "%FF", "%C3", "%C3x"] {
            assert_eq!(decode(bad), Err(BadEscape), "{bad}");
            assert_eq!(decode_form(bad), Err(BadEscape), "{bad}");
        }
        assert_eq!(decode("%c3%A9%2525").unwrap(), "é%25");
    }

    #[test]
    fn plus_is_a_space_in_forms_only() {
        assert_eq!(decode("a+b%2B").unwrap(), "a+b+");
        assert_eq!(decode_form("a+b%2B").unwrap(), "a b+");
        assert_eq!(encode_form("a b+~"), "a+b%2B~");
    }

    #[test]
    fn order_is_that_of_the_encoded_bytes() {
        let texts = ["", "a", "a1", "a b", "a-b", "a~", "a[1]", "a[10]", "aé", "Z", "_", "%", "é", "€", "0"];
        for one in texts {
            for other in texts {
                assert_eq!(encoded_order(one, other), encode(one).cmp(&encode(other)), "{one} {other}");
            }
        }
    }

    #[test]
    fn only_the_form_type_is_a_form() {
        assert!(is_form(b"application/x-www-form-urlencoded"));
        assert!(is_form(b"Application/X-WWW-Form-URLencoded ; charset=UTF-8"));
        for more in [&b", x"[..], b" x", b"\t", b",application/json", b";charset=\xff", b" \xff"] {
            assert!(is_form(&[b" application/x-www-form-urlencoded", more].concat()), "{more:?}");
        }
        assert!(!is_form(b"application/x-www-form-urlencodedish"));
        assert!(!is_form(b"application/x-www-form-urlencoded\xff"));
        assert!(!is_form(b"application/json"));
        assert!(!is_form(b"application/json, application/x-www-form-urlencoded"));
        assert!(!is_form(b""));
    }
}
