//! Every way in which a signed request can be wrong, with its wire name, status and sentence. It must
//! never carry a key, token or secret that was received: a problem is sent, logged and shown.
//!
//! The sentences are Magento's where it has one, because partners' clients look for them. The REST
//! surface sends a [`Sentence`] raw beside its argument, the token endpoints send [`Problem::advice`].

use std::fmt;

/// What is wrong with a request. Some are found here, from the request alone; the others by whoever
/// knows consumers and tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// `oauth_version` is not `1.0`.
    VersionRejected(Echo),
    /// Required parameters are missing, in the order in which they are named.
    ParametersAbsent(Vec<&'static str>),
    /// A parameter that stands in the wrong place, twice, or cannot be read.
    ParameterRejected(Rejected),
    /// `oauth_token` has not the length of a token.
    TokenLength,
    /// `oauth_signature_method` is neither of those that are supported.
    SignatureMethodRejected(Echo),
    /// `oauth_consumer_key` has not the length of a key.
    ConsumerKeyLength,
    /// Nobody has this consumer key.
    ConsumerUnknown,
    /// The time for the exchange with this consumer is over.
    ConsumerKeyExpired,
    /// The integration is suspended.
    ConsumerSuspended,
    /// This consumer, by its id, has used the nonce with this timestamp before.
    NonceUsed(i64),
    /// The timestamp is outside the window, whose ends are in seconds since 1970.
    TimestampRefused {
        /// The first second that would do.
        earliest: i64,
        /// The last second that would do.
        latest: i64,
    },
    /// The signature does not follow from the request and the secrets.
    SignatureInvalid,
    /// The consumer, by its id, has no token to exchange.
    TokenAbsent(i64),
    /// A request token is asked for, but the exchange is past that step.
    NotAVerifierToken,
    /// Nobody has this token.
    TokenUnknown,
    /// The request token belongs to another consumer.
    RequestTokenOfAnother,
    /// The request token was exchanged already.
    TokenUsed,
    /// The request token was not exchanged in time.
    TokenExpired,
    /// An access token is asked for, but the exchange is not at that step.
    NotARequestToken,
    /// The token of an API call belongs to another consumer.
    TokenOfAnother,
    /// The token of an API call is not an access token.
    NotAnAccessToken,
    /// The access token was withdrawn.
    TokenRevoked,
    /// The verifier holds characters that no verifier has.
    VerifierMalformed,
    /// The verifier has not the length of a verifier.
    VerifierLength,
    /// The verifier is not the one that was handed out with these credentials.
    VerifierMismatch,
    /// The integration lacks the resources named here, joined by `, `.
    PermissionDenied(String),
}

/// Why a parameter is refused whatever it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// A protocol parameter stands in the query.
    InQuery,
    /// A protocol parameter, named here, stands twice or in two places.
    Repeated(&'static str),
    /// The `Authorization` header cannot be taken apart.
    Header,
    /// A percent escape is malformed, or text is not UTF-8.
    Encoding,
    /// The header, the number of parameters, a name or a value is beyond its limit.
    TooLarge,
    /// The nonce is empty, longer than 128 characters, or holds control characters.
    Nonce,
    /// The body is a form but did not arrive, so its fields cannot be checked.
    BodyMissing,
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        Self::ParameterRejected(rejected)
    }
}

/// A received word that is safe to repeat: sixteen letters, digits, dots, hyphens and underscores at
/// most, so that no key, token or secret sent in the wrong place comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo(String);

impl Echo {
    /// Keeps the word if it is safe, else says `unknown`.
    pub fn of(received: &str) -> Self {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let kept = if received.len() <= 16 && received.bytes().all(safe) { received } else { "unknown" };
        Self(kept.to_owned())
    }
}

/// A sentence as Magento's REST surface sends it: with its placeholder, and what belongs there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The text with `%1` or `%name` left in.
    pub template: &'static str,
    /// What the placeholder stands for.
    pub argument: Option<Argument>,
}

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// The value of `%1`; an array in JSON.
    Positional(String),
    /// The name and value of `%name`; an object in JSON.
    Named(&'static str, String),
}

impl Sentence {
    /// The sentence with its placeholder filled in.
    pub fn filled(&self) -> String {
        match &self.argument {
            None => self.template.to_owned(),
            Some(Argument::Positional(value)) => self.template.replace("%1", value),
            Some(Argument::Named(name, value)) => self.template.replace(&format!("%{name}"), value),
        }
    }
}

