//! Which headers go on with a call to the upstream, and which come back with its answer.
//!
//! What is said about a call is said by us alone. So names are compared as CGI programs read them, for whom
//! `X_Latchkey_User_Id` and `X-Latchkey-User-Id` are the same.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::original::{OVERRIDES, as_cgi_reads, is_ours};
use super::peer;
use crate::domain::storefront::Told;
use crate::oauth1::encoding;
use crate::outbound::upstream::{Answer, Outgoing};
use crate::web::middleware::security_headers::ONLY_HTTPS;
use crate::web::session;

/// Headers about a connection, not about what is sent over it (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Set here or by the client, or none of the upstream's business: what a proxy says of a call that it asks us about, for
/// one. Programs behind CGI take `Proxy` for the address of a proxy of theirs.
const KEPT_BACK: [&str; 12] = [
    "authorization",
    "content-length",
    "expect",
    "host",
    "proxy",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-method",
    "x-forwarded-proto",
    "x-forwarded-uri",
    "x-original-method",
    "x-original-uri",
];

/// What only a proxy that we trust may say.
const FORWARDED: [&str; 3] = ["forwarded", "x-client-ip", "x-real-ip"];

/// Headers of answers by which a browser would go by everything at our address: where it is served (`Alt-Svc`), where
/// its failures are reported, what is asked of browsers, and that all of it is forgotten. And the two that we set.
const REPLACED: [&str; 9] = [
    "accept-ch",
    "alt-svc",
    "clear-site-data",
    "content-security-policy",
    "critical-ch",
    "nel",
    "report-to",
    "reporting-endpoints",
    "x-content-type-options",
];

/// Copies what goes on with a call.
pub(super) fn copy_request(request: &HttpRequest, is_trusted: bool, outgoing: &mut Outgoing) {
    let headers = request.headers();
    let named = named_by_connection(headers.get_all(header::CONNECTION).map(HeaderValue::as_bytes));
    for (name, value) in headers {
        if !goes_on(name.as_str(), is_trusted) || names(&named, name.as_str()) {
            continue;
        }
        let value = value.as_bytes();
        let kept = if *name == header::COOKIE { foreign_cookies(value) } else { Some(Cow::Borrowed(value)) };
        if let Some(value) = kept {
            outgoing.header(name.as_str(), &value);
        }
    }
}

/// Says for whom the call is passed on.
pub(super) fn add_forwarded(
    request: &HttpRequest,
    is_trusted: bool,
    called_by: Told<'_>,
    outgoing: &mut Outgoing,
) {
    let told = request.headers().get_all(header::X_FORWARDED_FOR).filter(|_| is_trusted);
    let mut hops: Vec<Vec<u8>> = told.map(|value| value.as_bytes().to_owned()).collect();
    hops.extend(peer::address(request).map(|peer| peer.to_string().into_bytes()));
    outgoing.header("x-forwarded-for", &hops.join(&b", "[..]));
    if let Some(host) = called_by.host {
        outgoing.header("x-forwarded-host", host.as_bytes());
    }
    // We speak no TLS ourselves.
    outgoing.header("x-forwarded-proto", called_by.scheme.unwrap_or("http").as_bytes());
}

