//! The signature base string of RFC 5849 section 3.4.1, and the part of its address that configuration
//! decides. It must not look at what a client says its host is.

use std::borrow::Cow;

use super::encoding;
use super::parameters::Parameters;

/// Scheme, host, port and path prefix under which partners reach us: the start of what they sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUri(String);

/// Why an address cannot be the start of what partners sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBaseUri {
    /// Neither `http://` nor `https://`.
    #[error("it must start with http:// or https://")]
    Scheme,
    /// No host, or one with a user name or blanks.
    #[error("it must name a host, without a user name")]
    Host,
    /// A port that is not a number from 1 to 65535.
    #[error("its port must be a number from 1 to 65535")]
    Port,
    /// A query or a fragment, which are never part of the signed address.
    #[error("it must have neither a query nor a fragment")]
    Query,
}

impl BaseUri {
    /// Brings the address into the form of section 3.4.1.2: scheme and host in lower case, the default
    /// port dropped. A trailing slash goes too, because every path that follows begins with one.
    pub fn parse(address: &str) -> Result<Self, BadBaseUri> {
        let (scheme, rest) = address.split_once("://").ok_or(BadBaseUri::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(BadBaseUri::Scheme),
        };
        if rest.contains(['?', '#']) {
            return Err(BadBaseUri::Query);
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority)?;
        if host.is_empty() || host.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control()) {
            return Err(BadBaseUri::Host);
        }
        let host = host.to_ascii_lowercase();
        let path = path.trim_end_matches('/');
        Ok(Self(match port {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}{path}"),
            _ => format!("{scheme}://{host}{path}"),
        }))
    }

    /// The normalised address, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Builds the base string: method, base string URI and normalised parameters, each encoded, joined by
/// `&` (section 3.4.1.1). The path counts as received, escapes byte for byte.
pub(super) fn build(method: &str, base: &BaseUri, path: &str, parameters: &Parameters<'_>) -> String {
    let mut text = String::with_capacity(capacity(base, path, parameters));
    encoding::encode_into(&upper_case(method), &mut text);
    text.push('&');
    encoding::encode_into(base.as_str(), &mut text);
    // Else `:8443/x` would sign like a path of another port.
    if !path.starts_with('/') {
        text.push_str("%2F");
    }
    encoding::encode_into(path, &mut text);
    text.push('&');
    for (index, parameter) in parameters.signed().enumerate() {
        if index > 0 {
            text.push_str("%26");
        }
        encoding::encode_twice_into(&parameter.name, &mut text);
        text.push_str("%3D");
        encoding::encode_twice_into(&parameter.value, &mut text);
    }
    text
}

/// Splits `host:port`, where the host may be an IPv6 address in brackets.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), BadBaseUri> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            if !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(BadBaseUri::Port);
            }
            let port = port.parse().ok().filter(|port| *port > 0).ok_or(BadBaseUri::Port)?;
            Ok((host, Some(port)))
        }
        _ => Ok((authority, None)),
    }
}

fn upper_case(method: &str) -> Cow<'_, str> {
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(method.to_ascii_uppercase())
    } else {
        Cow::Borrowed(method)
    }
}

/// Room for the usual case, in which few characters need an escape.
fn capacity(base: &BaseUri, path: &str, parameters: &Parameters<'_>) -> usize {
    let named: usize = parameters.signed().map(|one| one.name.len() + one.value.len() + 6).sum();
    64 + (base.as_str().len() + path.len() + named) * 5 / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_addresses_are_normalised() {
        for (given, expected) in [
            ("HTTP://EXAMPLE.COM:80/", "http://example.com"),
            ("https://www.example.net:8080", "https://www.example.net:8080"),
            ("https://Shop.Example.com:443/Store/", "https://shop.example.com/Store"),
            ("http://shop.example.com:443", "http://shop.example.com:443"),
            ("https://shop.example.com:80//", "https://shop.example.com:80"),
            ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
            ("http://[::1]", "http://[::1]"),
            ("https://shop.example.com:0443", "https://shop.example.com"),
        ] {
            assert_eq!(BaseUri::parse(given).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn addresses_that_nobody_could_sign_are_refused() {
        for (given, expected) in [
            ("", BadBaseUri::Scheme),
            ("shop.example.com", BadBaseUri::Scheme),
            ("ftp://shop.example.com", BadBaseUri::Scheme),
            ("https://", BadBaseUri::Host),
            ("https:///path", BadBaseUri::Host),
            ("https://user@shop.example.com", BadBaseUri::Host),
            ("https://shop example.com", BadBaseUri::Host),
            ("https://shop.example.com:", BadBaseUri::Port),
            ("https://shop.example.com:0", BadBaseUri::Port),
            ("https://shop.example.com:+80", BadBaseUri::Port),
            ("https://shop.example.com:65536", BadBaseUri::Port),
            ("https://shop.example.com/?a", BadBaseUri::Query),
            ("https://shop.example.com/#a", BadBaseUri::Query),
        ] {
            assert_eq!(BaseUri::parse(given), Err(expected), "{given}");
        }
    }
}
