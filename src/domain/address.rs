//! Addresses of partners: what may be entered, and the exceptions that the setting `egress_allow` makes.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

use super::Reason;

/// Longest address that is stored, in characters.
pub const MAX_LENGTH: usize = 255;

/// One entry of `egress_allow`: a place that callbacks may reach although it is private or not https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    place: ExceptionPlace,
    port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ExceptionPlace {
    Name(String),
    Net(IpNet),
}

/// A text that is neither `host:port` nor `CIDR:port`.
#[derive(Debug)]
pub struct NotAnException;

impl FromStr for Exception {
    type Err = NotAnException;

    /// Reads `host:port` or `CIDR:port`; an IPv6 host or range stands in brackets.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, port) = text.trim().rsplit_once(':').ok_or(NotAnException)?;
        let port = port.parse().map_err(|_| NotAnException)?;
        let bare = place.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(place);
        let place = if let Ok(net) = bare.parse::<IpNet>() {
            ExceptionPlace::Net(net)
        } else if let Ok(address) = bare.parse::<IpAddr>() {
            ExceptionPlace::Net(address.into())
        } else {
            match Host::parse(bare) {
                Ok(Host::Domain(name)) => ExceptionPlace::Name(name),
                _ => return Err(NotAnException),
            }
        };
        Ok(Self { place, port })
    }
}

impl Exception {
    /// Whether the entry is made for the host and port of this address, taken as written.
    pub fn covers(&self, url: &Url) -> bool {
        let host_matches = match (url.host(), &self.place) {
            (Some(Host::Domain(host)), ExceptionPlace::Name(name)) => {
                host.trim_end_matches('.').eq_ignore_ascii_case(name.trim_end_matches('.'))
            }
            (Some(Host::Ipv4(address)), ExceptionPlace::Net(net)) => net.contains(&IpAddr::V4(address)),
            (Some(Host::Ipv6(address)), ExceptionPlace::Net(net)) => net.contains(&IpAddr::V6(address)),
            _ => false,
        };
        host_matches && url.port_or_known_default() == Some(self.port)
    }

    /// Whether the entry is a range and port that this address, literal or looked up, lies in.
    pub fn contains(&self, address: SocketAddr) -> bool {
        let in_range =
            matches!(&self.place, ExceptionPlace::Net(net) if net.contains(&address.ip().to_canonical()));
        in_range && address.port() == self.port
    }
}

/// Checks an address that a person entered. Empty is no address.
///
/// # Errors
/// The reason to show at the field.
pub fn check(text: &str, exceptions: &[Exception]) -> Result<Option<String>, Reason> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > MAX_LENGTH {
        return Err(Reason::TooLong(MAX_LENGTH));
    }
    let has_blank = text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let url = Url::parse(text).map_err(|_| Reason::NotAUrl)?;
    let after_scheme = text.get(url.scheme().len()..).unwrap_or_default();
    if has_blank || !matches!(url.scheme(), "http" | "https") || !after_scheme.starts_with("://") {
        return Err(Reason::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Reason::UrlWithCredentials);
    }
    if url.scheme() == "http" && !exceptions.iter().any(|exception| exception.covers(&url)) {
        let host = url.host_str().unwrap_or_default();
        return Err(Reason::PlainHttp(format!("{host}:{}", url.port_or_known_default().unwrap_or(80))));
    }
    Ok(Some(text.to_owned()))
}

/// The one rule for "not secure": a non-empty address whose scheme, compared without case, is not https.
pub fn is_insecure(address: &str) -> bool {
    let is_https = address.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    !address.is_empty() && !is_https
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exceptions(entries: &[&str]) -> Vec<Exception> {
        entries.iter().map(|entry| entry.parse().unwrap()).collect()
    }

    #[test]
    fn https_is_accepted_as_typed() {
        let address = "https://partner.example/callback?x=1";
        assert_eq!(check(&format!("  {address} "), &[]), Ok(Some(address.to_owned())));
        assert_eq!(check("  ", &[]), Ok(None));
    }

    #[test]
    fn plain_http_needs_an_entry_for_host_and_port() {
        let refused = |text, entries: &[&str]| check(text, &exceptions(entries)).is_err();
        assert_eq!(check("http://a.example/x", &[]), Err(Reason::PlainHttp("a.example:80".into())));
        assert!(!refused("http://a.example/x", &["a.example:80"]));
        assert!(refused("http://a.example:81/x", &["a.example:80"]));
        assert!(refused("http://b.a.example/x", &["a.example:80"]));
        assert!(!refused("http://127.0.0.1:9000/", &["127.0.0.0/8:9000"]));
        assert!(!refused("http://[::1]:9000/", &["[::1]:9000"]));
        assert!(refused("http://10.0.0.1:9000/", &["127.0.0.0/8:9000"]));
    }

    #[test]
    fn nothing_but_absolute_http_addresses_without_credentials_is_accepted() {
        for text in [
            "ftp://x.example",
            "javascript:alert(1)",
            "//x.example",
            "x",
            "https:x",
            "https://",
            "https://a b/",
        ] {
            assert_eq!(check(text, &[]), Err(Reason::NotAUrl), "{text}");
        }
        assert_eq!(check("https://jo:pw@x.example/", &[]), Err(Reason::UrlWithCredentials));
        assert_eq!(check(&format!("https://x.example/{}", "a".repeat(250)), &[]), Err(Reason::TooLong(255)));
    }

    #[test]
    fn an_entry_of_another_form_is_refused() {
        for text in ["", "host", "host:", "host:x", ":80", "10.0.0.0/33:80", "http://x:80"] {
            assert!(text.parse::<Exception>().is_err(), "{text}");
        }
    }

    #[test]
    fn insecure_is_judged_by_the_scheme_alone() {
        assert!(is_insecure("HTTP://x.example"));
        assert!(!is_insecure("HTTPS://x.example"));
        assert!(!is_insecure(""));
    }
}
