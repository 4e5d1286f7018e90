//! The request that a proxy asks about, as its headers describe it.
//!
//! A client could add headers that its proxy does not set. So the proxy's own must be the only ones: whatever could
//! be read in two ways is refused, with the remedy.

use std::borrow::Cow;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::storefront::Told;
use crate::text;

/// Method and address, in one header each.
type Pair = [HeaderName; 2];

const ORIGINAL: Pair =
    [HeaderName::from_static("x-original-method"), HeaderName::from_static("x-original-uri")];
const FORWARDED: Pair =
    [HeaderName::from_static("x-forwarded-method"), HeaderName::from_static("x-forwarded-uri")];

/// Headers by which some programs let a client replace method or address.
pub(super) const OVERRIDES: [HeaderName; 3] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-original-url"),
    HeaderName::from_static("x-rewrite-url"),
];

/// How the names begin of the headers by which we alone say who is calling.
const OURS: &str = "x-latchkey-";

/// Characters of a refused header's name that are repeated.
const LONGEST_SHOWN: usize = 64;

/// The request as the proxy received it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Original<'r> {
    /// Its method.
    pub(super) method: &'r str,
    /// Its path and query, as received.
    pub(super) target: &'r str,
}

/// Reads the request; otherwise says how to set up the proxy.
pub(super) fn read(headers: &HeaderMap) -> Result<Original<'_>, String> {
    headers.keys().try_for_each(|name| check_name(name.as_str()))?;
    let given = |pair: &Pair| pair.iter().any(|header| headers.contains_key(header));
    let pair = match (given(&ORIGINAL), given(&FORWARDED)) {
        (true, true) => return Err(text::get("gateway-both-pairs")),
        (true, false) => ORIGINAL,
        (false, true) => FORWARDED,
        (false, false) => return Err(text::get("gateway-no-original")),
    };
    let [method, uri] = pair.each_ref().map(|header| single(headers, header));
    let (method, uri) = (method?, uri?);
    let target = path_and_query(uri).ok_or_else(|| text::get("gateway-unreadable-original"))?;
    Ok(Original { method, target })
}

/// Refuses a header that the store could take for one of ours, or for another method or address: in whatever spelling,
/// as far as programs behind CGI see no difference.
fn check_name(spelled: &str) -> Result<(), String> {
    let name = as_cgi_reads(spelled);
    let refused = |why| {
        // A client may send a long one, and the answer is to fit into a header.
        let shown: String = spelled.chars().take(LONGEST_SHOWN).collect();
        Err(text::with(why, &[("header", shown.into())]))
    };
    if OVERRIDES.iter().any(|header| header.as_str() == name) {
        refused("gateway-override")
    } else if is_ours(&name) {
        refused("gateway-reserved")
    } else {
        Ok(())
    }
}

/// Whether nobody but us may send a header that is read as this one.
pub(super) fn is_ours(name: &str) -> bool {
    as_cgi_reads(name).starts_with(OURS)
}

/// A name in small letters, with a hyphen for all but letters and digits: CGI programs know no difference.
pub(super) fn as_cgi_reads(name: &str) -> Cow<'_, str> {
    let is_special = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
    if name.contains(is_special) { Cow::Owned(name.replace(is_special, "-")) } else { Cow::Borrowed(name) }
}

/// The address that the proxy was called by. More than one answer is none.
pub(super) fn told(headers: &HeaderMap) -> Told<'_> {
    let only = |name: &'static str| single(headers, &HeaderName::from_static(name)).ok().map(str::trim_ascii);
    Told { host: only("x-forwarded-host"), scheme: only("x-forwarded-proto") }
}

/// The text of a header, whatever its bytes, when it is UTF-8.
pub(in crate::web) fn text_of(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok()
}

/// The text of a header that stands once.
pub(super) fn single<'r>(headers: &'r HeaderMap, header: &HeaderName) -> Result<&'r str, String> {
    let mut values = headers.get_all(header);
    let first = values.next().ok_or_else(|| text::get("gateway-half-a-pair"))?;
    if values.next().is_some() {
        return Err(text::with("gateway-twice", &[("header", header.as_str().into())]));
    }
    text_of(first).ok_or_else(|| text::get("gateway-unreadable-original"))
}

