//! The exchange with the real program over the network: many at the same moment, and across `kill -9`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use latchkey::clock::SystemClock;
use latchkey::config::{Config, KeySource};
use latchkey::entropy::SystemEntropy;
use latchkey::keys::{self, Tables};
use latchkey::store::Store;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::*;
use crate::support::server::Server;
use crate::support::signer::Request;

/// At the same moment.
const CONNECTIONS: usize = 50;
/// Of `kill -9`.
const KILLS: u32 = 100;

/// A partner of the real program.
pub struct Remote {
    pub server: Server,
    /// The program's database, for what an administrator does.
    store: Store,
    id: IntegrationId,
}

/// Where the program is reached.
#[derive(Clone, Copy)]
struct Reached(u16);

/// How far an exchange came before the program was gone.
#[derive(Default)]
struct Received {
    request: Option<Pair>,
    access: Option<Pair>,
}

impl Remote {
    pub fn new() -> Self {
        let server = Server::start();
        server.command(&[
            "integration",
            "create",
            "--name",
            "Acme",
            "--endpoint",
            "https://partner.example/callback",
            "--identity-link-url",
            "https://partner.example/login",
            "--resource",
            PRODUCTS,
        ]);
        let mut config = Config::for_tests(server.database.url());
        config.keys = KeySource::File(server.folder.path().join("data/latchkey.key"));
        let opened = keys::open_store(
            &config,
            &(Arc::new(SystemClock) as Arc<dyn latchkey::clock::Clock>),
            &(Arc::new(SystemEntropy) as Arc<dyn latchkey::entropy::Entropy>),
            Tables::MakeWhenEmpty,
            1,
        );
        let store = opened.unwrap().store;
        let id = store.read_now(|work| integration::find_by_name(work, "Acme")).unwrap().id;
        Self { server, store, id }
    }

    /// What an administrator's click hands over.
    pub fn hands_over(&self) -> Handed {
        Handed::of(&self.store.write_now(|work| exchange::begin(work, &Actor::command(), self.id)).unwrap())
    }

    fn reached(&self) -> Reached {
        Reached(self.server.port)
    }

    /// The whole exchange, which must succeed.
    fn completes(&self, handed: &Handed) -> Pair {
        let (status, body) = self.reached().asks(handed).unwrap();
        assert_eq!(status, 200, "{body}");
        let (status, body) = self.reached().exchanges(handed, &issued(&body).unwrap()).unwrap();
        assert_eq!(status, 200, "{body}");
        issued(&body).unwrap()
    }

    fn assert_works(&self, handed: &Handed, access: &Pair) {
        let uri = format!("{}{CALL}", self.reached().base());
        let Asking { nonce, timestamp, .. } = handed.asking("", now());
        let call = Request { method: "GET", uri: &uri, query: &[], nonce: &nonce, timestamp };
        let answer = self.server.verify(CALL, &handed.with(access).sha256(&call));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// The same from many connections at the same moment; answers status and body of each.
    fn at_once(&self, header: impl Fn() -> String + Sync, path: &str) -> Vec<(u16, String)> {
        let start = Barrier::new(CONNECTIONS);
        let ask = || {
            let header = header();
            start.wait();
            self.reached().post(path, &header).unwrap()
        };
        thread::scope(|scope| {
            let asking: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).collect()
        })
    }
}

impl Reached {
    fn base(self) -> String {
        format!("http://127.0.0.1:{}", self.0)
    }

    fn asks(self, handed: &Handed) -> Option<(u16, String)> {
        self.post(REQUEST, &handed.header(&handed.asking(&self.base(), now())))
    }

    fn exchanges(self, handed: &Handed, request: &Pair) -> Option<(u16, String)> {
        self.post(ACCESS, &handed.header(&handed.exchanging(&self.base(), now(), request)))
    }

    /// Status and body; `None` when the program was gone.
    fn post(self, path: &str, authorization: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.0)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: {authorization}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n",
            self.0
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }
}

