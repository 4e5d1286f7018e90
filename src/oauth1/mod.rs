//! OAuth 1.0a as RFC 5849 describes it, over bytes alone: what did they send, is it well-formed, does
//! this signature follow from these secrets, is this timestamp within the window. No I/O, no clock, no
//! database, and no knowledge of the rest of Latchkey.
//!
//! # The protocol on one page
//!
//! A *consumer* (the partner's client) shares a key and a secret with us, and later a *token* and its
//! secret. It never sends a secret. Instead each request carries protocol parameters, all named
//! `oauth_…`, in an `Authorization: OAuth …` header or in a form body:
//!
//! | Parameter | Meaning |
//! |---|---|
//! | `oauth_consumer_key` | who is asking |
//! | `oauth_token` | on whose behalf; absent while asking for a request token |
//! | `oauth_signature_method` | `HMAC-SHA256` or `HMAC-SHA1` |
//! | `oauth_timestamp`, `oauth_nonce` | together unique per consumer: what makes a replay visible |
//! | `oauth_version` | `1.0` when sent at all |
//! | `oauth_verifier` | proof, in the exchange only, that the credentials posted to the partner arrived |
//! | `oauth_signature` | HMAC over the *signature base string*, keyed with both secrets |
//!
//! The base string (section 3.4.1) names the method, the address and every parameter of the request:
//! those of the header, the query and a form body, sorted by their encoded bytes, duplicates kept. So
//! whoever alters any of them without the secrets is noticed. A body of another type is not covered.
//!
//! Three requests are signed: for a request token, for an access token, and every call of the API; a
//! [`Requirement`] says which parameters each must have.
//!
//! # Reading a request
//!
//! 1. [`Signed::read`] collects the parameters and checks their presence and form. No credentials at
//!    all is an answer (`None`), not a [`Problem`].
//! 2. The caller finds consumer and token by [`Signed::consumer_key`] and [`Signed::token`].
//! 3. [`window::check`] compares the timestamp with the time it is.
//! 4. [`Signed::verify`] recomputes the signature from both secrets.
//! 5. Only then does the caller record the nonce: nobody without secrets can write anything.
//!
//! [`Problem`] is every way in which this can end badly, with its wire name; [`answer`] writes what the
//! token endpoints reply.
//!
//! # Where we are stricter than clients may expect
//!
//! * Protocol parameters are refused in the query, in two places, or twice: `parameter_rejected`.
//! * A bad `%` escape, or one that decodes to something other than UTF-8, in a signed request is
//!   `parameter_rejected`: guessing what was meant could make two different requests look alike.
//! * The path is signed as received. It is never decoded and encoded again, so `%2F` stays `%2F`.

pub mod answer;
mod base_string;
pub mod encoding;
pub mod header;
mod parameters;
mod problem;
mod request;
pub mod signature;
pub mod window;

#[cfg(test)]
mod independent;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod vectors;

pub use base_string::{BadBaseUri, BaseUri};
pub use problem::{Argument, Echo, Problem, Rejected, Sentence};
pub use request::{Received, Requirement, Signed};
pub use signature::SignatureMethod;
