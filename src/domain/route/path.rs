//! Reading a request path byte for byte: what must be refused before it is matched, and its segments.
//!
//! The path is never rewritten. What two programs could read differently (dot segments, empty segments, backslashes,
//! broken escapes) is refused, so that what is decided here is what the store behind us will see.

use std::borrow::Cow;

/// Why a path is refused before it is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    Relative,
    /// Two slashes in a row, or one at the end.
    #[error("the path has an empty segment")]
    Empty,
    /// `.` or `..`, plain or encoded, also as a part of a segment between encoded slashes.
    #[error("the path has a segment `.` or `..`")]
    Dots,
    /// A zero byte, plain or encoded.
    #[error("the path has a zero byte")]
    Nul,
    /// A backslash, plain or encoded: some programs take it for a slash.
    #[error("the path has a backslash")]
    Backslash,
    /// A percent sign without two hexadecimal digits.
    #[error("the path has a percent sign without two hexadecimal digits")]
    Escape,
    /// A plain `?`, `#` or control character, where a path would end for some programs.
    #[error("the path has a character that no path may have")]
    Character,
}

/// The segments still to come of a path that was checked, as received.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segments<'p>(Option<&'p [u8]>);

impl<'p> Segments<'p> {
    /// Steps over the next segment if it is this literal.
    pub(super) fn step_over(&mut self, literal: &str) -> bool {
        let mut ahead = *self;
        let is_it = ahead.next().is_some_and(|segment| *decoded(segment) == *literal.as_bytes());
        if is_it {
            *self = ahead;
        }
        is_it
    }
}

impl<'p> Iterator for Segments<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        let path = self.0?;
        let Some(slash) = path.iter().position(|byte| *byte == b'/') else { return self.0.take() };
        self.0 = Some(&path[slash + 1..]);
        Some(&path[..slash])
    }
}

/// The segments of a path that begins with a slash, unchecked.
pub(super) fn segments(path: &[u8]) -> Option<Segments<'_>> {
    path.strip_prefix(b"/").map(|path| Segments(Some(path)))
}

/// The segments of a path that may be matched.
pub(super) fn checked(path: &[u8]) -> Result<Segments<'_>, PathFault> {
    let segments = segments(path).ok_or(PathFault::Relative)?;
    for segment in segments {
        check(segment)?;
    }
    Ok(segments)
}

/// A segment with its escapes resolved, once; copied only when it has any.
pub(super) fn decoded(segment: &[u8]) -> Cow<'_, [u8]> {
    if !segment.contains(&b'%') {
        return Cow::Borrowed(segment);
    }
    let mut text = Vec::with_capacity(segment.len());
    let mut rest = segment;
    while let [first, tail @ ..] = rest {
        let (byte, tail) = escape(rest).unwrap_or((*first, tail));
        text.push(byte);
        rest = tail;
    }
    Cow::Owned(text)
}

fn check(segment: &[u8]) -> Result<(), PathFault> {
    if segment.is_empty() {
        return Err(PathFault::Empty);
    }
    let mut escapes = segment.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if escapes.any(|(at, _)| escape(&segment[at..]).is_none()) {
        return Err(PathFault::Escape);
    }
    let text = decoded(segment);
    if text.contains(&0) {
        return Err(PathFault::Nul);
    }
    if text.contains(&b'\\') {
        return Err(PathFault::Backslash);
    }
    // A program behind us that decodes before it splits would walk up over `x%2F..%2Fy`.
    if text.split(|byte| *byte == b'/').any(|piece| matches!(piece, b"." | b"..")) {
        return Err(PathFault::Dots);
    }
    if segment.iter().any(|byte| matches!(byte, b'?' | b'#') || byte.is_ascii_control()) {
        return Err(PathFault::Character);
    }
    Ok(())
}

/// The byte that `%XX` at the beginning stands for, and what follows.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(high)? << 4 | digit(low)?, rest))
}
