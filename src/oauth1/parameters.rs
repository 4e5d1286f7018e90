//! Collecting the parameters of a request from header, form body and query (RFC 5849 section
//! 3.4.1.3.1), and bringing them into the order in which they are signed (3.4.1.3.2). It decides where
//! a parameter may stand, not what it must say.

use std::borrow::Cow;

use super::encoding::{self, BadEscape};
use super::header;
use super::problem::{Problem, Rejected};
use super::request::Received;

/// The protocol parameters of RFC 5849; one of them makes a form or a query an attempt to sign.
pub(super) const PROTOCOL: [&str; 9] = [
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_token",
    "oauth_verifier",
    "oauth_version",
    "oauth_callback",
];

/// Bytes of all `Authorization` headers together.
const HEADER_LIMIT: usize = 8 * 1024;
/// Parameters of all sources together.
const COUNT_LIMIT: usize = 1000;
/// Bytes of one name, as received.
const NAME_LIMIT: usize = 1024;
/// Bytes of one value, as received.
const VALUE_LIMIT: usize = 64 * 1024;

/// One name and its value, decoded.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

/// Every parameter of a request, sorted by encoded name, then encoded value; duplicates kept.
#[derive(Debug)]
pub(super) struct Parameters<'a>(Vec<Parameter<'a>>);

impl<'a> Parameters<'a> {
    /// Reads all three places; `None` when neither header nor form says that the request is signed.
    pub(super) fn collect(received: &Received<'a>) -> Result<Option<Self>, Problem> {
        let headers = received.authorization;
        let form = received.form.map(std::str::from_utf8).transpose();
        let in_header = headers.iter().any(|line| header::is_oauth(line));
        let in_form = matches!(form, Ok(Some(text)) if tries_to_sign(text));
        if !in_header && !in_form {
            return match received.query {
                Some(query) if tries_to_sign(query) => Err(Rejected::InQuery.into()),
                _ => Ok(None),
            };
        }
        if headers.iter().map(|line| line.len()).sum::<usize>() > HEADER_LIMIT {
            return Err(Rejected::TooLarge.into());
        }
        let form = form.map_err(|_| Rejected::Encoding)?;
        let mut parameters = Self(Vec::with_capacity(16));
        for parameter in headers.iter().flat_map(|line| header::parameters(line)) {
            let (name, value) = parameter?;
            parameters.add(name, value, encoding::decode)?;
        }
        for (name, value) in form.into_iter().flat_map(pairs) {
            parameters.add(name, value, encoding::decode_form)?;
        }
        for (name, value) in received.query.into_iter().flat_map(pairs) {
            let added = parameters.add(name, value, encoding::decode_form)?;
            if is_protocol(&added.name) {
                return Err(Rejected::InQuery.into());
            }
        }
        parameters.sort();
        parameters.refuse_repeated()?;
        Ok(Some(parameters))
    }

    /// The value of a protocol parameter. It stands once at most, which `collect` has seen to.
    #[inline]
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.value.as_ref())
    }

    /// What is signed, in order: everything but the signature itself.
    pub(super) fn signed(&self) -> impl Iterator<Item = &Parameter<'a>> {
        self.0.iter().filter(|parameter| parameter.name != "oauth_signature")
    }

    fn add(&mut self, name: &'a str, value: &'a str, decode: Decode) -> Result<&Parameter<'a>, Rejected> {
        if self.0.len() == COUNT_LIMIT || name.len() > NAME_LIMIT || value.len() > VALUE_LIMIT {
            return Err(Rejected::TooLarge);
        }
        let decoded = |text| decode(text).map_err(|BadEscape| Rejected::Encoding);
        let parameter = Parameter { name: decoded(name)?, value: decoded(value)? };
        Ok(self.0.push_mut(parameter))
    }

    fn sort(&mut self) {
        self.0.sort_unstable_by(|one, other| {
            encoding::encoded_order(&one.name, &other.name)
                .then_with(|| encoding::encoded_order(&one.value, &other.value))
        });
    }

    fn refuse_repeated(&self) -> Result<(), Rejected> {
        let repeated =
            self.0.windows(2).find(|pair| pair[0].name == pair[1].name && is_protocol(&pair[0].name));
        match repeated {
            Some(pair) => Err(Rejected::Repeated(known_name(&pair[0].name))),
            None => Ok(()),
        }
    }
}

type Decode = fn(&str) -> Result<Cow<'_, str>, BadEscape>;

/// The names and values of a query or form. A piece without `=` has an empty value.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// Whether a query or form names a protocol parameter. Asked of requests that may have nothing to do
/// with OAuth, so what cannot be decoded is passed over.
fn tries_to_sign(text: &str) -> bool {
    pairs(text)
        .filter_map(|(name, _)| encoding::decode_form(name).ok())
        .any(|name| PROTOCOL.contains(&name.as_ref()))
}

