//! The real program in a folder of its own: started, asked over the network, killed, started again.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::database::Database;
use super::port::free_port;

/// A running `latchkey serve`.
pub(crate) struct Server {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Database,
    pub(crate) port: u16,
    process: Child,
    /// The one-time link that it printed, when there was no administrator.
    pub(crate) setup_link: Option<String>,
}

/// An answer to [`Server::ask`].
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Starts in an empty folder, with an empty database.
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// Starts with these lines in its configuration file.
    pub(crate) fn start_with(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if !configuration.is_empty() {
            std::fs::write(folder.path().join("latchkey.toml"), configuration).unwrap();
        }
        let database = Database::new();
        let port = free_port();
        let (process, setup_link) = launch(program(folder.path(), &database, port), folder.path(), port);
        Self { folder, database, port, process, setup_link }
    }

    /// Its address, ending in a slash.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// `kill -9`.
    pub(crate) fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// `kill -9`, then a new start on the same folder, database and port.
    pub(crate) fn kill_and_restart(&mut self) {
        self.stop();
        let program = program(self.folder.path(), &self.database, self.port);
        (self.process, self.setup_link) = launch(program, self.folder.path(), self.port);
    }

    /// Runs a command beside the server; answers what it printed.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = program(self.folder.path(), &self.database, self.port).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "latchkey {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Asks `/gateway/verify` about a GET with that header.
    pub(crate) fn verify(&self, uri: &str, authorization: &str) -> Answer {
        verify(self.port, uri, authorization)
    }

    /// Sends a request of these header lines and no body, and reads the answer.
    pub(crate) fn ask(&self, lines: &str) -> Answer {
        ask(self.port, lines)
    }
}

/// Asks whoever listens on that port about a GET with that header.
pub(crate) fn verify(port: u16, uri: &str, authorization: &str) -> Answer {
    let lines = format!(
        "GET /gateway/verify HTTP/1.1\r\nX-Original-Method: GET\r\nX-Original-URI: {uri}\r\nAuthorization: {authorization}\r\n"
    );
    ask(port, &lines)
}

fn ask(port: u16, lines: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = format!("{lines}Host: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program in that folder, with that database, to serve on that port.
pub(crate) fn program(folder: &Path, database: &Database, port: u16) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    program
        .current_dir(folder)
        .env("LATCHKEY_LISTEN", format!("127.0.0.1:{port}"))
        .env("LATCHKEY_DATABASE_URL", database.url())
        .env("RUST_LOG", "warn");
    program
}

/// Serves, and waits until it does; answers the process and the one-time link that it printed.
pub(crate) fn launch(mut program: Command, folder: &Path, port: u16) -> (Child, Option<String>) {
    // A file, not a pipe: what was printed before the server listens is there as soon as it does.
    let output = folder.join(format!("stdout-{port}"));
    let mut process =
        program.arg("serve").stdout(File::create(&output).unwrap()).spawn().expect("the program starts");
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = process.try_wait().unwrap() {
            panic!("the server ended at its start: {status}");
        }
        assert!(Instant::now() < deadline, "the server did not listen within 30 s");
        std::thread::sleep(Duration::from_millis(20));
    }
    let printed = std::fs::read_to_string(&output).unwrap();
    let link = printed.split_whitespace().find(|word| word.contains("/admin/setup?token="));
    (process, link.map(str::to_owned))
}
