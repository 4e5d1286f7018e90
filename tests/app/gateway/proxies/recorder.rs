//! A server that writes down, byte for byte, what reaches it, and is content with everything.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// It, listening.
pub(super) struct Recorder {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<Recorded>>>,
}

/// A request as it arrived.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) line: String,
    /// Line and headers.
    pub(super) head: String,
    pub(super) body: String,
}

impl Recorder {
    /// Starts; answers 200 with these header lines.
    pub(super) fn start(headers: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let written = Arc::clone(&written);
                thread::spawn(move || serve(stream, headers, &written));
            }
        });
        Self { port, seen }
    }

    /// What arrived since the last time.
    pub(super) fn taken(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Recorded {
    /// The values of a header, named in lower case.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        values(&self.head, name)
    }
}

/// The values of a header in a head.
pub(super) fn values<'h>(head: &'h str, name: &str) -> Vec<&'h str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
}

fn serve(stream: TcpStream, headers: &str, seen: &Mutex<Vec<Recorded>>) {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // Whoever connects and says nothing asked nothing.
        if !matches!(reader.read_until(b'\n', &mut head), Ok(1..)) {
            return;
        }
    }
    let head = String::from_utf8(head).unwrap();
    let length = values(&head, "content-length").first().map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let line = head.lines().next().unwrap_or_default().to_owned();
    let body = String::from_utf8(body).unwrap();
    seen.lock().unwrap().push(Recorded { line, head, body });
    let answer = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 5\r\nConnection: close\r\n\r\nstore");
    let _ = reader.get_mut().write_all(answer.as_bytes());
}