fn is_protocol(name: &str) -> bool {
    name.starts_with("oauth_")
}

/// Our own copy of the name: nothing that was received goes into an answer.
fn known_name(name: &str) -> &'static str {
    PROTOCOL.into_iter().find(|known| *known == name).unwrap_or("oauth_*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::BaseUri;

    fn collect(header: &str, query: &str, form: Option<&[u8]>) -> Result<Option<String>, Problem> {
        let base = BaseUri::parse("https://shop.example.com/").unwrap();
        let received = Received {
            method: "POST",
            base: &base,
            path: "/",
            query: Some(query),
            authorization: &[header],
            form,
        };
        let parameters = Parameters::collect(&received)?;
        Ok(parameters.map(|parameters| {
            let pieces = parameters
                .signed()
                .map(|one| format!("{}={}", encoding::encode(&one.name), encoding::encode(&one.value)));
            pieces.collect::<Vec<_>>().join("&")
        }))
    }

    #[test]
    fn other_schemes_and_no_scheme_are_not_signed() {
        for header in ["", "Basic dXNlcjpwYXNz", "Bearer abc", "Bearer \"abc"] {
            assert_eq!(collect(header, "q=100%", Some(b"a=\xff")), Ok(None));
            assert_eq!(collect(header, "oauth_foo=1&q=%zz", Some(b"a=%zz&oauth_bar=1")), Ok(None));
        }
    }

    #[test]
    fn protocol_parameters_in_the_query_are_refused() {
        let refused = Err(Rejected::InQuery.into());
        assert_eq!(collect("", "oauth_token=t", None), refused);
        assert_eq!(collect("Bearer x", "oauth%5Fsignature=t", None), refused);
        assert_eq!(collect("OAuth oauth_nonce=n", "a=b&oauth_else", None), refused);
        assert_eq!(collect("", "oauth_token=t", Some(b"oauth_nonce=n")), refused);
    }

    #[test]
    fn a_protocol_parameter_stands_once() {
        let twice = |name| Err(Rejected::Repeated(name).into());
        assert_eq!(collect("OAuth oauth_nonce=n, oauth_nonce=m", "", None), twice("oauth_nonce"));
        assert_eq!(collect("OAuth oauth_token=t", "", Some(b"oauth_token=t")), twice("oauth_token"));
        assert_eq!(collect("", "", Some(b"oauth_token=t&a=1&oauth%5Ftoken=u")), twice("oauth_token"));
        assert_eq!(collect("OAuth oauth_mine=a, oauth_mine=b", "", None), twice("oauth_*"));
    }

    #[test]
    fn duplicates_and_empty_values_are_kept_and_plus_is_a_space() {
        let collected = collect(
            "OAuth oauth_nonce=a+b",
            "b=2&b=1&&c&d=&=e&f=g=h&x+y=1+2%2B3",
            Some(b"b=0&a%5B10%5D=&a%5B2%5D"),
        );
        let expected = "=e&a%5B10%5D=&a%5B2%5D=&b=0&b=1&b=2&c=&d=&f=g%3Dh&oauth_nonce=a%2Bb&x%20y=1%202%2B3";
        assert_eq!(collected.unwrap().unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_in_a_signed_request() {
        let refused = Err(Rejected::Encoding.into());
        assert_eq!(collect("OAuth oauth_nonce=%zz", "", None), refused);
        assert_eq!(collect("OAuth oauth_nonce=n", "a=%FF", None), refused);
        assert_eq!(collect("OAuth oauth_nonce=n", "", Some(b"a=%2")), refused);
        assert_eq!(collect("OAuth oauth_nonce=n", "", Some(b"a=\xff")), refused);
    }

    #[test]
    fn sizes_are_limited() {
        let refused = Err(Rejected::TooLarge.into());
        let signed = "OAuth oauth_nonce=n";
        assert_eq!(collect(&format!("{signed}{}", " ".repeat(HEADER_LIMIT)), "", None), refused);
        assert_eq!(collect(signed, &"a&".repeat(COUNT_LIMIT), None), refused);
        assert!(collect(signed, &"a&".repeat(COUNT_LIMIT - 1), None).is_ok());
        assert_eq!(collect(signed, &"n".repeat(NAME_LIMIT + 1), None), refused);
        assert!(collect(signed, &"n".repeat(NAME_LIMIT), None).is_ok());
        assert_eq!(collect(signed, "", Some(&[b'='; VALUE_LIMIT + 2])), refused);
        assert!(collect(signed, "", Some(&[b'='; VALUE_LIMIT + 1])).is_ok());
        assert_eq!(collect(&format!("Bearer {}", "x".repeat(HEADER_LIMIT)), "", None), Ok(None));
    }
}
