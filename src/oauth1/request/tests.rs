//! Presence and form of protocol parameters, case by case.

use super::*;
use crate::oauth1::header;

const KEY: &str = "ck000000000000000000000000000000";
const TOKEN: &str = "at555555555555555555555555555555";
const VERIFIER: &str = "ve444444444444444444444444444444";

const GOOD: [(&str, &str); 8] = [
    ("oauth_consumer_key", KEY),
    ("oauth_token", TOKEN),
    ("oauth_verifier", VERIFIER),
    ("oauth_signature_method", "HMAC-SHA256"),
    ("oauth_signature", "c2ln"),
    ("oauth_timestamp", "1700000000"),
    ("oauth_nonce", "n"),
    ("oauth_version", "1.0"),
];

fn read(parameters: &[(&str, &str)], requirement: Requirement) -> Result<Option<Signed>, Problem> {
    let base = BaseUri::parse("https://shop.example.com/").unwrap();
    let header = header::write(None, parameters);
    let authorization = [header.as_str()];
    let received = Received {
        method: "POST",
        base: &base,
        path: "/",
        query: None,
        authorization: &authorization,
        form: None,
    };
    Signed::read(&received, requirement)
}

/// Reads a good exchange request in which one parameter is changed.
fn with(name: &str, value: &str) -> Result<Option<Signed>, Problem> {
    let changed = GOOD.map(|(key, good)| if key == name { (key, value) } else { (key, good) });
    read(&changed, Requirement::AccessToken)
}

/// Reads a good request from which some parameters are left out.
fn without(left_out: &[&str], requirement: Requirement) -> Result<Option<Signed>, Problem> {
    let kept: Vec<_> = GOOD.into_iter().filter(|(name, _)| !left_out.contains(name)).collect();
    read(&kept, requirement)
}

fn problem(result: Result<Option<Signed>, Problem>) -> Problem {
    result.expect_err("a problem")
}

#[test]
fn a_good_request_shows_what_it_says() {
    let signed = read(&GOOD, Requirement::AccessToken).unwrap().unwrap();
    assert_eq!(signed.consumer_key(), KEY);
    assert_eq!(signed.token(), Some(TOKEN));
    assert_eq!(signed.verifier(), Some(VERIFIER));
    assert_eq!((signed.nonce(), signed.timestamp()), ("n", 1_700_000_000));
    assert_eq!(signed.method(), SignatureMethod::HmacSha256);
    assert_eq!(signed.verify("a", "b"), Err(Problem::SignatureInvalid));
}

