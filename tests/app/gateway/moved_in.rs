//! A partner whose integration has moved in goes on signing with what it has.

use latchkey::domain::Actor;
use latchkey::domain::import::{self, MagentoKeys, Outcome, Row};
use latchkey::secret::Secret;

use super::*;
use crate::support::signer::Credentials;

#[actix_web::test]
async fn the_next_call_with_the_old_credentials_passes() {
    let app = TestApp::new();
    let credentials = Credentials {
        consumer_key: "ck23456789abcdefghijklmnopqrstuv".to_owned(),
        consumer_secret: "cs23456789abcdefghijklmnopqrstuv".to_owned(),
        access_token: "at23456789abcdefghijklmnopqrstuv".to_owned(),
        access_token_secret: "ts23456789abcdefghijklmnopqrstuv".to_owned(),
    };
    let partner = Partner::copy(&app, credentials.clone());
    // The key was asked for before: that it is unknown must not be remembered.
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), refused("consumer_key_unknown"));
    let row = Row {
        name: "Acme".to_owned(),
        resources: PRODUCTS.to_owned(),
        consumer_key: credentials.consumer_key,
        // Both sealed as Magento keeps them, by Python's cryptography: tests/interop/seal_magento.py.
        consumer_secret: Secret::new(
            "0:3:AAECAwQFBgcICQoLm0xmC1N2yZyvK5jpVuw0oFemOxhaSCwiq1YRm1VGd0bd8EVFs+WMPLx42aJyS/d9",
        ),
        token: Secret::new(credentials.access_token),
        token_secret: Secret::new(
            "1:3:DA0ODxAREhMUFRYXKCAKpWoxKBq9uNAZzD+UeNpQW4qHAgvKnLGptwvnhRy3tKG69RgwsVYbYTbGkzN7",
        ),
        ..Row::default()
    };
    let keys =
        Secret::new("0123456789abcdef0123456789abcdef\nbase64AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let keys = MagentoKeys::parse(&keys).unwrap();
    let moved = app.app.store.write_now(|work| import::import(work, &Actor::command(), &row, &keys, &[]));
    assert_eq!(moved.unwrap(), Outcome::Imported);
    assert_eq!(verdict(&partner.calls("GET", PERMITTED).await), passes());
    assert_eq!(partner.calls("GET", FORBIDDEN).await.status, 403);
}

/// What the vectors above are: sealed by an implementation that is not ours.
#[cfg(feature = "interop-tests")]
#[test]
fn what_python_seals_today_is_what_was_sealed_then() {
    let sealed = std::process::Command::new("target/interop/python/bin/python")
        .args(["tests/interop/seal_magento.py", "0", "0123456789abcdef0123456789abcdef"])
        .args(["000102030405060708090a0b", "cs23456789abcdefghijklmnopqrstuv"])
        .output()
        .unwrap();
    let printed = String::from_utf8(sealed.stdout).unwrap();
    assert_eq!(
        printed.trim(),
        "0:3:AAECAwQFBgcICQoLm0xmC1N2yZyvK5jpVuw0oFemOxhaSCwiq1YRm1VGd0bd8EVFs+WMPLx42aJyS/d9",
        "{}",
        String::from_utf8_lossy(&sealed.stderr)
    );
}