impl Problem {
    /// The name on the wire (OAuth Problem Reporting extension), in `oauth_problem`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::VersionRejected(_) => "version_rejected",
            Self::ParametersAbsent(_) => "parameter_absent",
            Self::ParameterRejected(_) | Self::TokenLength => "parameter_rejected",
            Self::SignatureMethodRejected(_) => "signature_method_rejected",
            Self::ConsumerKeyLength | Self::ConsumerUnknown => "consumer_key_unknown",
            Self::ConsumerKeyExpired => "consumer_key_rejected",
            Self::ConsumerSuspended => "consumer_key_refused",
            Self::NonceUsed(_) => "nonce_used",
            Self::TimestampRefused { .. } => "timestamp_refused",
            Self::SignatureInvalid => "signature_invalid",
            Self::TokenUsed => "token_used",
            Self::TokenExpired => "token_expired",
            Self::TokenRevoked => "token_revoked",
            Self::VerifierMalformed | Self::VerifierLength | Self::VerifierMismatch => "verifier_invalid",
            Self::PermissionDenied(_) => "permission_denied",
            Self::TokenAbsent(_)
            | Self::NotAVerifierToken
            | Self::TokenUnknown
            | Self::RequestTokenOfAnother
            | Self::NotARequestToken
            | Self::TokenOfAnother
            | Self::NotAnAccessToken => "token_rejected",
        }
    }

    /// The HTTP status: 400 for what is malformed, 401 for who is not believed, 403 for a known
    /// caller who may not.
    pub fn status(&self) -> u16 {
        match self {
            Self::VersionRejected(_)
            | Self::ParametersAbsent(_)
            | Self::ParameterRejected(_)
            | Self::TokenLength
            | Self::SignatureMethodRejected(_) => 400,
            Self::PermissionDenied(_) => 403,
            _ => 401,
        }
    }

    /// The sentence, raw. Of several missing parameters it says only that; [`Self::errors`] names them.
    pub fn sentence(&self) -> Sentence {
        Sentence { template: self.template(), argument: self.argument() }
    }

    /// One sentence per missing parameter when there are several; otherwise nothing.
    pub fn errors(&self) -> Vec<Sentence> {
        match self {
            Self::ParametersAbsent(names) if names.len() > 1 => names.iter().copied().map(absent).collect(),
            _ => Vec::new(),
        }
    }

    /// The sentence filled in, for `oauth_problem_advice`.
    pub fn advice(&self) -> String {
        let errors = self.errors();
        if errors.is_empty() {
            return self.sentence().filled();
        }
        let sentences = errors.iter().map(|error| error.filled().trim_end_matches('.').to_owned());
        sentences.collect::<Vec<_>>().join(", ")
    }

    /// What helps a client to mend its request: a further field of the extension.
    pub fn hint(&self) -> Option<(&'static str, String)> {
        match self {
            Self::VersionRejected(_) => Some(("oauth_acceptable_versions", "1.0-1.0".to_owned())),
            Self::ParametersAbsent(names) => Some(("oauth_parameters_absent", names.join("&"))),
            Self::TimestampRefused { earliest, latest } => {
                Some(("oauth_acceptable_timestamps", format!("{earliest}-{latest}")))
            }
            _ => None,
        }
    }

    fn template(&self) -> &'static str {
        match self {
            Self::VersionRejected(_) => "The \"%1\" Oauth version isn't supported.",
            Self::ParametersAbsent(names) if names.len() > 1 => "One or more input exceptions have occurred.",
            Self::ParametersAbsent(_) => REQUIRED,
            Self::ParameterRejected(rejected) => rejected.template(),
            Self::TokenLength => "The token length is invalid. Check the length and try again.",
            Self::SignatureMethodRejected(_) => "Signature method %1 is not supported",
            Self::ConsumerKeyLength => "Consumer key is not the correct length",
            Self::ConsumerUnknown => "A consumer having the specified key does not exist",
            Self::ConsumerKeyExpired => "Consumer key has expired",
            Self::ConsumerSuspended => "The integration is suspended",
            Self::NonceUsed(_) => "The nonce is already being used by the consumer with ID %1",
            Self::TimestampRefused { .. } => "Incorrect timestamp value in the oauth_timestamp parameter",
            Self::SignatureInvalid => "The signature is invalid. Verify and try again.",
            Self::TokenAbsent(_) => "A token with consumer ID %1 does not exist",
            Self::NotAVerifierToken => {
                "Cannot create request token because consumer token is not a verifier token"
            }
            Self::TokenUnknown => "Specified token does not exist",
            Self::RequestTokenOfAnother => "Request token is not associated with the specified consumer",
            Self::TokenUsed => "Token is already being used",
            Self::TokenExpired => "Request token has expired",
            Self::NotARequestToken => "Cannot get access token because consumer token is not a request token",
            Self::TokenOfAnother => "Token is not associated with the specified consumer",
            Self::NotAnAccessToken => "Token is not an access token",
            Self::TokenRevoked => "Access token has been revoked",
            Self::VerifierMalformed => "Verifier is invalid",
            Self::VerifierLength => "Verifier is not the correct length",
            Self::VerifierMismatch => "Token verifier and verifier token do not match",
            Self::PermissionDenied(_) => "The consumer isn't authorized to access %resources.",
        }
    }

    fn argument(&self) -> Option<Argument> {
        match self {
            Self::VersionRejected(Echo(word)) | Self::SignatureMethodRejected(Echo(word)) => {
                Some(Argument::Positional(word.clone()))
            }
            Self::ParametersAbsent(names) if names.len() == 1 => absent(names[0]).argument,
            Self::ParameterRejected(Rejected::Repeated(name)) => {
                Some(Argument::Positional((*name).to_owned()))
            }
            Self::NonceUsed(consumer) | Self::TokenAbsent(consumer) => {
                Some(Argument::Positional(consumer.to_string()))
            }
            Self::PermissionDenied(resources) => Some(Argument::Named("resources", resources.clone())),
            _ => None,
        }
    }
}

const REQUIRED: &str = "\"%fieldName\" is required. Enter and try again.";

fn absent(name: &str) -> Sentence {
    Sentence { template: REQUIRED, argument: Some(Argument::Named("fieldName", name.to_owned())) }
}

impl Rejected {
    fn template(self) -> &'static str {
        match self {
            Self::InQuery => "OAuth parameters belong in the Authorization header, not in the query",
            Self::Repeated(_) => {
                "The parameter %1 must stand once, in the Authorization header or the form body"
            }
            Self::Header => "The Authorization header is malformed",
            Self::Encoding => "A parameter is not percent-encoded UTF-8",
            Self::TooLarge => "The request has too many or too long parameters",
            Self::Nonce => "The nonce must have 1 to 128 characters, none of them a control character",
            Self::BodyMissing => "The form body did not arrive, so its signature cannot be checked",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.advice())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests;
