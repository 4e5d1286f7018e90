//! The servers that are measured, each a process of its own, so that its processor time and memory can be told apart.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::database::Database;
use super::signer::Credentials;
use latchkey::entropy::SeededEntropy;
use latchkey::seal::KeyRing;

/// The program as it is built with this.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_latchkey");

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Server {
    /// The real program, with these settings beside address and database.
    pub(crate) fn latchkey(database: &Database, settings: &[(&str, &str)]) -> Self {
        Self::build(PROGRAM.as_ref(), database, settings)
    }

    /// Another build of it.
    pub(crate) fn build(build: &Path, database: &Database, settings: &[(&str, &str)]) -> Self {
        let address = free_address();
        let mut program = program(build, database, address);
        program.envs(settings.iter().copied());
        Self::start(program, address)
    }

    /// One of the floors, which is this program again.
    pub(crate) fn floor(credentials: &Credentials, database: Option<&Database>) -> Self {
        let address = free_address();
        let mut program = Command::new(std::env::current_exe().unwrap());
        let secret = credentials.token.as_ref().map_or("", |(_, secret)| secret);
        program.args(["--floor", &address.to_string()]);
        program.args(["--secrets", &format!("{}&{secret}", credentials.consumer_secret)]);
        if let Some(database) = database {
            program.args(["--database", &database.url]);
        }
        Self::start(program, address)
    }

    /// Any other program that will listen there.
    pub(crate) fn start(mut program: Command, address: SocketAddr) -> Self {
        let process = program.stdout(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
        let server = Self { address, process };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nothing listens on {address}");
            std::thread::sleep(Duration::from_micros(200));
        }
        server
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage { process: self.process.id() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a process uses, as the kernel counts it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    process: u32,
}

impl Usage {
    /// Seconds of processor time so far.
    pub(crate) fn processor(self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process)).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        // In ticks, of which Linux tells programs that there are a hundred a second.
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        ticks as f64 / 100.0
    }

    /// MiB in memory now.
    pub(crate) fn memory(self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process)).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

/// Address that nobody listens on at present.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// `latchkey serve` with nothing from the environment of whoever measures; its log beside the database.
pub(crate) fn program(build: &Path, database: &Database, address: SocketAddr) -> Command {
    let mut program = Command::new(build);
    let log = File::options().create(true).append(true).open(database.folder.path().join("log")).unwrap();
    program
        .arg("serve")
        .current_dir(database.folder.path())
        .env_clear()
        .env("LATCHKEY_LISTEN", address.to_string())
        .env("LATCHKEY_DATABASE_URL", &database.url)
        .env("LATCHKEY_KEY", KeyRing::generate(&SeededEntropy::new(0)).write().expose())
        .stderr(log);
    program
}
