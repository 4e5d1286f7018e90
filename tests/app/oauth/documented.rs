//! What `docs/partners.md` says is so: its worked examples are signed as they say, and it names every problem.

use std::fs;

use super::*;
use crate::support::signer::Request;

/// A value of 32 characters, as the examples have them.
fn word(start: &str, digit: &str) -> String {
    format!("{start}{}", digit.repeat(30))
}

fn documented() -> String {
    fs::read_to_string("docs/partners.md").unwrap()
}

#[test]
fn the_worked_examples_are_signed_as_they_say() {
    let handed =
        Handed { consumer_key: word("ck", "0"), consumer_secret: word("cs", "1"), verifier: word("ve", "4") };
    let request = Pair { token: word("rt", "2"), secret: word("rs", "3") };
    let access = Pair { token: word("at", "5"), secret: word("as", "6") };
    let base = "https://shop.example.com";
    let nonce = |nonce: &str| nonce.to_owned();
    let asking = Asking { nonce: nonce("nonce-1"), ..handed.asking(base, 1_700_000_000) };
    let exchanging = Asking { nonce: nonce("nonce-2"), ..handed.exchanging(base, 1_700_000_001, &request) };
    let call = Request {
        method: "GET",
        uri: "https://shop.example.com/rest/V1/products",
        query: &[],
        nonce: "nonce-3",
        timestamp: 1_700_000_002,
    };
    let by_sha1 = Asking { by_sha1: true, ..asking.clone() };
    let text = documented();
    for header in [
        handed.header(&asking),
        handed.header(&by_sha1),
        handed.header(&exchanging),
        handed.with(&access).sha256(&call),
    ] {
        for parameter in header.strip_prefix("OAuth ").unwrap().split(',') {
            assert!(text.contains(parameter.trim()), "{}", parameter.trim());
        }
    }
}

#[test]
fn every_problem_is_explained() {
    let text = documented();
    for code in [
        "version_rejected",
        "parameter_absent",
        "parameter_rejected",
        "timestamp_refused",
        "nonce_used",
        "signature_method_rejected",
        "signature_invalid",
        "consumer_key_unknown",
        "consumer_key_rejected",
        "consumer_key_refused",
        "token_used",
        "token_expired",
        "token_revoked",
        "token_rejected",
        "permission_denied",
        "verifier_invalid",
        "internal_error",
    ] {
        assert!(text.contains(&format!("| `{code}` |")), "{code}");
    }
}
