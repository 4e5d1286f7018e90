//! Sentences, their arguments, and what is never repeated.

use super::*;

#[test]
fn placeholders_stay_for_rest_and_are_filled_in_for_the_token_endpoints() {
    let problem = Problem::SignatureMethodRejected(Echo::of("RSA-SHA1"));
    let argument = Some(Argument::Positional("RSA-SHA1".to_owned()));
    assert_eq!(problem.sentence(), Sentence { template: "Signature method %1 is not supported", argument });
    assert_eq!(problem.advice(), "Signature method RSA-SHA1 is not supported");

    let problem = Problem::PermissionDenied("A::b, C::d".to_owned());
    assert_eq!(problem.to_string(), "permission_denied: The consumer isn't authorized to access A::b, C::d.");
    assert_eq!(Problem::NonceUsed(7).advice(), "The nonce is already being used by the consumer with ID 7");
}

#[test]
fn one_missing_parameter_is_a_sentence_and_several_are_a_list() {
    let one = Problem::ParametersAbsent(vec!["oauth_nonce"]);
    assert_eq!(one.sentence(), absent("oauth_nonce"));
    assert_eq!(one.advice(), "\"oauth_nonce\" is required. Enter and try again.");
    assert!(one.errors().is_empty());

    let two = Problem::ParametersAbsent(vec!["oauth_nonce", "oauth_token"]);
    assert_eq!(two.sentence().filled(), "One or more input exceptions have occurred.");
    assert_eq!(two.errors(), [absent("oauth_nonce"), absent("oauth_token")]);
}

#[test]
fn an_echo_never_repeats_anything_as_long_as_a_secret() {
    assert_eq!(Echo::of("HMAC-SHA512"), Echo("HMAC-SHA512".to_owned()));
    for unsafe_word in ["0123456789abcdef0", "a b", "<script>", "é", "%1"] {
        assert_eq!(Echo::of(unsafe_word), Echo("unknown".to_owned()));
    }
}

#[test]
fn malformed_is_400_and_not_believed_is_401() {
    assert_eq!(Problem::from(Rejected::InQuery).status(), 400);
    assert_eq!(Problem::TokenLength.status(), 400);
    assert_eq!(Problem::ConsumerKeyLength.status(), 401);
    assert_eq!(Problem::SignatureInvalid.status(), 401);
    assert_eq!(Problem::PermissionDenied(String::new()).status(), 403);
}
