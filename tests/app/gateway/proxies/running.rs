//! A proxy that runs in a folder of its own, with a certificate of its own, and how it is asked.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use super::recorder::values;
use crate::support::port::free_port;

/// The host that the configurations name.
const HOST: &str = "api.example.com";

/// A running proxy.
pub(super) struct Proxy {
    process: Child,
    port: u16,
    trusted: Arc<ClientConfig>,
    _folder: TempDir,
}

/// What a partner gets.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

/// Where a proxy is to run.
pub(super) struct Place<'p> {
    pub(super) folder: &'p Path,
    pub(super) port: u16,
    pub(super) latchkey: u16,
    pub(super) store: u16,
}

impl Place<'_> {
    /// A file in the folder.
    pub(super) fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

impl Proxy {
    /// Starts the program that is told how by a place with `certificate.pem` and `key.pem`.
    pub(super) fn start(latchkey: u16, store: u16, program: impl FnOnce(&Place<'_>) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        std::fs::write(folder.path().join("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let port = free_port();
        let mut program = program(&Place { folder: folder.path(), port, latchkey, store });
        let process = program
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}; script/test installs it", program.get_program()));
        let mut proxy = Self { process, port, trusted: trusting(made.cert.der()), _folder: folder };
        proxy.wait();
        proxy
    }

    /// Sends a head without its last lines, and a body.
    pub(super) fn ask(&self, head: &str, body: &str) -> Answer {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let name = ServerName::try_from(HOST).unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.trusted), name).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request = format!("{head}Host: {HOST}\r\n{length}Connection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // Not every server says goodbye before it hangs up.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect(&text);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the proxy ended at its start: {status}");
            }
            assert!(Instant::now() < deadline, "the proxy did not listen within 30 s");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    /// The values of a header, named in lower case.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        values(&self.head, name)
    }
}

/// A file of `docs/gateway`, with what a store fills in replaced. Each must be there to be replaced.
pub(super) fn filled_in(file: &str, replaced: &[(&str, &str)]) -> String {
    let text = std::fs::read_to_string(format!("docs/gateway/{file}")).unwrap();
    replaced.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "docs/gateway/{file} has no {from}");
        text.replace(from, to)
    })
}

fn trusting(certificate: &CertificateDer<'_>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone().into_owned()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}
