use super::*;
use crate::domain::token::Slot;
use crate::store::testing::TestStore;

/// Keys of two versions; the second as newer versions of Magento write it.
const KEYS: &str = "0123456789abcdef0123456789abcdef\nbase64AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
// Sealed by tests/interop/seal_magento.py, with Python's cryptography.
const SEALED_BY_0: &str =
    "0:3:AAECAwQFBgcICQoLm0xmC1N2yZyvK5jpVuw0oFemOxhaSCwiq1YRm1VGd0bd8EVFs+WMPLx42aJyS/d9";
const SEALED_BY_1: &str =
    "1:3:DA0ODxAREhMUFRYXKCAKpWoxKBq9uNAZzD+UeNpQW4qHAgvKnLGptwvnhRy3tKG69RgwsVYbYTbGkzN7";
const CONSUMER_SECRET: &str = "cs23456789abcdefghijklmnopqrstuv";
const TOKEN_SECRET: &str = "ts23456789abcdefghijklmnopqrstuv";
const KEY: &str = "ck23456789abcdefghijklmnopqrstuv";
const TOKEN: &str = "at23456789abcdefghijklmnopqrstuv";

fn keys() -> MagentoKeys {
    MagentoKeys::parse(&Secret::new(KEYS)).unwrap()
}

fn acme() -> Row {
    Row {
        name: "Acme".to_owned(),
        resources: "Magento_Backend::admin Magento_Catalog::products,Magento_Sales::sales".to_owned(),
        consumer_key: KEY.to_owned(),
        consumer_secret: Secret::new(SEALED_BY_0),
        token: Secret::new(TOKEN),
        token_secret: Secret::new(SEALED_BY_1),
        ..Row::default()
    }
}

fn imported(test: &TestStore, row: &Row) -> Result<Outcome, Error> {
    test.store.write_now(|work| import(work, &Actor::command(), row, &keys(), &[]))
}

fn reasons<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<(Field, Reason)> {
    match outcome {
        Err(Error::Invalid(invalid)) => invalid.iter().map(|(field, why)| (field, why.clone())).collect(),
        other => panic!("expected invalid, got {other:?}"),
    }
}

#[test]
fn an_integration_comes_with_the_credentials_that_its_partner_has() {
    let test = TestStore::new();
    assert_eq!(imported(&test, &acme()).unwrap(), Outcome::Imported);
    let read = |work: &mut Work<'_>| {
        let acme = integration::find_by_name(work, "Acme")?;
        let consumer = store::consumer::of(work, acme.id)?.unwrap();
        let token = store::token::find(work, consumer.id, Slot::Live)?.unwrap();
        Ok::<_, Error>((acme.status, integration::selected_resources(work, acme.id)?, consumer, token))
    };
    let (status, resources, consumer, token) = test.store.read_now(read).unwrap();
    assert_eq!(status, Status::Active);
    // Exactly what the file lists: no ancestor comes along.
    assert_eq!(resources, ["Magento_Backend::admin", "Magento_Sales::sales", "Magento_Catalog::products"]);
    assert_eq!((consumer.key.as_str(), consumer.secret.expose()), (KEY, CONSUMER_SECRET));
    assert_eq!((token.value.expose(), token.secret.expose()), (TOKEN, TOKEN_SECRET));
    let stored = test.store.read_now(|work| Ok::<_, Error>(store::testing::dump_credentials(work))).unwrap();
    for secret in [CONSUMER_SECRET, TOKEN, TOKEN_SECRET] {
        assert!(!stored.contains(secret), "sealed here, too");
    }
}

#[test]
fn nothing_comes_twice_and_nothing_is_overwritten() {
    let test = TestStore::new();
    imported(&test, &acme()).unwrap();
    assert_eq!(imported(&test, &acme()).unwrap(), Outcome::Present);
    let other = Row { name: "Other".to_owned(), ..acme() };
    assert_eq!(reasons(imported(&test, &other)), [(Field::ConsumerKey, Reason::KeyTaken("Acme".to_owned()))]);
    let key = "xx23456789abcdefghijklmnopqrstuv".to_owned();
    let same_name = Row { consumer_key: key.clone(), ..acme() };
    assert_eq!(
        reasons(imported(&test, &same_name)),
        [(Field::Name, Reason::IntegrationNameTaken("Acme".to_owned()))]
    );
    let same_token = Row { consumer_key: key, ..other };
    assert_eq!(reasons(imported(&test, &same_token)), [(Field::Token, Reason::TokenTaken)]);
    let mut seen = Seen::default();
    seen.check(&acme()).unwrap();
    seen.note(&acme(), 2);
    let again = Row { name: " ACME".to_owned(), consumer_key: "y".repeat(32), ..acme() };
    assert_eq!(reasons(seen.check(&again)), [(Field::Name, Reason::RepeatsLine(2))]);
    let again = Row { name: "Other".to_owned(), consumer_key: "y".repeat(32), ..acme() };
    assert_eq!(reasons(seen.check(&again)), [(Field::Token, Reason::RepeatsLine(2))]);
    seen.check(&Row::default()).unwrap();
}

#[test]
fn without_a_token_it_is_inactive_and_keeps_its_key() {
    let test = TestStore::new();
    let row =
        Row { token: Secret::default(), token_secret: Secret::default(), resources: "all".into(), ..acme() };
    imported(&test, &row).unwrap();
    let (acme, grants) = test
        .store
        .read_now(|work| {
            let acme = integration::find_by_name(work, "Acme")?;
            let grants = integration::grants(work, acme.id)?;
            Ok::<_, Error>((acme, grants))
        })
        .unwrap();
    assert_eq!(acme.status, Status::Inactive);
    assert!(grants.is_everything());
}

#[test]
fn every_field_that_is_wrong_is_named_with_its_reason() {
    let test = TestStore::new();
    let broken = Row {
        consumer_key: "short".into(),
        consumer_secret: Secret::new(SEALED_BY_0.replace("0:3:", "7:3:")),
        token: Secret::default(),
        token_secret: Secret::new(SEALED_BY_1.replace("1:3:", "0:3:")),
        ..acme()
    };
    assert_eq!(
        reasons(imported(&test, &broken)),
        [
            (Field::ConsumerKey, Reason::NotACredential(32)),
            (Field::ConsumerSecret, Reason::NoMagentoKey("7".to_owned())),
            (Field::Token, Reason::Required),
            (Field::TokenSecret, Reason::NotOpened),
        ]
    );
    let old = Row { consumer_secret: Secret::new("0:2:abcdef"), ..acme() };
    assert_eq!(reasons(imported(&test, &old)), [(Field::ConsumerSecret, Reason::SealedOtherwise)]);
    let unknown = Row { resources: "Acme_Sync::gone".into(), ..acme() };
    assert_eq!(
        reasons(imported(&test, &unknown)),
        [(Field::Resource, Reason::UnknownResource("Acme_Sync::gone".to_owned()))]
    );
}

#[test]
fn keys_must_have_32_bytes() {
    for wrong in ["short", "base64AAEC", "base64!", "0123456789abcdef0123456789abcdef x"] {
        assert!(MagentoKeys::parse(&Secret::new(wrong)).is_err(), "{wrong}");
    }
    assert_eq!(format!("{:?}", keys()), "MagentoKeys(2 keys)");
}
