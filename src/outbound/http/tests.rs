use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use rustls::RootCertStore;
use tokio::net::TcpSocket;

use super::Http;
use crate::outbound::tls::Tls;
use crate::outbound::{End, Failure, Handover, Outbound as _, Outcome, Special, Step};
use crate::secret::Secret;
use partner::{Manner, Names, Partner, answers, says};

pub(in crate::outbound) mod partner;
mod redirects;
mod tls;

const LONG: Duration = Duration::from_secs(20);
/// Longer than a slow machine needs for what must be done within it.
const SHORT: Duration = Duration::from_secs(1);
const OK_HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n";

/// A client that knows names from `names` and may reach `exceptions`.
fn client(names: Names, roots: RootCertStore, exceptions: &[String]) -> Http {
    let exceptions = exceptions.iter().map(|entry| entry.parse().unwrap()).collect();
    Http::with(Box::new(names), Tls::with(roots).unwrap(), exceptions)
}

async fn hand_over(client: &Http, endpoint: &str, timeout: Duration, max_redirects: u32) -> Outcome {
    let fields = [
        ("oauth_consumer_key", "key"),
        ("oauth_consumer_secret", "consumer & secret"),
        ("store_base_url", "https://store.example/"),
        ("oauth_verifier", "verifier"),
    ];
    let fields = fields.map(|(name, value)| (name, Secret::new(value)));
    client.hand_over(Handover { endpoint: endpoint.to_owned(), fields, timeout, max_redirects }).await
}

/// What comes of handing over to `http://partner.example:<port>/callback`, allowed and on this machine.
async fn given(partner: &Partner, timeout: Duration, max_redirects: u32) -> Outcome {
    let names = Names::lead_to([&["127.0.0.1"]]);
    let client = client(names, RootCertStore::empty(), &[format!("partner.example:{}", partner.port)]);
    let endpoint = format!("http://partner.example:{}/callback?shop=1", partner.port);
    hand_over(&client, &endpoint, timeout, max_redirects).await
}

