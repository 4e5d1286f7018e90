use rustls::RootCertStore;
use tokio::net::TcpListener;

use super::partner::{Authority, Identity, Manner, Names, Partner, answers};
use super::{LONG, SHORT, client, hand_over, steps};
use crate::outbound::{Certificate, End, Failure, Outcome, Step};

/// What comes of handing over to `https://partner.example`, known as `identity`, when `roots` are trusted.
async fn given(manner: Manner, identity: &Identity, roots: RootCertStore) -> (Outcome, Partner) {
    let partner = Partner::over_https(manner, identity).await;
    let names = Names::lead_to([&["127.0.0.1"]]);
    let client = client(names, roots, &[format!("partner.example:{}", partner.port)]);
    let endpoint = format!("https://partner.example:{}/", partner.port);
    (hand_over(&client, &endpoint, LONG, 0).await, partner)
}

/// What is wrong with the certificate; nothing is sent then.
async fn complaint(identity: &Identity, roots: RootCertStore) -> Certificate {
    let (outcome, partner) = given(answers(200), identity, roots).await;
    assert!(partner.heard().is_empty());
    let last = outcome.steps.last().unwrap();
    assert_eq!((last.step, last.end), (Step::Tls, End::Failed));
    match outcome.failure {
        Some(Failure::TlsCertificate(complaint)) => complaint,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_that_is_in_order_is_accepted() {
    let authority = Authority::new();
    let identity = authority.issues("partner.example", 2020, 2100);
    let (outcome, partner) = given(answers(200), &identity, authority.roots()).await;
    assert_eq!(outcome.failure, None);
    assert_eq!(partner.heard().len(), 1);
    assert_eq!(
        steps(&outcome),
        [
            (Step::NameLookup, End::Passed),
            (Step::AddressCheck, End::Passed),
            (Step::Connect, End::Passed),
            (Step::Tls, End::Passed),
            (Step::Post, End::Answered(200)),
        ]
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let identity = authority.issues("other.example", 2020, 2100);
    assert_eq!(complaint(&identity, authority.roots()).await, Certificate::WrongName);
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_refused() {
    let authority = Authority::new();
    let expired = authority.issues("partner.example", 2000, 2001);
    assert_eq!(complaint(&expired, authority.roots()).await, Certificate::Expired);
    let early = authority.issues("partner.example", 2100, 2101);
    assert_eq!(complaint(&early, authority.roots()).await, Certificate::NotYetValid);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let namesake = Authority::new().issues("partner.example", 2020, 2100);
    assert_eq!(complaint(&namesake, Authority::new().roots()).await, Certificate::UnknownAuthority);
    assert_eq!(complaint(&namesake, RootCertStore::empty()).await, Certificate::UnknownAuthority);
    let own = Identity::self_signed("partner.example", false);
    assert_eq!(complaint(&own, Authority::new().roots()).await, Certificate::UnknownAuthority);
    let authority = Identity::self_signed("partner.example", true);
    assert_eq!(complaint(&authority, Authority::new().roots()).await, Certificate::Unusable);
}

#[tokio::test]
async fn a_partner_without_tls_is_told_from_one_with_a_bad_certificate() {
    let partner = Partner::over_http([answers(200)]).await;
    let only = [format!("partner.example:{}", partner.port)];
    let client = client(Names::lead_to([&["127.0.0.1"]]), RootCertStore::empty(), &only);
    let endpoint = format!("https://partner.example:{}/", partner.port);
    // This partner waits for the end of a request line, which TLS never sends.
    assert_eq!(hand_over(&client, &endpoint, SHORT, 0).await.failure, Some(Failure::TimedOut(Step::Tls)));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.readable().await.unwrap();
            stream.try_write(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        }
    });
    let client = super::client(
        Names::lead_to([&["127.0.0.1"]]),
        RootCertStore::empty(),
        &[format!("127.0.0.1:{port}")],
    );
    let outcome = hand_over(&client, &format!("https://127.0.0.1:{port}/"), LONG, 0).await;
    assert_eq!(outcome.failure, Some(Failure::TlsOther));
}

#[tokio::test]
async fn time_is_over_also_behind_tls() {
    let authority = Authority::new();
    let identity = authority.issues("partner.example", 2020, 2100);
    let partner = Partner::over_https(Manner::Hangs, &identity).await;
    let only = [format!("partner.example:{}", partner.port)];
    let client = client(Names::lead_to([&["127.0.0.1"]]), authority.roots(), &only);
    let endpoint = format!("https://partner.example:{}/", partner.port);
    let outcome = hand_over(&client, &endpoint, SHORT, 0).await;
    assert_eq!(outcome.failure, Some(Failure::TimedOut(Step::Post)));
}
