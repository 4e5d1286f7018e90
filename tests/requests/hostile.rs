//! Header, query and form of requests that somebody made to do harm, as the gateway and the token endpoints read them.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey::oauth1::header::write;
use latchkey::oauth1::{BaseUri, Received, Requirement, Signed, encoding};

use super::cases::Cases;
use super::dice::Dice;
use super::mutation::{garbage, mutated};

const CASES: u64 = 200_000;
const BASE: &str = "https://shop.example.com/store/";
const REQUIREMENTS: [Requirement; 3] =
    [Requirement::Call, Requirement::RequestToken, Requirement::AccessToken];
/// Bytes of all `Authorization` headers of a request that may be read.
const HEADERS: usize = 8 * 1024;
/// Parameters of a request that may be read.
const PARAMETERS: usize = 1000;

/// A request with something wrong in it.
struct Hostile {
    method: &'static str,
    path: String,
    query: Option<String>,
    headers: Vec<String>,
    form: Option<Vec<u8>>,
}

impl Hostile {
    fn roll(dice: &mut Dice, header: &str) -> Self {
        let pairs = "a=b&searchCriteria%5Bpage%5D=2&c=d+e%2Bf&=&g";
        let wrong = |dice: &mut Dice, text: &str| match dice.below(8) {
            0 => garbage(dice),
            1..4 => text.as_bytes().to_vec(),
            _ => mutated(dice, text),
        };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let mut headers = vec![text(wrong(dice, header))];
        if dice.below(8) == 0 {
            headers.push(text(wrong(dice, header)));
        }
        Self {
            method: ["GET", "POST", "PUT", "get", "", "é", "G E T"][dice.below(7)],
            path: text(wrong(dice, "/rest/V1/products/a%2Fb")),
            query: (dice.below(3) > 0).then(|| text(wrong(dice, pairs))),
            // At times the credentials stand in the form.
            form: match dice.below(6) {
                0 => Some(wrong(dice, &header["OAuth ".len()..].replace("\", ", "&").replace('"', ""))),
                1 | 2 => Some(wrong(dice, pairs)),
                _ => None,
            },
            headers,
        }
    }

    /// Bytes that came off the wire.
    fn size(&self) -> usize {
        let query = self.query.as_ref().map_or(0, String::len);
        let form = self.form.as_ref().map_or(0, Vec::len);
        self.headers.iter().map(String::len).sum::<usize>() + self.path.len() + query + form
    }

    /// What could be a parameter.
    fn pieces(&self) -> usize {
        let count = |bytes: &[u8], of: u8| bytes.iter().filter(|byte| **byte == of).count() + 1;
        let headers: usize = self.headers.iter().map(|header| count(header.as_bytes(), b',')).sum();
        let query = self.query.as_ref().map_or(0, |query| count(query.as_bytes(), b'&'));
        headers + query + self.form.as_ref().map_or(0, |form| count(form, b'&'))
    }
}

/// A header in good form.
fn honest_header() -> String {
    let word = "0123456789abcdefghijklmnopqrstuv";
    write(
        Some("shop"),
        &[
            ("oauth_consumer_key", word),
            ("oauth_token", word),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", "1700000000"),
            ("oauth_nonce", "é 1"),
            ("oauth_version", "1.0"),
            ("oauth_verifier", word),
            ("oauth_signature", "c2lnbmF0dXJl+/="),
        ],
    )
}

/// Reads it and judges the result; `Some(true)` when it was read as signed, `None` when refused.
fn read(hostile: &Hostile, base: &BaseUri, requirement: Requirement) -> Option<bool> {
    let headers: Vec<&str> = hostile.headers.iter().map(String::as_str).collect();
    let received = Received {
        method: hostile.method,
        base,
        path: &hostile.path,
        query: hostile.query.as_deref(),
        authorization: &headers,
        form: hostile.form.as_deref(),
    };
    let mut result = None;
    let spent = allocation_counter::measure(|| result = Some(Signed::read(&received, requirement)));
    let (size, pieces) = (hostile.size() as u64, hostile.pieces().min(PARAMETERS) as u64);
    // Decoded once, and encoded twice in the base string, where one byte becomes five; a buffer that grows is there
    // twice for a moment. Each parameter is an entry of a list that doubles.
    let bytes = 4096 + 16 * size + 192 * pieces;
    // A name and a value, each once for its plus signs and once for its escapes; the lists; what is kept.
    let count = 64 + 8 * pieces;
    assert!(spent.bytes_max <= bytes, "{} bytes at once for {size} and {pieces} pieces", spent.bytes_max);
    assert!(spent.count_total <= count, "{} allocations for {size} and {pieces} pieces", spent.count_total);
    match result.unwrap() {
        Ok(None) => Some(false),
        Ok(Some(signed)) => {
            assert!(hostile.headers.iter().map(String::len).sum::<usize>() <= HEADERS);
            assert!(signed.base_string().is_ascii());
            assert!(signed.nonce().chars().count() <= 128);
            assert!(signed.verify("secret", "secret").is_err());
            Some(true)
        }
        Err(problem) => {
            assert!(matches!(problem.status(), 400 | 401), "{problem:?}");
            assert!(!problem.code().is_empty());
            None
        }
    }
}

#[test]
fn hostile_requests_cost_little_and_break_nothing() {
    let base = BaseUri::parse(BASE).unwrap();
    let header = honest_header();
    let counts = [const { AtomicU64::new(0) }; 3];
    Cases::of("header, query and form", CASES).run(|dice| {
        let hostile = Hostile::roll(dice, &header);
        let outcome = match read(&hostile, &base, REQUIREMENTS[dice.below(3)]) {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        counts[outcome].fetch_add(1, Ordering::Relaxed);
    });
    let [signed, unsigned, refused] = counts.map(AtomicU64::into_inner);
    let total = signed + unsigned + refused;
    // A generator that only made nonsense, or nothing wrong, would prove little.
    let enough = |count: u64| total < 1000 || count * 20 > total;
    assert!(enough(signed) && enough(refused) && enough(unsigned), "{signed} {refused} {unsigned}");
}

#[test]
fn whatever_is_encoded_decodes_to_itself_and_nothing_else_grows() {
    Cases::of("escapes", CASES / 4).run(|dice| {
        let bytes = garbage(dice);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(encoding::decode(&encoding::encode(&text)).unwrap(), text);
        assert_eq!(encoding::decode_form(&encoding::encode_form(&text)).unwrap(), text);
        for decoded in [encoding::decode(&text), encoding::decode_form(&text)].into_iter().flatten() {
            assert!(decoded.len() <= text.len());
        }
    });
}