/// Copies what comes back with an answer, and what a browser may do with it: nothing. It stands under our address.
pub(super) fn copy_answer(answer: &Answer, headers: &mut HeaderMap) {
    let connection = answer.headers().filter(|(name, _)| *name == "connection");
    let named = named_by_connection(connection.map(|(_, value)| value));
    for (name, value) in answer.headers() {
        if HOP_BY_HOP.contains(&name)
            || REPLACED.contains(&name)
            || is_ours(name)
            || names(&named, name)
            || (name == "set-cookie" && harms_ours(value))
        {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
}

/// Keeps a browser from taking an answer for a page of ours, and with https from coming without it.
pub(in crate::web) fn narrow(headers: &mut HeaderMap, is_https: bool) {
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// A trusted proxy knows how the headers that it sets are spelled; another spelling comes from its client.
fn goes_on(spelled: &str, is_trusted: bool) -> bool {
    let name = as_cgi_reads(spelled);
    let name = name.as_ref();
    let is_forwarding = name.starts_with("x-forwarded-") || FORWARDED.contains(&name);
    !HOP_BY_HOP.contains(&name)
        && !KEPT_BACK.contains(&name)
        && !is_ours(name)
        && !OVERRIDES.iter().any(|header| header.as_str() == name)
        && (!is_forwarding || (is_trusted && name == spelled))
}

fn named_by_connection<'h>(values: impl Iterator<Item = &'h [u8]>) -> Vec<&'h [u8]> {
    values.flat_map(|value| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii).collect()
}

fn names(named: &[&[u8]], name: &str) -> bool {
    named.iter().any(|other| other.eq_ignore_ascii_case(name.as_bytes()))
}

/// A `Cookie` header without our own cookies; none when nothing else is in it. The others stay as they are.
fn foreign_cookies(header: &[u8]) -> Option<Cow<'_, [u8]>> {
    let is_foreign = |pair: &&[u8]| !is_cookie_of_ours(pair);
    let mut pairs = header.split(|byte| *byte == b';');
    if pairs.clone().all(|pair| is_foreign(&pair)) {
        return Some(Cow::Borrowed(header));
    }
    let kept: Vec<&[u8]> = pairs.by_ref().filter(is_foreign).collect();
    let kept = kept.join(&b';');
    let kept = kept.trim_ascii();
    (!kept.is_empty()).then(|| Cow::Owned(kept.to_owned()))
}

/// Whether a `Set-Cookie` header would put something in the place of a cookie of ours, or before it: where both are sent,
/// the first counts. One cookie that is not UTF-8 makes all that come with it unreadable.
fn harms_ours(header: &[u8]) -> bool {
    let pair = header.split(|byte| *byte == b';').next().unwrap_or_default();
    std::str::from_utf8(header).is_err() || is_cookie_of_ours(pair)
}

