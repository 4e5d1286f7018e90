//! Deciding an API call: rules over what is known of a consumer, what was signed, and the time it is. Pure: no
//! database, no clock. [`super::gate`] supplies the facts and asks in order.
//!
//! There are two steps because the nonce is recorded between them: first who it is ([`authenticate`]), which a
//! stranger cannot get past, then whether the call may be made ([`standing`], [`permit`]).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::bearer::{self, Fault, Holder, Person};
use super::consumer::Consumer;
use super::integration::Status;
use super::permission::Grants;
use super::route::{Miss, Route};
use super::token::{Slot, Token, TokenId};
use crate::oauth1::{Problem, Signed, encoding, window};
use crate::secret::Secret;
use crate::store::Unready;

#[cfg(test)]
mod tests;

/// All that decisions about a consumer's calls depend on.
#[derive(Debug, Clone)]
pub struct Known {
    /// Key and secret, and whose they are.
    pub consumer: Consumer,
    /// The integration's name.
    pub name: Name,
    /// Where the integration stands.
    pub status: Status,
    /// What it holds.
    pub grants: Grants,
    /// The token that signs calls.
    pub live: Option<Token>,
    /// The one before, which signs calls until it ends.
    pub retiring: Option<Token>,
    /// Whether a token of it counts without a signature too.
    pub accepts_bearer: bool,
}

/// The name of an integration, and that in a header, worked out once for all of its calls.
#[derive(Debug, Clone)]
pub struct Name {
    text: String,
    encoded: String,
}

/// Who makes a call.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody known: no credentials were sent.
    Guest,
    /// An integration whose credentials were checked.
    Integration(Arc<Known>),
    /// An administrator or a customer whose token was checked.
    Person(Arc<Person>),
}

/// Why a call does not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The address is no route of the Web API.
    #[error("{0}")]
    Miss(#[from] Miss),
    /// The credentials are wrong, or do not suffice.
    #[error("{0}")]
    Oauth(#[from] Problem),
    /// The bearer token does not count.
    #[error("{0}")]
    Bearer(#[from] Fault),
    /// An administrator or a customer may not do what is named here, joined by `, `.
    #[error("the account may not access {0}")]
    Forbidden(String),
    /// No credentials were sent, and the route needs what is named here, joined by `, `.
    #[error("a guest may not access {0}")]
    Guest(String),
    /// It cannot be decided at this moment.
    #[error("{0}")]
    Unready(#[from] Unready),
}

impl Name {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Percent-encoded.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self { encoded: encoding::encode(&text), text }
    }
}

impl Caller {
    /// Who it is in one word, from a list that is fixed.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Integration(_) => "integration",
            Self::Person(person) => match person.holder.kind() {
                bearer::Kind::Admin => "admin",
                bearer::Kind::Customer => "customer",
            },
        }
    }

    /// The number of whoever calls among those of its kind; 0 for a guest.
    pub fn id(&self) -> i64 {
        match self {
            Self::Guest => 0,
            Self::Integration(known) => known.consumer.integration.0,
            Self::Person(person) => match person.holder {
                Holder::Admin(id) => id.0,
                Holder::Customer(id) => id.0,
            },
        }
    }
}

impl Refusal {
    /// The cause in one word, from a list that is fixed.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Miss(Miss::Path(_)) => "path",
            Self::Miss(Miss::Method) => "method",
            Self::Miss(Miss::Route) => "route",
            Self::Oauth(problem) => problem.code(),
            Self::Bearer(fault) => fault.code(),
            Self::Forbidden(_) => "permission_denied",
            Self::Guest(_) => "guest",
            Self::Unready(Unready::Stale) => "stale",
            Self::Unready(Unready::Overloaded) => "overloaded",
            Self::Unready(Unready::Failed) => "failed",
        }
    }
}

impl Known {
    /// Whether any token signs calls at that moment.
    pub fn has_token(&self, now: DateTime<Utc>) -> bool {
        self.tokens(now).next().is_some()
    }

    /// The tokens that sign calls at that moment. One that has ended is none any more.
    fn tokens(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Token> {
        let retiring = self.retiring.as_ref().filter(move |token| token.ends_at.is_some_and(|end| now < end));
        self.live.iter().chain(retiring)
    }
}

/// Checks the token of a consumer that is known, then the time window, then the signature. Answers the token that signed; the nonce is
/// still to be recorded.
pub fn authenticate<'k>(known: &'k Known, signed: &Signed, now: DateTime<Utc>) -> Result<&'k Token, Problem> {
    let mut tokens = known.tokens(now).peekable();
    if tokens.peek().is_none() {
        return Err(Problem::TokenRevoked);
    }
    let sent = signed.token().unwrap_or_default();
    let token = tokens.find(|token| token.value.is(sent)).ok_or(Problem::TokenUnknown)?;
    window::check(signed.timestamp(), now.timestamp())?;
    let mut secrets = known.consumer.secrets(now);
    let holds = secrets.any(|secret| signed.verify(secret.expose(), token.secret.expose()).is_ok());
    if holds { Ok(token) } else { Err(Problem::SignatureInvalid) }
}

/// Checks a token that came without a signature: whether the consumer has it, may send it so, and stands well. Answers
/// which one it is.
pub fn bear<'k>(known: &'k Known, sent: &Secret, now: DateTime<Utc>) -> Result<&'k Token, Fault> {
    let token = known.tokens(now).find(|token| token.value == *sent).ok_or(Fault::Unknown)?;
    if !known.accepts_bearer {
        return Err(Fault::SignedOnly);
    }
    match standing(known) {
        Ok(()) => Ok(token),
        Err(Problem::ConsumerSuspended) => Err(Fault::Suspended),
        Err(_) => Err(Fault::Revoked),
    }
}

/// The token, when this use of it is one from which its predecessor's end is counted.
pub fn first_use(token: &Token) -> Option<TokenId> {
    (token.slot == Slot::Live && token.first_used_at.is_none()).then_some(token.id)
}

/// Whether the integration's calls pass at all: Active, or Reset while a live token exists.
pub fn standing(known: &Known) -> Result<(), Problem> {
    match known.status {
        Status::Active => Ok(()),
        Status::Reset if known.live.is_some() => Ok(()),
        Status::Suspended => Err(Problem::ConsumerSuspended),
        Status::Inactive | Status::Reset => Err(Problem::TokenRevoked),
    }
}

/// Whether the caller may call the route; names what is missing.
pub fn permit(caller: &Caller, route: &Route) -> Result<(), Refusal> {
    let missing = |grants: &Grants| grants.missing_for(route).join(", ");
    match caller {
        Caller::Guest if route.is_open() => Ok(()),
        Caller::Guest => Err(Refusal::Guest(missing(&Grants::nothing()))),
        Caller::Integration(known) if known.grants.permit(route) => Ok(()),
        Caller::Integration(known) => Err(Problem::PermissionDenied(missing(&known.grants)).into()),
        Caller::Person(person) => permit_person(person, route),
    }
}

/// An administrator holds what the role holds. A customer holds nothing, and may do what is about customers themselves.
fn permit_person(person: &Person, route: &Route) -> Result<(), Refusal> {
    let missing = match person.holder.kind() {
        bearer::Kind::Admin if person.grants.permit(route) => return Ok(()),
        bearer::Kind::Admin => person.grants.missing_for(route),
        bearer::Kind::Customer if route.is_for_customers() => return Ok(()),
        bearer::Kind::Customer => route.guarded_names().collect(),
    };
    Err(Refusal::Forbidden(missing.join(", ")))
}
