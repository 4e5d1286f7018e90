use chrono::TimeDelta;

use super::*;
use crate::domain::acl::Tree;
use crate::domain::admin_user::AdminUserId;
use crate::domain::consumer::ConsumerId;
use crate::domain::customer::CustomerId;
use crate::domain::integration::IntegrationId;
use crate::domain::route::Routes;
use crate::domain::token::{Kind, TokenId};
use crate::oauth1::{BaseUri, Received, Requirement, SignatureMethod, header};

const KEY: &str = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
const LIVE: &str = "llllllllllllllllllllllllllllllll";
const OLD: &str = "oooooooooooooooooooooooooooooooo";
const OTHER: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const PRODUCTS: &str = "Magento_Catalog::products";

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000)
}

fn token(slot: Slot, value: &str, ends_at: Option<DateTime<Utc>>) -> Token {
    Token {
        id: TokenId(if slot == Slot::Live { 2 } else { 1 }),
        consumer: ConsumerId(7),
        kind: Kind::Access,
        slot,
        attempt: None,
        verifier: None,
        value: Secret::new(value),
        secret: Secret::new(value.to_uppercase()),
        first_used_at: None,
        ends_at,
        created_at: now(),
    }
}

fn acme() -> Known {
    let (grants, unknown) = Grants::stored(Tree::builtin(), [PRODUCTS]);
    assert!(unknown.is_empty());
    Known {
        consumer: Consumer {
            previous: None,
            id: ConsumerId(7),
            integration: IntegrationId(3),
            key: KEY.into(),
            secret: Secret::new("secret"),
        },
        name: "Acme".to_owned().into(),
        status: Status::Active,
        grants,
        live: Some(token(Slot::Live, LIVE, None)),
        retiring: None,
        accepts_bearer: false,
    }
}

/// Acme after a re-authorization; the old token ends in a minute.
fn reauthorized() -> Known {
    Known { retiring: Some(token(Slot::Retiring, OLD, Some(now() + TimeDelta::seconds(60)))), ..acme() }
}

fn signed_at(value: &str, token_secret: &str, timestamp: i64) -> Signed {
    let base = BaseUri::parse("https://shop.example.com").unwrap();
    let timestamp = timestamp.to_string();
    let read = |signature: &str| {
        let header = header::write(
            None,
            &[
                ("oauth_consumer_key", KEY),
                ("oauth_token", value),
                ("oauth_nonce", "n"),
                ("oauth_timestamp", &timestamp),
                ("oauth_signature_method", "HMAC-SHA256"),
                ("oauth_signature", signature),
            ],
        );
        let received = Received {
            method: "GET",
            base: &base,
            path: "/rest/V1/products",
            query: None,
            authorization: &[&header],
            form: None,
        };
        Signed::read(&received, Requirement::Call).unwrap().unwrap()
    };
    let base_string = read("unsigned").base_string().to_owned();
    read(&SignatureMethod::HmacSha256.sign(&base_string, "secret", token_secret))
}

fn signed(value: &str) -> Signed {
    signed_at(value, &value.to_uppercase(), now().timestamp())
}

fn verdict(known: &Known, signed: &Signed, now: DateTime<Utc>) -> Result<TokenId, Problem> {
    authenticate(known, signed, now).map(|token| token.id)
}

fn permitted(known: &Known, method: &str, path: &str) -> Result<(), Refusal> {
    let stores: [&str; 0] = [];
    let found = Routes::builtin().find(method, path.as_bytes(), &stores).unwrap();
    permit(&Caller::Integration(Arc::new(known.clone())), found.route)
}

fn guest(method: &str, path: &str) -> Result<(), Refusal> {
    let stores: [&str; 0] = [];
    permit(&Caller::Guest, Routes::builtin().find(method, path.as_bytes(), &stores).unwrap().route)
}

#[test]
fn the_live_token_signs_calls() {
    assert_eq!(verdict(&acme(), &signed(LIVE), now()), Ok(TokenId(2)));
}

