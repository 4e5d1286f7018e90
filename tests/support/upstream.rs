//! A store's Web API that writes down every byte it is sent, and answers as the test says.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request, to the byte.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrived {
    /// Request line and headers.
    pub(crate) head: String,
    /// The body, framing taken away.
    pub(crate) body: Vec<u8>,
    /// Which connection brought it.
    pub(crate) connection: usize,
}

/// A running one.
pub(crate) struct Upstream {
    pub(crate) port: u16,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    arrived: Mutex<Vec<Arrived>>,
    /// Requests whose head has come and that are not written down yet.
    pending: AtomicUsize,
}

/// Reads from a connection up to what is asked for.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    rest: Vec<u8>,
}

impl Upstream {
    /// Answers every request with these bytes.
    pub(crate) fn answering(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::doing(move |wire, arrived| {
            arrived.body = wire.body(&arrived.head);
            wire.send(&answer);
        })
    }

    /// Answers `200` with the body `ok`.
    pub(crate) fn well() -> Self {
        Self::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }

    /// Does this with each connection once a head has come; what it leaves in the request is what arrived.
    pub(crate) fn doing(act: impl Fn(&mut Wire, &mut Arrived) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::<Log>::default();
        let (shared, act) = (Arc::clone(&log), Arc::new(act));
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (log, act) = (Arc::clone(&shared), Arc::clone(&act));
                let mut wire = Wire::of(stream.unwrap());
                thread::spawn(move || {
                    while let Some(head) = wire.head() {
                        let mut request = Arrived { head, body: Vec::new(), connection };
                        log.pending.fetch_add(1, Ordering::SeqCst);
                        act(&mut wire, &mut request);
                        log.arrived.lock().unwrap().push(request);
                        log.pending.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { port, log }
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Everything that has come so far; waits for what is being answered.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        while self.log.pending.load(Ordering::SeqCst) > 0 {
            thread::yield_now();
        }
        self.log.arrived.lock().unwrap().clone()
    }

    /// The last request.
    pub(crate) fn last(&self) -> Arrived {
        self.arrived().pop().expect("a request has arrived")
    }
}

impl Arrived {
    /// The first line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    /// The values of a header, in order.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

impl Wire {
    /// Over a connection, with patience.
    pub(crate) fn of(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { stream, rest: Vec::new() }
    }

    /// To a port of this machine.
    pub(crate) fn to(port: u16) -> Self {
        Self::of(TcpStream::connect(("127.0.0.1", port)).unwrap())
    }

    /// Sends text as it stands.
    pub(crate) fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    /// Sends bytes; whether the other side still listens is not asked.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Reads up to the empty line; none when the other side has gone.
    pub(crate) fn head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.rest.drain(..end + 4).collect();
                return Some(String::from_utf8_lossy(&head).into_owned());
            }
            self.more()?;
        }
    }

    /// Reads the body that the head announces.
    pub(crate) fn body(&mut self, head: &str) -> Vec<u8> {
        let header = |name: &str| {
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix(name).map(str::to_owned))
        };
        if header("transfer-encoding: ").is_some() {
            let mut body = Vec::new();
            loop {
                let length = usize::from_str_radix(self.line().trim(), 16).unwrap();
                body.extend(self.exactly(length));
                assert_eq!(self.line(), "\r\n", "no trailers");
                if length == 0 {
                    return body;
                }
            }
        }
        let length = header("content-length: ").map_or(0, |length| length.trim().parse().unwrap());
        self.exactly(length)
    }

    /// Everything until the other side closes.
    pub(crate) fn all(&mut self) -> Vec<u8> {
        while self.more().is_some() {}
        std::mem::take(&mut self.rest)
    }

    /// Waits until the other side has closed.
    pub(crate) fn wait_until_closed(&mut self) {
        while self.more().is_some() {}
    }

    /// Closes both directions.
    pub(crate) fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.rest.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.rest.drain(..end + 2).collect();
                return String::from_utf8(line).unwrap();
            }
            self.more().expect("the line ends");
        }
    }

    fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.rest.len() < length {
            if self.more().is_none() {
                return std::mem::take(&mut self.rest);
            }
        }
        self.rest.drain(..length).collect()
    }

    fn more(&mut self) -> Option<()> {
        let mut piece = [0; 64 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => None,
            Ok(length) => {
                self.rest.extend_from_slice(&piece[..length]);
                Some(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("nothing came for a minute")
            }
            Err(_) => None,
        }
    }
}

/// A place to wait for one thing that happens on another thread.
pub(crate) fn event() -> (impl Fn(), Receiver<()>) {
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    let tell = move || tell.lock().unwrap().send(()).unwrap_or_default();
    (tell, told)
}