/// Path and query of a request target in origin form or absolute form (RFC 9112 section 3.2), byte for byte.
fn path_and_query(uri: &str) -> Option<&str> {
    if uri.starts_with('/') {
        return Some(uri);
    }
    let (scheme, rest) = uri.split_once("://")?;
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let target = &rest[end..];
    (is_http && target.starts_with('/')).then_some(target)
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .collect()
    }

    fn remedy(lines: &[(&str, &str)]) -> String {
        read(&headers(lines)).unwrap_err()
    }

    #[test]
    fn either_pair_is_read() {
        for (method, uri) in
            [("X-Original-Method", "X-Original-URI"), ("X-Forwarded-Method", "X-Forwarded-Uri")]
        {
            let headers = headers(&[(method, "PUT"), (uri, "/rest/V1/a%2Fb?x[]=1")]);
            assert_eq!(read(&headers), Ok(Original { method: "PUT", target: "/rest/V1/a%2Fb?x[]=1" }));
        }
    }

    #[test]
    fn whatever_a_client_could_have_added_is_refused() {
        let good = [("X-Original-Method", "GET"), ("X-Original-URI", "/a")];
        assert_eq!(remedy(&[]), text::get("gateway-no-original"));
        assert_eq!(remedy(&good[..1]), text::get("gateway-half-a-pair"));
        assert_eq!(remedy(&good[1..]), text::get("gateway-half-a-pair"));
        assert_eq!(remedy(&[good[0], good[1], ("X-Forwarded-Uri", "/b")]), text::get("gateway-both-pairs"));
        assert!(remedy(&[good[0], good[1], good[1]]).contains("x-original-uri"));
        assert!(remedy(&[good[0], good[0], good[1]]).contains("x-original-method"));
        for name in [
            "x-http-method-override",
            "x-original-url",
            "x-rewrite-url",
            "x-http_method-override",
            "x.original_url",
            "x-latchkey-user-id",
            "x-latchkey-any",
            "x_latchkey.user-id",
        ] {
            assert!(remedy(&[good[0], good[1], (name, "x")]).contains(name));
        }
        let long = format!("x-latchkey-{}", "a".repeat(9_000));
        assert!(remedy(&[good[0], good[1], (&long, "x")]).len() < 300);
    }

    #[test]
    fn an_absolute_address_gives_its_path() {
        assert_eq!(path_and_query("https://shop.example:8443/rest?x=/"), Some("/rest?x=/"));
        assert_eq!(path_and_query("/http://x/"), Some("/http://x/"));
        for other in ["", "*", "rest", "shop.example:443", "ftp://x/y", "http://x", "http://x?a=/b"] {
            assert_eq!(path_and_query(other), None, "{other}");
        }
    }

    #[test]
    fn a_host_told_twice_is_not_told() {
        let once = headers(&[("X-Forwarded-Host", "a.example"), ("X-Forwarded-Proto", "https")]);
        assert_eq!((told(&once).host, told(&once).scheme), (Some("a.example"), Some("https")));
        let twice = headers(&[("X-Forwarded-Host", "a.example"), ("X-Forwarded-Host", "b.example")]);
        assert_eq!((told(&twice).host, told(&twice).scheme), (None, None));
    }
    #[test]
    fn whatever_is_read_stood_in_one_whole_pair_alone() {
        const NAMES: [&str; 7] = [
            "X-Original-Method",
            "X-Original-URI",
            "X-Forwarded-Method",
            "X-Forwarded-Uri",
            "X-HTTP-Method-Override",
            "X-Original-URL",
            "X-Rewrite-URL",
        ];
        const PIECES: [&str; 12] =
            ["/", "http", "://", "?", "GET", "é", "\u{80}", "%2F", "..", " ", "*", "https://x/"];
        let mut read_at_all = 0;
        for seed in 0..20_000 {
            let mut random = StdRng::seed_from_u64(seed);
            let mut line = || {
                let length = random.random_range(0..5);
                let start = if random.random_bool(0.5) { "/" } else { "" };
                let rest: String = (0..length).map(|_| *PIECES.choose(&mut random).unwrap()).collect();
                let value = format!("{start}{rest}");
                (*NAMES.choose(&mut random).unwrap(), value)
            };
            let lines: Vec<_> = (0..seed % 4).map(|_| line()).collect();
            let mut given = HeaderMap::new();
            for (name, value) in &lines {
                given.append(name.parse().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            let Ok(original) = read(&given) else { continue };
            read_at_all += 1;
            assert_eq!(lines.len(), 2, "seed {seed}: {lines:?}");
            assert!(original.target.starts_with('/'), "seed {seed}: {lines:?}");
            let prefix = lines[0].0.rsplit_once('-').unwrap().0;
            assert!(lines.iter().all(|(name, _)| name.starts_with(prefix)), "seed {seed}: {lines:?}");
            assert!(lines.iter().any(|(_, value)| value == original.method));
            assert!(lines.iter().any(|(_, value)| value.ends_with(original.target)));
        }
        assert!(read_at_all > 100, "{read_at_all}");
    }
}
