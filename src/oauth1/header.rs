//! Reading and writing `Authorization: OAuth …` (RFC 5849 section 3.5.1). It knows the shape of the
//! header only: names and values come out as received, still percent-encoded.

use memchr::{memchr2, memchr3};

use super::encoding;
use super::problem::Rejected;

const OAUTH: &str = "OAuth";

/// Writes the value of an `Authorization` header, each name and value encoded.
pub fn write(realm: Option<&str>, parameters: &[(&str, &str)]) -> String {
    let realm = realm.map(|realm| format!("realm={}", quoted(realm)));
    let parameters = parameters
        .iter()
        .map(|(name, value)| format!("{}=\"{}\"", encoding::encode(name), encoding::encode(value)));
    let pieces: Vec<String> = realm.into_iter().chain(parameters).collect();
    format!("OAuth {}", pieces.join(", "))
}

/// Writes the value of a `WWW-Authenticate` header, which goes with every 401.
pub fn challenge(realm: &str) -> String {
    format!("OAuth realm={}", quoted(realm))
}

/// Whether one of the credentials in this header has that scheme, even one without anything behind it.
pub fn has_scheme(header: &str, scheme: &str) -> bool {
    pieces(header).any(|piece| piece.scheme.eq_ignore_ascii_case(scheme))
}

/// Whether one of the credentials in this header has the scheme `OAuth`, even one without parameters.
pub(super) fn is_oauth(header: &str) -> bool {
    has_scheme(header, OAUTH)
}

/// The parameters of the `OAuth` credentials in this header, without `realm`. Other schemes may stand
/// before or after: `Basic …, OAuth …` is what a client behind a password-protected server sends.
pub(super) fn parameters(header: &str) -> impl Iterator<Item = Result<(&str, &str), Rejected>> {
    pieces(header)
        .filter(Piece::is_oauth)
        .filter_map(|piece| piece.text.split_once('='))
        .map(|(name, value)| (name.trim_ascii(), value.trim_ascii()))
        .filter(|(name, _)| !name.eq_ignore_ascii_case("realm"))
        .map(|(name, value)| Ok((name, unquoted(value)?)))
}

/// What stands between two commas, with the scheme that it belongs to.
struct Piece<'a> {
    scheme: &'a str,
    text: &'a str,
}

impl Piece<'_> {
    fn is_oauth(&self) -> bool {
        self.scheme.eq_ignore_ascii_case(OAUTH)
    }
}

fn pieces(header: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = Some(header);
    let mut scheme = "";
    std::iter::from_fn(move || {
        let (piece, after) = cut_at_comma(rest?);
        rest = after;
        let (named, text) = split_scheme(piece.trim_ascii());
        scheme = named.unwrap_or(scheme);
        Some(Piece { scheme, text })
    })
}

/// Cuts at the first comma outside quotes.
fn cut_at_comma(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    while let Some(found) = find(text, at, b',', b'"') {
        if text.as_bytes()[found] == b',' {
            return (&text[..found], Some(&text[found + 1..]));
        }
        let Some(closing) = closing_quote(text, found + 1) else { break };
        at = closing + 1;
    }
    (text, None)
}

/// Where the quotes end that were opened before. What follows a backslash closes nothing.
fn closing_quote(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let found = find(text, at, b'"', b'\\')?;
        if text.as_bytes()[found] == b'"' {
            return Some(found);
        }
        at = found + 2;
    }
}

/// The first of two bytes from there on.
fn find(text: &str, from: usize, one: u8, other: u8) -> Option<usize> {
    memchr2(one, other, text.as_bytes().get(from..)?).map(|step| from + step)
}

/// Splits `Scheme name="value"` from `name="value"`: a scheme is a word that no `=` follows
/// (RFC 9110 section 11.4), so `oauth` inside a name, a value or another scheme's text starts nothing.
#[inline]
fn split_scheme(piece: &str) -> (Option<&str>, &str) {
    let end = memchr3(b' ', b'\t', b'=', piece.as_bytes()).unwrap_or(piece.len());
    let (word, after) = piece.split_at(end);
    let after = after.trim_ascii_start();
    if word.is_empty() || after.starts_with('=') { (None, piece) } else { (Some(word), after) }
}

/// Strips quotes. Encoded values hold neither quotes nor backslashes, so either is a mistake.
fn unquoted(value: &str) -> Result<&str, Rejected> {
    let inner = match value.strip_prefix('"') {
        Some(opened) => opened.strip_suffix('"').ok_or(Rejected::Header)?,
        None => value,
    };
    if memchr2(b'"', b'\\', inner.as_bytes()).is_some() {
        return Err(Rejected::Header);
    }
    Ok(inner)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Result<Vec<(&str, &str)>, Rejected> {
        parameters(header).collect()
    }

    #[test]
    fn quoted_and_unquoted_values_are_read_and_the_realm_dropped() {
        let header = r#"OAuth realm="a, \"b\" = OAuth", oauth_token="t%20t" ,
            oauth_nonce = n ,Realm=x,oauth_version="""#;
        assert_eq!(
            read(header).unwrap(),
            [("oauth_token", "t%20t"), ("oauth_nonce", "n"), ("oauth_version", "")]
        );
    }

    #[test]
    fn the_scheme_may_stand_among_others_in_any_case() {
        for header in [
            r#"Basic dXNlcjpwYXNz==, OAuth oauth_token="t""#,
            r#"oauth oauth_token="t", Basic dXNlcjpwYXNz="#,
            r#"Digest username="x, OAuth oauth_token=y", OAUTH  oauth_token="t", Negotiate"#,
            "OAuth\toauth_token=t",
        ] {
            assert!(is_oauth(header));
            assert_eq!(read(header).unwrap(), [("oauth_token", "t")], "{header}");
        }
    }

    #[test]
    fn the_word_oauth_elsewhere_starts_nothing() {
        for header in [
            "",
            ",,",
            "Bearer OAuth oauth_token=t",
            r#"Basic x, realm="OAuth oauth_token=t""#,
            "XOAuth oauth_token=t",
            "OAuth2 oauth_token=t",
            r#"Digest oauth ="x""#,
            r#"Digest username="x\", OAuth oauth_token=y""#,
            "oauth_token=t",
        ] {
            assert!(!is_oauth(header), "{header}");
            assert_eq!(read(header), Ok(vec![]));
        }
    }

    #[test]
    fn a_scheme_without_parameters_is_still_a_credential() {
        assert!(is_oauth("OAuth"));
        assert!(is_oauth("Basic x, OAuth"));
        assert_eq!(read("OAuth junk"), Ok(vec![]));
    }

    #[test]
    fn broken_quoting_is_refused() {
        for header in [
            r#"OAuth oauth_token="t"#,
            r#"OAuth oauth_token=""#,
            r#"OAuth oauth_token="a\"b""#,
            r#"OAuth oauth_token=a"b"#,
        ] {
            assert_eq!(read(header), Err(Rejected::Header), "{header}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let header = write(Some("My \"Shop\""), &[("oauth_token", "a b"), ("oauth_signature", "x+/=")]);
        assert_eq!(header, r#"OAuth realm="My \"Shop\"", oauth_token="a%20b", oauth_signature="x%2B%2F%3D""#);
        assert_eq!(read(&header).unwrap(), [("oauth_token", "a%20b"), ("oauth_signature", "x%2B%2F%3D")]);
        assert_eq!(challenge("https://shop.example.com/"), r#"OAuth realm="https://shop.example.com/""#);
    }
}