#[test]
fn without_any_token_it_is_revoked_whatever_was_sent() {
    let none = Known { live: None, ..acme() };
    assert_eq!(verdict(&none, &signed_at(LIVE, "wrong", 1), now()), Err(Problem::TokenRevoked));
    let ended = Known { live: None, ..reauthorized() };
    assert_eq!(verdict(&ended, &signed(OLD), now() + TimeDelta::seconds(60)), Err(Problem::TokenRevoked));
    assert_eq!(verdict(&ended, &signed(OLD), now()), Ok(TokenId(1)));
}

#[test]
fn a_wrong_token_is_rejected_before_time_and_signature_are_looked_at() {
    assert_eq!(verdict(&acme(), &signed_at(OTHER, "wrong", 1), now()), Err(Problem::TokenUnknown));
}

#[test]
fn the_retiring_token_signs_calls_until_it_ends() {
    let known = reauthorized();
    for (seconds, expected) in [(0, Ok(TokenId(1))), (59, Ok(TokenId(1))), (60, Err(Problem::TokenUnknown))] {
        assert_eq!(verdict(&known, &signed(OLD), now() + TimeDelta::seconds(seconds)), expected, "{seconds}");
        assert_eq!(verdict(&known, &signed(LIVE), now() + TimeDelta::seconds(seconds)), Ok(TokenId(2)));
    }
}

#[test]
fn both_ends_of_the_time_window_are_inside() {
    for (offset, is_inside) in
        [(-602, false), (-601, false), (-600, true), (600, true), (601, false), (602, false)]
    {
        let signed = signed_at(LIVE, &LIVE.to_uppercase(), now().timestamp() + offset);
        let refused = Problem::TimestampRefused { earliest: 1_699_999_400, latest: 1_700_000_600 };
        let expected = if is_inside { Ok(TokenId(2)) } else { Err(refused) };
        assert_eq!(verdict(&acme(), &signed, now()), expected, "{offset}");
    }
}

#[test]
fn the_time_window_is_looked_at_before_the_signature() {
    let signed = signed_at(LIVE, "wrong", now().timestamp() - 601);
    assert_eq!(verdict(&acme(), &signed, now()).unwrap_err().code(), "timestamp_refused");
    let signed = signed_at(LIVE, "wrong", now().timestamp());
    assert_eq!(verdict(&acme(), &signed, now()), Err(Problem::SignatureInvalid));
}

#[test]
fn each_token_signs_with_its_own_secret() {
    let known = reauthorized();
    let crossed = signed_at(OLD, &LIVE.to_uppercase(), now().timestamp());
    assert_eq!(verdict(&known, &crossed, now()), Err(Problem::SignatureInvalid));
}

#[test]
fn only_the_live_token_is_used_a_first_time() {
    let known = reauthorized();
    let (live, retiring) = (known.live.unwrap(), known.retiring.unwrap());
    assert_eq!(first_use(&live), Some(live.id));
    assert_eq!(first_use(&retiring), None);
    assert_eq!(first_use(&Token { first_used_at: Some(now()), ..live }), None);
}

#[test]
fn status_decides_whether_calls_pass() {
    let with = |status, live: bool| {
        standing(&Known { status, live: acme().live.filter(|_| live), ..reauthorized() })
    };
    for live in [true, false] {
        assert_eq!(with(Status::Active, live), Ok(()));
        assert_eq!(with(Status::Suspended, live), Err(Problem::ConsumerSuspended));
        assert_eq!(with(Status::Inactive, live), Err(Problem::TokenRevoked));
    }
    assert_eq!(with(Status::Reset, true), Ok(()));
    assert_eq!(with(Status::Reset, false), Err(Problem::TokenRevoked));
}

#[test]
fn an_integration_calls_what_it_holds_and_what_is_open() {
    assert_eq!(permitted(&acme(), "GET", "/rest/V1/products"), Ok(()));
    assert_eq!(permitted(&acme(), "POST", "/rest/V1/integration/admin/token"), Ok(()));
    let all = Known { grants: Grants::everything(), ..acme() };
    assert_eq!(permitted(&all, "GET", "/rest/V1/orders"), Ok(()));
}

