//! The load generator: connections that are kept alive, each asking again as soon as it was answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};

use super::signer::{Credentials, Signer};

/// What is asked about.
pub(crate) const PATH: &str = "/rest/V1/products/24-MB01";

const PATIENCE: Duration = Duration::from_secs(30);

/// How hard and how long.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    /// At the longest; sooner when `over` is set.
    pub(crate) lasting: Duration,
    pub(crate) over: Arc<AtomicBool>,
}

impl Load {
    pub(crate) fn of(connections: usize, seconds: f64) -> Self {
        let lasting = Duration::from_secs_f64(seconds);
        Self { connections, warm_up: lasting / 5, lasting, over: Arc::default() }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered {
    pub(crate) seconds: f64,
    /// Microseconds, sorted.
    latencies: Vec<u32>,
}

impl Answered {
    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() as f64 / self.seconds
    }

    /// Milliseconds within which that share was answered.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let place = ((self.count() as f64 * share) as usize).min(self.count().saturating_sub(1));
        f64::from(self.latencies.get(place).copied().unwrap_or_default()) / 1000.0
    }
}

/// Asks for decisions as a proxy does. `began` is called when it is warm.
pub(crate) fn decisions(
    address: SocketAddr,
    credentials: &[Credentials],
    load: &Load,
    began: impl FnOnce() + 'static,
) -> Answered {
    let asking = |number: usize| {
        let credentials = &credentials[number % credentials.len()];
        let mut signer = Signer::new(credentials, "GET", &format!("http://{address}{PATH}"));
        move |request: &mut String| write_decision(request, &mut signer)
    };
    drive(address, load, asking, began)
}

/// Calls the API at one address, with what was signed for another.
pub(crate) fn calls(
    through: SocketAddr,
    signed_for: SocketAddr,
    credentials: &Credentials,
    load: &Load,
) -> Answered {
    let asking = |_| {
        let mut signer = Signer::new(credentials, "GET", &format!("http://{signed_for}{PATH}"));
        move |request: &mut String| {
            request.push_str("GET ");
            request.push_str(PATH);
            request.push_str(" HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: ");
            signer.authorize(request);
            request.push_str("\r\n\r\n");
        }
    };
    drive(through, load, asking, || {})
}

/// A request for a decision about a call with a fresh nonce.
pub(crate) fn write_decision(request: &mut String, signer: &mut Signer) {
    request.push_str(
        "GET /gateway/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Original-Method: GET\r\nX-Original-URI: ",
    );
    request.push_str(PATH);
    request.push_str("\r\nAuthorization: ");
    signer.authorize(request);
    request.push_str("\r\n\r\n");
}

/// Keeps every connection busy with what `asking` makes for it.
fn drive<R: FnMut(&mut String) + 'static>(
    address: SocketAddr,
    load: &Load,
    asking: impl Fn(usize) -> R,
    began: impl FnOnce() + 'static,
) -> Answered {
    run(async {
        let begin = Instant::now() + load.warm_up;
        let tasks: Vec<_> = (0..load.connections)
            .map(|number| {
                let (mut ask, load) = (asking(number), load.clone());
                tokio::task::spawn_local(async move {
                    let mut connection = Connection::open(address).await;
                    let mut latencies = Vec::with_capacity(65_536);
                    let mut request = String::new();
                    while !load.is_over() {
                        request.clear();
                        ask(&mut request);
                        let sent = Instant::now();
                        let status = connection.ask(&request).await;
                        assert_eq!(status, 200, "{}", connection.received());
                        if sent >= begin {
                            latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                        }
                    }
                    latencies
                })
            })
            .collect();
        sleep(load.warm_up).await;
        began();
        let end = Instant::now() + load.lasting;
        while Instant::now() < end && !load.is_over() {
            sleep(Duration::from_millis(10)).await;
        }
        let seconds = begin.elapsed().as_secs_f64();
        load.over.store(true, Ordering::Relaxed);
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.unwrap());
        }
        latencies.sort_unstable();
        Answered { seconds, latencies }
    })
}

/// Runs on this thread alone.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, work)
}

/// A connection that is kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    length: usize,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 16 * 1024], length: 0 }
    }

    /// Sends a request and reads the whole answer; answers its status.
    pub(crate) async fn ask(&mut self, request: &str) -> u16 {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.length = 0;
        loop {
            let room = &mut self.buffer[self.length..];
            let read = timeout(PATIENCE, self.stream.read(room)).await.expect("an answer in time").unwrap();
            assert!(read > 0, "the connection was closed after: {}", self.received());
            self.length += read;
            if let Some(status) = self.status_when_complete() {
                return status;
            }
        }
    }

    /// What was received last.
    pub(crate) fn received(&self) -> &str {
        std::str::from_utf8(&self.buffer[..self.length]).unwrap()
    }

    fn status_when_complete(&self) -> Option<u16> {
        let received = self.received();
        let (head, body) = received.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        (body.len() >= length.unwrap_or(0)).then(|| head[9..12].parse().unwrap())
    }
}