/// Whether `name=value` is taken for a cookie of ours by whoever reads it as we do: without blanks around the name, also
/// those beyond ASCII, and with its escapes undone. Browsers send a cookie without a name, `=name=value`, as if it had
/// one.
fn is_cookie_of_ours(pair: &[u8]) -> bool {
    let pair = String::from_utf8_lossy(pair);
    let pair = pair.trim_start_matches(|letter: char| letter == '=' || letter.is_whitespace());
    let name = pair.split('=').next().unwrap_or_default();
    encoding::decode(name).is_ok_and(|name| session::is_our_cookie(name.trim()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    #[test]
    fn what_is_ours_to_say_does_not_go_on_in_any_spelling() {
        for name in [
            "x-latchkey-user-id",
            "x_latchkey_user_id",
            "x.latchkey-new",
            "authorization",
            "x-http-method-override",
            "x_original_url",
            "x-rewrite-url",
            "transfer_encoding",
            "content_length",
            "proxy",
            "te",
        ] {
            assert!(!goes_on(name, true), "{name}");
        }
        for name in ["accept", "content-type", "x-latch", "x-request-id", "if-none-match", "accept_x"] {
            assert!(goes_on(name, false), "{name}");
        }
    }

    #[test]
    fn forwarding_headers_go_on_from_a_trusted_proxy_only() {
        for name in ["forwarded", "x-real-ip", "x-forwarded-port", "x-client-ip"] {
            assert!(goes_on(name, true) && !goes_on(name, false), "{name}");
        }
        for name in ["x_real_ip", "x_forwarded_port", "x-forwarded_port", "x.client.ip", "x_forwarded_prefix"]
        {
            assert!(!goes_on(name, true), "{name} is no proxy's spelling");
        }
        for name in ["x-forwarded-for", "x-forwarded-proto", "x_forwarded_host"] {
            assert!(!goes_on(name, true), "{name} is written anew");
        }
    }

    #[test]
    fn only_our_own_cookies_are_taken_away() {
        let foreign = |header: &str| {
            foreign_cookies(header.as_bytes()).map(|kept| String::from_utf8(kept.into_owned()).unwrap())
        };
        assert_eq!(foreign("a=1;  b=\"x y\"; c").as_deref(), Some("a=1;  b=\"x y\"; c"));
        assert_eq!(foreign("latchkey=1; a=1; __Secure-latchkey=2;b=2").as_deref(), Some("a=1;b=2"));
        assert_eq!(foreign("a=latchkey; latchkeys=1").as_deref(), Some("a=latchkey; latchkeys=1"));
        assert_eq!(foreign("latchkey=1"), None);
        assert_eq!(foreign(" latchkey =1; =latchkey=2"), None);
        assert_eq!(foreign("latch%6Bey=1; \u{a0}latchkey=2; Latchkey=3; a=%").as_deref(), Some("a=%"));
        assert_eq!(foreign_cookies(b"latchkey=\xff; a=\xff").as_deref(), Some(&b"a=\xff"[..]));
    }

    #[test]
    fn no_answer_sets_a_cookie_of_ours() {
        for header in [
            "latchkey=1; Path=/admin",
            " __Secure-latchkey=x",
            "=latchkey=1",
            "latchkey",
            "latchkey ;x=y",
            "latch%6Bey=x; Path=/admin/integration",
            "%5F_Secure-latchkey=x",
            "\u{a0}latchkey=x",
            "=\u{2003}latch%6bey\u{a0}=x",
            "__secure-Latchkey=x",
        ] {
            assert!(harms_ours(header.as_bytes()), "{header}");
        }
        for header in ["PHPSESSID=latchkey; Path=/", "latchkeys=1", "x=latchkey=1", "%=1", "ü=ö", ""] {
            assert!(!harms_ours(header.as_bytes()), "{header}");
        }
        assert!(harms_ours(b"a=\xff; Path=/") && harms_ours(b"a=1; Path=/\xff"), "not UTF-8");
    }

    #[test]
    fn whatever_cookie_an_answer_sets_the_administration_still_finds_its_own() {
        const PIECES: [&[u8]; 20] = [
            b"latchkey",
            b"__Secure-",
            b"latch%6Bey",
            b"%5F%5f",
            b"Secure-",
            b"key",
            b"=",
            b" ",
            b"%20",
            b"%3D",
            "\u{a0}".as_bytes(),
            "\u{3000}".as_bytes(),
            b"\t",
            b"\"",
            b"a",
            b"%",
            b"%FF",
            b"\xff",
            b",",
            b"; Path=/",
        ];
        let mut harmless = 0;
        for seed in 0..20_000 {
            let mut random = StdRng::seed_from_u64(seed);
            let pieces = (0..random.random_range(1..7)).map(|_| *PIECES.choose(&mut random).unwrap());
            let header = pieces.collect::<Vec<_>>().concat();
            if harms_ours(&header) {
                continue;
            }
            harmless += 1;
            let pair = header.split(|byte| *byte == b';').next().unwrap_or_default();
            for pair in [pair, pair.trim_ascii(), pair.trim_ascii().strip_prefix(b"=").unwrap_or_default()] {
                let sent =
                    HeaderValue::from_bytes(&[pair, b"; latchkey=ours; __Secure-latchkey=ours"].concat());
                let request =
                    TestRequest::get().insert_header((header::COOKIE, sent.unwrap())).to_http_request();
                for name in ["latchkey", "__Secure-latchkey"] {
                    let found = request.cookie(name).expect("all are read");
                    assert_eq!(found.value(), "ours", "seed {seed}: {}", header.escape_ascii());
                }
            }
        }
        assert!(harmless > 1000, "{harmless}");
    }
}