#[test]
fn a_verifier_and_a_request_token_used_fifty_times_at_once_work_once() {
    let acme = Remote::new();
    let handed = acme.hands_over();
    let asks = || handed.header(&handed.asking(&acme.reached().base(), now()));
    let request = the_only_one(&acme.at_once(asks, REQUEST), &["token_rejected"]);
    let exchanges = || handed.header(&handed.exchanging(&acme.reached().base(), now(), &request));
    let access = the_only_one(&acme.at_once(exchanges, ACCESS), &["token_used"]);
    acme.assert_works(&handed, &access);
}

#[test]
fn weakness_03_a_nonce_sent_fifty_times_at_once_is_told_as_such() {
    let acme = Remote::new();
    let handed = acme.hands_over();
    let header = handed.header(&handed.asking(&acme.reached().base(), now()));
    the_only_one(&acme.at_once(|| header.clone(), REQUEST), &["nonce_used"]);
}

#[test]
fn whatever_a_partner_received_works_after_kill_9_and_a_new_activation_is_never_blocked() {
    let mut acme = Remote::new();
    let mut handed = acme.hands_over();
    let began = Instant::now();
    let mut last = acme.completes(&handed);
    let mut longest = began.elapsed() * 5 / 4;
    let mut random = StdRng::seed_from_u64(9);
    let mut outcomes = [0; 3];
    for round in 0..KILLS {
        handed = acme.hands_over();
        let delay = longest.mul_f64(random.random::<f64>());
        let received = killed_within(&mut acme, &handed, delay);
        acme.assert_works(&handed, &last);
        match &received {
            Received { access: Some(access), .. } => acme.assert_works(&handed, access),
            Received { request: Some(request), .. } => goes_on(&acme, &handed, request, round),
            Received { .. } => {}
        }
        outcomes[usize::from(received.request.is_some()) + usize::from(received.access.is_some())] += 1;
        handed = acme.hands_over();
        let began = Instant::now();
        last = acme.completes(&handed);
        longest = began.elapsed() * 5 / 4;
        acme.assert_works(&handed, &last);
    }
    assert!(outcomes.iter().all(|count| *count > 0), "the moments were not spread: {outcomes:?}");
}

/// Kills the program so long after an exchange began, and starts it again.
fn killed_within(acme: &mut Remote, handed: &Handed, delay: Duration) -> Received {
    let reached = acme.reached();
    let begin = Barrier::new(2);
    thread::scope(|scope| {
        let exchange = scope.spawn(|| {
            begin.wait();
            let request = reached.asks(handed).and_then(|(_, body)| issued(&body));
            let access = request.as_ref().and_then(|request| reached.exchanges(handed, request));
            Received { access: access.and_then(|(_, body)| issued(&body)), request }
        });
        begin.wait();
        thread::sleep(delay);
        acme.server.kill_and_restart();
        exchange.join().unwrap()
    })
}

/// A request token that the partner has still works, unless the answer that it had worked was lost.
fn goes_on(acme: &Remote, handed: &Handed, request: &Pair, round: u32) {
    let (status, body) = acme.reached().exchanges(handed, request).unwrap();
    if status == 200 {
        acme.assert_works(handed, &issued(&body).unwrap());
    } else {
        assert_eq!(field(&body, "oauth_problem").unwrap(), "token_used", "round {round}");
    }
}

/// The token of the only success; all others were refused for one of these reasons.
fn the_only_one(answers: &[(u16, String)], reasons: &[&str]) -> Pair {
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|(status, _)| *status == 200);
    assert_eq!(good.len(), 1, "{answers:?}");
    for (status, body) in bad {
        let problem = field(body, "oauth_problem").unwrap();
        assert!(*status == 401 && reasons.contains(&problem.as_str()), "{status} {body}");
    }
    issued(&good[0].1).unwrap()
}

fn now() -> i64 {
    i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}