/// What comes of it without any exception, with a name server that must not matter unless `host` is a name.
async fn refused(host: &str, addresses: &[&'static str]) -> Option<Failure> {
    let client = client(Names::lead_to([addresses]), RootCertStore::empty(), &[]);
    hand_over(&client, &format!("https://{host}/"), LONG, 0).await.failure
}

fn steps(outcome: &Outcome) -> Vec<(Step, End)> {
    outcome.steps.iter().map(|timed| (timed.step, timed.end)).collect()
}

#[tokio::test]
async fn the_partner_receives_the_form_and_nothing_else_of_note() {
    let partner = Partner::over_http([answers(204)]).await;
    let outcome = given(&partner, LONG, 0).await;
    assert_eq!(outcome.failure, None);
    assert_eq!(outcome.status, Some(204));
    assert_eq!(outcome.addresses, [([127, 0, 0, 1], partner.port).into()]);
    assert_eq!(
        steps(&outcome),
        [
            (Step::NameLookup, End::Passed),
            (Step::AddressCheck, End::Passed),
            (Step::Connect, End::Passed),
            (Step::Post, End::Answered(204)),
        ]
    );
    let heard = partner.heard().concat();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let mut head: Vec<_> = head.to_lowercase().lines().map(str::to_owned).collect();
    head.sort();
    let host = format!("host: partner.example:{}", partner.port);
    let agent = concat!("user-agent: latchkey/", env!("CARGO_PKG_VERSION"));
    let form = "content-type: application/x-www-form-urlencoded";
    let request = "post /callback?shop=1 http/1.1";
    assert_eq!(head, ["accept: */*", "content-length: 134", form, &host, request, agent]);
    let fields = "oauth_consumer_key=key&oauth_consumer_secret=consumer+%26+secret\
                  &store_base_url=https%3A%2F%2Fstore.example%2F&oauth_verifier=verifier";
    assert_eq!(body, fields);
}

#[tokio::test]
async fn proxies_in_the_environment_are_ignored() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.args([
        "outbound::http::tests::the_partner_receives",
        "outbound::http::tests::tls::a_certificate_that",
    ]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        tests.env(name, &url);
    }
    let run =
        tokio::task::spawn_blocking(move || tests.env_remove("NO_PROXY").output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("2 passed"), "{said}");
    assert_eq!(proxy.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn another_status_is_named() {
    for status in [304, 400, 404, 500, 503] {
        let partner = Partner::over_http([answers(status)]).await;
        let outcome = given(&partner, LONG, 3).await;
        assert_eq!(outcome.failure, Some(Failure::HttpStatus(status)));
        assert_eq!(outcome.status, Some(status));
        assert_eq!(outcome.steps.last().unwrap().end, End::Answered(status));
    }
}

#[tokio::test]
async fn a_name_is_looked_up_once_for_check_and_connection() {
    let partner = Partner::over_http([answers(200)]).await;
    // Had it asked again, it would have been sent where nobody listens.
    let names = Names::lead_to([&["127.0.0.1"], &["127.0.0.2"]]);
    let only = [format!("127.0.0.1/32:{}", partner.port)];
    let client = client(names.clone(), RootCertStore::empty(), &only);
    let endpoint = format!("http://Partner.Example:{}/", partner.port);
    assert_eq!(hand_over(&client, &endpoint, LONG, 0).await.failure, None);
    assert_eq!(names.asked(), ["partner.example"]);
}

#[tokio::test]
async fn where_one_address_does_not_answer_the_next_is_tried() {
    let partner = Partner::over_http([answers(200)]).await;
    let names = Names::lead_to([&["127.0.0.2", "127.0.0.1"]]);
    let client = client(names, RootCertStore::empty(), &[format!("127.0.0.0/8:{}", partner.port)]);
    let outcome = hand_over(&client, &format!("http://partner.example:{}/", partner.port), LONG, 0).await;
    assert_eq!(outcome.failure, None);
    assert_eq!(outcome.addresses, [([127, 0, 0, 1], partner.port).into()]);
}

#[tokio::test]
async fn an_allowed_private_partner_is_reached_and_only_that_one() {
    let allowed = Partner::over_http([answers(200)]).await;
    let other = Partner::over_http([answers(200)]).await;
    let (name, range) = (format!("a.example:{}", allowed.port), format!("127.0.0.0/8:{}", allowed.port));
    let (port, other_port) = (allowed.port, other.port);
    for (entry, host, expected) in [
        (&name, format!("a.example:{port}"), true),
        (&name, format!("b.example:{port}"), false),
        (&name, format!("127.0.0.1:{port}"), false),
        (&name, format!("a.example:{other_port}"), false),
        (&range, format!("a.example:{port}"), true),
        (&range, format!("127.0.0.1:{port}"), true),
        (&range, format!("0x7f.1:{port}"), true),
        (&range, format!("[::ffff:127.0.0.1]:{port}"), true),
        (&range, format!("[::1]:{port}"), false),
        (&range, format!("127.0.0.1:{other_port}"), false),
    ] {
        let client =
            client(Names::lead_to([&["127.0.0.1"]]), RootCertStore::empty(), std::slice::from_ref(entry));
        let outcome = hand_over(&client, &format!("http://{host}/"), LONG, 0).await;
        assert_eq!(outcome.is_success(), expected, "{host} with {entry}: {outcome:?}");
    }
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn special_addresses_are_refused_before_anything_is_sent() {
    let loopback = |address: &str| {
        Some(Failure::ForbiddenAddress { address: address.parse().unwrap(), special: Special::Loopback })
    };
    assert_eq!(refused("127.0.0.1", &[]).await, loopback("127.0.0.1"));
    assert_eq!(refused("0177.1.", &[]).await, loopback("127.0.0.1"));
    assert_eq!(refused("[::ffff:127.0.0.1]", &[]).await, loopback("::ffff:127.0.0.1"));
    assert_eq!(refused("a.example", &["8.8.8.8", "127.0.0.1"]).await, loopback("127.0.0.1"));
    assert_eq!(refused("a.example.", &["::1"]).await, loopback("::1"));
    let http = Http::new(Vec::new()).unwrap();
    let outcome = hand_over(&http, "https://localhost/", LONG, 0).await;
    assert!(matches!(outcome.failure, Some(Failure::ForbiddenAddress { special: Special::Loopback, .. })));
    assert_eq!(steps(&outcome), [(Step::NameLookup, End::Passed), (Step::AddressCheck, End::Failed)]);
}

#[tokio::test]
async fn what_is_no_address_is_named_so() {
    for endpoint in [
        "",
        "x",
        "ftp://a.example/",
        "https://",
        "https://jo:pw@a.example/",
        "https://a.example:0/",
        "https://[fe80::1%25lo]/",
        "https://a.example:99999/",
        "file:///etc/passwd",
    ] {
        let client = client(Names::lead_to([&["127.0.0.1"]]), RootCertStore::empty(), &[]);
        let outcome = hand_over(&client, endpoint, LONG, 0).await;
        assert_eq!(outcome.failure, Some(Failure::InvalidUrl), "{endpoint}");
        assert!(outcome.steps.is_empty());
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_unknown() {
    assert_eq!(refused("a.example", &[]).await, Some(Failure::NameUnknown));
    let http = Http::new(Vec::new()).unwrap();
    let outcome = hand_over(&http, "https://partner.invalid/", LONG, 0).await;
    // Without any name server it is not known that nobody knows.
    assert!(matches!(outcome.failure, Some(Failure::NameUnknown | Failure::NameLookupFailed)), "{outcome:?}");
    assert_eq!(steps(&outcome), [(Step::NameLookup, End::Failed)]);
}

#[tokio::test]
async fn a_closed_port_refuses() {
    // Taken, so that nobody else listens there, and not listened on.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let free = closed.local_addr().unwrap();
    let client = client(
        Names::lead_to([&["127.0.0.1"]]),
        RootCertStore::empty(),
        &[format!("127.0.0.1:{}", free.port())],
    );
    let outcome = hand_over(&client, &format!("https://{free}/"), LONG, 0).await;
    assert_eq!(outcome.failure, Some(Failure::ConnectionRefused));
    assert_eq!(steps(&outcome), [(Step::AddressCheck, End::Passed), (Step::Connect, End::Failed)]);
    assert_eq!(outcome.addresses, [free]);
}

#[tokio::test]
async fn a_connection_that_is_not_accepted_times_out() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(0).unwrap();
    let place = full.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), tokio::net::TcpStream::connect(place)).await
    {
        waiting.push(stream);
    }
    let client = client(Names::lead_to([&["127.0.0.1"]]), RootCertStore::empty(), &[place.to_string()]);
    let outcome = hand_over(&client, &format!("http://{place}/"), SHORT, 0).await;
    assert_eq!(outcome.failure, Some(Failure::TimedOut(Step::Connect)));
}

#[tokio::test]
async fn a_partner_that_hangs_times_out() {
    let partner = Partner::over_http([Manner::Hangs]).await;
    let outcome = given(&partner, SHORT, 0).await;
    assert_eq!(outcome.failure, Some(Failure::TimedOut(Step::Post)));
    let post = outcome.steps.last().unwrap();
    assert_eq!((post.step, post.end), (Step::Post, End::Failed));
    assert!(post.millis > 100 && post.millis < 5000, "{post:?}");
}

#[tokio::test]
async fn a_head_that_drips_times_out() {
    let partner = Partner::over_http([Manner::Drips("HTTP/1.1 200 OK\r\nX-Slow: ")]).await;
    assert_eq!(given(&partner, SHORT, 0).await.failure, Some(Failure::TimedOut(Step::Post)));
}

#[tokio::test]
async fn a_body_that_drips_is_dropped_at_the_time_out_and_no_failure() {
    let partner = Partner::over_http([Manner::Drips(OK_HEAD)]).await;
    let begun = std::time::Instant::now();
    let outcome = given(&partner, SHORT, 0).await;
    assert_eq!((outcome.failure, outcome.status), (None, Some(200)));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_without_end_is_dropped_at_the_limit_and_no_failure() {
    let partner = Partner::over_http([Manner::Pours(OK_HEAD)]).await;
    let outcome = given(&partner, LONG, 0).await;
    assert_eq!((outcome.failure, outcome.status), (None, Some(200)));
    // What is beyond 64 KiB stands in the buffers of both ends.
    assert!(partner.poured() < 16 * 1024 * 1024, "{}", partner.poured());
}

#[tokio::test]
async fn a_compressed_bomb_stays_compressed() {
    use std::io::Write as _;

    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&[0; 1024 * 1024]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
    let partner = Partner::over_http([Manner::Says([head.into_bytes(), bomb.clone()].concat())]).await;
    let names = Names::lead_to([&["127.0.0.1"]]);
    let client = client(names, RootCertStore::empty(), &[]);
    let course = super::Course::default();
    let address = ([127, 0, 0, 1], partner.port).into();
    let url = format!("http://{address}/").parse().unwrap();
    let post = super::Post {
        url: String::new(),
        headers: Vec::new(),
        body: Secret::new(""),
        timeout: LONG,
        max_redirects: 0,
    };
    let answer = client.send(&url, vec![address], &post, &course).await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), bomb);
    assert!(!partner.heard().concat().to_lowercase().contains("accept-encoding"));
    assert_eq!(given(&partner, LONG, 0).await.failure, None);
}

#[tokio::test]
async fn what_is_not_http_is_named_so() {
    for text in ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n"] {
        let partner = Partner::over_http([says(text)]).await;
        assert_eq!(given(&partner, LONG, 0).await.failure, Some(Failure::NotHttp), "{text}");
    }
    let endless: String = "HTTP/1.1 200 OK\r\n".chars().chain("X: y\r\n".repeat(200_000).chars()).collect();
    let partner = Partner::over_http([says(&endless)]).await;
    assert_eq!(given(&partner, LONG, 0).await.failure, Some(Failure::NotHttp));
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_lost() {
    let partner = Partner::over_http([says("")]).await;
    assert_eq!(given(&partner, LONG, 0).await.failure, Some(Failure::ConnectionLost));
    assert_eq!(partner.heard().len(), 1, "credentials are sent once");
}
