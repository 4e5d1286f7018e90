//! The form-encoded bodies of the token endpoints (RFC 5849 sections 2.1 and 2.3) and of their
//! refusals (OAuth Problem Reporting extension). It knows no status line and no headers.

use super::encoding::encode_form;
use super::problem::Problem;

/// The content type of every answer, success and refusal alike.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// A request token was issued. The confirmation is there because clients of 1.0a insist on it, though
/// the callback address is the integration's own.
pub fn request_token(token: &str, secret: &str) -> String {
    form(&[("oauth_token", token), ("oauth_token_secret", secret), ("oauth_callback_confirmed", "true")])
}

/// An access token was issued.
pub fn access_token(token: &str, secret: &str) -> String {
    form(&[("oauth_token", token), ("oauth_token_secret", secret)])
}

/// The request was refused: the code for programs, the sentence for people, then what helps to mend it.
pub fn refusal(problem: &Problem) -> String {
    let advice = problem.advice();
    let hint = problem.hint();
    let mut fields = vec![("oauth_problem", problem.code()), ("oauth_problem_advice", advice.as_str())];
    fields.extend(hint.iter().map(|(name, value)| (*name, value.as_str())));
    form(&fields)
}

/// The server failed. The reference is what its administrator finds it by.
pub fn failure(advice: &str, reference: &str) -> String {
    form(&[("oauth_problem", "internal_error"), ("oauth_problem_advice", advice), ("reference", reference)])
}

fn form(fields: &[(&str, &str)]) -> String {
    let pieces = fields.iter().map(|(name, value)| format!("{}={}", encode_form(name), encode_form(value)));
    pieces.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issued_tokens_are_a_form() {
        assert_eq!(
            request_token("t", "s s"),
            "oauth_token=t&oauth_token_secret=s+s&oauth_callback_confirmed=true"
        );
        assert_eq!(access_token("t", "s"), "oauth_token=t&oauth_token_secret=s");
    }

    #[test]
    fn a_refusal_names_the_code_the_sentence_and_the_remedy() {
        assert_eq!(
            refusal(&Problem::ParametersAbsent(vec!["oauth_token", "oauth_verifier"])),
            "oauth_problem=parameter_absent\
             &oauth_problem_advice=%22oauth_token%22+is+required.+Enter+and+try+again\
             %2C+%22oauth_verifier%22+is+required.+Enter+and+try+again\
             &oauth_parameters_absent=oauth_token%26oauth_verifier"
        );
        assert_eq!(
            refusal(&Problem::TimestampRefused { earliest: 400, latest: 1600 }),
            "oauth_problem=timestamp_refused\
             &oauth_problem_advice=Incorrect+timestamp+value+in+the+oauth_timestamp+parameter\
             &oauth_acceptable_timestamps=400-1600"
        );
        assert_eq!(
            refusal(&Problem::SignatureInvalid),
            "oauth_problem=signature_invalid\
             &oauth_problem_advice=The+signature+is+invalid.+Verify+and+try+again."
        );
        assert_eq!(
            failure("See the log.", "r1"),
            "oauth_problem=internal_error&oauth_problem_advice=See+the+log.&reference=r1"
        );
    }
}