#[test]
fn each_purpose_has_its_required_parameters() {
    let optional = ["oauth_token", "oauth_verifier", "oauth_version"];
    assert!(without(&optional, Requirement::RequestToken).unwrap().is_some());
    let absent = |names: &[&'static str]| Problem::ParametersAbsent(names.to_vec());
    assert_eq!(problem(without(&optional, Requirement::Call)), absent(&["oauth_token"]));
    assert_eq!(
        problem(without(&optional, Requirement::AccessToken)),
        absent(&["oauth_token", "oauth_verifier"])
    );
    for requirement in [Requirement::RequestToken, Requirement::AccessToken, Requirement::Call] {
        assert_eq!(problem(read(&[], requirement)), requirement.all_absent());
    }
}

#[test]
fn missing_parameters_are_named_in_magentos_order() {
    let left_out = ["oauth_timestamp", "oauth_consumer_key", "oauth_signature_method", "oauth_verifier"];
    assert_eq!(
        problem(without(&left_out, Requirement::AccessToken)).hint(),
        Some((
            "oauth_parameters_absent",
            "oauth_consumer_key&oauth_signature_method&oauth_timestamp&oauth_verifier".to_owned()
        ))
    );
}

#[test]
fn the_version_is_one_point_nought_or_left_out() {
    assert!(without(&["oauth_version"], Requirement::AccessToken).unwrap().is_some());
    for version in ["1", "1.00", "1.0a", "2.0", ""] {
        assert_eq!(problem(with("oauth_version", version)), Problem::VersionRejected(Echo::of(version)));
    }
}

#[test]
fn signature_methods_other_than_ours_are_refused() {
    for method in ["PLAINTEXT", "RSA-SHA1", "hmac-sha256", ""] {
        let refused = Problem::SignatureMethodRejected(Echo::of(method));
        assert_eq!(problem(with("oauth_signature_method", method)), refused);
    }
}

#[test]
fn keys_tokens_and_verifiers_have_their_length() {
    let (short, long) = (&KEY[..31], &format!("{KEY}0"));
    for wrong in [short, long] {
        assert_eq!(problem(with("oauth_token", wrong)), Problem::TokenLength);
        assert_eq!(problem(with("oauth_consumer_key", wrong)), Problem::ConsumerKeyLength);
        assert_eq!(problem(with("oauth_verifier", wrong)), Problem::VerifierLength);
    }
    assert_eq!(problem(with("oauth_token", "")), Problem::TokenLength);
    assert_eq!(problem(with("oauth_consumer_key", "")), Problem::ConsumerUnknown);
    assert_eq!(problem(with("oauth_verifier", "")), Problem::VerifierLength);
    assert_eq!(problem(with("oauth_verifier", &"é".repeat(32))), Problem::VerifierMalformed);
    assert_eq!(problem(with("oauth_token", &"\0".repeat(32))), Problem::TokenLength);
}

#[test]
fn a_verifier_matters_in_the_exchange_only() {
    let changed = GOOD.map(|(key, good)| if key == "oauth_verifier" { (key, "short") } else { (key, good) });
    assert!(read(&changed, Requirement::Call).unwrap().is_some());
    assert!(read(&changed, Requirement::RequestToken).unwrap().is_some());
}

#[test]
fn a_nonce_has_1_to_128_characters() {
    assert!(with("oauth_nonce", &"é".repeat(128)).unwrap().is_some());
    for nonce in ["", "a\0b", "\n", &"n".repeat(129)] {
        assert_eq!(problem(with("oauth_nonce", nonce)), Rejected::Nonce.into());
    }
}

#[test]
fn an_unreadable_timestamp_is_refused_by_every_window() {
    for timestamp in ["", "0", "-5", "1700000000.5", "now"] {
        let signed = with("oauth_timestamp", timestamp).unwrap().unwrap();
        for now in [0, 1_700_000_000] {
            assert_eq!(window::check(signed.timestamp(), now).unwrap_err().code(), "timestamp_refused");
        }
    }
}

#[test]
fn problems_come_in_the_specified_order() {
    let mut wrong = GOOD.map(|(name, _)| (name, "x"));
    wrong[7].1 = "2.0";
    assert_eq!(problem(read(&wrong, Requirement::AccessToken)).code(), "version_rejected");
    wrong[7].1 = "1.0";
    assert_eq!(problem(read(&wrong, Requirement::AccessToken)), Problem::TokenLength);
    wrong[1].1 = TOKEN;
    assert_eq!(problem(read(&wrong, Requirement::AccessToken)).code(), "signature_method_rejected");
    wrong[3].1 = "HMAC-SHA1";
    assert_eq!(problem(read(&wrong, Requirement::AccessToken)), Problem::ConsumerKeyLength);
}

#[test]
fn printing_a_request_shows_neither_key_nor_token_nor_signature() {
    let printed = format!("{:?}", read(&GOOD, Requirement::AccessToken).unwrap().unwrap());
    for hidden in [KEY, TOKEN, VERIFIER, "c2ln"] {
        assert!(!printed.contains(hidden));
    }
}

#[test]
fn problems_never_repeat_what_was_sent_as_key_token_or_secret() {
    let secret = "s3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3";
    for (name, _) in GOOD {
        for value in [secret.to_owned(), format!("{secret}x")] {
            if let Err(problem) = with(name, &value) {
                assert!(!format!("{problem:?} {problem} {:?}", problem.sentence()).contains(secret));
            }
        }
    }
}
