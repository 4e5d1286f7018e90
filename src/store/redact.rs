//! What a driver says about a database address that does not work, without the password in it.

/// The driver's words. One that takes an address apart at the wrong place quotes the pieces, so nothing is repeated
/// when the password could have been cut.
pub(super) fn redacted(cause: &str, address: &str, shown: &str) -> Option<String> {
    passwords(address).all(is_encoded).then(|| cause.replace(address, shown))
}

/// Everything in the address that may be a password or a piece of one.
fn passwords(address: &str) -> impl Iterator<Item = &str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let user = rest.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').filter_map(|pair| pair.split_once('='));
    user.into_iter().chain(named.filter(|(name, _)| name.ends_with("password")).map(|(_, value)| value))
}

/// Whether the text means itself wherever it stands in an address (RFC 3986 section 3.2.1).
fn is_encoded(text: &str) -> bool {
    let mut pieces = text.split('%');
    let is_plain = |piece: &str| {
        piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&byte))
    };
    let is_escape = |piece: &str| {
        piece.len() >= 2 && piece.bytes().take(2).all(|digit| digit.is_ascii_hexdigit()) && is_plain(piece)
    };
    pieces.next().is_none_or(is_plain) && pieces.all(is_escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_was_cut_is_not_repeated() {
        for (address, cause) in [
            ("postgres://jo:hun@ter2@db/shop", "could not translate host name \"ter2@db\""),
            ("postgres://jo:hun/ter2@db/shop", "invalid port number: \"hun\""),
            ("postgres://jo:hunter2%zz@db/shop", "invalid percent-encoded token: \"hunter2%zz\""),
            ("postgres://db/shop?sslmode=require&password=hunter%2", "token: \"hunter%2\""),
        ] {
            assert_eq!(redacted(cause, address, "shown"), None);
        }
    }

    #[test]
    fn other_causes_are_told_with_the_address_as_shown() {
        let address = "postgres://jo:hunter%402@[::bad/shop";
        let told = redacted(&format!("no \"]\" in URI: \"{address}\""), address, "postgres://[::bad/shop");
        assert_eq!(told.unwrap(), "no \"]\" in URI: \"postgres://[::bad/shop\"");
        assert_eq!(redacted("refused", "postgres://db/shop", "x").unwrap(), "refused");
    }
}
