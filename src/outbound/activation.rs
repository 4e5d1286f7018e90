//! The POST of the credentials to the partner: what is sent, and what came of it. Every failure has a name.
//!
//! Nothing of the partner's answer but its status gets into an [`Outcome`], and nothing secret: it may be stored and
//! shown. No input or output here.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::address::Special;
use crate::secret::Secret;

/// What to send where, and how long to bear with it.
#[derive(Debug, Clone)]
pub struct Handover {
    /// The partner's callback, as a person entered it.
    pub endpoint: String,
    /// Names and values of the form, in the order in which they are sent.
    pub fields: [(&'static str, Secret); 4],
    /// The time for everything together: looking up, connecting, sending, waiting, redirects.
    pub timeout: Duration,
    /// How many redirects are followed.
    pub max_redirects: u32,
}

/// How an attempt went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The address that answered; without an answer, every address that was tried.
    pub addresses: Vec<SocketAddr>,
    /// What was done, in order. A redirect that is followed begins anew.
    pub steps: Vec<Timed>,
    /// The last status that the partner answered with.
    pub status: Option<u16>,
    /// Why it failed; nothing when the partner took the credentials.
    pub failure: Option<Failure>,
}

/// One step, how long it took and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timed {
    /// Which step.
    pub step: Step,
    /// How long it took.
    pub millis: u64,
    /// How it ended.
    pub end: End,
}

/// A step of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Asking for the addresses of the host's name; left out for literal addresses.
    NameLookup,
    /// Judging whether we may go there.
    AddressCheck,
    /// Opening the connection.
    Connect,
    /// Agreeing on keys and checking the certificate; left out for plain http.
    Tls,
    /// Sending the form and waiting for the status.
    Post,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It was done.
    Passed,
    /// The partner answered with this status.
    Answered(u16),
    /// It was not; the failure of the outcome says why.
    Failed,
}

/// What the other side did, or why we did not go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The address is none that can be posted to.
    InvalidUrl,
    /// It is not https, and no exception is made for it.
    PlainHttp,
    /// Nobody knows the name.
    NameUnknown,
    /// The name could not be looked up.
    NameLookupFailed,
    /// The host is, or its name leads to, an address that partners do not have.
    ForbiddenAddress {
        /// The first one found.
        address: IpAddr,
        /// What it is for.
        special: Special,
    },
    /// Nobody listens at that port.
    ConnectionRefused,
    /// There is no way to that address.
    Unreachable,
    /// The certificate is not to be trusted.
    TlsCertificate(Certificate),
    /// No agreement on how to encrypt, or no TLS at all at that port.
    TlsOther,
    /// The time was over in this step.
    TimedOut(Step),
    /// The connection ended before there was an answer.
    ConnectionLost,
    /// The answer was not HTTP.
    NotHttp,
    /// The answer led elsewhere.
    RedirectRefused(Redirect),
    /// The answer was a status other than 2xx.
    HttpStatus(u16),
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    /// Made out to another name.
    WrongName,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Issued by nobody we trust: self-signed, private, or sent without its intermediates.
    UnknownAuthority,
    /// Withdrawn by its issuer.
    Revoked,
    /// Malformed, or made for something else: an authority's own certificate, for instance.
    Unusable,
}

/// Why a redirect was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Redirect {
    /// It leads to another scheme, host or port, which has no business with these credentials.
    OtherOrigin,
    /// It is neither 307 nor 308: after it the form would not be sent again.
    OtherStatus,
    /// More of them than are followed.
    TooMany,
}

impl Handover {
    /// The body of the POST. It is as secret as its fields.
    pub(super) fn form(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| (*name, value.expose()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }
}

impl Outcome {
    /// An attempt that the partner answered so, for scripts.
    pub fn answered(status: u16) -> Self {
        let failure = (!(200..300).contains(&status)).then_some(Failure::HttpStatus(status));
        let post = Timed { step: Step::Post, millis: 0, end: End::Answered(status) };
        Self { steps: vec![post], status: Some(status), failure, ..Self::default() }
    }

    /// An attempt that failed before anything was answered, for scripts.
    pub fn failed(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }

    /// Whether the partner took the credentials.
    pub fn is_success(&self) -> bool {
        self.failure.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_has_its_fields_in_order_and_encoded() {
        let handover = Handover {
            endpoint: String::new(),
            fields: [("a", "1"), ("b", "ö &="), ("c", ""), ("d", "https://x.example/")]
                .map(|(name, value)| (name, Secret::new(value))),
            timeout: Duration::ZERO,
            max_redirects: 0,
        };
        assert_eq!(handover.form(), "a=1&b=%C3%B6+%26%3D&c=&d=https%3A%2F%2Fx.example%2F");
        assert!(!format!("{handover:?}").contains("x.example"));
    }

    #[test]
    fn an_outcome_survives_being_stored() {
        let address = "10.0.0.1".parse().unwrap();
        for failure in [
            Failure::ForbiddenAddress { address, special: Special::Private },
            Failure::TlsCertificate(Certificate::WrongName),
            Failure::TimedOut(Step::Tls),
            Failure::RedirectRefused(Redirect::OtherOrigin),
            Failure::HttpStatus(500),
        ] {
            let outcome = Outcome { failure: Some(failure), ..Outcome::answered(500) };
            let stored = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&stored).unwrap(), outcome, "{stored}");
        }
    }
}
