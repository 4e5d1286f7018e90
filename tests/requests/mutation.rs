//! Making valid text wrong in the ways that matter: pieces of the grammar where they do not belong, pieces missing,
//! doubled or repeated without measure, and single bytes changed at random.

use super::dice::Dice;

/// What means something in a header, a query, a form or a path.
const PIECES: [&str; 44] = [
    "OAuth ",
    "oauth",
    "Basic ",
    "Bearer ",
    "oauth_",
    "oauth_token",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_version",
    "oauth%5Ftoken",
    "realm",
    "=",
    "\"",
    ",",
    "\\",
    "\\\"",
    " ",
    "\t",
    "\r\n",
    "%",
    "%2",
    "%zz",
    "%00",
    "%C3",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "&",
    "&&",
    "+",
    ";",
    "?",
    "#",
    "é",
    "😀",
    "\0",
    "\u{7f}",
    "a",
    "1.0",
    "[]",
    "/",
    "%2F",
    "..",
    "%2e%2E",
];

/// One case in so many is blown up beyond every limit.
const RARELY: usize = 4000;

/// The text after a few changes, or none.
pub(crate) fn mutated(dice: &mut Dice, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..dice.below(4) {
        change(dice, &mut bytes);
    }
    if dice.below(RARELY) == 0 {
        let piece = ["a&", ",a=b", "%41", "é", "=", "a=%F0%9F%98%80&", "/a", " ", "\""][dice.below(9)];
        let times = dice.below(70_000 / piece.len());
        insert(dice, &mut bytes, piece.repeat(times).as_bytes());
    }
    bytes
}

/// Text of nothing but pieces and random bytes.
pub(crate) fn garbage(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.text(16, &PIECES).into_bytes();
    for _ in 0..dice.below(4) {
        change(dice, &mut bytes);
    }
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let start = dice.below(bytes.len() + 1);
    let end = (start + dice.below(12)).min(bytes.len());
    match dice.below(5) {
        0 => {
            let piece = dice.below(PIECES.len());
            insert(dice, bytes, PIECES[piece].as_bytes());
        }
        1 => drop(bytes.drain(start..end)),
        2 => {
            let doubled = bytes[start..end].to_vec();
            bytes.splice(start..start, doubled);
        }
        3 => {
            let byte = random_byte(dice);
            insert(dice, bytes, &[byte]);
        }
        _ if start < bytes.len() => bytes[start] = random_byte(dice),
        _ => {}
    }
}

fn insert(dice: &mut Dice, bytes: &mut Vec<u8>, piece: &[u8]) {
    let at = dice.below(bytes.len() + 1);
    bytes.splice(at..at, piece.iter().copied());
}

fn random_byte(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).unwrap()
}