#[test]
fn what_an_integration_lacks_is_named() {
    let lacks = |name: &str| Err(Problem::PermissionDenied(name.into()).into());
    assert_eq!(permitted(&acme(), "GET", "/rest/V1/orders"), lacks("Magento_Sales::actions_view"));
    let nothing = Known { grants: Grants::nothing(), ..acme() };
    assert_eq!(permitted(&nothing, "GET", "/rest/V1/products"), lacks(PRODUCTS));
}

#[test]
fn no_integration_is_a_customer() {
    let all = Known { grants: Grants::everything(), ..acme() };
    let denied = permitted(&all, "GET", "/rest/V1/customers/me").unwrap_err();
    assert_eq!(denied, Problem::PermissionDenied("self".into()).into());
}

#[test]
fn a_guest_calls_what_is_open_only() {
    assert_eq!(guest("POST", "/rest/V1/integration/admin/token"), Ok(()));
    assert_eq!(guest("GET", "/rest/V1/customers/me"), Err(Refusal::Guest("self".into())));
    assert_eq!(guest("GET", "/rest/V1/products"), Err(Refusal::Guest(PRODUCTS.into())));
}

#[test]
fn a_token_alone_counts_only_where_it_may_and_while_the_integration_stands_well() {
    let sent = |value: &str| Secret::new(value);
    let bears = |known: &Known, value: &str| bear(known, &sent(value), now()).map(|token| token.id);
    let allowed = Known { accepts_bearer: true, ..reauthorized() };
    assert_eq!(bears(&allowed, LIVE), Ok(TokenId(2)));
    assert_eq!(bears(&allowed, OLD), Ok(TokenId(1)));
    assert_eq!(bears(&allowed, OTHER), Err(Fault::Unknown));
    assert_eq!(bear(&allowed, &sent(OLD), now() + TimeDelta::seconds(60)).unwrap_err(), Fault::Unknown);
    assert_eq!(bears(&acme(), LIVE), Err(Fault::SignedOnly));
    assert_eq!(bears(&acme(), OTHER), Err(Fault::Unknown), "nobody learns of others' settings");
    for (status, fault) in [(Status::Suspended, Fault::Suspended), (Status::Inactive, Fault::Revoked)] {
        assert_eq!(bears(&Known { status, ..allowed.clone() }, LIVE), Err(fault));
    }
    assert_eq!(bears(&Known { status: Status::Reset, ..allowed }, LIVE), Ok(TokenId(2)));
}

fn person(holder: Holder, grants: Grants) -> Caller {
    let tokens = std::collections::HashMap::new();
    Caller::Person(Arc::new(Person {
        holder,
        is_active: true,
        ends_at: None,
        grants,
        lifetime: None,
        tokens,
    }))
}

#[test]
fn a_customer_may_do_what_is_open_or_their_own_and_an_administrator_what_the_role_holds() {
    let stores: [&str; 0] = [];
    let find = |path: &str| Routes::builtin().find("GET", path.as_bytes(), &stores).unwrap().route;
    let (products, own, open) =
        (find("/rest/V1/products"), find("/rest/V1/customers/me"), find("/rest/V1/guest-carts/x"));
    let customer = person(Holder::Customer(CustomerId(7)), Grants::nothing());
    assert_eq!((permit(&customer, own), permit(&customer, open)), (Ok(()), Ok(())));
    assert_eq!(permit(&customer, products), Err(Refusal::Forbidden(PRODUCTS.to_owned())));
    let (grants, _) = Grants::stored(Tree::builtin(), [PRODUCTS]);
    let admin = person(Holder::Admin(AdminUserId(1)), grants);
    assert_eq!((permit(&admin, products), permit(&admin, open)), (Ok(()), Ok(())));
    assert_eq!(permit(&admin, own), Err(Refusal::Forbidden("self".to_owned())));
    let all = person(Holder::Admin(AdminUserId(1)), Grants::everything());
    assert_eq!(permit(&all, own), Err(Refusal::Forbidden("self".to_owned())), "nobody else is a customer");
    assert_eq!((customer.kind(), customer.id()), ("customer", 7));
    assert_eq!((admin.kind(), admin.id()), ("admin", 1));
}
