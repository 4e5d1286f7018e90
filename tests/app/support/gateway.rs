//! The gateway in front of an upstream: the server as it runs, in this process, over real connections.

use std::thread;

use actix_web::dev::ServerHandle;
use latchkey::web::{self, Surface};

use super::app::TestApp;
use super::port::free_port;
use super::upstream::{Upstream, Wire};

/// A running server.
pub struct Gateway {
    pub port: u16,
    handle: ServerHandle,
}

/// An answer, to the byte.
#[derive(Debug)]
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Gateway {
    /// Serves this installation.
    pub fn of(app: &TestApp) -> Self {
        let port = free_port();
        let app = app.app.clone();
        let (tell, told) = std::sync::mpsc::channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let address = format!("127.0.0.1:{port}").parse().unwrap();
                let server = web::listen(&app, address, Surface::Everything).unwrap();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { port, handle: told.recv().unwrap() }
    }

    /// Sends a request of these lines and this body, and reads the whole answer.
    pub fn send(&self, lines: &str, body: &[u8]) -> Raw {
        let mut wire = self.begin(lines);
        wire.send_bytes(body);
        Raw::read(&mut wire)
    }

    /// Sends the head of a request, and no more.
    pub fn begin(&self, lines: &str) -> Wire {
        let mut wire = Wire::to(self.port);
        wire.send(&format!("{lines}\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n"));
        wire
    }

    /// A GET without credentials.
    pub fn get(&self, target: &str) -> Raw {
        self.send(&format!("GET {target} HTTP/1.1"), b"")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Raw {
    /// Reads an answer to its end.
    pub fn read(wire: &mut Wire) -> Self {
        let head = wire.head().expect("an answer");
        let body = wire.body(&head);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body }
    }

    /// The values of a header, in order.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An installation in front of that upstream, with one worker, whose connections can be counted.
pub fn in_front_of(upstream: &Upstream) -> TestApp {
    TestApp::with(|config| {
        config.upstream_url = Some(upstream.address().parse().unwrap());
        config.workers = 1;
    })
}
