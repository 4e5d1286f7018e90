//! The signature by which the upstream knows that what is said about a call was said here.
//!
//! `X-Latchkey-Signature: t=<seconds since 1970>,v1=<hex>`, where the digits are the HMAC-SHA-256, by `upstream_secret`,
//! of eight lines: that time, the method, the target as the upstream receives it, and the values of the five headers
//! below, empty where one is not sent. No line can hold a line end, so what was signed can be read in one way only.
//! The body is not signed.

use std::borrow::Cow;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::answer::{CONSUMER_ID, INTEGRATION, RESOURCES, USER_ID, USER_TYPE};
use crate::secret::Secret;

/// The header that holds it.
pub(super) const SIGNATURE: &str = "X-Latchkey-Signature";

/// Headers that are signed, in this order.
const SIGNED: [&str; 5] = [USER_TYPE, USER_ID, INTEGRATION, CONSUMER_ID, RESOURCES];

/// Signs what is said about a call. `None` for a secret that no key can be made of, which does not occur.
pub(super) fn sign(
    secret: &Secret,
    time: i64,
    method: &str,
    target: &str,
    headers: &[(&'static str, Cow<'_, str>)],
) -> Option<String> {
    let mut lines = format!("{time}\n{method}\n{target}");
    for name in SIGNED {
        let value = headers.iter().find(|(told, _)| *told == name);
        lines.push('\n');
        lines.push_str(value.map_or("", |(_, value)| value));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(lines.as_bytes());
    let mut signature = format!("t={time},v1=");
    for byte in mac.finalize().into_bytes() {
        write!(signature, "{byte:02x}").ok()?;
    }
    Some(signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with OpenSSL: `printf '…' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn signatures_are_those_of_another_program() {
        let headers = [
            (USER_TYPE, "integration".into()),
            (USER_ID, "7".into()),
            (INTEGRATION, "Acme%20Warehouse".into()),
            (CONSUMER_ID, "9".into()),
            (RESOURCES, "Magento_Catalog::products".into()),
        ];
        let secret = Secret::new("secret");
        let signed = sign(&secret, 1_764_107_406, "GET", "/rest/V1/products/a%2Fb?x[]=1", &headers);
        assert_eq!(
            signed.as_deref(),
            Some("t=1764107406,v1=9afc3bd695f2c660a9143b20f320791b1ee23e85f4d45cce113d48ed8f98fc3f")
        );
        let guest = [(USER_TYPE, "guest".into()), (USER_ID, "0".into()), (RESOURCES, "anonymous".into())];
        let signed = sign(&secret, 1_764_107_406, "POST", "/rest/V1/guest-carts", &guest);
        assert_eq!(
            signed.as_deref(),
            Some("t=1764107406,v1=b9f20c88c361c12b247998d53e03a1480801b987de3d6135baa9979452dc7a7e")
        );
    }
}
